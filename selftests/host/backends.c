// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Each backend that the running kernel has, through the same tests. Usage:
 * backends [BACKEND]: that one, which has to be there.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/if_ether.h>
#include <bpf/libbpf.h>
#include <tclink/tclink.h>

#include "backends.h"

__u32 variant;
struct veth veth;

struct tclink *attach_at(int n, __u32 ifindex, __u32 parent,
			 struct tclink_attach_opts *opts)
{
	TCLINK_OPTS(tclink_attach_opts, defaults);

	if (!opts)
		opts = &defaults;
	opts->backend = variant;
	return tclink_attach(veth.prog[n], ifindex, parent, opts);
}

struct tclink *attach(int n, __u32 parent)
{
	struct tclink *link = attach_at(n, veth.dev, parent, NULL);

	CHECK(link);
	return link;
}

bool has(__u32 guarantee)
{
	return tclink_backend_guarantees(variant) & guarantee;
}

struct tclink_info info_of(const struct tclink *link)
{
	TCLINK_OPTS(tclink_info, info);

	CHECK(!tclink__info(link, &info));
	return info;
}

bool runs(int n, __u32 parent)
{
	return veth_runs(&veth, parent, n);
}

static void nothing_left(void)
{
	CHECK(!runs(0, TCLINK_INGRESS) && !runs(0, TCLINK_EGRESS));
	CHECK(!nr_things(&veth, TCLINK_INGRESS));
	CHECK(!nr_things(&veth, TCLINK_EGRESS));
}

static void test_attach(void)
{
	struct tclink *in = attach(0, TCLINK_INGRESS);
	struct tclink *out = attach(1, TCLINK_EGRESS);

	CHECK(runs(0, TCLINK_INGRESS) && runs(1, TCLINK_EGRESS));
	CHECK(!runs(0, TCLINK_EGRESS) && !runs(1, TCLINK_INGRESS));
	CHECK(!tclink__destroy(in) && !runs(0, TCLINK_INGRESS));
	CHECK(runs(1, TCLINK_EGRESS));
	CHECK(!tclink__destroy(out));
	nothing_left();
}

static void test_info(void)
{
	struct tclink *link = attach(0, TCLINK_EGRESS);
	struct tclink_info info = info_of(link);
	bool tc = variant != TCLINK_BACKEND_TCX;
	struct stat st;

	CHECK(!stat("/proc/thread-self/ns/net", &st));
	CHECK(info.backend == variant);
	CHECK(info.guarantees == tclink_backend_guarantees(variant));
	CHECK(!info.id == (variant == TCLINK_BACKEND_NETLINK));
	CHECK(info.prog_id == veth.id[0] && !info.severed);
	CHECK(info.ifindex == veth.dev && info.parent == TCLINK_EGRESS);
	CHECK(info.handle == tc && info.priority == (tc ? 49152 : 0));
	CHECK(info.protocol == ETH_P_ALL && !info.chain_index);
	CHECK(info.gen_flags == TCLINK_NOT_IN_HW && !info.in_hw_count);
	CHECK(info.netns_ino == st.st_ino);
	CHECK(!info.flags && !info.classid && !info.block_index);
	CHECK(!tclink__detach(link));
	info = info_of(link);
	CHECK(info.severed == 1 && !info.ifindex && info.handle == tc);
	CHECK(info.parent == TCLINK_EGRESS && info.prog_id == veth.id[0]);
	CHECK(info.gen_flags == TCLINK_NOT_IN_HW);
	tclink__destroy(link);
}

static void test_update(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS);
	struct tclink_info before = info_of(link), after;

	CHECK(!tclink__update(link, veth.prog[1], NULL));
	CHECK(runs(1, TCLINK_INGRESS) && !runs(0, TCLINK_INGRESS));
	CHECK(!tclink__update(link, veth.prog[1], NULL)); /* the same */
	CHECK(!tclink__update(link, veth.prog[2], NULL));
	CHECK(runs(2, TCLINK_INGRESS) && !runs(1, TCLINK_INGRESS));
	after = info_of(link);
	CHECK(after.prog_id == veth.id[2]);
	after.prog_id = before.prog_id;
	CHECK(!memcmp(&before, &after, sizeof(before)));
	CHECK(!tclink__destroy(link));
	nothing_left();
}

