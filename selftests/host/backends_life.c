// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The life of a link: attached, seen, updated, severed, pinned, and gone. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>

#include "backends.h"
#include "counter.skel.h"
#include "kernel/uapi.h"

static void test_attach(void)
{
	struct tclink *in = attach(0, TCLINK_INGRESS);
	struct tclink *out = attach(1, TCLINK_EGRESS);

	CHECK(nr_filters(&veth, TCLINK_INGRESS) == is_filter());
	CHECK(nr_filters(&veth, TCLINK_EGRESS) == is_filter());
	CHECK(runs(0, TCLINK_INGRESS) && runs(1, TCLINK_EGRESS));
	CHECK(!runs(0, TCLINK_EGRESS) && !runs(1, TCLINK_INGRESS));
	CHECK(!tclink__destroy(in) && !runs(0, TCLINK_INGRESS));
	CHECK(runs(1, TCLINK_EGRESS));
	CHECK(!tclink__destroy(out) && !tclink__destroy(NULL));
	CHECK(!nr_sentences);
	nothing_left();
}

/* No qdisc is made where one is, and none is deleted. */
static void test_clsact_there(void)
{
	struct tclink_info where = {
		.parent = TCLINK_INGRESS,
		.priority = 1,
		.handle = 1,
		.protocol = ETH_P_ALL,
	};
	struct tclink *link;
	int i, fd;

	clsact_add(where.ifindex = veth.dev);
	for (i = 0; i < 2; i++) {
		where.parent = sides[i];
		CHECK(!foreign_filter(&where, veth.prog[1]));
		fd = dup(veth.prog[2]);
		link = tclink_attach(fd, veth.dev, sides[i],
				     &(struct tclink_attach_opts){
					     .sz = sizeof(struct tclink_attach_opts),
					     .backend = variant });
		/* The caller of the library may close it now. */
		CHECK(link && !close(fd));
		CHECK(runs(1, sides[i]) && runs(2, sides[i]));
		CHECK(!tclink__destroy(link) && !nr_sentences);
		CHECK(runs(1, sides[i]) && !runs(2, sides[i]));
		CHECK(!foreign_delete(&where));
	}
	nothing_left();
}

/* One that is made stays: others may use it by now. tcx needs none. */
static void test_clsact_missing(void)
{
	struct tclink_info where = {
		.priority = 1,
		.handle = 1,
		.protocol = ETH_P_ALL,
	};
	int i, ret;

	where.ifindex = veth.dev;
	for (i = 0; i < 2; i++) {
		where.parent = sides[i];
		CHECK(foreign_filter(&where, veth.prog[1]) == -EINVAL);
		CHECK(!tclink__destroy(attach(0, sides[i])) && !nr_sentences);
		ret = foreign_filter(&where, veth.prog[1]);
		CHECK(is_filter() ? !ret : ret == -EINVAL);
		if (is_filter()) {
			CHECK(!foreign_delete(&where));
			clsact_del(veth.dev);
		}
	}
}

/* Of lower priority numbers first; at a tcx hook, of those attached first */
static void test_order(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	struct tclink *link[3];
	int i, j;

	for (i = 0; i < 2; i++) {
		for (j = 0; j < 3; j++) {
			opts.priority = is_filter() ? j : 0; /* 0: the last */
			link[j] = attach_at(j, veth.dev, sides[i], &opts);
			CHECK(link[j]);
		}
		CHECK(veth_order(&veth, sides[i]) ==
		      (is_filter() ? 0x020301 : 0x010203));
		for (j = 0; j < 3; j++)
			CHECK(!tclink__destroy(link[j]));
	}
	CHECK(!nr_sentences);
	nothing_left();
}

/* What a skeleton has is a struct bpf_program. */
static void test_bpf_program(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	struct counter *in = counter__open_and_load();
	struct counter *out = counter__open();
	struct tclink *link;

	CHECK(in && out);
	out->rodata->egress = 1;
	CHECK(!counter__load(out));
	opts.backend = variant;
	link = tclink_attach_program(in->progs.counter, veth.dev,
				     TCLINK_INGRESS, &opts);
	CHECK(link);
	veth_runs(&veth, TCLINK_INGRESS, 0);
	CHECK(in->bss->ingress_count.packets == 1);
	CHECK(!tclink__update_program(link, out->progs.counter, NULL));
	veth_runs(&veth, TCLINK_INGRESS, 0);
	CHECK(in->bss->ingress_count.packets == 1);
	CHECK(out->bss->egress_count.packets == 1);
	CHECK(!tclink__destroy(link) && !nr_sentences);
	veth_runs(&veth, TCLINK_INGRESS, 0);
	CHECK(out->bss->egress_count.packets == 1);
	counter__destroy(in);
	counter__destroy(out);
	nothing_left();
}

