// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Finding links, threads, and what not all backends have. */
#include <fcntl.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/if_ether.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <bpf/bpf.h>

#include "backends.h"
#include "forge.h"

static unsigned int count_links(__u32 ifindex, __u32 backend, __u32 id)
{
	TCLINK_OPTS(tclink_next_opts, opts);
	struct tclink *link;
	unsigned int nr = 0;
	__u32 next = 0;

	opts.ifindex = ifindex;
	opts.backend = backend;
	while ((link = tclink_next(&next, &opts))) {
		CHECK(info_of(link).id == next);
		nr += next == id;
		tclink__destroy(link);
	}
	CHECK(errno == ENOENT || errno == EOPNOTSUPP);
	return nr;
}

static void test_next(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS);
	__u32 id = info_of(link).id, i;

	for (i = TCLINK_BACKEND_ANY; i <= TCLINK_BACKEND_TCX; i++) {
		bool found = id && (!i || i == variant);

		CHECK(count_links(0, i, id) == found);
		CHECK(count_links(veth.dev, i, id) == found);
		CHECK(!count_links(veth.peer, i, id));
	}
	CHECK(!tclink__detach(link));
	CHECK(count_links(0, TCLINK_BACKEND_ANY, id) == !!id);
	CHECK(!count_links(veth.dev, TCLINK_BACKEND_ANY, id));
	tclink__destroy(link);
	CHECK(!count_links(0, TCLINK_BACKEND_ANY, id));
}

/* Links come in the order of their ids, and only those of the device. */
static void test_next_order(void)
{
	TCLINK_OPTS(tclink_next_opts, opts);
	struct tclink *link[3], *found;
	__u32 id[3], next = 0;
	int i = 0;

	link[0] = attach(0, TCLINK_INGRESS);
	link[1] = attach_at(1, veth.peer, TCLINK_INGRESS, NULL);
	link[2] = attach(2, TCLINK_INGRESS);
	CHECK(link[1]);
	for (i = 0; i < 3; i++)
		id[i] = info_of(link[i]).id;
	CHECK(!id[0] || (id[0] < id[1] && id[1] < id[2]));
	for (i = 0; id[0] && (found = tclink_next(&next, &opts));) {
		i += i < 3 && next == id[i];
		tclink__destroy(found);
	}
	CHECK(i == 3 || !id[0]);
	for (i = 0; i < 3; i++) {
		CHECK(count_links(i == 1 ? veth.peer : veth.dev, 0, id[i]) ==
		      !!id[0]);
		CHECK(!count_links(i == 1 ? veth.dev : veth.peer, 0, id[i]));
		CHECK(!count_links(0x7fffffff, 0, id[i]));
	}
	/* A severed one is a link still, but of no device. */
	CHECK(!tclink__detach(link[1]));
	CHECK(count_links(0, 0, id[1]) == !!id[1]);
	CHECK(!count_links(veth.peer, 0, id[1]));
	for (i = 0; i < 3; i++)
		CHECK(!tclink__destroy(link[i]));
}

static void test_open(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS), *other;
	__u32 id = info_of(link).id;
	int fd;

	if (!id) {
		fd = tclink__fd(link);
		FAILS_PTR(tclink_open_fd(fd), EBADF,
			  "descriptor -95: Bad file descriptor");
		tclink__destroy(link);
		return;
	}
	other = tclink_open_id(id);
	CHECK(other && tclink__fd(other) != tclink__fd(link));
	CHECK(fcntl(tclink__fd(other), F_GETFD) == FD_CLOEXEC);
	CHECK(info_of(other).backend == variant && info_of(other).id == id);
	/* It holds the link. */
	CHECK(!tclink__destroy(link) && runs(0, TCLINK_INGRESS));
	CHECK(!tclink__update(other, veth.prog[1], NULL));
	CHECK(runs(1, TCLINK_INGRESS));
	link = tclink_open_fd(tclink__fd(other));
	CHECK(link && !tclink__detach(link) && info_of(other).severed);
	CHECK(!tclink__destroy(link) && !tclink__destroy(other));
	CHECK(!tclink_open_id(id) && errno == ENOENT);
	/* The last one to go takes the filter with it. */
	link = attach(0, TCLINK_INGRESS);
	other = tclink_open_id(info_of(link).id);
	CHECK(other && !tclink__destroy(link) && runs(0, TCLINK_INGRESS));
	CHECK(!tclink__destroy(other) && !runs(0, TCLINK_INGRESS));
	nothing_left();
}

