// SPDX-License-Identifier: GPL-2.0-only
/* BPF_LINK_CREATE with attach type BPF_TC: what it makes, and what it refuses. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/rtnetlink.h>

#include "kselftest_harness.h"
#include "tclib.h"

FIXTURE(create) {
	struct tcenv env;
	struct tc_create c;
};

FIXTURE_VARIANT(create) {
	__u32 parent;
};

FIXTURE_VARIANT_ADD(create, ingress) { .parent = TC_INGRESS };
FIXTURE_VARIANT_ADD(create, egress) { .parent = TC_EGRESS };

FIXTURE_SETUP(create)
{
	ASSERT_EQ(0, tcenv_open(&self->env));
	self->c = (struct tc_create) {
		.prog_fd = self->env.prog_fd[0],
		.ifindex = self->env.dev,
		.parent = variant->parent,
	};
}

FIXTURE_TEARDOWN(create)
{
	EXPECT_TRUE(tcenv_clean(&self->env));
	tcenv_close(&self->env);
}

TEST_F(create, runs_until_closed)
{
	int link;

	EXPECT_FALSE(tcenv_runs(&self->env, variant->parent, 0));
	link = tc_link_create(&self->c);
	ASSERT_GE(link, 0);
	EXPECT_TRUE(tcenv_runs(&self->env, variant->parent, 0));
	EXPECT_FALSE(tcenv_clean(&self->env));
	close(link);
	EXPECT_FALSE(tcenv_runs(&self->env, variant->parent, 0));
}

TEST_F(create, reports_what_it_allocated)
{
	struct bpf_link_info info;
	struct rtnl_seen seen = {};
	int link;

	link = tc_link_create(&self->c);
	ASSERT_GE(link, 0);
	ASSERT_EQ(0, tc_link_info(link, &info));
	EXPECT_EQ(BPF_LINK_TYPE_TC, info.type);
	EXPECT_EQ(self->env.prog_id[0], info.prog_id);
	EXPECT_EQ(self->env.dev, info.tc.ifindex);
	EXPECT_EQ(variant->parent, info.tc.parent);
	EXPECT_EQ(1, info.tc.handle);
	EXPECT_EQ(0xc000, info.tc.priority);
	EXPECT_EQ(0, info.tc.chain_index);
	EXPECT_EQ(ETH_P_ALL, info.tc.protocol);
	EXPECT_EQ(0, info.tc.classid);
	EXPECT_EQ(TCA_CLS_FLAGS_NOT_IN_HW, info.tc.gen_flags);
	EXPECT_EQ(0, info.tc.in_hw_count);
	EXPECT_EQ(0, info.tc.block_index);
	EXPECT_NE(0, info.tc.netns_ino);
	EXPECT_EQ(0, info.tc.flags);

	seen.handle = 1;
	ASSERT_EQ(0, rtnl_dump(&self->env.rt, self->env.dev, variant->parent,
			       &seen));
	EXPECT_EQ(1, seen.filters);
	EXPECT_EQ(info.prog_id, seen.prog_id);
	EXPECT_EQ(info.id, seen.link_id);
	close(link);
}

TEST_F(create, takes_priority_and_handle_that_are_given)
{
	struct bpf_link_info info;
	int link;

	self->c.priority = 0xffff;
	self->c.handle = 0xffffffff;
	self->c.protocol = ETH_P_IPV6;
	link = tc_link_create(&self->c);
	ASSERT_GE(link, 0);
	ASSERT_EQ(0, tc_link_info(link, &info));
	EXPECT_EQ(0xffff, info.tc.priority);
	EXPECT_EQ(0xffffffff, info.tc.handle);
	EXPECT_EQ(ETH_P_IPV6, info.tc.protocol);
	/* The frames of the test are of another protocol. */
	EXPECT_FALSE(tcenv_runs(&self->env, variant->parent, 0));
	close(link);
}

