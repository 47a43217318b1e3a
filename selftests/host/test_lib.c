// SPDX-License-Identifier: GPL-2.0-only
/* libtclink on the kernel it is made for: what each verb does to the filter. */
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/rtnetlink.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <tclink/tclink.h>

#include "kselftest_harness.h"
#include "seen.h"
#include "seen.skel.h"
#include "tclib.h"
#include "../../src/kernel/uapi.h"

/* The library's own copies of what is in the kernel's headers. */
#define SAME_AT(ours, member, theirs, their_member)			\
	_Static_assert(offsetof(struct ours, member) ==			\
		       offsetof(theirs, their_member), #ours "." #member)
#define SAME_CREATE(member)						\
	SAME_AT(uapi_link_create, member, union bpf_attr, link_create.member)
#define SAME_INFO(member)						\
	SAME_AT(uapi_link_info, member, struct bpf_link_info, member)

SAME_CREATE(prog_fd);
SAME_CREATE(target_ifindex);
SAME_CREATE(attach_type);
SAME_CREATE(flags);
SAME_CREATE(tc.parent);
SAME_CREATE(tc.handle);
SAME_CREATE(tc.priority);
SAME_CREATE(tc.chain_index);
SAME_CREATE(tc.protocol);
SAME_CREATE(tc.classid);
SAME_CREATE(tc.gen_flags);
_Static_assert(sizeof(((struct uapi_link_create *)0)->tc) ==
	       sizeof(((union bpf_attr *)0)->link_create.tc), "create size");

SAME_INFO(type);
SAME_INFO(id);
SAME_INFO(prog_id);
SAME_INFO(tc.ifindex);
SAME_INFO(tc.parent);
SAME_INFO(tc.handle);
SAME_INFO(tc.priority);
SAME_INFO(tc.chain_index);
SAME_INFO(tc.protocol);
SAME_INFO(tc.classid);
SAME_INFO(tc.gen_flags);
SAME_INFO(tc.in_hw_count);
SAME_INFO(tc.block_index);
SAME_INFO(tc.netns_ino);
SAME_INFO(tc.flags);
_Static_assert(sizeof(((struct uapi_link_info *)0)->tc) ==
	       sizeof(((struct bpf_link_info *)0)->tc), "info size");

SAME_CREATE(tcx.expected_revision);
SAME_INFO(tcx.ifindex);
SAME_INFO(tcx.attach_type);
_Static_assert(UAPI_TCX_INGRESS == BPF_TCX_INGRESS &&
	       UAPI_TCX_EGRESS == BPF_TCX_EGRESS &&
	       UAPI_LINK_TYPE_TCX == BPF_LINK_TYPE_TCX &&
	       UAPI_TCA_BPF_LINK_ID == TCA_BPF_LINK_ID, "numbers");

#define SAME_QUERY(member)						\
	SAME_AT(uapi_prog_query, member, union bpf_attr, query.member)

SAME_QUERY(target_ifindex);
SAME_QUERY(attach_type);
SAME_QUERY(prog_ids);
SAME_QUERY(count);
SAME_QUERY(link_ids);
SAME_QUERY(revision);

_Static_assert(UAPI_F_TC_CLASSIFY_ONLY == BPF_F_TC_CLASSIFY_ONLY &&
	       TCLINK_SKIP_HW == TCA_CLS_FLAGS_SKIP_HW &&
	       TCLINK_SKIP_SW == TCA_CLS_FLAGS_SKIP_SW &&
	       TCLINK_IN_HW == TCA_CLS_FLAGS_IN_HW &&
	       TCLINK_NOT_IN_HW == TCA_CLS_FLAGS_NOT_IN_HW, "flags");
_Static_assert(TCLINK_INGRESS == TC_INGRESS && TCLINK_EGRESS == TC_EGRESS &&
	       TCLINK_BLOCK == TCM_IFINDEX_MAGIC_BLOCK, "parents");

/* What nobody expected to be said, by the library or by libbpf. */
static int noise;

static void on_log(int err, const char *sentence)
{
	printf("# libtclink: %d: %s\n", err, sentence);
	noise++;
}

static int on_libbpf(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	if (level != LIBBPF_WARN)
		return 0;
	noise++;
	return vprintf(fmt, ap);
}

/* The kernel's BTF is read once for each process, which all tests inherit. */
static __attribute__((constructor)) void read_btf(void)
{
	TCLINK_OPTS(tclink_features, features);

	tclink_probe(&features);
}

/* A link at parent, which runs program 0 */
static struct tclink *attach_first(struct tcenv *env, uint32_t parent)
{
	tclink_set_log(on_log);
	if (tcenv_open(env))
		return NULL;
	libbpf_set_print(on_libbpf);
	return tclink_attach(env->prog_fd[0], env->dev, parent, NULL);
}

static void nothing_left(struct __test_metadata *_metadata, struct tcenv *env,
			 struct tclink *link)
{
	EXPECT_EQ(0, tclink__destroy(link));
	EXPECT_TRUE(tcenv_clean(env));
	EXPECT_EQ(0, noise);
	tcenv_close(env);
}

#define RUNS(n)	tcenv_runs(&self->env, self->parent, n)

/* What may differ between the attach points */
FIXTURE(point) {
	struct tcenv env;
	struct tclink *link;
	uint32_t parent;
	int prog;
};

FIXTURE_VARIANT(point) {
	uint32_t parent;
};

FIXTURE_VARIANT_ADD(point, ingress) { .parent = TCLINK_INGRESS };
FIXTURE_VARIANT_ADD(point, egress) { .parent = TCLINK_EGRESS };

FIXTURE_SETUP(point)
{
	self->parent = variant->parent;
	self->link = attach_first(&self->env, self->parent);
	ASSERT_NE(NULL, self->link);
	self->prog = self->env.prog_fd[0];
}

FIXTURE_TEARDOWN(point)
{
	nothing_left(_metadata, &self->env, self->link);
}

/* What does not */
FIXTURE(lib) {
	struct tcenv env;
	struct tclink *link;
	uint32_t parent;
	int prog;
	char pin[64];
};

FIXTURE_SETUP(lib)
{
	self->parent = TCLINK_INGRESS;
	self->link = attach_first(&self->env, self->parent);
	ASSERT_NE(NULL, self->link);
	self->prog = self->env.prog_fd[0];
	snprintf(self->pin, sizeof(self->pin), "/sys/fs/bpf/test_lib_%d",
		 getpid());
}

FIXTURE_TEARDOWN(lib)
{
	EXPECT_NE(0, access(self->pin, F_OK));
	nothing_left(_metadata, &self->env, self->link);
}

TEST_F(point, attach_and_destroy)
{
	EXPECT_TRUE(RUNS(0));
	EXPECT_FALSE(tcenv_clean(&self->env));
	EXPECT_EQ(0, tclink__destroy(self->link));
	self->link = NULL;
	EXPECT_FALSE(RUNS(0));
	EXPECT_TRUE(tcenv_clean(&self->env));
	EXPECT_EQ(0, tclink__destroy(NULL));
}

TEST_F(lib, attach_program)
{
	struct tclink *link;

	link = tclink_attach_program(self->env.skel->progs.seen_b,
				     self->env.dev, self->parent, NULL);
	ASSERT_NE(NULL, link);
	EXPECT_TRUE(RUNS(1));
	EXPECT_EQ(0, tclink__destroy(link));
	EXPECT_FALSE(RUNS(1));
}

TEST_F(point, attach_keeps_the_clsact_that_is_there)
{
	struct rtnl_filter f = {
		.ifindex = self->env.dev,
		.parent = self->parent,
		.prio = 1,
		.kind = "bpf",
		.prog_fd = self->env.prog_fd[1],
	};
	int fd = dup(self->env.prog_fd[2]);
	struct tclink *link;

	ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &f, NLM_F_CREATE));
	link = tclink_attach(fd, self->env.dev, self->parent, NULL);
	ASSERT_NE(NULL, link);
	/* The library's caller may close it now. */
	EXPECT_EQ(0, close(fd));
	EXPECT_TRUE(RUNS(1));
	EXPECT_TRUE(RUNS(2));
	EXPECT_EQ(0, tclink__destroy(link));
	EXPECT_TRUE(RUNS(1));
	ASSERT_EQ(0, rtnl_filter_del(&self->env.rt, &f));
}