/* What the backend lacks is refused, and the sentence names it. */
static void lacks(const char *what)
{
	char sentence[128];

	snprintf(sentence, sizeof(sentence),
		 "the %s backend was asked for, but it lacks %s",
		 tclink_backend_name(variant), what);
	CHECK(errno == EOPNOTSUPP && last_err == EOPNOTSUPP);
	CHECK(!strcmp(last_sentence, sentence));
}

static void test_parents(void)
{
	struct tclink *link;

	sh("tc qdisc add dev t0 root handle 1: htb");
	link = attach_at(0, veth.dev, TCLINK_PARENT(1, 0), NULL);
	if (!has(TCLINK_PARENTS)) {
		CHECK(!link);
		lacks("parents");
		return;
	}
	CHECK(link && runs(0, TCLINK_EGRESS));
	CHECK(info_of(link).parent == TCLINK_PARENT(1, 0));
	CHECK(!tclink__destroy(link) && !runs(0, TCLINK_EGRESS));
}

static void options_at(__u32 parent)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	struct tclink_info info, after;
	struct tclink *link;

	opts.handle = 0x1234;
	opts.priority = 77;
	opts.chain_index = 5;
	opts.protocol = ETH_P_IPV6;
	opts.classid = TCLINK_PARENT(1, 0x10);
	opts.gen_flags = TCLINK_SKIP_HW;
	opts.flags = TCLINK_F_CLASSIFY_ONLY;
	link = attach_at(0, veth.dev, parent, &opts);
	if (!has(TCLINK_CHAIN)) {
		CHECK(!link);
		lacks("offload, classid, chain, priority and protocol");
		return;
	}
	CHECK(link);
	same_as_kernel(link);
	info = info_of(link);
	CHECK(info.ifindex == veth.dev && info.parent == parent);
	CHECK(info.handle == 0x1234 && info.priority == 77);
	CHECK(info.chain_index == 5 && info.protocol == ETH_P_IPV6);
	CHECK(info.classid == TCLINK_PARENT(1, 0x10));
	CHECK(info.gen_flags == (TCLINK_SKIP_HW | TCLINK_NOT_IN_HW));
	CHECK(info.flags == TCLINK_F_CLASSIFY_ONLY);
	/* An update keeps them. */
	CHECK(!tclink__update(link, veth.prog[1], NULL));
	after = info_of(link);
	CHECK(after.prog_id == veth.id[1]);
	after.prog_id = info.prog_id;
	CHECK(!memcmp(&info, &after, sizeof(info)));
	CHECK(!tclink__detach(link));
	same_as_kernel(link);
	CHECK(!tclink__destroy(link));
	nothing_left();
}

static void test_options(void)
{
	options_at(TCLINK_INGRESS);
	options_at(TCLINK_EGRESS);
}

/* Only frames of the protocol reach the program. */
static void protocol_at(__u32 parent)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	struct tclink *link, *all = attach(1, parent);

	opts.protocol = ETH_P_IP;
	link = attach_at(0, veth.dev, parent, &opts);
	if (!has(TCLINK_PROTOCOL)) {
		CHECK(!link);
		lacks("protocol");
		opts.protocol = ETH_P_ALL; /* is no restriction */
		link = attach_at(0, veth.dev, parent, &opts);
		CHECK(link && runs(0, parent));
	} else {
		CHECK(link && !runs(0, parent) && runs(1, parent));
		tclink__destroy(link);
		opts.protocol = ETH_TEST;
		link = attach_at(0, veth.dev, parent, &opts);
		CHECK(link && runs(0, parent));
	}
	CHECK(!tclink__destroy(link) && !tclink__destroy(all));
}

static void test_protocol(void)
{
	protocol_at(TCLINK_INGRESS);
	protocol_at(TCLINK_EGRESS);
}

