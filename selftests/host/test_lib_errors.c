// SPDX-License-Identifier: GPL-2.0-only
/* What libtclink returns and says, in one sentence, when the kernel refuses. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <sys/capability.h>

#include <linux/rtnetlink.h>

#include <bpf/bpf.h>
#include <tclink/tclink.h>

#include "kselftest_harness.h"
#include "seen.skel.h"
#include "tclib.h"

#define PRIO	10
#define HANDLE	7
#define NO_SUCH_ID	0x7fffffff

static struct {
	int calls;
	int err;
	char sentence[512];
} said;

static void on_log(int err, const char *sentence)
{
	said.calls++;
	said.err = err;
	snprintf(said.sentence, sizeof(said.sentence), "%s", sentence);
}

static int forget(void)
{
	memset(&said, 0, sizeof(said));
	errno = 0;
	return 0;
}

/* The call failed with err, said so once, and for the reason that follows. */
static bool failed_with(int err, int saved_errno, const char *fmt, ...)
{
	char expected[sizeof(said.sentence)];
	va_list args;

	va_start(args, fmt);
	vsnprintf(expected, sizeof(expected), fmt, args);
	va_end(args);
	if (saved_errno == err && said.calls == 1 && said.err == err &&
	    !strcmp(said.sentence, expected))
		return true;
	printf("# errno %d, %d calls of the log, the last with %d:\n# '%s'\n# expected %d and\n# '%s'\n",
	       saved_errno, said.calls, said.err, said.sentence, err, expected);
	return false;
}

#define FAILS(error, call, ...)						\
	do {								\
		int ret_ = forget() ?: (call), errno_ = errno;		\
									\
		EXPECT_EQ(-(error), ret_);				\
		EXPECT_TRUE(failed_with(error, errno_, __VA_ARGS__));	\
	} while (0)

#define FAILS_PTR(error, call, ...)					\
	do {								\
		struct tclink *ret_ = forget() ? NULL : (call);		\
		int errno_ = errno;					\
									\
		EXPECT_EQ(NULL, ret_);					\
		EXPECT_TRUE(failed_with(error, errno_, __VA_ARGS__));	\
	} while (0)

static __attribute__((constructor)) void read_btf(void)
{
	TCLINK_OPTS(tclink_features, features);

	tclink_probe(&features);
}

FIXTURE(errors) {
	struct tcenv env;
	struct tclink_attach_opts opts;
	struct tclink *link;
	uint32_t id;
	char pin[64];
	char other[80];
};

FIXTURE_SETUP(errors)
{
	TCLINK_OPTS(tclink_info, info);

	tclink_set_log(on_log);
	ASSERT_EQ(0, tcenv_open(&self->env));
	self->opts.sz = sizeof(self->opts);
	self->opts.priority = PRIO;
	self->opts.handle = HANDLE;
	self->link = tclink_attach(self->env.prog_fd[0], self->env.dev,
				   TCLINK_INGRESS, &self->opts);
	ASSERT_NE(NULL, self->link);
	ASSERT_EQ(0, tclink__info(self->link, &info));
	self->id = info.id;
	snprintf(self->pin, sizeof(self->pin), "/sys/fs/bpf/lib_errors_%d",
		 getpid());
	snprintf(self->other, sizeof(self->other), "%s_other", self->pin);
	/* What goes right needs no explanation. */
	ASSERT_EQ(0, said.calls);
}

FIXTURE_TEARDOWN(errors)
{
	forget();
	unlink(self->pin);
	unlink(self->other);
	/* Nothing that failed has changed anything. */
	EXPECT_TRUE(tcenv_runs(&self->env, TCLINK_INGRESS, 0));
	EXPECT_EQ(0, tclink__destroy(self->link));
	EXPECT_TRUE(tcenv_clean(&self->env));
	EXPECT_EQ(0, said.calls);
	tcenv_close(&self->env);
}

/* Attach program n to dev. */
#define ATTACH(n, parent, opts)						\
	tclink_attach(self->env.prog_fd[n], self->env.dev, parent, opts)

TEST_F(errors, no_such_device)
{
	FAILS_PTR(ENODEV, tclink_attach(self->env.prog_fd[0], 0x7fffffff,
					TCLINK_INGRESS, NULL),
		  "there is no device with ifindex 2147483647 in this network namespace");
}