TEST_F(point, attach_creates_a_missing_clsact)
{
	struct tc_create c = {
		.prog_fd = self->prog,
		.ifindex = self->env.peer,
		.parent = self->parent,
	};
	struct tclink *link;
	int fd;

	ASSERT_EQ(-EINVAL, tc_link_create(&c));
	link = tclink_attach(self->prog, self->env.peer, self->parent, NULL);
	ASSERT_NE(NULL, link);
	EXPECT_EQ(0, tclink__destroy(link));
	/* It stays: others may use it by now. */
	fd = tc_link_create(&c);
	EXPECT_GE(fd, 0);
	close(fd);
}

TEST_F(point, options_reach_the_kernel)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	struct bpf_link_info info;
	struct tclink *link;

	opts.handle = 0x1234;
	opts.priority = 77;
	opts.chain_index = 5;
	opts.protocol = ETH_P_IPV6;
	opts.classid = TCLINK_PARENT(1, 0x10);
	opts.gen_flags = TCLINK_SKIP_HW;
	opts.flags = TCLINK_F_CLASSIFY_ONLY;
	link = tclink_attach(self->prog, self->env.dev, self->parent, &opts);
	ASSERT_NE(NULL, link);
	ASSERT_EQ(0, tc_link_info(tclink__fd(link), &info));
	EXPECT_EQ(BPF_LINK_TYPE_TC, info.type);
	EXPECT_EQ(self->env.dev, info.tc.ifindex);
	EXPECT_EQ(self->parent, info.tc.parent);
	EXPECT_EQ(0x1234, info.tc.handle);
	EXPECT_EQ(77, info.tc.priority);
	EXPECT_EQ(5, info.tc.chain_index);
	EXPECT_EQ(ETH_P_IPV6, info.tc.protocol);
	EXPECT_EQ(0x10010, info.tc.classid);
	EXPECT_EQ(TCA_CLS_FLAGS_SKIP_HW | TCA_CLS_FLAGS_NOT_IN_HW,
		  info.tc.gen_flags);
	EXPECT_EQ(BPF_F_TC_CLASSIFY_ONLY, info.tc.flags);
	EXPECT_EQ(0, tclink__destroy(link));
}