/* The class of HTB that the filter's classid names sees the frames. */
static void test_classid(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	struct tclink *link;

	if (!has(TCLINK_CLASSID))
		return;
	sh("tc qdisc add dev t0 root handle 1: htb");
	sh("tc class add dev t0 parent 1: classid 1:10 htb rate 100mbit quantum 1500");
	opts.flags = TCLINK_F_CLASSIFY_ONLY;
	opts.classid = TCLINK_PARENT(1, 0x10);
	link = attach_at(0, veth.dev, TCLINK_PARENT(1, 0), &opts);
	CHECK(link && runs(0, TCLINK_EGRESS));
	sh("tc -s class show dev t0 classid 1:10 | grep -q 'Sent [1-9]'");
	tclink__destroy(link);
}

static void test_block(void)
{
	struct tclink_info info;
	struct tclink *link;

	sh("tc qdisc add dev t0 ingress_block 7 clsact");
	link = attach_at(0, TCLINK_BLOCK, 7, NULL);
	if (!has(TCLINK_BLOCKS)) {
		CHECK(!link);
		lacks("blocks");
		return;
	}
	CHECK(link && runs(0, TCLINK_INGRESS));
	info = info_of(link);
	CHECK(info.ifindex == TCLINK_BLOCK && info.parent == 7);
	CHECK(info.block_index == 7);
	CHECK(!tclink__update(link, veth.prog[1], NULL));
	CHECK(runs(1, TCLINK_INGRESS));
	clsact_del(veth.dev);
	CHECK(!tclink__wait(link, 5000) && info_of(link).severed);
	CHECK(!tclink__destroy(link));
}

static void test_require(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	char name[32];
	struct tclink *link;
	__u32 bit;

	for (bit = TCLINK_OWNED; bit <= TCLINK_PROTOCOL; bit <<= 1) {
		opts.require = bit;
		link = attach_at(0, veth.dev, TCLINK_INGRESS, &opts);
		CHECK(!link == !has(bit));
		snprintf(name, sizeof(name), "%s", tclink_guarantee_name(bit));
		if (!link)
			lacks(name);
		else
			CHECK(info_of(link).guarantees & bit);
		tclink__destroy(link);
	}
}

static __u32 taken(const struct tclink_attach_opts *opts)
{
	struct tclink *link;
	__u32 backend;

	link = tclink_attach(veth.prog[0], veth.dev, TCLINK_EGRESS, opts);
	if (!link)
		return 0;
	backend = info_of(link).backend;
	tclink__destroy(link);
	return backend;
}

/* Named by nobody: the first that the kernel has and that will do */
static void test_choice(void)
{
	TCLINK_OPTS(tclink_features, features);
	TCLINK_OPTS(tclink_attach_opts, opts);
	__u32 first, filter;

	CHECK(!tclink_probe(&features));
	filter = features.link ? TCLINK_BACKEND_LINK : TCLINK_BACKEND_NETLINK;
	first = !features.link && features.tcx ? TCLINK_BACKEND_TCX : filter;
	CHECK(taken(NULL) == first);
	opts.priority = 5;
	CHECK(taken(&opts) == filter);
	opts.require = TCLINK_OWNED;
	CHECK(taken(&opts) == (features.link ? TCLINK_BACKEND_LINK : 0));
	opts.priority = 0;
	CHECK(taken(&opts) == (first == TCLINK_BACKEND_NETLINK ? 0 : first));
}

static void test_revision(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	__u64 before = 0, after = 0;
	struct tclink *link, *other;

	opts.expected_revision = 1;
	if (variant != TCLINK_BACKEND_TCX) {
		CHECK(!attach_at(0, veth.dev, TCLINK_EGRESS, &opts));
		lacks("expected_revision");
		return;
	}
	CHECK(!tclink_revision(veth.dev, TCLINK_EGRESS, &before));
	opts.expected_revision = before;
	link = attach_at(0, veth.dev, TCLINK_EGRESS, &opts);
	CHECK(link && runs(0, TCLINK_EGRESS));
	CHECK(!attach_at(1, veth.dev, TCLINK_EGRESS, &opts) && errno == ESTALE);
	CHECK(!tclink_revision(veth.dev, TCLINK_EGRESS, &after));
	CHECK(after != before);
	opts.expected_revision = after;
	other = attach_at(1, veth.dev, TCLINK_EGRESS, &opts);
	CHECK(other && runs(1, TCLINK_EGRESS));
	before = after;
	CHECK(!tclink__update(other, veth.prog[2], NULL));
	CHECK(!tclink_revision(veth.dev, TCLINK_EGRESS, &after));
	CHECK(after != before);
	tclink__destroy(other);
	tclink__destroy(link);
}

