// SPDX-License-Identifier: GPL-2.0-only
/* What a link is like when that which its filter hung on is gone. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/rtnetlink.h>

#include "kselftest_harness.h"
#include "tclib.h"

#define PRIO	10
#define CHAIN	2
#define ROOT	0x10000

enum how {
	DEL_QDISC,
	REPLACE_QDISC,
	DEL_CLASS,
	DEL_CHAIN,
	DEL_DEVICE,
	DEL_PEER,
	MOVE_DEVICE,
	DETACH,
};

FIXTURE(sever) {
	struct tcenv env;
	struct bpf_link_info before;
	int link;
};

FIXTURE_VARIANT(sever) {
	enum how how;
	__u32 parent;
	__u32 chain;
};

FIXTURE_VARIANT_ADD(sever, qdisc_deleted) {
	.how = DEL_QDISC, .parent = TC_INGRESS
};

FIXTURE_VARIANT_ADD(sever, qdisc_replaced) {
	.how = REPLACE_QDISC, .parent = ROOT
};

FIXTURE_VARIANT_ADD(sever, class_deleted) {
	.how = DEL_CLASS, .parent = ROOT + 1
};

FIXTURE_VARIANT_ADD(sever, chain_deleted) {
	.how = DEL_CHAIN, .parent = TC_EGRESS, .chain = CHAIN
};

FIXTURE_VARIANT_ADD(sever, chain_0_deleted) {
	.how = DEL_CHAIN, .parent = TC_EGRESS
};

FIXTURE_VARIANT_ADD(sever, device_deleted) {
	.how = DEL_DEVICE, .parent = TC_EGRESS
};

FIXTURE_VARIANT_ADD(sever, peer_deleted) {
	.how = DEL_PEER, .parent = TC_INGRESS
};

FIXTURE_VARIANT_ADD(sever, device_moved_to_another_netns) {
	.how = MOVE_DEVICE, .parent = TC_INGRESS
};

FIXTURE_VARIANT_ADD(sever, detached) {
	.how = DETACH, .parent = TC_INGRESS
};

static int other_netns(void)
{
	int mine, other;

	mine = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (mine < 0 || unshare(CLONE_NEWNET))
		return -1;
	other = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (setns(mine, CLONE_NEWNET))
		return -1;
	close(mine);
	return other;
}

static int sever(struct tcenv *env, int link, enum how how, __u32 parent,
		 __u32 chain)
{
	int fd, err;

	switch (how) {
	case DEL_QDISC:
		return rtnl_qdisc_del(&env->rt, env->dev, TC_H_CLSACT);
	case REPLACE_QDISC:
		return rtnl_qdisc_add(&env->rt, env->dev, "prio", TC_H_ROOT,
				      2 * ROOT, NLM_F_REPLACE);
	case DEL_CLASS:
		return rtnl_class_del(&env->rt, env->dev, parent);
	case DEL_CHAIN:
		return rtnl_chain(&env->rt, RTM_DELCHAIN, env->dev, parent,
				  chain, NULL);
	case DEL_DEVICE:
		return rtnl_link_del(&env->rt, env->dev);
	case DEL_PEER:
		return rtnl_link_del(&env->rt, env->peer);
	case MOVE_DEVICE:
		fd = other_netns();
		err = fd < 0 ? -errno :
			       rtnl_link_set_netns(&env->rt, env->dev, fd);
		close(fd);
		return err;
	case DETACH:
		return tc_link_detach(link);
	}
	return -ENOTSUP;
}

FIXTURE_SETUP(sever)
{
	struct tc_create c = {
		.parent = variant->parent,
		.priority = PRIO,
		.chain_index = variant->chain,
	};

	ASSERT_EQ(0, tcenv_open(&self->env));
	ASSERT_EQ(0, rtnl_qdisc_add(&self->env.rt, self->env.dev,
				    variant->how == DEL_CLASS ? "htb" : "prio",
				    TC_H_ROOT, ROOT, NLM_F_EXCL));
	if (variant->how == DEL_CLASS)
		ASSERT_EQ(0, rtnl_htb_class_add(&self->env.rt, self->env.dev,
						ROOT, ROOT + 1));
	c.prog_fd = self->env.prog_fd[0];
	c.ifindex = self->env.dev;
	self->link = tc_link_create(&c);
	ASSERT_GE(self->link, 0);
	ASSERT_EQ(0, tc_link_info(self->link, &self->before));
	ASSERT_EQ(0, tc_link_poll(self->link, 0));
}

FIXTURE_TEARDOWN(sever)
{
	EXPECT_EQ(0, close(self->link));
	tcenv_close(&self->env);
	EXPECT_TRUE(prog_gone(self->env.prog_id[0]));
	EXPECT_TRUE(prog_gone(self->env.prog_id[1]));
}

#define SEVER()								\
	ASSERT_EQ(0, sever(&self->env, self->link, variant->how,	\
			   variant->parent, variant->chain))

TEST_F(sever, info_keeps_all_but_the_device)
{
	struct bpf_link_info info;

	SEVER();
	ASSERT_EQ(0, tc_link_info(self->link, &info));
	EXPECT_EQ(0, info.tc.ifindex);
	info.tc.ifindex = self->before.tc.ifindex;
	EXPECT_EQ(0, memcmp(&info, &self->before, sizeof(info)));
}

TEST_F(sever, runs_no_more)
{
	SEVER();
	switch (variant->how) {
	case DEL_DEVICE:
	case DEL_PEER:
	case MOVE_DEVICE:
		break;
	default:
		EXPECT_FALSE(tcenv_runs(&self->env, variant->parent, 0));
	}
	EXPECT_EQ(0, tcenv_seen(&self->env, 0));
}

TEST_F(sever, update_and_detach)
{
	SEVER();
	EXPECT_EQ(-ENOLINK, tc_link_update(self->link, self->env.prog_fd[1],
					   -1));
	EXPECT_EQ(-ENOLINK, tc_link_update(self->link, self->env.prog_fd[0],
					   -1));
	EXPECT_EQ(0, tc_link_detach(self->link));
	EXPECT_EQ(0, tc_link_detach(self->link));
}

TEST_F(sever, poll)
{
	SEVER();
	EXPECT_EQ(POLLHUP, tc_link_poll(self->link, 0));
}

/* Netlink is told as much of the filter of a link as of that of netlink beside
 * it: with its chain, that their priorities go; with qdisc or device nothing.
 * Only a link that goes by itself removes just its filter.
 */
