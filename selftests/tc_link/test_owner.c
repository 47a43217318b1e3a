// SPDX-License-Identifier: GPL-2.0-only
/* A filter has one owner: what netlink may not do to a filter of a link. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/rtnetlink.h>

#include "kselftest_harness.h"
#include "tclib.h"

#define PRIO	10
#define HANDLE	0x20

FIXTURE(owner) {
	struct tcenv env;
	struct rtnl_filter f;	/* names the link's filter */
	int link;
	__u32 link_id;
};

FIXTURE_VARIANT(owner) {
	__u32 parent;
	__u32 chain;
};

FIXTURE_VARIANT_ADD(owner, ingress) { .parent = TC_INGRESS };
FIXTURE_VARIANT_ADD(owner, egress) { .parent = TC_EGRESS };
FIXTURE_VARIANT_ADD(owner, other_chain) { .parent = TC_EGRESS, .chain = 3 };

FIXTURE_SETUP(owner)
{
	struct tc_create c = { .priority = PRIO, .handle = HANDLE };
	struct bpf_link_info info;

	ASSERT_EQ(0, tcenv_open(&self->env));
	c.prog_fd = self->env.prog_fd[0];
	c.ifindex = self->env.dev;
	c.parent = variant->parent;
	c.chain_index = variant->chain;
	self->link = tc_link_create(&c);
	ASSERT_GE(self->link, 0);
	ASSERT_EQ(0, tc_link_info(self->link, &info));
	self->link_id = info.id;
	self->f = (struct rtnl_filter) {
		.ifindex = self->env.dev,
		.parent = variant->parent,
		.chain = variant->chain,
		.prio = PRIO,
		.handle = HANDLE,
		.kind = "bpf",
		.prog_fd = self->env.prog_fd[1],
	};
}

FIXTURE_TEARDOWN(owner)
{
	close(self->link);
	EXPECT_TRUE(tcenv_clean(&self->env));
	tcenv_close(&self->env);
}

/* The kernel said no, and which link is in the way. */
#define EXPECT_REFUSED(ret)						\
do {									\
	char _link[32];							\
									\
	EXPECT_EQ(-EPERM, ret);						\
	snprintf(_link, sizeof(_link), "BPF link %u", self->link_id);	\
	EXPECT_NE(NULL, strstr(self->env.rt.extack, _link))		\
		TH_LOG("extack: '%s'", self->env.rt.extack);		\
} while (0)

/* The link's filter is there and as it was, and how many others. */
#define EXPECT_INTACT(others)						\
do {									\
	struct rtnl_seen _seen = { .handle = HANDLE };			\
									\
	ASSERT_EQ(0, rtnl_dump(&self->env.rt, self->env.dev,		\
			       variant->parent, &_seen));		\
	EXPECT_EQ(1 + (others), _seen.filters);				\
	EXPECT_EQ(self->env.prog_id[0], _seen.prog_id);			\
	EXPECT_EQ(self->link_id, _seen.link_id);			\
	EXPECT_FALSE(tc_link_severed(self->link));			\
	if (!variant->chain)						\
		EXPECT_TRUE(tcenv_runs(&self->env, variant->parent, 0)); \
} while (0)

TEST_F(owner, netlink_create_exclusive)
{
	EXPECT_EQ(-EEXIST, rtnl_filter_new(&self->env.rt, &self->f,
					   NLM_F_CREATE | NLM_F_EXCL));
	EXPECT_INTACT(0);
}

TEST_F(owner, netlink_replace)
{
	EXPECT_REFUSED(rtnl_filter_new(&self->env.rt, &self->f, NLM_F_CREATE));
	EXPECT_REFUSED(rtnl_filter_new(&self->env.rt, &self->f,
				       NLM_F_CREATE | NLM_F_REPLACE));
	EXPECT_REFUSED(rtnl_filter_new(&self->env.rt, &self->f, 0));
	EXPECT_INTACT(0);
}

TEST_F(owner, netlink_delete_by_handle)
{
	EXPECT_REFUSED(rtnl_filter_del(&self->env.rt, &self->f));
	self->f.kind = NULL;
	EXPECT_REFUSED(rtnl_filter_del(&self->env.rt, &self->f));
	EXPECT_INTACT(0);
}

TEST_F(owner, netlink_delete_by_priority)
{
	self->f.handle = 0;
	EXPECT_REFUSED(rtnl_filter_del(&self->env.rt, &self->f));
	self->f.kind = NULL;
	EXPECT_REFUSED(rtnl_filter_del(&self->env.rt, &self->f));
	EXPECT_INTACT(0);
}

TEST_F(owner, netlink_flush)
{
	struct rtnl_filter all = {
		.ifindex = self->env.dev,
		.parent = variant->parent,
		.chain = variant->chain,
	};

	EXPECT_REFUSED(rtnl_filter_del(&self->env.rt, &all));
	EXPECT_INTACT(0);
}

