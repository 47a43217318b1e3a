// SPDX-License-Identifier: GPL-2.0-only
/* A link on a shared block of two devices with hardware, where one driver does
 * not do what the other one does.
 */
#include <errno.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "nsim.h"
#include "tclib.h"

#define BLOCK	5

FIXTURE(offload_block) {
	struct tcenv env;
	struct nsim nsim;
	struct tc_create c;
	int link;
	int other;
};

/* Which of the two ports is the odd one: drivers are asked in order. */
FIXTURE_VARIANT(offload_block) {
	int odd;
};

FIXTURE_VARIANT_ADD(offload_block, first) { .odd = 0 };
FIXTURE_VARIANT_ADD(offload_block, second) { .odd = 1 };

FIXTURE_SETUP(offload_block)
{
	int i;

	self->link = -1;
	self->other = -1;
	ASSERT_EQ(0, tcenv_open(&self->env));
	ASSERT_EQ(2, nsim_open(&self->nsim, 2));
	self->c = (struct tc_create) {
		.prog_fd = self->env.prog_fd[0],
		.ifindex = TCM_IFINDEX_MAGIC_BLOCK,
		.parent = BLOCK,
	};
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, nsim_set_tc_offload(self->nsim.ifindex[i], true));
		ASSERT_EQ(0, nsim_set(i, "bpf_tc_non_bound_accept", true));
		ASSERT_EQ(0, rtnl_clsact_add_block(&self->env.rt,
						   self->nsim.ifindex[i],
						   BLOCK));
	}
}

FIXTURE_TEARDOWN(offload_block)
{
	close(self->link);
	close(self->other);
	if (self->nsim.ports) {
		EXPECT_EQ(0, nsim_runs(0));
		EXPECT_EQ(0, nsim_runs(1));
	}
	nsim_close(&self->nsim);
	tcenv_close(&self->env);
}

/* The hardware of the odd port and of the other one run these, and so many
 * drivers run the filter of the link, as info and dump say.
 */
#define EXPECT_RUN(odd_id, even_id, count)				\
do {									\
	struct rtnl_seen _seen = { .handle = 1 };			\
	struct bpf_link_info _info;					\
	__u32 _count = count;						\
	__u32 _flag = _count ? TCA_CLS_FLAGS_IN_HW :			\
			       TCA_CLS_FLAGS_NOT_IN_HW;			\
									\
	EXPECT_EQ(odd_id, nsim_runs(variant->odd));			\
	EXPECT_EQ(even_id, nsim_runs(!variant->odd));			\
	ASSERT_EQ(0, tc_link_info(self->link, &_info));			\
	EXPECT_EQ(_count, _info.tc.in_hw_count);			\
	EXPECT_EQ(_flag, _info.tc.gen_flags);				\
	if (self->other < 0) {						\
		ASSERT_EQ(0, rtnl_dump(&self->env.rt,			\
				       TCM_IFINDEX_MAGIC_BLOCK, BLOCK,	\
				       &_seen));			\
		EXPECT_EQ(_count, _seen.in_hw_count);			\
		EXPECT_EQ(_flag, _seen.gen_flags);			\
	}								\
} while (0)

#define ID(n)	(self->env.prog_id[n])

static int port_takes(int port, bool takes)
{
	return nsim_set(port, "bpf_tc_non_bound_accept", takes);
}

TEST_F(offload_block, both_take_it)
{
	self->link = tc_link_create(&self->c);
	ASSERT_GE(self->link, 0);
	EXPECT_RUN(ID(0), ID(0), 2);
	EXPECT_EQ(0, tc_link_update(self->link, self->env.prog_fd[1], -1));
	EXPECT_RUN(ID(1), ID(1), 2);
	ASSERT_EQ(0, tc_link_detach(self->link));
	EXPECT_EQ(0, nsim_runs(0));
	EXPECT_EQ(0, nsim_runs(1));
}

/* A device-bound program is for both ports of its device, and for a block of
 * nothing else.
 */
TEST_F(offload_block, bound_program)
{
	int bound, again;

	bound = nsim_load_bound(self->nsim.ifindex[variant->odd], "bound");
	ASSERT_GE(bound, 0);
	again = nsim_load_bound(self->nsim.ifindex[!variant->odd], "again");
	ASSERT_GE(again, 0);
	self->c.prog_fd = bound;
	EXPECT_EQ(-EINVAL, tc_link_create(&self->c));
	self->c.gen_flags = TCA_CLS_FLAGS_SKIP_SW;
	self->link = tc_link_create(&self->c);
	ASSERT_GE(self->link, 0);
	EXPECT_EQ(prog_id(bound), nsim_runs(0));
	EXPECT_EQ(prog_id(bound), nsim_runs(1));
	EXPECT_EQ(0, tc_link_update(self->link, again, bound));
	EXPECT_EQ(prog_id(again), nsim_runs(0));
	EXPECT_EQ(prog_id(again), nsim_runs(1));
	close(self->link);

	/* The one that is left has software only. */
	ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt, self->env.dev, TC_H_CLSACT));
	ASSERT_EQ(0, rtnl_clsact_add_block(&self->env.rt, self->env.dev,
					   BLOCK));
	EXPECT_EQ(-EINVAL, tc_link_create(&self->c));
	self->c.gen_flags = 0;
	self->c.prog_fd = self->env.prog_fd[0];
	self->link = tc_link_create(&self->c);
	ASSERT_GE(self->link, 0);
	EXPECT_EQ(-EINVAL, tc_link_update(self->link, bound, -1));
	EXPECT_RUN(ID(0), ID(0), 2);
	close(bound);
	close(again);
}