/* The numbers are those that the kernel takes. */
static void test_features(void)
{
	TCLINK_OPTS(tclink_features, features);
	struct uapi_link_create attr = {
		.prog_fd = veth.prog[0],
		.tc.parent = TCLINK_INGRESS,
	};
	int fd;

	CHECK(!tclink_probe(&features));
	CHECK(features.tcx || variant != TCLINK_BACKEND_TCX);
	if (variant != TCLINK_BACKEND_LINK)
		return;
	/* Kernels that have TC links have both. */
	CHECK(features.link == 1 && features.tcx == 1);
	clsact_add(veth.dev);
	attr.target_ifindex = veth.dev;
	attr.attach_type = features.attach_type;
	fd = syscall(SYS_bpf, BPF_LINK_CREATE, &attr, UAPI_LINK_CREATE_TC);
	CHECK(fd >= 0 && runs(0, TCLINK_INGRESS) && !close(fd));
	nothing_left();
}

static void test_info(void)
{
	struct tclink *link = attach(0, TCLINK_EGRESS);
	struct tclink_info info = info_of(link), old = {
		.sz = offsetof(struct tclink_info, severed),
		.ifindex = 42,
	};
	bool tc = is_filter();
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
	same_as_kernel(link);
	/* A caller that was built with a shorter structure */
	CHECK(!tclink__info(link, &old));
	CHECK(old.prog_id == veth.id[0] && old.ifindex == 42);
	CHECK(!tclink__detach(link));
	same_as_kernel(link);
	info = info_of(link);
	CHECK(info.severed == 1 && !info.ifindex && info.handle == tc);
	CHECK(info.parent == TCLINK_EGRESS && info.prog_id == veth.id[0]);
	CHECK(info.gen_flags == TCLINK_NOT_IN_HW);
	CHECK(!tclink__destroy(link) && !nr_sentences);
}

static void update_at(__u32 parent)
{
	struct tclink *link = attach(0, parent);
	struct tclink_info before = info_of(link), after;

	CHECK(!tclink__update(link, veth.prog[1], NULL));
	CHECK(runs(1, parent) && !runs(0, parent));
	CHECK(!tclink__update(link, veth.prog[1], NULL)); /* the same */
	CHECK(!tclink__update(link, veth.prog[2], NULL));
	CHECK(runs(2, parent) && !runs(1, parent));
	same_as_kernel(link);
	after = info_of(link);
	CHECK(after.prog_id == veth.id[2]);
	after.prog_id = before.prog_id;
	CHECK(!memcmp(&before, &after, sizeof(before)));
	CHECK(!tclink__destroy(link) && !nr_sentences);
	nothing_left();
}

static void test_update(void)
{
	update_at(TCLINK_INGRESS);
	update_at(TCLINK_EGRESS);
}

/* Another program is attached than program n, which was expected. */
static void expected(char text[256], const struct tclink *link, int n)
{
	struct tclink_info info = info_of(link);
	char name[128];
	int is = 0;

	while (veth.id[is] != info.prog_id)
		is++;
	name_object(name, &info);
	snprintf(text, 256,
		 "%s has program %u (prog_%c) attached, not the expected %u (prog_%c); nothing was changed",
		 name, veth.id[is], 'a' + is, veth.id[n], 'a' + n);
}