/* Nothing is removed, not even what netlink itself made. */
TEST_F(owner, netlink_delete_with_neighbours)
{
	struct rtnl_filter same = self->f, other = self->f, all = self->f;

	same.handle = 1;
	ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &same, NLM_F_CREATE));
	other.handle = 1;
	other.prio = PRIO - 1;
	ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &other, NLM_F_CREATE));

	all.handle = 0;
	EXPECT_REFUSED(rtnl_filter_del(&self->env.rt, &all));
	all.prio = 0;
	all.kind = NULL;
	EXPECT_REFUSED(rtnl_filter_del(&self->env.rt, &all));
	EXPECT_INTACT(2);

	EXPECT_EQ(0, rtnl_filter_del(&self->env.rt, &same));
	EXPECT_EQ(0, rtnl_filter_del(&self->env.rt, &other));
	EXPECT_INTACT(0);
}

/* Netlink works on all else as before, in the same priority too. */
TEST_F(owner, netlink_filters_of_the_same_priority)
{
	struct rtnl_seen seen = { .handle = HANDLE + 1 };

	self->f.handle = HANDLE + 1;
	EXPECT_EQ(0, rtnl_filter_new(&self->env.rt, &self->f,
				     NLM_F_CREATE | NLM_F_EXCL));
	EXPECT_INTACT(1);
	self->f.prog_fd = self->env.prog_fd[2];
	EXPECT_EQ(0, rtnl_filter_new(&self->env.rt, &self->f,
				     NLM_F_CREATE | NLM_F_REPLACE));
	ASSERT_EQ(0, rtnl_dump(&self->env.rt, self->env.dev, variant->parent,
			       &seen));
	EXPECT_EQ(self->env.prog_id[2], seen.prog_id);
	EXPECT_EQ(0, seen.link_id);
	EXPECT_EQ(0, rtnl_filter_del(&self->env.rt, &self->f));
	EXPECT_INTACT(0);
}

TEST_F(owner, netlink_flush_of_another_chain)
{
	struct rtnl_filter other = self->f;

	other.chain = 9;
	ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &other, NLM_F_CREATE));
	other.handle = 0;
	other.prio = 0;
	other.kind = NULL;
	EXPECT_EQ(0, rtnl_filter_del(&self->env.rt, &other));
	EXPECT_INTACT(0);
}

/* The link goes, its netlink neighbour stays. */
TEST_F(owner, close_leaves_neighbours)
{
	struct rtnl_seen seen = {};

	self->f.handle = 1;
	ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &self->f, NLM_F_CREATE));
	close(self->link);
	self->link = -1;
	ASSERT_EQ(0, rtnl_dump(&self->env.rt, self->env.dev, variant->parent,
			       &seen));
	EXPECT_EQ(1, seen.filters);
	ASSERT_EQ(0, rtnl_filter_del(&self->env.rt, &self->f));
}

/* What was refused while the link was there works when it is gone. */
TEST_F(owner, netlink_takes_over_after_close)
{
	close(self->link);
	self->link = -1;
	EXPECT_EQ(0, rtnl_filter_new(&self->env.rt, &self->f,
				     NLM_F_CREATE | NLM_F_EXCL));
	EXPECT_EQ(0, rtnl_filter_del(&self->env.rt, &self->f));
}

struct request {
	struct rtnl rt;
	struct rtnl_filter f;
	int err;
};

static void *filter_new(void *arg)
{
	struct request *r = arg;

	r->err = rtnl_filter_new(&r->rt, &r->f, NLM_F_CREATE | NLM_F_EXCL);
	return NULL;
}

/* A request that makes a priority waits without RTNL for the module of an
 * action, which there is not, and takes the priority away again. By then there
 * is a link in it.
 */
TEST_F(owner, failing_request_made_the_priority)
{
	struct tc_create c = {
		.prog_fd = self->env.prog_fd[1],
		.ifindex = self->env.dev,
		.parent = variant->parent,
		.chain_index = variant->chain,
		.priority = PRIO + 1,
	};
	struct request r = { .f = self->f };
	char modprobe[256] = {};
	pthread_t thread;
	int link, fd;

	r.f.prio = c.priority;
	r.f.handle = 0;
	r.f.action = "tclink";
	ASSERT_EQ(0, rtnl_open(&r.rt));
	fd = open("/proc/sys/kernel/modprobe", O_RDONLY | O_CLOEXEC);
	ASSERT_GT(read(fd, modprobe, sizeof(modprobe) - 1), 0);
	close(fd);
	fd = open("/tmp/modprobe", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		  0755);
	ASSERT_GT(dprintf(fd, "#!/bin/sh\nsleep 1\nexit 1\n"), 0);
	close(fd);
	ASSERT_EQ(0, write_file("/proc/sys/kernel/modprobe", "/tmp/modprobe"));
	ASSERT_EQ(0, pthread_create(&thread, NULL, filter_new, &r));
	usleep(300000);
	link = tc_link_create(&c);
	pthread_join(thread, NULL);
	ASSERT_EQ(0, write_file("/proc/sys/kernel/modprobe", modprobe));
	rtnl_close(&r.rt);

	ASSERT_GE(link, 0);
	EXPECT_EQ(-ENOENT, r.err);
	EXPECT_FALSE(tc_link_severed(link));
	EXPECT_INTACT(1);
	close(link);
}

TEST_HARNESS_MAIN