TEST_F(create, allocates_a_priority_before_all_others)
{
	struct bpf_link_info info[2];
	int link[2], i;

	for (i = 0; i < 2; i++) {
		link[i] = tc_link_create(&self->c);
		ASSERT_GE(link[i], 0);
		ASSERT_EQ(0, tc_link_info(link[i], &info[i]));
	}
	EXPECT_LT(info[1].tc.priority, info[0].tc.priority);
	for (i = 0; i < 2; i++)
		close(link[i]);
}

TEST_F(create, newest_of_a_priority_runs_first)
{
	int link[3], i;

	self->c.priority = 1;
	for (i = 0; i < 3; i++) {
		self->c.prog_fd = self->env.prog_fd[i];
		link[i] = tc_link_create(&self->c);
		ASSERT_GE(link[i], 0);
	}
	EXPECT_TRUE(tcenv_runs(&self->env, variant->parent, 0));
	EXPECT_EQ(0x030201, tcenv_order(&self->env));

	/* An update keeps the place: now it is c, c, a. */
	ASSERT_EQ(0, tc_link_update(link[1], self->env.prog_fd[2], -1));
	tcenv_reset(&self->env);
	EXPECT_TRUE(tcenv_runs(&self->env, variant->parent, 0));
	EXPECT_EQ(0x030301, tcenv_order(&self->env));
	for (i = 0; i < 3; i++)
		close(link[i]);
}

TEST_F(create, runs_among_netlink_filters_by_priority)
{
	struct rtnl_filter f = {
		.ifindex = self->env.dev,
		.parent = variant->parent,
		.kind = "bpf",
	};
	int link;

	f.prio = 1;
	f.prog_fd = self->env.prog_fd[1];
	ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &f, NLM_F_CREATE));
	f.prio = 3;
	f.prog_fd = self->env.prog_fd[2];
	ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &f, NLM_F_CREATE));
	self->c.priority = 2;
	link = tc_link_create(&self->c);
	ASSERT_GE(link, 0);
	EXPECT_TRUE(tcenv_runs(&self->env, variant->parent, 2));
	EXPECT_EQ(0x020103, tcenv_order(&self->env));

	close(link);
	for (f.prio = 1; f.prio <= 3; f.prio += 2)
		ASSERT_EQ(0, rtnl_filter_del(&self->env.rt, &f));
}

TEST_F(create, exists_whoever_owns_it)
{
	struct rtnl_filter f = {
		.ifindex = self->env.dev,
		.parent = variant->parent,
		.prio = 1,
		.handle = 7,
		.kind = "bpf",
		.prog_fd = self->env.prog_fd[1],
	};
	int link;

	self->c.priority = f.prio;
	self->c.handle = f.handle;
	ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &f, NLM_F_CREATE));
	EXPECT_EQ(-EEXIST, tc_link_create(&self->c));
	EXPECT_TRUE(tcenv_runs(&self->env, variant->parent, 1));
	EXPECT_EQ(0, tcenv_seen(&self->env, 0));
	ASSERT_EQ(0, rtnl_filter_del(&self->env.rt, &f));

	link = tc_link_create(&self->c);
	ASSERT_GE(link, 0);
	self->c.prog_fd = self->env.prog_fd[2];
	EXPECT_EQ(-EEXIST, tc_link_create(&self->c));
	EXPECT_TRUE(tcenv_runs(&self->env, variant->parent, 0));
	EXPECT_EQ(0, tcenv_seen(&self->env, 2));
	close(link);
}

TEST_F(create, other_kind_at_the_priority)
{
	struct rtnl_filter f = {
		.ifindex = self->env.dev,
		.parent = variant->parent,
		.prio = 5,
		.kind = "matchall",
	};
	struct rtnl_seen seen = {};

	ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &f, NLM_F_CREATE));
	self->c.priority = 5;
	EXPECT_EQ(-EINVAL, tc_link_create(&self->c));
	/* The priority has a protocol, too. */
	self->c.protocol = ETH_P_IP;
	EXPECT_EQ(-EINVAL, tc_link_create(&self->c));
	ASSERT_EQ(0, rtnl_dump(&self->env.rt, self->env.dev, variant->parent,
			       &seen));
	EXPECT_EQ(1, seen.filters);
	ASSERT_EQ(0, rtnl_filter_del(&self->env.rt, &f));
}