TEST_F(errors, no_such_qdisc)
{
	FAILS_PTR(EINVAL, ATTACH(0, TCLINK_PARENT(1, 0), NULL),
		  "there is no qdisc 1:0 for veth0 1:0; see 'tc qdisc show'");
	FAILS_PTR(EINVAL, ATTACH(0, TCLINK_PARENT(0x8001, 0x10), NULL),
		  "there is no qdisc 8001:0 for veth0 8001:10; see 'tc qdisc show'");
	FAILS_PTR(EINVAL, ATTACH(0, 0, NULL),
		  "parent is 0; name ingress, egress or a class such as 1:10");
}

/* Netlink takes egress for another name of ingress there. */
TEST_F(errors, egress_of_the_ingress_qdisc)
{
	const __u32 backends[] = {
		TCLINK_BACKEND_LINK,
		TCLINK_BACKEND_NETLINK,
	};
	TCLINK_OPTS(tclink_attach_opts, opts);
	int i;

	ASSERT_EQ(0, rtnl_qdisc_add(&self->env.rt, self->env.peer, "ingress",
				    TC_H_INGRESS, TC_H_INGRESS & 0xffff0000,
				    NLM_F_EXCL));
	for (i = 0; i < 2; i++) {
		opts.backend = backends[i];
		FAILS_PTR(ENOENT,
			  tclink_attach(self->env.prog_fd[0], self->env.peer,
					TCLINK_EGRESS, &opts),
			  "veth1 has the ingress qdisc, which has no egress; replace it by clsact");
	}
	ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt, self->env.peer,
				    TC_H_INGRESS));
}

TEST_F(errors, no_such_class)
{
	ASSERT_EQ(0, rtnl_qdisc_add(&self->env.rt, self->env.dev, "prio",
				    TC_H_ROOT, 0x10000, NLM_F_EXCL));
	FAILS_PTR(ENOENT, ATTACH(0, TCLINK_PARENT(1, 0x10), NULL),
		  "there is no class for veth0 1:10; see 'tc class show'");
}

TEST_F(errors, exists_as_that_of_a_link)
{
	FAILS_PTR(EEXIST, ATTACH(1, TCLINK_INGRESS, &self->opts),
		  "veth0 ingress has a filter with priority 10 and handle 0x7 already, owned by link %u, program %u (seen_a); choose another handle or priority, or 0 to let the kernel choose",
		  self->id, self->env.prog_id[0]);
}

/* A link on the other side of the device is not the one in the way. */
TEST_F(errors, exists_as_that_of_netlink)
{
	struct rtnl_filter f = {
		.ifindex = self->env.dev,
		.parent = TC_EGRESS,
		.prio = PRIO,
		.handle = HANDLE,
		.kind = "bpf",
		.prog_fd = self->env.prog_fd[1],
	};

	ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &f, NLM_F_CREATE));
	FAILS_PTR(EEXIST, ATTACH(0, TCLINK_EGRESS, &self->opts),
		  "veth0 egress has a filter with priority 10 and handle 0x7 already, made by netlink, program %u (seen_b); choose another handle or priority, or 0 to let the kernel choose",
		  self->env.prog_id[1]);
	EXPECT_TRUE(tcenv_runs(&self->env, TCLINK_EGRESS, 1));
	ASSERT_EQ(0, rtnl_filter_del(&self->env.rt, &f));
}

TEST_F(errors, other_kind_at_the_priority)
{
	struct rtnl_filter f = {
		.ifindex = self->env.dev,
		.parent = TC_EGRESS,
		.prio = PRIO,
		.kind = "matchall",
	};

	ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &f, NLM_F_CREATE));
	FAILS_PTR(EINVAL, ATTACH(0, TCLINK_EGRESS, &self->opts),
		  "priority 10 in chain 0 of veth0 egress belongs to filters of kind matchall; choose another priority");
	ASSERT_EQ(0, rtnl_filter_del(&self->env.rt, &f));
}