static void test_compare_and_swap(void)
{
	TCLINK_OPTS(tclink_update_opts, opts);
	struct tclink *link = attach(0, TCLINK_INGRESS);

	opts.flags = TCLINK_F_EXPECT_OLD;
	opts.old_prog_fd = veth.prog[1];
	CHECK(tclink__update(link, veth.prog[2], &opts) == -EPERM);
	CHECK(errno == EPERM && last_err == EPERM);
	CHECK(strstr(last_sentence, "(prog_a) attached, not the expected"));
	CHECK(runs(0, TCLINK_INGRESS));
	opts.old_prog_fd = veth.prog[0];
	CHECK(!tclink__update(link, veth.prog[2], &opts));
	CHECK(runs(2, TCLINK_INGRESS) && !runs(0, TCLINK_INGRESS));
	CHECK(tclink__update(link, veth.prog[1], &opts) == -EPERM);
	opts.old_prog_fd = 999;
	FAILS(tclink__update(link, veth.prog[1], &opts), EBADF,
	      "descriptor 999 is not open");
	tclink__destroy(link);
}

struct sender {
	atomic_bool stop;
	atomic_uint sent;
};

static void *keep_sending(void *arg)
{
	struct sender *s = arg;

	while (!s->stop) {
		veth_send(&veth, TCLINK_EGRESS);
		s->sent++;
	}
	return NULL;
}

/* Every packet meets the old or the new program, one of them, once. */
static void test_atomic(void)
{
	struct tclink *link = attach(0, TCLINK_EGRESS);
	struct sender s = {};
	pthread_t thread;
	unsigned int i;

	CHECK(!pthread_create(&thread, NULL, keep_sending, &s));
	for (i = 0; i < 50 || s.sent < 1000 || !veth_seen(&veth, 0) ||
		    !veth_seen(&veth, 1);
	     i++)
		CHECK(!tclink__update(link, veth.prog[(i + 1) % 2], NULL));
	s.stop = true;
	CHECK(!pthread_join(thread, NULL));
	CHECK(veth_seen(&veth, 0) + veth_seen(&veth, 1) == s.sent);
	tclink__destroy(link);
}

static void check_severed(struct tclink *link)
{
	struct tclink_info info = info_of(link);

	CHECK(info.severed == 1 && !info.ifindex);
	CHECK(tclink__update(link, veth.prog[1], NULL) == -ENOLINK);
	CHECK(errno == ENOLINK && last_err == ENOLINK);
	CHECK(!tclink__wait(link, 0) && !tclink__wait(link, -1));
	CHECK(!tclink__detach(link));
}

static void test_detach(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS), *again;

	CHECK(!tclink__detach(link));
	nothing_left();
	check_severed(link);
	/* It stays severed, also when there is another one in its place. */
	again = attach(0, TCLINK_INGRESS);
	check_severed(link);
	CHECK(!tclink__destroy(link) && runs(0, TCLINK_INGRESS));
	CHECK(!tclink__destroy(again));
	nothing_left();
}

static void test_severed_by_device(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS);

	sh("ip link del t0");
	check_severed(link);
	CHECK(!tclink__destroy(link));
}

/* tcx has no qdisc under it. */
static void test_severed_by_qdisc(void)
{
	struct tclink *link;

	clsact_add(veth.dev);
	link = attach(0, TCLINK_INGRESS);
	clsact_del(veth.dev);
	if (variant == TCLINK_BACKEND_TCX)
		CHECK(runs(0, TCLINK_INGRESS) && !info_of(link).severed);
	else
		check_severed(link);
	CHECK(!tclink__destroy(link));
	CHECK(!runs(0, TCLINK_INGRESS));
}