/* The object goes on with the namespace in which it was attached. */
static void test_other_netns(void)
{
	TCLINK_OPTS(tclink_update_opts, opts);
	struct tclink *link = attach(0, TCLINK_INGRESS);
	char text[256];
	int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	struct tclink *here;
	__u32 id;

	CHECK(home >= 0 && !unshare(CLONE_NEWNET));
	CHECK(!info_of(link).severed && info_of(link).ifindex == veth.dev);
	/* Here the index means another device, or none. */
	CHECK(!info_of(link).netns_ino == (variant == TCLINK_BACKEND_TCX));
	sh("ip link add wrong0 type veth peer name wrong1");
	CHECK(if_nametoindex("wrong0") == veth.dev ||
	      if_nametoindex("wrong1") == veth.dev);
	CHECK(!count_links(veth.dev, TCLINK_BACKEND_ANY, info_of(link).id));
	here = attach(2, TCLINK_INGRESS);
	id = info_of(here).id;
	CHECK(count_links(veth.dev, TCLINK_BACKEND_ANY, id) == !!id);
	CHECK(count_links(0, TCLINK_BACKEND_ANY, id) == !!id);
	CHECK(count_links(0, TCLINK_BACKEND_ANY, info_of(link).id) == !!id);
	CHECK(!tclink__destroy(here));
	opts.flags = TCLINK_F_EXPECT_OLD;
	opts.old_prog_fd = veth.prog[2];
	snprintf(text, sizeof(text),
		 "the filter of device %u ingress with priority 49152 and handle 0x1 has program %u (prog_a) attached, not the expected %u (prog_c); nothing was changed",
		 veth.dev, veth.id[0], veth.id[2]);
	if (!has(TCLINK_OWNED))
		FAILS(tclink__update(link, veth.prog[1], &opts), EPERM, text);
	CHECK(!tclink__update(link, veth.prog[1], NULL));
	CHECK(!setns(home, CLONE_NEWNET) && runs(1, TCLINK_INGRESS));
	CHECK(!unshare(CLONE_NEWNET) && !tclink__destroy(link));
	CHECK(!setns(home, CLONE_NEWNET) && !runs(1, TCLINK_INGRESS));
}

#define THREADS 4
#define ROUNDS 60

static struct tclink *shared;
static atomic_int swaps;

/* What one thread does, other threads may have undone. */
static void *use_shared(void *arg)
{
	TCLINK_OPTS(tclink_update_opts, opts);
	int me = (long)arg, i, err;

	opts.flags = TCLINK_F_EXPECT_OLD;
	for (i = 0; i < ROUNDS; i++) {
		opts.old_prog_fd = veth.prog[(me + i) % 2];
		err = tclink__update(shared, veth.prog[(me + i + 1) % 2], &opts);
		CHECK(!err || err == -EPERM);
		CHECK(!err || last_err == EPERM);
		swaps += !err;
		CHECK(info_of(shared).ifindex == veth.dev);
		CHECK(tclink__wait(shared, 0) == -ETIMEDOUT);
	}
	return NULL;
}

static void in_threads(void *(*fn)(void *))
{
	pthread_t threads[THREADS];
	long i;

	for (i = 0; i < THREADS; i++)
		CHECK(!pthread_create(&threads[i], NULL, fn, (void *)i));
	for (i = 0; i < THREADS; i++)
		CHECK(!pthread_join(threads[i], NULL));
}

static void *detach_shared(void *arg)
{
	(void)arg;
	CHECK(!tclink__detach(shared) && info_of(shared).severed);
	CHECK(!tclink__wait(shared, 0));
	return NULL;
}

static void test_threads_share(void)
{
	shared = attach(0, TCLINK_INGRESS);
	in_threads(use_shared);
	CHECK(swaps > 0);
	in_threads(detach_shared);
	CHECK(!tclink__destroy(shared));
	CHECK(!nr_filters(&veth, TCLINK_INGRESS));
}

static pthread_barrier_t start;
static struct tclink *own[THREADS];