TEST_F(errors, options_out_of_range)
{
	struct tclink_attach_opts *opts = &self->opts;

	opts->priority = 0x10000;
	FAILS_PTR(EINVAL, ATTACH(0, TCLINK_EGRESS, opts),
		  "priority 65536 is over 65535");
	opts->priority = 0;
	opts->chain_index = 0x10000000;
	FAILS_PTR(EINVAL, ATTACH(0, TCLINK_EGRESS, opts),
		  "chain 268435456 is over 268435455");
	opts->chain_index = 0;
	opts->protocol = 0x10000;
	FAILS_PTR(EINVAL, ATTACH(0, TCLINK_EGRESS, opts),
		  "protocol 0x10000 is over 0xffff");
	opts->protocol = 0;
	opts->gen_flags = TCLINK_SKIP_SW | TCLINK_SKIP_HW;
	FAILS_PTR(EINVAL, ATTACH(0, TCLINK_EGRESS, opts),
		  "TCLINK_SKIP_HW and TCLINK_SKIP_SW exclude each other");
	opts->gen_flags = TCLINK_IN_HW;
	FAILS_PTR(EINVAL, ATTACH(0, TCLINK_EGRESS, opts),
		  "gen_flags 0x4 has a bit other than TCLINK_SKIP_HW and TCLINK_SKIP_SW");
	opts->gen_flags = TCLINK_SKIP_SW;
	FAILS_PTR(EINVAL, ATTACH(0, TCLINK_EGRESS, opts),
		  "no hardware under veth0 egress takes this program, and TCLINK_SKIP_SW forbids to run it in software");
	opts->gen_flags = 0;
	opts->flags = 2;
	FAILS_PTR(EINVAL, ATTACH(0, TCLINK_EGRESS, opts),
		  "flags 0x2 has a bit that is not known");
}

TEST_F(errors, program_of_other_type)
{
	uint32_t id = prog_id(self->env.prog_fd[3]);

	FAILS_PTR(EINVAL, ATTACH(3, TCLINK_EGRESS, NULL),
		  "program %u (other_type) is of type socket_filter; only sched_cls programs, SEC(\"tc\"), can be attached",
		  id);
	FAILS(EINVAL, tclink__update(self->link, self->env.prog_fd[3], NULL),
	      "program %u (other_type) is of type socket_filter; only sched_cls programs, SEC(\"tc\"), can be attached",
	      id);
}

TEST_F(errors, no_program)
{
	int null = open("/dev/null", O_RDONLY);

	FAILS_PTR(EBADF, tclink_attach(999, self->env.dev, TCLINK_EGRESS, NULL),
		  "descriptor 999 is not open");
	FAILS(EBADF, tclink__update(self->link, 999, NULL),
	      "descriptor 999 is not open");
	FAILS_PTR(EINVAL, tclink_attach(null, self->env.dev, TCLINK_EGRESS,
					NULL),
		  "descriptor %d is not a BPF program", null);
	FAILS(EINVAL, tclink__update(self->link, null, NULL),
	      "descriptor %d is not a BPF program", null);
	close(null);
}

/* A device without clsact gets one only if that can help. */
TEST_F(errors, no_clsact_for_a_mistake)
{
	struct tc_create c = {
		.prog_fd = self->env.prog_fd[0],
		.ifindex = self->env.peer,
		.parent = TC_INGRESS,
	};

	forget();
	EXPECT_EQ(NULL, tclink_attach(self->env.prog_fd[3], self->env.peer,
				      TCLINK_INGRESS, NULL));
	self->opts.priority = 0x10000;
	EXPECT_EQ(NULL, tclink_attach(self->env.prog_fd[0], self->env.peer,
				      TCLINK_INGRESS, &self->opts));
	EXPECT_EQ(2, said.calls);
	EXPECT_EQ(-EINVAL, tc_link_create(&c));
}

TEST_F(errors, other_program_than_expected)
{
	TCLINK_OPTS(tclink_update_opts, opts);

	opts.flags = TCLINK_F_EXPECT_OLD;
	opts.old_prog_fd = self->env.prog_fd[2];
	FAILS(EPERM, tclink__update(self->link, self->env.prog_fd[1], &opts),
	      "link %u has program %u (seen_a) attached, not the expected %u (seen_c); nothing was changed",
	      self->id, self->env.prog_id[0], self->env.prog_id[2]);
	opts.old_prog_fd = 999;
	FAILS(EBADF, tclink__update(self->link, self->env.prog_fd[1], &opts),
	      "descriptor 999 is not open");
	opts.flags = 0;
	FAILS(EINVAL, tclink__update(self->link, self->env.prog_fd[1], &opts),
	      "old_prog_fd is set without TCLINK_F_EXPECT_OLD in flags");
}