static void on_signal(int sig)
{
	(void)sig;
}

static long ms_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - start->tv_sec) * 1000 +
	       (now.tv_nsec - start->tv_nsec) / 1000000;
}

static void test_wait(void)
{
	struct sigaction act = { .sa_handler = on_signal };
	struct tclink *link = attach(0, TCLINK_INGRESS);
	struct timespec start;
	pid_t pid;

	last_sentence[0] = '\0';
	clock_gettime(CLOCK_MONOTONIC, &start);
	CHECK(tclink__wait(link, 0) == -ETIMEDOUT && errno == ETIMEDOUT);
	CHECK(ms_since(&start) < 150);
	CHECK(tclink__wait(link, 250) == -ETIMEDOUT);
	CHECK(ms_since(&start) >= 250);
	CHECK(!last_sentence[0]); /* no failures to speak of */
	pid = fork();
	if (!pid) {
		usleep(300000);
		execlp("ip", "ip", "link", "del", "t0", NULL);
		_exit(1);
	}
	CHECK(!tclink__wait(link, 20000) && ms_since(&start) >= 500);
	CHECK(ms_since(&start) < 15000);
	check_severed(link);
	CHECK(waitpid(pid, NULL, 0) == pid);
	tclink__destroy(link);

	link = attach_at(0, 1, TCLINK_INGRESS, NULL);
	CHECK(link);
	sigaction(SIGUSR1, &act, NULL);
	pid = fork();
	if (!pid) {
		usleep(300000);
		_exit(kill(getppid(), SIGUSR1));
	}
	CHECK(tclink__wait(link, -1) == -EINTR && errno == EINTR);
	CHECK(!last_sentence[0] || last_err == ENOLINK);
	CHECK(waitpid(pid, NULL, 0) == pid);
	tclink__destroy(link);
}