TEST_F(create, chain_template_of_other_kind)
{
	ASSERT_EQ(0, rtnl_chain(&self->env.rt, RTM_NEWCHAIN, self->env.dev,
				variant->parent, 4, "flower"));
	self->c.chain_index = 4;
	EXPECT_EQ(-EINVAL, tc_link_create(&self->c));
	ASSERT_EQ(0, rtnl_chain(&self->env.rt, RTM_DELCHAIN, self->env.dev,
				variant->parent, 4, NULL));
}

TEST_F(create, chain_comes_and_goes_with_the_filter)
{
	struct rtnl_seen seen = {};
	struct bpf_link_info info;
	int link;

	self->c.chain_index = TC_ACT_EXT_VAL_MASK;
	link = tc_link_create(&self->c);
	ASSERT_GE(link, 0);
	ASSERT_EQ(0, tc_link_info(link, &info));
	EXPECT_EQ(TC_ACT_EXT_VAL_MASK, info.tc.chain_index);
	ASSERT_EQ(0, rtnl_dump(&self->env.rt, self->env.dev, variant->parent,
			       &seen));
	EXPECT_EQ(1, seen.chains);
	EXPECT_EQ(1, seen.filters);
	/* Nobody goes to that chain. */
	EXPECT_FALSE(tcenv_runs(&self->env, variant->parent, 0));
	close(link);
}

/* In direct-action mode the return value is what becomes of the packet; in
 * classify-only mode it is a class, and without actions the packet goes on.
 */
TEST_F(create, classify_only)
{
	struct bpf_link_info info;
	int link[2];

	tcenv_set_verdict(&self->env, 1, TC_ACT_OK);
	self->c.priority = 2;
	link[0] = tc_link_create(&self->c);
	ASSERT_GE(link[0], 0);

	self->c.priority = 1;
	self->c.prog_fd = self->env.prog_fd[1];
	link[1] = tc_link_create(&self->c);
	ASSERT_GE(link[1], 0);
	EXPECT_FALSE(tcenv_runs(&self->env, variant->parent, 0));
	close(link[1]);

	self->c.flags = BPF_F_TC_CLASSIFY_ONLY;
	link[1] = tc_link_create(&self->c);
	ASSERT_GE(link[1], 0);
	ASSERT_EQ(0, tc_link_info(link[1], &info));
	EXPECT_EQ(BPF_F_TC_CLASSIFY_ONLY, info.tc.flags);
	/* 0 is "no match" */
	EXPECT_TRUE(tcenv_runs(&self->env, variant->parent, 0));
	close(link[1]);
	close(link[0]);
}

TEST_F(create, skip_sw_without_hardware)
{
	self->c.gen_flags = TCA_CLS_FLAGS_SKIP_SW;
	EXPECT_EQ(-EINVAL, tc_link_create(&self->c));
}

TEST_F(create, notifies)
{
	struct bpf_link_info info;
	struct rtnl mon;
	__u32 id;
	int link;

	ASSERT_EQ(0, rtnl_monitor_open(&mon));
	link = tc_link_create(&self->c);
	ASSERT_GE(link, 0);
	ASSERT_EQ(0, tc_link_info(link, &info));
	EXPECT_EQ(1, rtnl_monitor_count(&mon, self->env.dev, RTM_NEWTFILTER,
					&id));
	EXPECT_EQ(info.id, id);
	ASSERT_EQ(0, tc_link_update(link, self->env.prog_fd[1], -1));
	EXPECT_EQ(1, rtnl_monitor_count(&mon, self->env.dev, RTM_NEWTFILTER,
					&id));
	EXPECT_EQ(info.id, id);
	close(link);
	EXPECT_EQ(1, rtnl_monitor_count(&mon, self->env.dev, RTM_DELTFILTER,
					&id));
	EXPECT_EQ(info.id, id);
	rtnl_close(&mon);
}