/* Only frames of the protocol reach the program. */
TEST_F(point, protocol)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	struct tclink *link;

	opts.protocol = ETH_P_IP;
	link = tclink_attach(self->env.prog_fd[1], self->env.dev,
			     self->parent, &opts);
	ASSERT_NE(NULL, link);
	EXPECT_TRUE(RUNS(0));
	EXPECT_EQ(0, tcenv_seen(&self->env, 1));
	EXPECT_EQ(0, tclink__destroy(link));

	opts.protocol = SEEN_ETH_TYPE;
	link = tclink_attach(self->env.prog_fd[1], self->env.dev,
			     self->parent, &opts);
	ASSERT_NE(NULL, link);
	EXPECT_TRUE(RUNS(1));
	EXPECT_EQ(0, tclink__destroy(link));
}

TEST_F(point, priority_orders)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	struct tclink *link[2];
	int i;

	for (i = 0; i < 2; i++) {
		opts.priority = 2 - i;
		link[i] = tclink_attach(self->env.prog_fd[1 + i],
					self->env.dev, self->parent, &opts);
		ASSERT_NE(NULL, link[i]);
	}
	EXPECT_TRUE(RUNS(0));
	EXPECT_EQ(0x030201, tcenv_order(&self->env));
	for (i = 0; i < 2; i++)
		EXPECT_EQ(0, tclink__destroy(link[i]));
}