/* Each thread has an object of its own; there is no qdisc yet. */
static void *attach_own(void *arg)
{
	long me = (long)arg;

	forget();
	pthread_barrier_wait(&start);
	own[me] = attach_at(me % NR_PROGS, me < NR_PROGS ? veth.dev : veth.peer,
			    sides[me % 2], NULL);
	CHECK(own[me] && !info_of(own[me]).severed && !nr_sentences);
	return NULL;
}

static void test_threads_attach(void)
{
	int i, round;

	CHECK(!pthread_barrier_init(&start, NULL, THREADS));
	for (round = 0; round < 10; round++) {
		in_threads(attach_own);
		for (i = 0; i < THREADS; i++)
			CHECK(!tclink__destroy(own[i]));
		nothing_left();
		if (variant != TCLINK_BACKEND_TCX) {
			clsact_del(veth.dev);
			clsact_del(veth.peer);
		}
	}
}

/* The child waits for the end of the file, which comes for all at once. */
static void attach_in_child(const int go[2])
{
	char c;

	close(go[1]);
	forget();
	if (read(go[0], &c, 1) ||
	    !attach_at(0, veth.peer, TCLINK_INGRESS, NULL))
		_exit(1);
	_exit(nr_sentences);
}

static bool may_fail(void)
{
	/* A program is at a tcx hook once. */
	return variant == TCLINK_BACKEND_TCX;
}

static void test_processes_attach(void)
{
	int go[2], status, i, good = 0;

	CHECK(!pipe(go));
	for (i = 0; i < THREADS; i++)
		if (!fork())
			attach_in_child(go);
	close(go[0]);
	close(go[1]);
	for (i = 0; i < THREADS; i++) {
		CHECK(wait(&status) > 0 && WIFEXITED(status));
		good += !status;
	}
	CHECK(good == THREADS || (good && may_fail()));
}

static int nested;

/* A callback may call the library, in the middle of a failure too. */
static void call_library(int err, const char *sentence)
{
	(void)sentence;
	CHECK(err > 0);
	if (nested++)
		return;
	CHECK(info_of(shared).prog_id == veth.id[0]);
	CHECK(tclink__update(shared, -1, NULL) == -EBADF);
	nested--;
}

static void test_log_calls_back(void)
{
	shared = attach(0, TCLINK_INGRESS);
	CHECK(tclink_set_log(call_library) == keep_sentence);
	CHECK(tclink__update(shared, -1, NULL) == -EBADF && errno == EBADF);
	CHECK(tclink_set_log(keep_sentence) == call_library);
	CHECK(!tclink__destroy(shared));
}

/* Behind the library's back */
static void test_closed_descriptor(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS);
	TCLINK_OPTS(tclink_info, info);

	if (tclink__fd(link) >= 0) {
		CHECK(!close(tclink__fd(link)));
		CHECK(tclink__info(link, &info) == -EBADF && errno == EBADF);
		CHECK(tclink__wait(link, 0) == -EBADF && errno == EBADF);
		CHECK(tclink__detach(link) == -EBADF && errno == EBADF);
		CHECK(tclink__update(link, veth.prog[1], NULL) == -EBADF);
		CHECK(tclink__destroy(link) == -EBADF && errno == EBADF);
		return;
	}
	CHECK(!tclink__destroy(link));
}

static struct tclink_info raced;

static void delete_raced(void)
{
	CHECK(!foreign_delete(&raced));
}

/* Somebody deletes the filter after the look, before the update. */
static void test_update_race(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS);

	raced = info_of(link);
	if (has(TCLINK_EXCLUSIVE)) {
		tclink__destroy(link);
		return;
	}
	before_request(RTM_NEWTFILTER, delete_raced);
	CHECK(tclink__update(link, veth.prog[1], NULL) == -ENOLINK);
	CHECK(errno == ENOLINK && info_of(link).severed);
	CHECK(!nr_filters(&veth, TCLINK_INGRESS));
	tclink__destroy(link);

	link = attach(0, TCLINK_INGRESS);
	raced = info_of(link);
	before_request(RTM_DELTFILTER, delete_raced);
	CHECK(!tclink__detach(link) && info_of(link).severed);
	tclink__destroy(link);
}

static void delete_qdisc(void)
{
	clsact_del(veth.dev);
}