TEST_F(sever, notifies_as_of_netlink_filters)
{
	struct rtnl_filter f = {
		.ifindex = self->env.dev,
		.parent = variant->parent,
		.chain = variant->chain,
		.prio = PRIO + 1,
		.kind = "bpf",
		.prog_fd = self->env.prog_fd[1],
	};
	struct rtnl mon;
	__u32 link_id;
	int count;

	ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &f, NLM_F_CREATE));
	ASSERT_EQ(0, rtnl_monitor_open(&mon));
	SEVER();
	count = rtnl_monitor_count(&mon, self->env.dev, RTM_DELTFILTER,
				   &link_id);
	switch (variant->how) {
	case DETACH:
		EXPECT_EQ(1, count);
		EXPECT_EQ(self->before.id, link_id);
		EXPECT_EQ(0, rtnl_filter_del(&self->env.rt, &f));
		break;
	case DEL_CHAIN:
		EXPECT_EQ(2, count);
		break;
	default:
		EXPECT_EQ(0, count);
	}
	rtnl_close(&mon);
}

struct waiter {
	pthread_t thread;
	int link;
	bool use_epoll;
	int revents;
};

static void *wait_for_hup(void *arg)
{
	struct epoll_event ev = {};
	struct waiter *w = arg;
	int ep;

	if (!w->use_epoll) {
		w->revents = tc_link_poll(w->link, 10000);
		return NULL;
	}
	ep = epoll_create1(EPOLL_CLOEXEC);
	epoll_ctl(ep, EPOLL_CTL_ADD, w->link, &ev);
	if (epoll_wait(ep, &ev, 1, 10000) == 1)
		w->revents = ev.events;
	close(ep);
	return NULL;
}