static void expect_same_info(struct __test_metadata *_metadata,
			     const struct tclink *link)
{
	TCLINK_OPTS(tclink_info, info);
	struct bpf_link_info raw;

	ASSERT_EQ(0, tclink__info(link, &info));
	ASSERT_EQ(0, tc_link_info(tclink__fd(link), &raw));
	EXPECT_EQ(raw.id, info.id);
	EXPECT_EQ(raw.prog_id, info.prog_id);
	EXPECT_EQ(!raw.tc.ifindex, info.severed);
	EXPECT_EQ(raw.tc.ifindex, info.ifindex);
	EXPECT_EQ(raw.tc.parent, info.parent);
	EXPECT_EQ(raw.tc.handle, info.handle);
	EXPECT_EQ(raw.tc.priority, info.priority);
	EXPECT_EQ(raw.tc.chain_index, info.chain_index);
	EXPECT_EQ(raw.tc.protocol, info.protocol);
	EXPECT_EQ(raw.tc.classid, info.classid);
	EXPECT_EQ(raw.tc.gen_flags, info.gen_flags);
	EXPECT_EQ(raw.tc.in_hw_count, info.in_hw_count);
	EXPECT_EQ(raw.tc.block_index, info.block_index);
	EXPECT_EQ(raw.tc.netns_ino, info.netns_ino);
	EXPECT_EQ(raw.tc.flags, info.flags);
	EXPECT_EQ(TCLINK_BACKEND_LINK, info.backend);
	EXPECT_EQ(tclink_backend_guarantees(TCLINK_BACKEND_LINK),
		  info.guarantees);
}

TEST_F(lib, info)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	struct tclink_info old = {
		.sz = offsetof(struct tclink_info, severed),
		.ifindex = 42,
	};
	struct tclink *link;

	expect_same_info(_metadata, self->link);
	opts.handle = 0x1234;
	opts.priority = 77;
	opts.chain_index = 5;
	opts.protocol = ETH_P_IPV6;
	opts.classid = TCLINK_PARENT(1, 0x10);
	opts.flags = TCLINK_F_CLASSIFY_ONLY;
	link = tclink_attach(self->prog, self->env.dev, self->parent, &opts);
	ASSERT_NE(NULL, link);
	expect_same_info(_metadata, link);
	EXPECT_EQ(0, tclink__detach(link));
	expect_same_info(_metadata, link);
	EXPECT_EQ(0, tclink__destroy(link));

	ASSERT_EQ(0, tclink__info(self->link, &old));
	EXPECT_EQ(self->env.prog_id[0], old.prog_id);
	EXPECT_EQ(42, old.ifindex);
}

TEST_F(point, update)
{
	struct bpf_link_info before, after;
	int fd = tclink__fd(self->link);

	ASSERT_EQ(0, tc_link_info(fd, &before));
	EXPECT_EQ(0, tclink__update(self->link, self->env.prog_fd[1], NULL));
	EXPECT_TRUE(RUNS(1));
	EXPECT_EQ(0, tcenv_seen(&self->env, 0));
	EXPECT_EQ(0, tclink__update_program(self->link,
					    self->env.skel->progs.seen_c,
					    NULL));
	EXPECT_TRUE(RUNS(2));
	/* The same once more */
	EXPECT_EQ(0, tclink__update(self->link, self->env.prog_fd[2], NULL));
	ASSERT_EQ(0, tc_link_info(fd, &after));
	EXPECT_EQ(self->env.prog_id[2], after.prog_id);
	after.prog_id = before.prog_id;
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
}