/* The kernel says EINVAL then, which may mean other things. */
static void test_update_qdisc_race(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS);

	if (!has(TCLINK_EXCLUSIVE)) {
		before_request(RTM_NEWTFILTER, delete_qdisc);
		CHECK(tclink__update(link, veth.prog[1], NULL) == -ENOLINK);
		CHECK(errno == ENOLINK && info_of(link).severed);
	}
	tclink__destroy(link);
}

static void lose_answer(void)
{
	lose_answers(1);
}

static void lose_two_answers(void)
{
	lose_answers(2);
}

/* Filters that were made and of which the kernel could not tell */
static void test_attach_unheard(void)
{
	void (*const loss[])(void) = { lose_echo, lose_answer };
	struct tclink *link, *other;
	struct tclink_info info;
	size_t i;

	if (has(TCLINK_OWNED))
		return;
	clsact_add(veth.dev);
	other = attach(1, TCLINK_INGRESS);
	for (i = 0; i < 2; i++) {
		before_request(RTM_NEWTFILTER, loss[i]);
		link = attach(0, TCLINK_INGRESS);
		info = info_of(link);
		CHECK(!info.severed && info.ifindex == veth.dev);
		CHECK(info.handle && info.priority && info.prog_id == veth.id[0]);
		CHECK(info.parent == TCLINK_INGRESS && runs(0, TCLINK_INGRESS));
		CHECK(!tclink__destroy(link) && !runs(0, TCLINK_INGRESS));
	}
	/* Of two that look the same neither is taken. */
	before_request(RTM_NEWTFILTER, lose_echo);
	CHECK(!attach_at(1, veth.dev, TCLINK_INGRESS, NULL) && errno == ENOBUFS);
	CHECK(!tclink__destroy(other) && runs(1, TCLINK_INGRESS));
}

static void test_update_unheard(void)
{
	void (*const loss[])(void) = { lose_echo, lose_answer };
	struct tclink *link = attach(0, TCLINK_INGRESS);
	size_t i;
	int n;

	for (i = 0; i < 2 && !has(TCLINK_OWNED); i++) {
		n = (i + 1) % 2;
		before_request(RTM_NEWTFILTER, loss[i]);
		CHECK(!tclink__update(link, veth.prog[n], NULL));
		CHECK(runs(n, TCLINK_INGRESS) && !info_of(link).severed);
		CHECK(info_of(link).prog_id == veth.id[n]);
	}
	if (!has(TCLINK_OWNED)) {
		before_request(RTM_NEWTFILTER, lose_two_answers);
		CHECK(tclink__update(link, veth.prog[2], NULL) == -ENOBUFS);
		CHECK(errno == ENOBUFS && !info_of(link).severed);
		CHECK(info_of(link).prog_id == veth.id[2]);
	}
	CHECK(!tclink__destroy(link) && !nr_filters(&veth, TCLINK_INGRESS));
}

/* The kernel alone knows what there is. */
static void test_forged_answer(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS);

	if (!has(TCLINK_OWNED)) {
		forge_answer(RTM_GETTFILTER);
		CHECK(!info_of(link).severed);
	}
	CHECK(!tclink__destroy(link) && !nr_filters(&veth, TCLINK_INGRESS));
}

static void use_inherited(struct tclink *link, pid_t parent)
{
	TCLINK_OPTS(tclink_info, info);
	char text[256];

	if (!has(TCLINK_OWNED)) {
		snprintf(text, sizeof(text),
			 "the filter was attached without an owner by process %d, which alone can use its object; require owned or attach anew",
			 parent);
		FAILS(tclink__info(link, &info), EBADF, text);
		FAILS(tclink__update(link, veth.prog[1], NULL), EBADF, text);
		FAILS(tclink__detach(link), EBADF, text);
		FAILS(tclink__wait(link, 0), EBADF, text);
	} else {
		CHECK(!tclink__info(link, &info) && !info.severed);
	}
	CHECK(!tclink__destroy(link));
	exit(0);
}

/* What a child inherits it does not take away from its parent. */
static void test_fork(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS);
	pid_t parent = getpid(), child = fork();
	int status;

	if (!child)
		use_inherited(link, parent);
	CHECK(waitpid(child, &status, 0) == child && !status);
	CHECK(runs(0, TCLINK_INGRESS) && !info_of(link).severed);
	CHECK(!tclink__update(link, veth.prog[1], NULL));
	CHECK(!tclink__destroy(link) && !runs(1, TCLINK_INGRESS));
}