TEST_F(create, failure_takes_no_program_reference)
{
	__u32 id = self->env.prog_id[0];

	self->c.gen_flags = TCA_CLS_FLAGS_SKIP_SW;
	EXPECT_EQ(-EINVAL, tc_link_create(&self->c));
	self->c.gen_flags = 0;
	self->c.ifindex = 0x7fffffff;
	EXPECT_EQ(-ENODEV, tc_link_create(&self->c));
	tcenv_close(&self->env);
	EXPECT_TRUE(prog_gone(id));
	ASSERT_EQ(0, rtnl_open(&self->env.rt));
}

#define TRACING	"/sys/kernel/tracing/"

static bool traced(const char *what)
{
	bool found = false;
	char line[512];
	FILE *f;

	f = fopen(TRACING "trace", "re");
	while (f && fgets(line, sizeof(line), f))
		found |= strstr(line, "bpf_tc_link_attach_failed") &&
			 strstr(line, what);
	if (f)
		fclose(f);
	return found;
}

/* bpf(2) returns no text, so the reason is in a tracepoint. */
TEST_F(create, failure_is_traced)
{
	struct rtnl_filter f = {
		.ifindex = self->env.dev,
		.parent = variant->parent,
		.prio = 5,
		.kind = "matchall",
	};

	mount("tracefs", TRACING, "tracefs", 0, NULL);
	ASSERT_EQ(0, truncate(TRACING "trace", 0));
	ASSERT_EQ(0, write_file(TRACING "events/tc_link/enable", "1"));

	self->c.parent = 0;
	EXPECT_EQ(-EINVAL, tc_link_create(&self->c));
	EXPECT_TRUE(traced("No parent given"));
	self->c.parent = 0x10000;
	EXPECT_EQ(-EINVAL, tc_link_create(&self->c));
	EXPECT_TRUE(traced("Parent Qdisc doesn't exists"));
	ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &f, NLM_F_CREATE));
	self->c.parent = variant->parent;
	self->c.priority = 5;
	EXPECT_EQ(-EINVAL, tc_link_create(&self->c));
	EXPECT_TRUE(traced("Specified filter kind does not match existing one"));
	ASSERT_EQ(0, rtnl_filter_del(&self->env.rt, &f));

	EXPECT_EQ(0, write_file(TRACING "events/tc_link/enable", "0"));
}

/* One field is wrong, all else is right. */
FIXTURE(refused) {
	struct tcenv env;
	struct tc_create c;
};

FIXTURE_VARIANT(refused) {
	struct tc_create c;
	int err;
	bool other_prog;
};

FIXTURE_VARIANT_ADD(refused, unknown_flag) {
	.c.flags = 2, .err = -EINVAL
};

FIXTURE_VARIANT_ADD(refused, replace_flag) {
	.c.flags = BPF_F_REPLACE, .err = -EINVAL
};

FIXTURE_VARIANT_ADD(refused, both_skip_flags) {
	.c.gen_flags = TCA_CLS_FLAGS_SKIP_SW | TCA_CLS_FLAGS_SKIP_HW,
	.err = -EINVAL
};

FIXTURE_VARIANT_ADD(refused, unknown_gen_flag) {
	.c.gen_flags = TCA_CLS_FLAGS_VERBOSE, .err = -EINVAL
};

FIXTURE_VARIANT_ADD(refused, in_hw_flag) {
	.c.gen_flags = TCA_CLS_FLAGS_IN_HW, .err = -EINVAL
};

FIXTURE_VARIANT_ADD(refused, priority_too_big) {
	.c.priority = 0x10000, .err = -EINVAL
};

FIXTURE_VARIANT_ADD(refused, chain_too_big) {
	.c.chain_index = TC_ACT_EXT_VAL_MASK + 1, .err = -EINVAL
};

FIXTURE_VARIANT_ADD(refused, protocol_too_big) {
	.c.protocol = 0x10000, .err = -EINVAL
};

