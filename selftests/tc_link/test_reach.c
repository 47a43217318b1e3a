// SPDX-License-Identifier: GPL-2.0-only
/* What links reach with cls_bpf: classful parents, classes, chains, shared
 * blocks, and a place among filters of other kinds.
 */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/rtnetlink.h>

#include "kselftest_harness.h"
#include "tclib.h"

#define ROOT	0x10000
#define BLOCK	7

FIXTURE(reach) {
	struct tcenv env;
	struct tc_create c;
};

FIXTURE_SETUP(reach)
{
	ASSERT_EQ(0, tcenv_open(&self->env));
	self->c = (struct tc_create) {
		.prog_fd = self->env.prog_fd[0],
		.ifindex = self->env.dev,
		.parent = TC_INGRESS,
	};
}

FIXTURE_TEARDOWN(reach)
{
	EXPECT_TRUE(tcenv_clean(&self->env));
	tcenv_close(&self->env);
}

/* It has the handle of clsact, and on netlink egress is ingress there. */
TEST_F(reach, ingress_qdisc_has_no_egress)
{
	int link;

	ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt, self->env.dev, TC_H_CLSACT));
	ASSERT_EQ(0, rtnl_qdisc_add(&self->env.rt, self->env.dev, "ingress",
				    TC_H_INGRESS, TC_H_MAKE(TC_H_INGRESS, 0),
				    NLM_F_EXCL));
	self->c.parent = TC_EGRESS;
	EXPECT_EQ(-ENOENT, tc_link_create(&self->c));
	self->c.parent = TC_INGRESS;
	link = tc_link_create(&self->c);
	ASSERT_GE(link, 0);
	EXPECT_TRUE(tcenv_runs(&self->env, TC_INGRESS, 0));
	close(link);
}

/* drr with the classes 1:1 and 1:2, and the link on its root. */
static int add_classes(struct tcenv *env)
{
	int err;

	err = rtnl_qdisc_add(&env->rt, env->dev, "drr", TC_H_ROOT, ROOT,
			     NLM_F_EXCL);
	err = err ?: rtnl_class_add(&env->rt, env->dev, ROOT + 1);
	return err ?: rtnl_class_add(&env->rt, env->dev, ROOT + 2);
}

/* The frames that the test sends are in class 1:2, and in no other. */
#define EXPECT_IN_CLASS_2()						\
do {									\
	int _one, _two;							\
									\
	_one = rtnl_class_packets(&self->env.rt, self->env.dev, ROOT + 1); \
	_two = rtnl_class_packets(&self->env.rt, self->env.dev, ROOT + 2); \
	EXPECT_TRUE(tcenv_runs(&self->env, TC_EGRESS, 0));		\
	EXPECT_EQ(_one, rtnl_class_packets(&self->env.rt,		\
					   self->env.dev, ROOT + 1));	\
	EXPECT_EQ(_two + 1, rtnl_class_packets(&self->env.rt,		\
					       self->env.dev, ROOT + 2)); \
} while (0)

TEST_F(reach, classid_of_a_direct_action)
{
	struct bpf_link_info info;
	int link;

	ASSERT_EQ(0, add_classes(&self->env));
	tcenv_set_verdict(&self->env, 0, TC_ACT_OK);
	self->c.parent = ROOT;
	self->c.classid = ROOT + 2;
	link = tc_link_create(&self->c);
	ASSERT_GE(link, 0);
	ASSERT_EQ(0, tc_link_info(link, &info));
	EXPECT_EQ(ROOT + 2, info.tc.classid);
	EXPECT_IN_CLASS_2();
	close(link);
}

TEST_F(reach, classid_of_classify_only)
{
	int link;

	ASSERT_EQ(0, add_classes(&self->env));
	self->c.parent = ROOT;
	self->c.classid = ROOT + 2;
	self->c.flags = BPF_F_TC_CLASSIFY_ONLY;
	link = tc_link_create(&self->c);
	ASSERT_GE(link, 0);
	/* -1 is "the class of the filter", all else but 0 is the class. */
	tcenv_set_verdict(&self->env, 0, -1);
	EXPECT_IN_CLASS_2();
	close(link);

	self->c.classid = ROOT + 1;
	link = tc_link_create(&self->c);
	ASSERT_GE(link, 0);
	tcenv_set_verdict(&self->env, 0, ROOT + 2);
	EXPECT_IN_CLASS_2();
	close(link);
}

/* A class that a filter is bound to is in use. */
TEST_F(reach, class_is_bound)
{
	int link;

	ASSERT_EQ(0, add_classes(&self->env));
	self->c.parent = ROOT;
	self->c.classid = ROOT + 2;
	link = tc_link_create(&self->c);
	ASSERT_GE(link, 0);
	EXPECT_EQ(-EBUSY, rtnl_class_del(&self->env.rt, self->env.dev,
					 ROOT + 2));
	EXPECT_EQ(0, rtnl_class_del(&self->env.rt, self->env.dev, ROOT + 1));
	ASSERT_EQ(0, tc_link_update(link, self->env.prog_fd[1], -1));
	EXPECT_EQ(-EBUSY, rtnl_class_del(&self->env.rt, self->env.dev,
					 ROOT + 2));
	close(link);
	EXPECT_EQ(0, rtnl_class_del(&self->env.rt, self->env.dev, ROOT + 2));
}