TEST_F(lib, update_expecting_the_old_program)
{
	TCLINK_OPTS(tclink_update_opts, opts);

	opts.flags = TCLINK_F_EXPECT_OLD;
	opts.old_prog_fd = self->prog;
	EXPECT_EQ(0, tclink__update(self->link, self->env.prog_fd[1], &opts));
	EXPECT_TRUE(RUNS(1));
	/* Now it is another one. */
	tclink_set_log(NULL);
	EXPECT_EQ(-EPERM, tclink__update(self->link, self->env.prog_fd[2],
					 &opts));
	EXPECT_EQ(EPERM, errno);
	EXPECT_TRUE(RUNS(1));
	EXPECT_EQ(0, tcenv_seen(&self->env, 2));
}

/* Descriptor 0 is not "none". */
TEST_F(lib, update_expecting_descriptor_0)
{
	TCLINK_OPTS(tclink_update_opts, opts);

	opts.flags = TCLINK_F_EXPECT_OLD;
	ASSERT_EQ(0, dup2(self->prog, 0));
	EXPECT_EQ(0, tclink__update(self->link, self->env.prog_fd[1], &opts));
	EXPECT_TRUE(RUNS(1));
	tclink_set_log(NULL);
	EXPECT_EQ(-EPERM, tclink__update(self->link, self->env.prog_fd[2],
					 &opts));
	EXPECT_TRUE(RUNS(1));
	close(0);
}

static void expect_severed(struct __test_metadata *_metadata,
			   struct tclink *link, int prog_fd)
{
	struct pollfd pfd = { .fd = tclink__fd(link) };
	TCLINK_OPTS(tclink_info, info);

	ASSERT_EQ(0, tclink__info(link, &info));
	EXPECT_EQ(1, info.severed);
	EXPECT_EQ(0, info.ifindex);
	EXPECT_EQ(1, info.handle);
	EXPECT_EQ(1, poll(&pfd, 1, 0));
	EXPECT_EQ(POLLHUP, pfd.revents);
	tclink_set_log(NULL);
	EXPECT_EQ(-ENOLINK, tclink__update(link, prog_fd, NULL));
	EXPECT_EQ(ENOLINK, errno);
	tclink_set_log(on_log);
	EXPECT_EQ(0, tclink__detach(link));
}

TEST_F(point, severed_by_qdisc_delete)
{
	struct pollfd pfd = { .fd = tclink__fd(self->link) };

	EXPECT_EQ(0, poll(&pfd, 1, 0));
	ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt, self->env.dev, TC_H_CLSACT));
	EXPECT_FALSE(RUNS(0));
	expect_severed(_metadata, self->link, self->prog);

	/* Severed it stays, and attaching anew is possible. */
	EXPECT_EQ(0, tclink__destroy(self->link));
	self->link = tclink_attach(self->prog, self->env.dev, self->parent,
				   NULL);
	ASSERT_NE(NULL, self->link);
	EXPECT_TRUE(RUNS(0));
}

TEST_F(lib, severed_by_detach)
{
	EXPECT_EQ(0, tclink__detach(self->link));
	EXPECT_FALSE(RUNS(0));
	EXPECT_TRUE(tcenv_clean(&self->env));
	expect_severed(_metadata, self->link, self->prog);
}

TEST_F(lib, disconnect_leaves_the_filter)
{
	int fd = tclink__fd(self->link);

	tclink__disconnect(self->link);
	EXPECT_EQ(0, tclink__destroy(self->link));
	EXPECT_TRUE(RUNS(0));
	self->link = tclink_open_fd(fd);
	ASSERT_NE(NULL, self->link);
	EXPECT_EQ(0, close(fd));
	EXPECT_TRUE(RUNS(0));
	EXPECT_EQ(0, tclink__destroy(self->link));
	self->link = NULL;
	EXPECT_FALSE(RUNS(0));
}