FIXTURE_VARIANT_ADD(refused, no_such_qdisc) {
	.c.parent = 0x10000, .err = -EINVAL
};

FIXTURE_VARIANT_ADD(refused, no_such_class) {
	.c.parent = TC_H_MAKE(TC_H_CLSACT, 1), .err = -ENOENT
};

FIXTURE_VARIANT_ADD(refused, no_such_device) {
	.c.ifindex = 0x7fffffff, .err = -ENODEV
};

FIXTURE_VARIANT_ADD(refused, no_such_block) {
	.c.ifindex = TCM_IFINDEX_MAGIC_BLOCK, .err = -EINVAL
};

FIXTURE_VARIANT_ADD(refused, program_type) {
	.other_prog = true, .err = -EINVAL
};

FIXTURE_SETUP(refused)
{
	ASSERT_EQ(0, tcenv_open(&self->env));
	self->c = variant->c;
	if (!self->c.ifindex)
		self->c.ifindex = self->env.dev;
	if (!self->c.parent)
		self->c.parent = TC_INGRESS;
	self->c.prog_fd = self->env.prog_fd[variant->other_prog ? 3 : 0];
}

FIXTURE_TEARDOWN(refused)
{
	EXPECT_TRUE(tcenv_clean(&self->env));
	tcenv_close(&self->env);
}

TEST_F(refused, and_nothing_left)
{
	EXPECT_EQ(variant->err, tc_link_create(&self->c));
}

/* On netlink a parent of 0 is the root qdisc, even if somebody put one there
 * that can have filters.
 */
TEST_F(create, parent_zero)
{
	ASSERT_EQ(0, rtnl_qdisc_add(&self->env.rt, self->env.dev, "prio",
				    TC_H_ROOT, 0x10000, NLM_F_EXCL));
	self->c.parent = 0;
	EXPECT_EQ(-EINVAL, tc_link_create(&self->c));
}

TEST_F(create, unused_bytes)
{
	union bpf_attr attr = {};
	unsigned int i, first;

	attr.link_create.prog_fd = self->c.prog_fd;
	attr.link_create.target_ifindex = self->c.ifindex;
	attr.link_create.attach_type = BPF_TC;
	attr.link_create.tc.parent = self->c.parent;
	first = (char *)(&attr.link_create.tc + 1) - (char *)&attr;
	for (i = first; i < sizeof(attr); i++) {
		((char *)&attr)[i] = 1;
		EXPECT_EQ(-1, syscall(__NR_bpf, BPF_LINK_CREATE, &attr,
				      sizeof(attr)));
		EXPECT_EQ(EINVAL, errno);
		((char *)&attr)[i] = 0;
	}
}

/* BPF_TC is for links. */
TEST_F(create, no_prog_attach)
{
	union bpf_attr attr = {};

	attr.target_ifindex = self->c.ifindex;
	attr.attach_bpf_fd = self->c.prog_fd;
	attr.attach_type = BPF_TC;
	EXPECT_EQ(-1, syscall(__NR_bpf, BPF_PROG_ATTACH, &attr, sizeof(attr)));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, syscall(__NR_bpf, BPF_PROG_DETACH, &attr, sizeof(attr)));
	EXPECT_EQ(EINVAL, errno);
}

/* The same path serves classful parents. */
TEST_F(create, classful_parent)
{
	struct bpf_link_info info;
	int link;

	ASSERT_EQ(0, rtnl_qdisc_add(&self->env.rt, self->env.dev, "prio",
				    TC_H_ROOT, 0x10000, NLM_F_EXCL));
	self->c.parent = 0x10000;
	link = tc_link_create(&self->c);
	ASSERT_GE(link, 0);
	ASSERT_EQ(0, tc_link_info(link, &info));
	EXPECT_EQ(0x10000, info.tc.parent);
	EXPECT_TRUE(tcenv_runs(&self->env, TC_EGRESS, 0));
	close(link);
	EXPECT_FALSE(tcenv_runs(&self->env, TC_EGRESS, 0));
}

TEST_HARNESS_MAIN