/* The link on the root chooses class 1:1, that on 1:1 the leaf in it. */
TEST_F(reach, inner_class)
{
	struct bpf_link_info info;
	int root, inner;

	ASSERT_EQ(0, rtnl_qdisc_add(&self->env.rt, self->env.dev, "htb",
				    TC_H_ROOT, ROOT, NLM_F_EXCL));
	ASSERT_EQ(0, rtnl_htb_class_add(&self->env.rt, self->env.dev, ROOT,
					ROOT + 1));
	ASSERT_EQ(0, rtnl_htb_class_add(&self->env.rt, self->env.dev, ROOT + 1,
					ROOT + 2));
	tcenv_set_verdict(&self->env, 0, TC_ACT_OK);
	tcenv_set_verdict(&self->env, 1, TC_ACT_OK);
	self->c.parent = ROOT;
	self->c.classid = ROOT + 1;
	root = tc_link_create(&self->c);
	ASSERT_GE(root, 0);
	EXPECT_FALSE(tcenv_runs(&self->env, TC_EGRESS, 1));

	self->c.prog_fd = self->env.prog_fd[1];
	self->c.parent = ROOT + 1;
	self->c.classid = ROOT + 2;
	inner = tc_link_create(&self->c);
	ASSERT_GE(inner, 0);
	ASSERT_EQ(0, tc_link_info(inner, &info));
	EXPECT_EQ(ROOT + 1, info.tc.parent);
	EXPECT_EQ(0, rtnl_class_packets(&self->env.rt, self->env.dev,
					ROOT + 2));
	EXPECT_TRUE(tcenv_runs(&self->env, TC_EGRESS, 1));
	EXPECT_EQ(1, rtnl_class_packets(&self->env.rt, self->env.dev,
					ROOT + 2));
	close(root);
	close(inner);
}

TEST_F(reach, goto_chain_of_a_link)
{
	struct rtnl_filter f = {
		.ifindex = self->env.dev,
		.parent = TC_INGRESS,
		.prio = 1,
		.kind = "matchall",
		.action = "gact",
		.gact = TC_ACT_GOTO_CHAIN | 5,
	};
	struct rtnl_seen seen = {};
	int link;

	ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &f, NLM_F_CREATE));
	self->c.chain_index = 5;
	link = tc_link_create(&self->c);
	ASSERT_GE(link, 0);
	EXPECT_TRUE(tcenv_runs(&self->env, TC_INGRESS, 0));
	close(link);
	EXPECT_FALSE(tcenv_runs(&self->env, TC_INGRESS, 0));
	/* The chain is held by the action, and not shown. */
	ASSERT_EQ(0, rtnl_dump(&self->env.rt, self->env.dev, TC_INGRESS,
			       &seen));
	EXPECT_EQ(1, seen.chains);
	ASSERT_EQ(0, rtnl_filter_del(&self->env.rt, &f));
}

TEST_F(reach, protocol)
{
	int link;

	self->c.protocol = ETH_P_IP;
	link = tc_link_create(&self->c);
	ASSERT_GE(link, 0);
	EXPECT_FALSE(tcenv_runs(&self->env, TC_INGRESS, 0));
	close(link);
	self->c.protocol = 0x88b5;
	link = tc_link_create(&self->c);
	ASSERT_GE(link, 0);
	EXPECT_TRUE(tcenv_runs(&self->env, TC_INGRESS, 0));
	close(link);
}

/* A filter of another kind that ends the search, between two links. */
FIXTURE(among) {
	struct tcenv env;
	int link[2];
};

FIXTURE_VARIANT(among) {
	const char *kind;
};

FIXTURE_VARIANT_ADD(among, flower) { .kind = "flower" };
FIXTURE_VARIANT_ADD(among, matchall) { .kind = "matchall" };
FIXTURE_VARIANT_ADD(among, u32) { .kind = "u32" };

FIXTURE_SETUP(among)
{
	struct tc_create c = { .parent = TC_INGRESS };
	int i;

	ASSERT_EQ(0, tcenv_open(&self->env));
	c.ifindex = self->env.dev;
	for (i = 0; i < 2; i++) {
		c.prog_fd = self->env.prog_fd[i];
		c.priority = 10 + 10 * i;
		self->link[i] = tc_link_create(&c);
		ASSERT_GE(self->link[i], 0);
	}
}

FIXTURE_TEARDOWN(among)
{
	close(self->link[0]);
	close(self->link[1]);
	EXPECT_TRUE(tcenv_clean(&self->env));
	tcenv_close(&self->env);
}