TEST_F(sever, wakes_all_who_wait)
{
	struct waiter w[4] = {};
	int i;

	for (i = 0; i < 4; i++) {
		w[i].link = self->link;
		w[i].use_epoll = i % 2;
		ASSERT_EQ(0, pthread_create(&w[i].thread, NULL, wait_for_hup,
					    &w[i]));
	}
	/* Time to fall asleep; who has not yet tests less, but never fails. */
	usleep(50000);
	SEVER();
	for (i = 0; i < 4; i++) {
		pthread_join(w[i].thread, NULL);
		EXPECT_EQ(POLLHUP, w[i].revents);
	}
}

struct flood {
	struct tcenv *env;
	atomic_bool stop;
};

static void *flood_peer(void *arg)
{
	struct flood *f = arg;

	/* In the end the device is gone. */
	while (!atomic_load(&f->stop))
		tcenv_send(f->env, TC_INGRESS, 1);
	return NULL;
}

/* Move dev to a namespace that nothing but the file descriptor returned keeps,
 * and make a link there.
 */
static int link_in_other_netns(struct tcenv *env, struct tc_create *c, int *link)
{
	int mine, other, err;
	struct rtnl rt;

	mine = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	other = other_netns();
	err = rtnl_link_set_netns(&env->rt, env->dev, other);
	if (err || setns(other, CLONE_NEWNET))
		return -1;
	err = rtnl_open(&rt);
	c->ifindex = if_nametoindex("veth0");
	err = err ?: rtnl_link_up(&rt, c->ifindex);
	err = err ?: rtnl_qdisc_add(&rt, c->ifindex, "clsact", TC_H_CLSACT,
				    TC_H_MAKE(TC_H_CLSACT, 0), NLM_F_EXCL);
	*link = err ?: tc_link_create(c);
	rtnl_close(&rt);
	setns(mine, CLONE_NEWNET);
	close(mine);
	return other;
}

/* A link may be closed when its namespace is about to go, but packets still
 * pass the filter: they are in its program when it is removed. KASAN sees if
 * they come back to freed memory.
 */
TEST(closed_while_the_netns_goes_under_traffic)
{
	struct tc_create c = { .parent = TC_INGRESS };
	int i, other, link = -1;
	__u64 seen = 0;
	struct tcenv env;
	pthread_t thread;

	for (i = 0; i < 10; i++) {
		struct flood f = { .env = &env };

		ASSERT_EQ(0, tcenv_open(&env));
		tcenv_slow_down(&env);
		c.prog_fd = env.prog_fd[0];
		other = link_in_other_netns(&env, &c, &link);
		ASSERT_GE(other, 0);
		ASSERT_GE(link, 0);
		ASSERT_EQ(0, pthread_create(&thread, NULL, flood_peer, &f));
		usleep(20000);
		close(other);
		close(link);
		usleep(20000);
		atomic_store(&f.stop, true);
		pthread_join(thread, NULL);
		seen += tcenv_seen(&env, 0);
		tcenv_close(&env);
	}
	EXPECT_NE(0, seen);
}

/* The namespace ends with its last process; the link is held from outside. */
TEST(netns_deleted_under_a_link)
{
	struct bpf_link_info info;
	struct tcenv env;
	int fds[2], link;
	pid_t pid;

	/* The child's files are the parent's, its namespace is not. */
	ASSERT_EQ(0, pipe(fds));
	pid = syscall(__NR_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
	ASSERT_GE(pid, 0);
	if (!pid) {
		struct tc_create c = { .parent = TC_INGRESS };

		link = -1;
		if (!tcenv_open(&env)) {
			c.prog_fd = env.prog_fd[0];
			c.ifindex = env.dev;
			link = tc_link_create(&c);
			rtnl_close(&env.rt);
			close(env.packet_fd);
		}
		if (write(fds[1], &link, sizeof(link)) != sizeof(link))
			_exit(1);
		/* Nothing is closed at exit: CLONE_FILES. */
		_exit(0);
	}
	ASSERT_EQ(sizeof(link), read(fds[0], &link, sizeof(link)));
	ASSERT_GE(link, 0);
	ASSERT_EQ(pid, waitpid(pid, NULL, 0));
	EXPECT_EQ(POLLHUP, tc_link_poll(link, 10000));
	ASSERT_EQ(0, tc_link_info(link, &info));
	EXPECT_EQ(0, info.tc.ifindex);
	EXPECT_NE(0, info.tc.netns_ino);
	EXPECT_EQ(0, close(link));
}

TEST_HARNESS_MAIN