TEST_F(errors, severed)
{
	TCLINK_OPTS(tclink_update_opts, opts);
	struct tclink *link;
	int i;

	link = ATTACH(1, TCLINK_INGRESS, NULL);
	ASSERT_NE(NULL, link);
	ASSERT_EQ(0, tclink__detach(link));
	opts.flags = TCLINK_F_EXPECT_OLD;
	opts.old_prog_fd = self->env.prog_fd[1];
	for (i = 0; i < 2; i++)
		FAILS(ENOLINK, tclink__update(link, self->env.prog_fd[2],
					      i ? &opts : NULL),
		      "link %u is severed: its filter went with the qdisc or device, or was detached; attach anew",
		      self->id + 1);
	EXPECT_EQ(0, tclink__destroy(link));
}

static int without(cap_value_t cap)
{
	cap_t caps = cap_get_proc();
	int err;

	err = cap_set_flag(caps, CAP_EFFECTIVE, 1, &cap, CAP_CLEAR) ||
	      cap_set_proc(caps);
	cap_free(caps);
	return err ? -errno : 0;
}

TEST_F(errors, without_cap_net_admin)
{
	struct tclink *link;

	ASSERT_EQ(0, without(CAP_NET_ADMIN));
	FAILS_PTR(EPERM, ATTACH(0, TCLINK_INGRESS, NULL),
		  "attaching to veth0 ingress needs CAP_NET_ADMIN over the user namespace of the network namespace");
	/* Nor does it make a qdisc. */
	FAILS_PTR(EPERM, tclink_attach(self->env.prog_fd[0], self->env.peer,
				       TCLINK_EGRESS, NULL),
		  "attaching to veth1 egress needs CAP_NET_ADMIN over the user namespace of the network namespace");
	/* Who has the descriptor needs no more. */
	link = tclink_open_fd(tclink__fd(self->link));
	ASSERT_NE(NULL, link);
	EXPECT_EQ(0, tclink__update(link, self->env.prog_fd[0], NULL));
	EXPECT_EQ(0, tclink__destroy(link));
}

TEST_F(errors, without_cap_sys_admin)
{
	struct tclink *link;
	__u32 id = 0;

	ASSERT_EQ(0, without(CAP_SYS_ADMIN));
	FAILS_PTR(EPERM, tclink_open_id(self->id),
		  "opening a link by its id needs CAP_SYS_ADMIN");
	FAILS_PTR(EPERM, tclink_next(&id, NULL),
		  "going through the links needs CAP_SYS_ADMIN");
	EXPECT_EQ(0, id);
	/* Netlink tells anyone which link it is, though not of the program. */
	FAILS_PTR(EEXIST, ATTACH(1, TCLINK_INGRESS, &self->opts),
		  "veth0 ingress has a filter with priority 10 and handle 0x7 already, owned by link %u, program %u; choose another handle or priority, or 0 to let the kernel choose",
		  self->id, self->env.prog_id[0]);
	/* Attaching needs CAP_NET_ADMIN only. */
	link = ATTACH(1, TCLINK_INGRESS, NULL);
	EXPECT_NE(NULL, link);
	EXPECT_EQ(0, tclink__destroy(link));
}

TEST_F(errors, pin)
{
	struct tclink *link = tclink_open_id(self->id);

	ASSERT_NE(NULL, link);
	FAILS(ENOENT, tclink__pin(self->link, "/sys/fs/bpf/none/pin"),
	      "the directory of /sys/fs/bpf/none/pin does not exist; create it");
	FAILS(EPERM, tclink__pin(self->link, "/run/pin"),
	      "/run/pin is not in a BPF file system; use a path under /sys/fs/bpf, or 'mount -t bpf'");
	FAILS(EPERM, tclink__pin(self->link, "/sys/fs/bpf/pin.1"),
	      "/sys/fs/bpf/pin.1 has a dot in its name, which a BPF file system does not allow");
	FAILS(EINVAL, tclink__unpin(self->link),
	      "this object knows of no pin of its link");
	ASSERT_EQ(0, tclink__pin(self->link, self->pin));
	FAILS(EBUSY, tclink__pin(self->link, self->other),
	      "the link is pinned at %s already; unpin it first", self->pin);
	FAILS(EEXIST, tclink__pin(link, self->pin),
	      "%s exists; choose another path or remove it", self->pin);
	ASSERT_EQ(0, unlink(self->pin));
	FAILS(ENOENT, tclink__unpin(self->link), "the pin %s is gone",
	      self->pin);
	EXPECT_EQ(0, tclink__destroy(link));
}

