// SPDX-License-Identifier: GPL-2.0-only
/* Two things happen to a link at once, while a third looks on. Whatever comes
 * first, in the end the link is live and its filter there, or neither.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/rtnetlink.h>

#include "kselftest_harness.h"
#include "tclib.h"

/* Seconds, on a machine that emulates and has other things to do */
#define LONG	240
#define ROUNDS	40
#define CHAIN	3

FIXTURE(race) {
	struct tcenv env;
	struct rtnl rt;		/* of the other thread */
	struct tc_create c;
	pthread_barrier_t start;
	pthread_t looker;
	atomic_int look_at;	/* a link, -1 for none, -2 to end */
	int link;
	int other_err;
};

/* What the other thread does meanwhile. */
typedef int (*race_fn)(struct _test_data_race *self);

static int del_qdisc(struct _test_data_race *self)
{
	return rtnl_qdisc_del(&self->rt, self->env.dev, TC_H_CLSACT);
}

static int del_chain(struct _test_data_race *self)
{
	return rtnl_chain(&self->rt, RTM_DELCHAIN, self->env.dev, TC_INGRESS,
			  CHAIN, NULL);
}

static int del_device(struct _test_data_race *self)
{
	return rtnl_link_del(&self->rt, self->env.dev);
}

static int detach(struct _test_data_race *self)
{
	return tc_link_detach(self->link);
}

static int update(struct _test_data_race *self)
{
	return tc_link_update(self->link, self->env.prog_fd[1], -1);
}

struct other {
	struct _test_data_race *self;
	race_fn fn;
};

static void *run_other(void *arg)
{
	struct other *o = arg;

	pthread_barrier_wait(&o->self->start);
	o->self->other_err = o->fn(o->self);
	return NULL;
}

/* Reads what there is to read, as fast as it can. */
static void *look(void *arg)
{
	struct _test_data_race *self = arg;
	struct bpf_link_info info;
	char path[64], buf[1024];
	int link, fd;

	while ((link = atomic_load(&self->look_at)) != -2) {
		if (link < 0) {
			sched_yield();
			continue;
		}
		tc_link_info(link, &info);
		tc_link_poll(link, 0);
		snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", link);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		while (read(fd, buf, sizeof(buf)) > 0)
			;
		close(fd);
	}
	return NULL;
}

static int add_device(struct tcenv *env)
{
	int err = rtnl_veth_add(&env->rt, "veth0", "veth1");

	env->dev = if_nametoindex("veth0");
	env->peer = if_nametoindex("veth1");
	err = err ?: rtnl_link_up(&env->rt, env->dev);
	return err ?: rtnl_link_up(&env->rt, env->peer);
}

static int add_clsact(struct tcenv *env)
{
	return rtnl_qdisc_add(&env->rt, env->dev, "clsact", TC_H_CLSACT,
			      TC_H_MAKE(TC_H_CLSACT, 0), NLM_F_EXCL);
}

FIXTURE_SETUP(race)
{
	ASSERT_EQ(0, tcenv_open(&self->env));
	ASSERT_EQ(0, rtnl_open(&self->rt));
	self->c = (struct tc_create) {
		.prog_fd = self->env.prog_fd[0],
		.ifindex = self->env.dev,
		.parent = TC_INGRESS,
		.chain_index = CHAIN,
	};
	/* A create that loads the module waits without RTNL and holds on to
	 * the qdisc, of which nothing can be told but EBUSY.
	 */
	self->link = tc_link_create(&self->c);
	ASSERT_GE(self->link, 0);
	ASSERT_EQ(0, close(self->link));
	self->link = -1;
	atomic_store(&self->look_at, -1);
	ASSERT_EQ(0, pthread_barrier_init(&self->start, NULL, 2));
	ASSERT_EQ(0, pthread_create(&self->looker, NULL, look, self));
}

FIXTURE_TEARDOWN(race)
{
	atomic_store(&self->look_at, -2);
	pthread_join(self->looker, NULL);
	rtnl_close(&self->rt);
	tcenv_close(&self->env);
	EXPECT_TRUE(prog_gone(self->env.prog_id[0]));
	EXPECT_TRUE(prog_gone(self->env.prog_id[1]));
}

/* The link is live and the filter there, or both are not. */
static bool consistent(struct _test_data_race *self)
{
	struct rtnl_seen seen = {};
	bool live;

	live = self->link >= 0 && !tc_link_severed(self->link);
	if (rtnl_dump(&self->env.rt, self->env.dev, TC_INGRESS, &seen))
		return false;
	if (self->link >= 0 &&
	    tc_link_poll(self->link, 0) != (live ? 0 : POLLHUP))
		return false;
	return seen.filters == live && seen.protos == live;
}

/* Run what against the function, the caller's side being EXPR. */
#define AGAINST(what, expr)						\
({									\
	struct other _o = { .self = self, .fn = what };			\
	pthread_t _t;							\
	int _ret;							\
									\
	ASSERT_EQ(0, pthread_create(&_t, NULL, run_other, &_o));	\
	pthread_barrier_wait(&self->start);				\
	_ret = expr;							\
	pthread_join(_t, NULL);						\
	_ret;								\
})