/* All that run the filter go on running the old program. */
TEST_F(offload_block, one_refuses_an_update)
{
	self->link = tc_link_create(&self->c);
	ASSERT_GE(self->link, 0);
	ASSERT_EQ(0, port_takes(variant->odd, false));
	EXPECT_EQ(-EOPNOTSUPP, tc_link_update(self->link, self->env.prog_fd[1],
					      -1));
	EXPECT_RUN(ID(0), ID(0), 2);
	ASSERT_EQ(0, port_takes(variant->odd, true));
	EXPECT_EQ(0, tc_link_update(self->link, self->env.prog_fd[1], -1));
	EXPECT_RUN(ID(1), ID(1), 2);
}

/* One that joined later is no different. */
TEST_F(offload_block, one_refuses_an_update_after_the_other_joined)
{
	ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt,
				    self->nsim.ifindex[!variant->odd],
				    TC_H_CLSACT));
	self->link = tc_link_create(&self->c);
	ASSERT_GE(self->link, 0);
	EXPECT_RUN(ID(0), 0, 1);
	ASSERT_EQ(0, rtnl_clsact_add_block(&self->env.rt,
					   self->nsim.ifindex[!variant->odd],
					   BLOCK));
	EXPECT_RUN(ID(0), ID(0), 2);
	ASSERT_EQ(0, port_takes(variant->odd, false));
	EXPECT_EQ(-EOPNOTSUPP, tc_link_update(self->link, self->env.prog_fd[1],
					      -1));
	EXPECT_RUN(ID(0), ID(0), 2);
}

/* One that never took it does not keep the rest from an update. */
TEST_F(offload_block, one_does_not_take_it)
{
	ASSERT_EQ(0, port_takes(variant->odd, false));
	self->link = tc_link_create(&self->c);
	ASSERT_GE(self->link, 0);
	EXPECT_RUN(0, ID(0), 1);
	EXPECT_EQ(0, tc_link_update(self->link, self->env.prog_fd[1], -1));
	EXPECT_RUN(0, ID(1), 1);
	/* It is asked again each time. */
	ASSERT_EQ(0, port_takes(variant->odd, true));
	EXPECT_EQ(0, tc_link_update(self->link, self->env.prog_fd[0], -1));
	EXPECT_RUN(ID(0), ID(0), 2);
}

/* The one that took it refuses the update, the other one would do it now. */
TEST_F(offload_block, undo_leaves_it_where_it_was)
{
	ASSERT_EQ(0, port_takes(variant->odd, false));
	self->link = tc_link_create(&self->c);
	ASSERT_GE(self->link, 0);
	ASSERT_EQ(0, port_takes(variant->odd, true));
	ASSERT_EQ(0, port_takes(!variant->odd, false));
	EXPECT_EQ(-EOPNOTSUPP, tc_link_update(self->link, self->env.prog_fd[1],
					      -1));
	EXPECT_RUN(0, ID(0), 1);
}

TEST_F(offload_block, skip_sw_needs_both)
{
	self->c.gen_flags = TCA_CLS_FLAGS_SKIP_SW;
	ASSERT_EQ(0, port_takes(variant->odd, false));
	EXPECT_EQ(-EINVAL, tc_link_create(&self->c));
	EXPECT_EQ(0, nsim_runs(0));
	EXPECT_EQ(0, nsim_runs(1));
}

/* Drivers know filters by their programs: the other link's is not to be taken
 * for this one's, whatever happens to this one.
 */
TEST_F(offload_block, same_program_on_the_other_port)
{
	struct bpf_link_info info;

	ASSERT_EQ(0, port_takes(variant->odd, false));
	self->link = tc_link_create(&self->c);
	ASSERT_GE(self->link, 0);
	ASSERT_EQ(0, port_takes(variant->odd, true));
	self->other = tc_link_create(&self->c);
	ASSERT_GE(self->other, 0);
	EXPECT_RUN(ID(0), ID(0), 1);

	EXPECT_EQ(0, tc_link_update(self->link, self->env.prog_fd[1], -1));
	EXPECT_RUN(ID(0), ID(1), 1);
	EXPECT_EQ(0, tc_link_update(self->link, self->env.prog_fd[0], -1));
	EXPECT_RUN(ID(0), ID(0), 1);
	ASSERT_EQ(0, tc_link_detach(self->link));
	EXPECT_RUN(ID(0), 0, 0);
	ASSERT_EQ(0, tc_link_info(self->other, &info));
	EXPECT_EQ(1, info.tc.in_hw_count);
}