/* Another link has taken the name. */
TEST_F(errors, unpin_another_link)
{
	struct tclink *link = ATTACH(1, TCLINK_INGRESS, NULL);

	ASSERT_NE(NULL, link);
	ASSERT_EQ(0, tclink__pin(self->link, self->pin));
	ASSERT_EQ(0, unlink(self->pin));
	ASSERT_EQ(0, tclink__pin(link, self->pin));
	FAILS(ESTALE, tclink__unpin(self->link),
	      "%s leads to another object by now; left alone", self->pin);
	EXPECT_EQ(0, access(self->pin, F_OK));
	EXPECT_EQ(0, tclink__unpin(link));
	EXPECT_EQ(0, tclink__destroy(link));
}

TEST_F(errors, open_nothing)
{
	FAILS_PTR(ENOENT, tclink_open_path(self->pin), "nothing is pinned at %s",
		  self->pin);
	FAILS_PTR(EPERM, tclink_open_path("/sys/fs/bpf/pin.1"),
		  "/sys/fs/bpf/pin.1 has a dot in its name, which a BPF file system does not allow");
	FAILS_PTR(EACCES, tclink_open_path("/dev/null"),
		  "/dev/null is not in a BPF file system; use a path under /sys/fs/bpf, or 'mount -t bpf'");
	FAILS_PTR(ENOENT, tclink_open_id(NO_SUCH_ID), "there is no link %u",
		  NO_SUCH_ID);
	FAILS_PTR(EBADF, tclink_open_fd(999),
		  "descriptor 999: Bad file descriptor");
}

/* An XDP link on dev: a descriptor or -1 */
static int xdp_link(int ifindex)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int prog, link;

	prog = bpf_prog_load(BPF_PROG_TYPE_XDP, "pass", "GPL", insns, 2, NULL);
	if (prog < 0)
		return -1;
	link = bpf_link_create(prog, ifindex, BPF_XDP, NULL);
	close(prog);
	return link;
}

TEST_F(errors, open_link_of_other_type)
{
	int link = xdp_link(self->env.dev);
	struct bpf_link_info info;

	ASSERT_GE(link, 0);
	ASSERT_EQ(0, tc_link_info(link, &info));
	ASSERT_EQ(0, bpf_obj_pin(link, self->pin));
	FAILS_PTR(EINVAL, tclink_open_path(self->pin),
		  "%s is a link of type xdp, and no backend makes such links", self->pin);
	FAILS_PTR(EINVAL, tclink_open_id(info.id),
		  "link %u is a link of type xdp, and no backend makes such links", info.id);
	FAILS_PTR(EINVAL, tclink_open_fd(link),
		  "descriptor %d is a link of type xdp, and no backend makes such links", link);
	close(link);
}

TEST_F(errors, open_what_is_no_link)
{
	int fd = self->env.prog_fd[0];

	ASSERT_EQ(0, bpf_obj_pin(fd, self->pin));
	FAILS_PTR(EINVAL, tclink_open_path(self->pin), "%s is not a BPF link",
		  self->pin);
	FAILS_PTR(EINVAL, tclink_open_fd(fd), "descriptor %d is not a BPF link",
		  fd);
	fd = open("/dev/null", O_RDONLY);
	FAILS_PTR(EINVAL, tclink_open_fd(fd), "descriptor %d is not a BPF link",
		  fd);
	close(fd);
}

/* The end of an iteration is no failure to speak of. */
TEST_F(errors, end_of_links)
{
	TCLINK_OPTS(tclink_next_opts, opts);
	__u32 id = 0;

	forget();
	opts.ifindex = self->env.peer;
	EXPECT_EQ(NULL, tclink_next(&id, &opts));
	EXPECT_EQ(ENOENT, errno);
	EXPECT_EQ(0, said.calls);
}

TEST_F(errors, silence)
{
	EXPECT_TRUE(tclink_set_log(NULL) == on_log);
	forget();
	EXPECT_EQ(NULL, ATTACH(1, TCLINK_INGRESS, &self->opts));
	EXPECT_EQ(EEXIST, errno);
	EXPECT_EQ(NULL, ATTACH(3, TCLINK_INGRESS, NULL));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-EINVAL, tclink__update(self->link, self->env.prog_fd[3],
					  NULL));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(0, said.calls);
	EXPECT_TRUE(!tclink_set_log(on_log));
}

TEST_HARNESS_MAIN