/* A thread may have descriptors that the process's first one has not. */
static void *open_in_thread(void *arg)
{
	char text[64];
	int fd;

	(void)arg;
	CHECK(!unshare(CLONE_FILES));
	fd = dup(veth.prog[0]);
	snprintf(text, sizeof(text), "descriptor %d is not a BPF link", fd);
	FAILS_PTR(tclink_open_fd(fd), EINVAL, text);
	return NULL;
}

static void test_files_of_thread(void)
{
	pthread_t thread;

	CHECK(!pthread_create(&thread, NULL, open_in_thread, NULL));
	CHECK(!pthread_join(thread, NULL));
}

/* Who has the descriptor of a link needs no more; a filter has none. */
static void test_without_capabilities(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS), *other;
	char text[256];

	drop_capabilities();
	CHECK(!info_of(link).severed && tclink__wait(link, 0) == -ETIMEDOUT);
	if (has(TCLINK_OWNED)) {
		CHECK(!tclink__update(link, veth.prog[1], NULL));
		CHECK(!tclink__detach(link) && !tclink__destroy(link));
		other = attach_at(2, veth.dev, TCLINK_INGRESS, NULL);
		CHECK(!other == (variant == TCLINK_BACKEND_LINK));
		CHECK(other || errno == EPERM);
		tclink__destroy(other);
		return;
	}
	snprintf(text, sizeof(text),
		 "replacing the program of the filter of t0 ingress with priority 49152 and handle 0x1 needs CAP_NET_ADMIN");
	FAILS(tclink__update(link, veth.prog[1], NULL), EPERM, text);
	FAILS(tclink__detach(link), EPERM,
	      "deleting the filter of t0 ingress with priority 49152 and handle 0x1 needs CAP_NET_ADMIN");
	FAILS(tclink__destroy(link), EPERM,
	      "deleting the filter of t0 ingress with priority 49152 and handle 0x1 needs CAP_NET_ADMIN");
}

/* A program is at a tcx hook once; filters may share one. */
static void test_program_twice(void)
{
	struct tclink *link[2] = { attach(0, TCLINK_INGRESS),
				   attach(1, TCLINK_INGRESS) };
	char text[256];

	if (variant == TCLINK_BACKEND_TCX) {
		snprintf(text, sizeof(text),
			 "program %u (prog_a) is at the hook of link %u already, and tcx runs each program at most once",
			 veth.id[0], info_of(link[1]).id);
		FAILS(tclink__update(link[1], veth.prog[0], NULL), EEXIST, text);
		CHECK(runs(1, TCLINK_INGRESS));
	} else {
		CHECK(!tclink__update(link[1], veth.prog[0], NULL));
	}
	CHECK(runs(0, TCLINK_INGRESS));
	tclink__destroy(link[0]);
	tclink__destroy(link[1]);
}

const struct test more_tests[] = {
	{ "next", test_next },
	{ "next: in order, of one device", test_next_order },
	{ "open by id and descriptor", test_open },
	{ "parents", test_parents },
	{ "every option", test_options },
	{ "protocol", test_protocol },
	{ "classid, classify only", test_classid },
	{ "shared block", test_block },
	{ "every guarantee required", test_require },
	{ "chosen by what is asked for", test_choice },
	{ "revision", test_revision },
	{ "the thread is in another namespace by now", test_other_netns },
	{ "threads share an object", test_threads_share },
	{ "threads attach", test_threads_attach },
	{ "processes attach", test_processes_attach },
	{ "a log callback that calls the library", test_log_calls_back },
	{ "descriptor closed by the caller", test_closed_descriptor },
	{ "without capabilities", test_without_capabilities },
	{ "deleted between look and update", test_update_race },
	{ "qdisc deleted between look and update", test_update_qdisc_race },
	{ "attach: the answer is lost", test_attach_unheard },
	{ "update: the answer is lost", test_update_unheard },
	{ "an answer that is not the kernel's", test_forged_answer },
	{ "in a child", test_fork },
	{ "descriptors of a thread", test_files_of_thread },
	{ "one program twice", test_program_twice },
};

const size_t nr_more_tests = sizeof(more_tests) / sizeof(more_tests[0]);