/* Nor for that of netlink, which is not in hardware. */
TEST_F(offload_block, netlink_filter_of_the_same_program)
{
	struct rtnl_filter f = {
		.ifindex = TCM_IFINDEX_MAGIC_BLOCK,
		.parent = BLOCK,
		.prio = 1,
		.handle = 1,
		.kind = "bpf",
		.prog_fd = self->env.prog_fd[0],
	};

	self->link = tc_link_create(&self->c);
	ASSERT_GE(self->link, 0);
	self->other = dup(self->link);
	ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &f,
				     NLM_F_CREATE | NLM_F_EXCL));
	EXPECT_RUN(ID(0), ID(0), 2);
	f.prog_fd = self->env.prog_fd[1];
	ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &f, NLM_F_REPLACE));
	EXPECT_RUN(ID(0), ID(0), 2);
	f.prog_fd = self->env.prog_fd[0];
	ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &f, NLM_F_REPLACE));
	ASSERT_EQ(0, rtnl_filter_del(&self->env.rt, &f));
	EXPECT_RUN(ID(0), ID(0), 2);
}

/* Of one that refuses what replaces a filter of netlink, nothing stays. */
TEST_F(offload_block, netlink_replace_refused_by_one)
{
	struct rtnl_filter f = {
		.ifindex = TCM_IFINDEX_MAGIC_BLOCK,
		.parent = BLOCK,
		.prio = 1,
		.handle = 1,
		.kind = "bpf",
		.prog_fd = self->env.prog_fd[0],
	};
	struct rtnl_seen seen = { .handle = 1 };

	ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &f,
				     NLM_F_CREATE | NLM_F_EXCL));
	EXPECT_EQ(ID(0), nsim_runs(0));
	EXPECT_EQ(ID(0), nsim_runs(1));
	ASSERT_EQ(0, port_takes(variant->odd, false));
	f.prog_fd = self->env.prog_fd[1];
	ASSERT_EQ(0, rtnl_filter_new(&self->env.rt, &f, NLM_F_REPLACE));
	ASSERT_EQ(0, rtnl_dump(&self->env.rt, TCM_IFINDEX_MAGIC_BLOCK, BLOCK,
			       &seen));
	EXPECT_EQ(ID(1), seen.prog_id);
	EXPECT_EQ(1, seen.in_hw_count);
	EXPECT_EQ(TCA_CLS_FLAGS_IN_HW, seen.gen_flags);
	EXPECT_EQ(0, nsim_runs(variant->odd));
	EXPECT_EQ(ID(1), nsim_runs(!variant->odd));
	ASSERT_EQ(0, rtnl_filter_del(&self->env.rt, &f));
}

/* The odd one leaves the block, and does not count as hardware that did. */
TEST_F(offload_block, one_that_does_not_run_it_leaves)
{
	ASSERT_EQ(0, port_takes(variant->odd, false));
	self->link = tc_link_create(&self->c);
	ASSERT_GE(self->link, 0);
	ASSERT_EQ(0, port_takes(variant->odd, true));
	ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt,
				    self->nsim.ifindex[variant->odd],
				    TC_H_CLSACT));
	EXPECT_RUN(0, ID(0), 1);
	ASSERT_EQ(0, rtnl_clsact_add_block(&self->env.rt,
					   self->nsim.ifindex[variant->odd],
					   BLOCK));
	EXPECT_RUN(ID(0), ID(0), 2);
	ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt,
				    self->nsim.ifindex[!variant->odd],
				    TC_H_CLSACT));
	EXPECT_RUN(ID(0), 0, 1);
}

/* Refused by its only hardware when it joins, and again when it leaves. */
TEST_F(offload_block, none_runs_it)
{
	ASSERT_EQ(0, port_takes(variant->odd, false));
	ASSERT_EQ(0, port_takes(!variant->odd, false));
	self->link = tc_link_create(&self->c);
	ASSERT_GE(self->link, 0);
	EXPECT_RUN(0, 0, 0);
	ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt,
				    self->nsim.ifindex[variant->odd],
				    TC_H_CLSACT));
	EXPECT_RUN(0, 0, 0);
	ASSERT_EQ(0, rtnl_clsact_add_block(&self->env.rt,
					   self->nsim.ifindex[variant->odd],
					   BLOCK));
	EXPECT_RUN(0, 0, 0);
}

TEST_HARNESS_MAIN