static void test_compare_and_swap(void)
{
	TCLINK_OPTS(tclink_update_opts, opts);
	struct tclink *link = attach(0, TCLINK_INGRESS);
	char text[256];

	opts.flags = TCLINK_F_EXPECT_OLD;
	opts.old_prog_fd = veth.prog[1];
	expected(text, link, 1);
	FAILS(tclink__update(link, veth.prog[2], &opts), EPERM, text);
	CHECK(runs(0, TCLINK_INGRESS) && !runs(2, TCLINK_INGRESS));
	opts.old_prog_fd = veth.prog[0];
	CHECK(!tclink__update(link, veth.prog[2], &opts) && !nr_sentences);
	CHECK(runs(2, TCLINK_INGRESS) && !runs(0, TCLINK_INGRESS));
	expected(text, link, 0);
	FAILS(tclink__update(link, veth.prog[1], &opts), EPERM, text);
	CHECK(runs(2, TCLINK_INGRESS) && !runs(1, TCLINK_INGRESS));
	opts.old_prog_fd = 999;
	FAILS(tclink__update(link, veth.prog[1], &opts), EBADF,
	      "descriptor 999 is not open");
	opts.flags = 0;
	FAILS(tclink__update(link, veth.prog[1], &opts), EINVAL,
	      "old_prog_fd is set without TCLINK_F_EXPECT_OLD in flags");
	tclink__destroy(link);
}

/* Descriptor 0 is not "none". */
static void test_expect_descriptor_0(void)
{
	TCLINK_OPTS(tclink_update_opts, opts);
	struct tclink *link = attach(0, TCLINK_INGRESS);
	char text[256];

	opts.flags = TCLINK_F_EXPECT_OLD;
	CHECK(!dup2(veth.prog[0], 0));
	CHECK(!tclink__update(link, veth.prog[1], &opts) && !nr_sentences);
	CHECK(runs(1, TCLINK_INGRESS));
	expected(text, link, 0);
	FAILS(tclink__update(link, veth.prog[2], &opts), EPERM, text);
	CHECK(runs(1, TCLINK_INGRESS));
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
	struct pollfd pfd = { .fd = has(TCLINK_OWNED) ? tclink__fd(link) : -1 };
	TCLINK_OPTS(tclink_update_opts, opts);
	struct tclink_info info = info_of(link);
	char text[256], name[128];
	int i;

	CHECK(info.severed == 1 && !info.ifindex);
	CHECK(info.handle == is_filter());
	/* The kernel tells it by poll() of a TC link, not of a tcx link. */
	CHECK(poll(&pfd, 1, 0) == (variant == TCLINK_BACKEND_LINK));
	CHECK(!pfd.revents || pfd.revents == POLLHUP);
	name_object(name, &info);
	snprintf(text, sizeof(text), "%s %s", info.id ? name : "the filter",
		 info.id ? "is severed: its filter went with the qdisc or device, or was detached; attach anew" :
			   "is no longer the one that was attached: somebody deleted or replaced it, or it went with its qdisc or device; attach anew");
	opts.flags = TCLINK_F_EXPECT_OLD;
	opts.old_prog_fd = veth.prog[0];
	for (i = 0; i < 2; i++)
		FAILS(tclink__update(link, veth.prog[1], i ? &opts : NULL),
		      ENOLINK, text);
	CHECK(!tclink__wait(link, 0) && !tclink__wait(link, -1));
	CHECK(!tclink__detach(link) && !nr_sentences);
}

static void test_detach(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS), *again;

	CHECK(!tclink__detach(link) && !nr_sentences);
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

static void severed_by_qdisc_at(__u32 parent)
{
	struct tclink *link;
	struct pollfd pfd;

	clsact_add(veth.dev);
	link = attach(0, parent);
	pfd.fd = has(TCLINK_OWNED) ? tclink__fd(link) : -1;
	pfd.events = 0;
	CHECK(!poll(&pfd, 1, 0) && !info_of(link).severed);
	clsact_del(veth.dev);
	if (is_filter()) {
		CHECK(!runs(0, parent));
		check_severed(link);
		CHECK(!tclink__destroy(link));
		link = attach(0, parent);
		CHECK(runs(0, parent));
	} else { /* It has no qdisc under it. */
		CHECK(runs(0, parent) && !info_of(link).severed);
	}
	CHECK(!tclink__destroy(link));
	CHECK(!runs(0, parent));
	if (is_filter())
		clsact_del(veth.dev);
}