TEST_F(among, other_kinds)
{
	struct rtnl_filter f = {
		.ifindex = self->env.dev,
		.parent = TC_INGRESS,
		.protocol = ETH_P_ALL,
		.kind = variant->kind,
		.action = "gact",
		.gact = TC_ACT_OK,
	};

	EXPECT_TRUE(tcenv_runs(&self->env, TC_INGRESS, 1));
	for (f.prio = 5; f.prio <= 25; f.prio += 10) {
		ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &f, NLM_F_CREATE));
		tcenv_reset(&self->env);
		EXPECT_EQ(f.prio > 20, tcenv_runs(&self->env, TC_INGRESS, 1));
		EXPECT_EQ(f.prio > 10, tcenv_seen(&self->env, 0));
		ASSERT_EQ(0, rtnl_filter_del(&self->env.rt, &f));
	}
}

/* A block that the ingress of both ends of the veth pair share. */
FIXTURE(block) {
	struct tcenv env;
	struct tc_create c;
	int link;
};

FIXTURE_SETUP(block)
{
	ASSERT_EQ(0, tcenv_open(&self->env));
	ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt, self->env.dev,
				    TC_H_CLSACT));
	ASSERT_EQ(0, rtnl_clsact_add_block(&self->env.rt, self->env.dev,
					   BLOCK));
	self->c = (struct tc_create) {
		.prog_fd = self->env.prog_fd[0],
		.ifindex = TCM_IFINDEX_MAGIC_BLOCK,
		.parent = BLOCK,
	};
	self->link = tc_link_create(&self->c);
	ASSERT_GE(self->link, 0);
}

FIXTURE_TEARDOWN(block)
{
	close(self->link);
	tcenv_close(&self->env);
}

/* What comes in at dev, and at its peer. */
#define AT_DEV(n)	tcenv_runs(&self->env, TC_INGRESS, n)
#define AT_PEER(n)	tcenv_runs(&self->env, TC_EGRESS, n)

TEST_F(block, info)
{
	struct bpf_link_info info;

	ASSERT_EQ(0, tc_link_info(self->link, &info));
	EXPECT_EQ(TCM_IFINDEX_MAGIC_BLOCK, info.tc.ifindex);
	EXPECT_EQ(BLOCK, info.tc.block_index);
	EXPECT_EQ(BLOCK, info.tc.parent);
}

TEST_F(block, members_come_and_go)
{
	EXPECT_TRUE(AT_DEV(0));
	EXPECT_FALSE(AT_PEER(0));
	ASSERT_EQ(0, rtnl_clsact_add_block(&self->env.rt, self->env.peer,
					   BLOCK));
	EXPECT_TRUE(AT_DEV(0));
	EXPECT_TRUE(AT_PEER(0));
	ASSERT_EQ(0, tc_link_update(self->link, self->env.prog_fd[1], -1));
	EXPECT_TRUE(AT_DEV(1));
	EXPECT_TRUE(AT_PEER(1));
	ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt, self->env.dev,
				    TC_H_CLSACT));
	EXPECT_FALSE(AT_DEV(1));
	EXPECT_TRUE(AT_PEER(1));
	EXPECT_FALSE(tc_link_severed(self->link));
}

TEST_F(block, severed_with_its_last_member)
{
	struct bpf_link_info info;

	ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt, self->env.dev,
				    TC_H_CLSACT));
	ASSERT_EQ(0, tc_link_info(self->link, &info));
	EXPECT_EQ(0, info.tc.ifindex);
	EXPECT_EQ(BLOCK, info.tc.block_index);
	EXPECT_EQ(POLLHUP, tc_link_poll(self->link, 0));
	EXPECT_EQ(-ENOLINK, tc_link_update(self->link, self->env.prog_fd[1],
					   -1));
}

TEST_F(block, gone_from_all_members_when_closed)
{
	ASSERT_EQ(0, rtnl_clsact_add_block(&self->env.rt, self->env.peer,
					   BLOCK));
	close(self->link);
	self->link = -1;
	EXPECT_FALSE(AT_DEV(0));
	EXPECT_FALSE(AT_PEER(0));
}

TEST_F(block, netlink_is_refused_there_too)
{
	struct rtnl_filter f = {
		.ifindex = TCM_IFINDEX_MAGIC_BLOCK,
		.parent = BLOCK,
	};

	EXPECT_EQ(-EPERM, rtnl_filter_del(&self->env.rt, &f));
	EXPECT_EQ(-EEXIST, tc_link_create(&(struct tc_create) {
		.prog_fd = self->env.prog_fd[1],
		.ifindex = TCM_IFINDEX_MAGIC_BLOCK,
		.parent = BLOCK,
		.handle = 1,
		.priority = 0xc000,
	}));
	EXPECT_TRUE(AT_DEV(0));
}

/* Of a device that is in a shared block, one names the block. */
TEST_F(block, not_through_the_device)
{
	self->c.ifindex = self->env.dev;
	self->c.parent = TC_INGRESS;
	EXPECT_EQ(-EOPNOTSUPP, tc_link_create(&self->c));
}

TEST_HARNESS_MAIN