TEST_F(lib, pin_outlives_the_object)
{
	TCLINK_OPTS(tclink_info, before);
	TCLINK_OPTS(tclink_info, after);

	ASSERT_EQ(0, tclink__info(self->link, &before));
	ASSERT_EQ(0, tclink__pin(self->link, self->pin));
	EXPECT_EQ(0, tclink__destroy(self->link));
	EXPECT_TRUE(RUNS(0));

	self->link = tclink_open_path(self->pin);
	ASSERT_NE(NULL, self->link);
	ASSERT_EQ(0, tclink__info(self->link, &after));
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
	EXPECT_EQ(0, tclink__unpin(self->link));
	EXPECT_NE(0, access(self->pin, F_OK));
	EXPECT_TRUE(RUNS(0));
	EXPECT_EQ(0, tclink__pin(self->link, self->pin));
	EXPECT_EQ(0, tclink__unpin(self->link));
	EXPECT_EQ(0, tclink__destroy(self->link));
	self->link = NULL;
	EXPECT_TRUE(tcenv_wait_clean(&self->env));
	EXPECT_FALSE(RUNS(0));
}

/* Detaching with a pin elsewhere: it leads to the severed link. */
TEST_F(lib, detach_leaves_the_pin)
{
	struct tclink *other;

	ASSERT_EQ(0, tclink__pin(self->link, self->pin));
	other = tclink_open_path(self->pin);
	ASSERT_NE(NULL, other);
	EXPECT_EQ(0, tclink__detach(self->link));
	expect_severed(_metadata, other, self->prog);
	EXPECT_EQ(0, tclink__destroy(other));
	EXPECT_EQ(0, tclink__unpin(self->link));
}

TEST_F(lib, opened_by_id_holds_the_link)
{
	TCLINK_OPTS(tclink_info, info);
	struct tclink *other;

	ASSERT_EQ(0, tclink__info(self->link, &info));
	other = tclink_open_id(info.id);
	ASSERT_NE(NULL, other);
	EXPECT_NE(tclink__fd(self->link), tclink__fd(other));
	EXPECT_EQ(0, tclink__destroy(self->link));
	self->link = NULL;
	EXPECT_TRUE(RUNS(0));
	EXPECT_EQ(0, tclink__update(other, self->env.prog_fd[1], NULL));
	EXPECT_TRUE(RUNS(1));
	EXPECT_EQ(0, tclink__destroy(other));
	EXPECT_FALSE(RUNS(1));
}

/* Ids of the links found, or -errno if the end is another one than ENOENT. */
static int collect(uint32_t ifindex, uint32_t ids[], int max)
{
	TCLINK_OPTS(tclink_next_opts, opts);
	TCLINK_OPTS(tclink_info, info);
	struct tclink *link;
	__u32 id = 0;
	int n = 0;

	opts.ifindex = ifindex;
	while (n < max && (link = tclink_next(&id, &opts))) {
		if (tclink__info(link, &info) || info.id != id)
			return -EPROTO;
		ids[n++] = id;
		tclink__destroy(link);
	}
	return n < max && errno != ENOENT ? -errno : n;
}

static uint32_t id_of(const struct tclink *link)
{
	TCLINK_OPTS(tclink_info, info);

	return tclink__info(link, &info) ? 0 : info.id;
}

TEST_F(lib, next)
{
	uint32_t ids[8], dev = self->env.dev, peer = self->env.peer;
	uint32_t first = id_of(self->link);
	struct tclink *link[2];

	link[0] = tclink_attach(self->prog, peer, self->parent, NULL);
	link[1] = tclink_attach(self->prog, dev, self->parent, NULL);
	ASSERT_NE(NULL, link[0]);
	ASSERT_NE(NULL, link[1]);

	ASSERT_EQ(3, collect(0, ids, 8));
	EXPECT_EQ(first, ids[0]);
	EXPECT_EQ(id_of(link[0]), ids[1]);
	EXPECT_EQ(id_of(link[1]), ids[2]);
	EXPECT_LT(ids[0], ids[1]);
	EXPECT_LT(ids[1], ids[2]);

	ASSERT_EQ(2, collect(dev, ids, 8));
	EXPECT_EQ(first, ids[0]);
	EXPECT_EQ(id_of(link[1]), ids[1]);
	ASSERT_EQ(1, collect(peer, ids, 8));
	EXPECT_EQ(id_of(link[0]), ids[0]);
	EXPECT_EQ(0, collect(0x7fffffff, ids, 8));

	/* A severed one is a link still, but of no device. */
	EXPECT_EQ(0, tclink__detach(link[0]));
	EXPECT_EQ(3, collect(0, ids, 8));
	EXPECT_EQ(0, collect(peer, ids, 8));
	EXPECT_EQ(0, tclink__destroy(link[0]));
	EXPECT_EQ(0, tclink__destroy(link[1]));
	EXPECT_EQ(1, collect(0, ids, 8));
}