/* OWNED: a process that is killed leaves nothing behind. */
static void test_owner_killed(void)
{
	int ready[2], status;
	char c;
	pid_t pid;

	CHECK(!pipe(ready));
	pid = fork();
	if (!pid) {
		if (attach(0, TCLINK_INGRESS) && write(ready[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	CHECK(read(ready[0], &c, 1) == 1 && runs(0, TCLINK_INGRESS));
	CHECK(!kill(pid, SIGKILL) && waitpid(pid, &status, 0) == pid);
	if (has(TCLINK_OWNED))
		nothing_left();
	else
		CHECK(runs(0, TCLINK_INGRESS));
}

/* EXCLUSIVE: nobody else removes or replaces it. */
static void test_foreign(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS);
	struct tclink_info where = info_of(link);

	if (variant == TCLINK_BACKEND_TCX) {
		/* Netlink has no name for it; flush what there is. */
		sh_status("tc filter del dev t0 ingress 2>/dev/null");
		sh("tc qdisc replace dev t0 clsact; tc qdisc del dev t0 clsact");
	} else if (has(TCLINK_EXCLUSIVE)) {
		CHECK(foreign_delete(&where) == -EPERM);
		CHECK(foreign_filter(&where, veth.prog[1]) == -EPERM);
		CHECK(sh_status("tc filter del dev t0 ingress 2>/dev/null"));
	} else {
		CHECK(!foreign_delete(&where));
	}
	CHECK(runs(0, TCLINK_INGRESS) == has(TCLINK_EXCLUSIVE));
	CHECK(info_of(link).severed == !has(TCLINK_EXCLUSIVE));
	CHECK(!tclink__destroy(link));
	nothing_left();
}

/* Where an object may lose its filter, it never takes another one for it. */
static void test_leave_others_alone(void)
{
	int (*const ends[])(struct tclink *) = {
		tclink__destroy,
		tclink__detach,
	};
	struct tclink_info where;
	struct tclink *link;
	size_t i;

	for (i = 0; i < 2 && !has(TCLINK_EXCLUSIVE); i++) {
		link = attach(0, TCLINK_INGRESS);
		where = info_of(link);
		CHECK(!foreign_filter(&where, veth.prog[1]));
		CHECK(!ends[i](link));
		CHECK(runs(1, TCLINK_INGRESS) && !runs(0, TCLINK_INGRESS));
		if (ends[i] != tclink__destroy)
			CHECK(!tclink__destroy(link) && runs(1, TCLINK_INGRESS));
		CHECK(!foreign_delete(&where));
	}
	for (i = 0; i < 2 && !has(TCLINK_EXCLUSIVE); i++) {
		link = attach(0, TCLINK_INGRESS);
		where = info_of(link);
		CHECK(!foreign_filter(&where, veth.prog[1]));
		FAILS(tclink__update(link, veth.prog[2], NULL), ENOLINK,
		      "the filter is no longer the one that was attached: somebody deleted or replaced it, or it went with its qdisc or device; attach anew");
		CHECK(runs(1, TCLINK_INGRESS) && info_of(link).severed);
		/* Severed for good, also when the first program is back. */
		CHECK(!foreign_filter(&where, veth.prog[0]));
		CHECK(!tclink__destroy(link) && runs(0, TCLINK_INGRESS));
		CHECK(!foreign_delete(&where));
	}
}

/* Nor does attaching: what is there stays, and updating makes none anew. */
static void test_attach_beside(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	struct tclink_info where;
	struct tclink *link;

	if (!has(TCLINK_PRIORITY))
		return;
	opts.priority = 5;
	opts.handle = 7;
	link = attach_at(0, veth.dev, TCLINK_INGRESS, &opts);
	CHECK(link);
	where = info_of(link);
	CHECK(where.priority == 5 && where.handle == 7);
	CHECK(!attach_at(1, veth.dev, TCLINK_INGRESS, &opts) && errno == EEXIST);
	CHECK(runs(0, TCLINK_INGRESS) && !runs(1, TCLINK_INGRESS));
	CHECK(!tclink__detach(link));
	CHECK(tclink__update(link, veth.prog[1], NULL) == -ENOLINK);
	nothing_left();
	CHECK(!foreign_filter(&where, veth.prog[2]));
	CHECK(!attach_at(1, veth.dev, TCLINK_INGRESS, &opts) && errno == EEXIST);
	CHECK(runs(2, TCLINK_INGRESS) && !runs(1, TCLINK_INGRESS));
	CHECK(!tclink__destroy(link) && runs(2, TCLINK_INGRESS));
}

static void test_disconnect(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS);
	struct tclink_info where = info_of(link);
	int fd = tclink__fd(link);

	tclink__disconnect(link);
	CHECK(!tclink__destroy(link) && runs(0, TCLINK_INGRESS));
	if (variant == TCLINK_BACKEND_NETLINK) {
		CHECK(fd == -EOPNOTSUPP && !foreign_delete(&where));
		return;
	}
	link = tclink_open_fd(fd);
	CHECK(link && !close(fd) && runs(0, TCLINK_INGRESS));
	CHECK(info_of(link).id == where.id);
	CHECK(!tclink__destroy(link));
	nothing_left();
}

static void test_pin(void)
{
	char dir[] = "/tmp/tclink-test-XXXXXX", path[64];
	struct tclink *link = attach(0, TCLINK_INGRESS);

	CHECK(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/pin", dir);
	if (!has(TCLINK_PINNABLE)) {
		FAILS(tclink__pin(link, path), EOPNOTSUPP,
		      "a filter of the netlink backend cannot be pinned; require owned or pinnable when attaching");
		FAILS(tclink__fd(link), EOPNOTSUPP,
		      "a filter of the netlink backend has no descriptor; require owned or pinnable when attaching");
		tclink__destroy(link);
		rmdir(dir);
		return;
	}
	CHECK(!unshare(CLONE_NEWNS));
	CHECK(!mount("none", "/", "none", MS_REC | MS_PRIVATE, ""));
	CHECK(!mount("bpf", dir, "bpf", 0, ""));
	CHECK(!tclink__pin(link, path));
	CHECK(!tclink__destroy(link) && runs(0, TCLINK_INGRESS));
	link = tclink_open_path(path);
	CHECK(link && info_of(link).backend == variant);
	CHECK(!tclink__update(link, veth.prog[1], NULL));
	CHECK(runs(1, TCLINK_INGRESS));
	CHECK(!tclink__unpin(link) && access(path, F_OK));
	CHECK(!tclink__destroy(link));
	usleep(100000);
	nothing_left();
	CHECK(!runs(1, TCLINK_INGRESS));
	link = attach(0, TCLINK_INGRESS);
	CHECK(!tclink__pin(link, path) && !umount(dir));
	/* Another file of that name, which is no pin and never will be */
	CHECK(!mknod(path, S_IFREG | 0600, 0));
	CHECK(tclink__unpin(link) == -ESTALE && !access(path, F_OK));
	CHECK(tclink__unpin(link) == -EINVAL && !tclink__destroy(link));
	CHECK(!unlink(path) && !rmdir(dir));
}

static const struct test tests[] = {
	{ "attach, destroy", test_attach },
	{ "info", test_info },
	{ "update", test_update },
	{ "update: compare and swap", test_compare_and_swap },
	{ "update: every packet meets one program", test_atomic },
	{ "detach", test_detach },
	{ "severed by the device", test_severed_by_device },
	{ "severed by the qdisc", test_severed_by_qdisc },
	{ "wait: timeout, severed, signal", test_wait },
	{ "the owner is killed", test_owner_killed },
	{ "somebody else's netlink", test_foreign },
	{ "leaves the filters of others alone", test_leave_others_alone },
	{ "neither replaces nor recreates", test_attach_beside },
	{ "disconnect", test_disconnect },
	{ "pin, or no pin", test_pin },
};

/* Each test begins with the devices and programs. */
static const struct test *current;

static void with_env(void)
{
	veth_open(&veth);
	current->run();
}

void run_variant(const struct test *list, size_t nr)
{
	char where[32];
	struct test t;
	size_t i;

	snprintf(where, sizeof(where), "backends: %s",
		 tclink_backend_name(variant));
	for (i = 0; i < nr; i++) {
		current = &list[i];
		t.name = list[i].name;
		t.run = with_env;
		run_tests(where, &t, 1);
	}
}

/* Netlink is there, and so is its cls_bpf. */
static bool available(const struct tclink_features *features)
{
	return variant == TCLINK_BACKEND_NETLINK ||
	       (variant == TCLINK_BACKEND_LINK ? features->link :
						 features->tcx);
}

static void run_backend(void)
{
	run_variant(tests, sizeof(tests) / sizeof(tests[0]));
	run_variant(more_tests, nr_more_tests);
	run_errors();
}

/* All, or the one of this name */
static void run_backends(const struct tclink_features *features,
			 const char *only)
{
	const char *name;

	for (variant = 1; variant <= TCLINK_BACKEND_NETLINK; variant++) {
		name = tclink_backend_name(variant);
		if (only && strcmp(only, name))
			continue;
		if (available(features))
			run_backend();
		else if (only)
			tap_result(false, "backends: %s is in this kernel", name);
		else
			tap_skip("not in this kernel", "backends: %s", name);
	}
}

int main(int argc, char **argv)
{
	TCLINK_OPTS(tclink_features, features);

	setbuf(stdout, NULL);
	libbpf_set_print(NULL);
	tclink_set_log(keep_sentence);
	if (!have_tc() || (tclink_probe(&features) && errno == EPERM) ||
	    veth_load(&veth) == -EPERM)
		tap_skip("needs tc, CAP_BPF and CAP_NET_ADMIN", "backends");
	else
		run_backends(&features, argc > 1 ? argv[1] : NULL);
	return tap_done();
}