TEST_F_TIMEOUT(race, create_and_qdisc_delete, LONG)
{
	int i, created = 0;

	for (i = 0; i < ROUNDS; i++) {
		self->link = AGAINST(del_qdisc, tc_link_create(&self->c));
		ASSERT_EQ(0, self->other_err);
		if (self->link < 0)
			ASSERT_EQ(-EINVAL, self->link);
		created += self->link >= 0;
		ASSERT_TRUE(consistent(self));
		ASSERT_TRUE(self->link < 0 || tc_link_severed(self->link));
		close(self->link);
		ASSERT_EQ(0, add_clsact(&self->env));
	}
	TH_LOG("%d of %d created", created, ROUNDS);
}

TEST_F_TIMEOUT(race, create_and_chain_delete, LONG)
{
	int i, severed = 0;

	for (i = 0; i < ROUNDS; i++) {
		self->link = AGAINST(del_chain, tc_link_create(&self->c));
		ASSERT_GE(self->link, 0);
		ASSERT_TRUE(consistent(self));
		severed += tc_link_severed(self->link);
		close(self->link);
		self->link = -1;
		ASSERT_TRUE(consistent(self));
	}
	TH_LOG("%d of %d severed", severed, ROUNDS);
}

TEST_F_TIMEOUT(race, create_and_device_delete, LONG)
{
	int i, created = 0;

	for (i = 0; i < ROUNDS; i++) {
		self->link = AGAINST(del_device, tc_link_create(&self->c));
		ASSERT_EQ(0, self->other_err);
		created += self->link >= 0;
		ASSERT_TRUE(self->link < 0 || tc_link_severed(self->link));
		close(self->link);
		ASSERT_EQ(0, add_device(&self->env));
		ASSERT_EQ(0, add_clsact(&self->env));
		self->c.ifindex = self->env.dev;
	}
	TH_LOG("%d of %d created", created, ROUNDS);
}

TEST_F_TIMEOUT(race, close_and_qdisc_delete, LONG)
{
	int i;

	for (i = 0; i < ROUNDS; i++) {
		self->link = tc_link_create(&self->c);
		ASSERT_GE(self->link, 0);
		EXPECT_EQ(0, AGAINST(del_qdisc, close(self->link)));
		ASSERT_EQ(0, self->other_err);
		ASSERT_EQ(0, add_clsact(&self->env));
	}
	EXPECT_TRUE(tcenv_clean(&self->env));
}

TEST_F_TIMEOUT(race, detach_and_qdisc_delete, LONG)
{
	int i;

	for (i = 0; i < ROUNDS; i++) {
		self->link = tc_link_create(&self->c);
		ASSERT_GE(self->link, 0);
		atomic_store(&self->look_at, self->link);
		EXPECT_EQ(0, AGAINST(del_qdisc, tc_link_detach(self->link)));
		EXPECT_EQ(POLLHUP, tc_link_poll(self->link, 0));
		EXPECT_TRUE(tc_link_severed(self->link));
		atomic_store(&self->look_at, -1);
		close(self->link);
		ASSERT_EQ(0, add_clsact(&self->env));
	}
}

TEST_F_TIMEOUT(race, detach_and_update, LONG)
{
	int i, ret, updated = 0;

	for (i = 0; i < ROUNDS; i++) {
		self->link = tc_link_create(&self->c);
		ASSERT_GE(self->link, 0);
		atomic_store(&self->look_at, self->link);
		ret = AGAINST(update, tc_link_detach(self->link));
		EXPECT_EQ(0, ret);
		if (self->other_err)
			EXPECT_EQ(-ENOLINK, self->other_err);
		updated += !self->other_err;
		EXPECT_TRUE(consistent(self));
		EXPECT_TRUE(tc_link_severed(self->link));
		atomic_store(&self->look_at, -1);
		close(self->link);
	}
	TH_LOG("%d of %d updated first", updated, ROUNDS);
}

TEST_F_TIMEOUT(race, update_and_qdisc_delete, LONG)
{
	int i, ret;

	for (i = 0; i < ROUNDS; i++) {
		self->link = tc_link_create(&self->c);
		ASSERT_GE(self->link, 0);
		atomic_store(&self->look_at, self->link);
		ret = AGAINST(del_qdisc, update(self));
		if (ret)
			EXPECT_EQ(-ENOLINK, ret);
		EXPECT_TRUE(tc_link_severed(self->link));
		atomic_store(&self->look_at, -1);
		close(self->link);
		ASSERT_EQ(0, add_clsact(&self->env));
	}
}

TEST_F_TIMEOUT(race, two_detach, LONG)
{
	int i;

	for (i = 0; i < ROUNDS; i++) {
		self->link = tc_link_create(&self->c);
		ASSERT_GE(self->link, 0);
		EXPECT_EQ(0, AGAINST(detach, tc_link_detach(self->link)));
		EXPECT_EQ(0, self->other_err);
		EXPECT_TRUE(consistent(self));
		close(self->link);
	}
}

static int unload(struct _test_data_race *self)
{
	int i;

	for (i = 0; i < 100; i++) {
		if (!syscall(__NR_delete_module, "cls_bpf", O_NONBLOCK))
			return 0;
		usleep(1000);
	}
	return -errno;
}

/* The module goes while the last severed link is closed. */
TEST_F_TIMEOUT(race, close_and_module_unload, LONG)
{
	int i;

	for (i = 0; i < ROUNDS / 4; i++) {
		self->link = tc_link_create(&self->c);
		ASSERT_GE(self->link, 0);
		ASSERT_EQ(0, del_qdisc(self));
		EXPECT_EQ(0, AGAINST(unload, close(self->link)));
		EXPECT_EQ(0, self->other_err);
		ASSERT_EQ(0, add_clsact(&self->env));
	}
}

TEST_HARNESS_MAIN