/* Devices of another namespace may have the same ifindex. */
TEST_F(lib, next_is_of_this_netns)
{
	struct tcenv *env = &self->env, other;
	struct tclink *link;
	uint32_t ids[8];

	ASSERT_EQ(0, tcenv_open(&other));
	libbpf_set_print(on_libbpf);
	ASSERT_EQ(env->dev, other.dev);
	link = tclink_attach(self->prog, other.dev, self->parent, NULL);
	ASSERT_NE(NULL, link);
	ASSERT_EQ(2, collect(0, ids, 8));
	ASSERT_EQ(1, collect(other.dev, ids, 8));
	EXPECT_EQ(id_of(link), ids[0]);
	EXPECT_EQ(0, tclink__destroy(link));
	tcenv_close(&other);
}

TEST_F(lib, probe)
{
	TCLINK_OPTS(tclink_features, features);

	ASSERT_EQ(0, tclink_probe(&features));
	EXPECT_EQ(1, features.link);
	EXPECT_EQ(BPF_LINK_TYPE_TC, features.link_type);
	EXPECT_EQ(BPF_TC, features.attach_type);
	EXPECT_EQ(1, features.tcx);
}

#define RACERS	4
#define ROUNDS	10

struct racer {
	pthread_t thread;
	pthread_barrier_t *start;
	struct tclink *link;
	uint32_t parent;
	int prog;
	int ifindex;
};

static void *race(void *arg)
{
	struct racer *r = arg;

	pthread_barrier_wait(r->start);
	r->link = tclink_attach(r->prog, r->ifindex, r->parent, NULL);
	return NULL;
}

TEST_F(lib, threads_attach_at_once_without_clsact)
{
	struct racer r[RACERS] = {};
	pthread_barrier_t start;
	int round, i;

	pthread_barrier_init(&start, NULL, RACERS);
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < RACERS; i++) {
			r[i].start = &start;
			r[i].prog = self->prog;
			r[i].ifindex = self->env.peer;
			r[i].parent = i % 2 ? TCLINK_EGRESS : TCLINK_INGRESS;
			ASSERT_EQ(0, pthread_create(&r[i].thread, NULL, race,
						    &r[i]));
		}
		for (i = 0; i < RACERS; i++)
			pthread_join(r[i].thread, NULL);
		for (i = 0; i < RACERS; i++) {
			ASSERT_NE(NULL, r[i].link);
			EXPECT_EQ(0, tclink__destroy(r[i].link));
		}
		ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt, self->env.peer,
					    TC_H_CLSACT));
	}
}

TEST_F(lib, processes_attach_at_once_without_clsact)
{
	int start[2], i, status;
	struct tclink *link;
	char c;

	ASSERT_EQ(0, pipe(start));
	for (i = 0; i < RACERS; i++) {
		if (fork())
			continue;
		close(start[1]);
		/* End of file for all at once */
		if (read(start[0], &c, 1))
			_exit(1);
		link = tclink_attach(self->prog, self->env.peer,
				     self->parent, NULL);
		_exit(!link || noise);
	}
	close(start[0]);
	close(start[1]);
	for (i = 0; i < RACERS; i++) {
		ASSERT_LT(0, wait(&status));
		EXPECT_EQ(0, status);
	}
}

TEST_HARNESS_MAIN