static void test_severed_by_qdisc(void)
{
	severed_by_qdisc_at(TCLINK_INGRESS);
	severed_by_qdisc_at(TCLINK_EGRESS);
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
	CHECK(tclink__wait(link, 100) == -ETIMEDOUT);
	CHECK(ms_since(&start) >= 100);
	CHECK(!last_sentence[0]); /* no failures to speak of */
	pid = fork();
	if (!pid) {
		usleep(100000);
		execlp("ip", "ip", "link", "del", "t0", NULL);
		_exit(1);
	}
	CHECK(!tclink__wait(link, 20000) && ms_since(&start) >= 200);
	CHECK(ms_since(&start) < 15000);
	check_severed(link);
	CHECK(waitpid(pid, NULL, 0) == pid);
	tclink__destroy(link);

	link = attach_at(0, 1, TCLINK_INGRESS, NULL);
	CHECK(link);
	sigaction(SIGUSR1, &act, NULL);
	pid = fork();
	if (!pid) {
		usleep(100000);
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

/* Detaching leaves the pin where it is. */
static void pin_leads_to_severed(const char *path)
{
	struct tclink *link = attach(0, TCLINK_INGRESS), *other;

	CHECK(!tclink__pin(link, path));
	other = tclink_open_path(path);
	CHECK(other && !tclink__detach(link));
	check_severed(other);
	CHECK(!tclink__destroy(other) && !tclink__unpin(link));
	CHECK(!tclink__destroy(link) && !nr_sentences);
}

static void pin_outlives(const char *path)
{
	struct tclink *link = attach(0, TCLINK_INGRESS);
	struct tclink_info before = info_of(link), after;
	int i;

	CHECK(!tclink__pin(link, path));
	CHECK(!tclink__destroy(link) && runs(0, TCLINK_INGRESS));
	link = tclink_open_path(path);
	CHECK(link && info_of(link).backend == variant);
	after = info_of(link);
	CHECK(!memcmp(&before, &after, sizeof(before)));
	CHECK(!tclink__unpin(link) && access(path, F_OK));
	CHECK(runs(0, TCLINK_INGRESS) && !tclink__pin(link, path));
	CHECK(!tclink__update(link, veth.prog[1], NULL));
	CHECK(runs(1, TCLINK_INGRESS));
	CHECK(!tclink__unpin(link) && access(path, F_OK));
	CHECK(!tclink__destroy(link) && !nr_sentences);
	/* The kernel lets go of a pin in a work item. */
	for (i = 0; i < 1000 && nr_things(&veth, TCLINK_INGRESS) +
				 runs(1, TCLINK_INGRESS); i++)
		usleep(5000);
	nothing_left();
	CHECK(!runs(1, TCLINK_INGRESS));
}

/* Another file of that name, which is no pin and never will be */
static void pin_gone(const char *path, const char *dir)
{
	struct tclink *link = attach(0, TCLINK_INGRESS);

	CHECK(!tclink__pin(link, path) && !umount(dir));
	CHECK(!mknod(path, S_IFREG | 0600, 0));
	CHECK(tclink__unpin(link) == -ESTALE && !access(path, F_OK));
	CHECK(tclink__unpin(link) == -EINVAL && !tclink__destroy(link));
	CHECK(!unlink(path) && !rmdir(dir));
}

static void pin_refused(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS);

	FAILS(tclink__pin(link, "/sys/fs/bpf/pin"), EOPNOTSUPP,
	      "a filter of the netlink backend cannot be pinned; require owned or pinnable when attaching");
	FAILS(tclink__fd(link), EOPNOTSUPP,
	      "a filter of the netlink backend has no descriptor; require owned or pinnable when attaching");
	CHECK(!tclink__destroy(link));
}

static void test_pin(void)
{
	char dir[] = "/tmp/tclink-test-XXXXXX", path[64];

	if (!has(TCLINK_PINNABLE)) {
		pin_refused();
		return;
	}
	CHECK(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/pin", dir);
	CHECK(!unshare(CLONE_NEWNS));
	CHECK(!mount("none", "/", "none", MS_REC | MS_PRIVATE, ""));
	CHECK(!mount("bpf", dir, "bpf", 0, ""));
	pin_outlives(path);
	pin_leads_to_severed(path);
	pin_gone(path, dir);
}

static const struct test tests[] = {
	{ "attach, destroy", test_attach },
	{ "clsact that is there is kept", test_clsact_there },
	{ "clsact that is missing is made", test_clsact_missing },
	{ "priorities order", test_order },
	{ "programs of a skeleton", test_bpf_program },
	{ "features", test_features },
	{ "info", test_info },
	{ "update", test_update },
	{ "update: compare and swap", test_compare_and_swap },
	{ "update: descriptor 0 expected", test_expect_descriptor_0 },
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

void run_life(void)
{
	run_variant(tests, sizeof(tests) / sizeof(tests[0]));
}
