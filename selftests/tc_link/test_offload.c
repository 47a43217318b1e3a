// SPDX-License-Identifier: GPL-2.0-only
/* Links whose filter runs in hardware, with netdevsim for hardware. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "nsim.h"
#include "tclib.h"

FIXTURE(offload) {
	struct tcenv env;
	struct nsim nsim;
	struct tc_create c;
	int link;
};

FIXTURE_VARIANT(offload) {
	__u32 gen_flags;
};

FIXTURE_VARIANT_ADD(offload, hw_and_sw) { .gen_flags = 0 };
FIXTURE_VARIANT_ADD(offload, skip_sw) { .gen_flags = TCA_CLS_FLAGS_SKIP_SW };

FIXTURE_SETUP(offload)
{
	ASSERT_EQ(0, tcenv_open(&self->env));
	ASSERT_EQ(1, nsim_open(&self->nsim, 1));
	self->c = (struct tc_create) {
		.prog_fd = self->env.prog_fd[0],
		.ifindex = self->nsim.ifindex[0],
		.parent = TC_INGRESS,
		.gen_flags = variant->gen_flags,
	};
	ASSERT_EQ(0, rtnl_link_up(&self->env.rt, self->c.ifindex));
	ASSERT_EQ(0, nsim_set_tc_offload(self->c.ifindex, true));
	ASSERT_EQ(0, nsim_set(0, "bpf_tc_non_bound_accept", true));
	ASSERT_EQ(0, rtnl_qdisc_add(&self->env.rt, self->c.ifindex, "clsact",
				    TC_H_CLSACT, TC_H_MAKE(TC_H_CLSACT, 0),
				    NLM_F_EXCL));
	self->link = tc_link_create(&self->c);
	ASSERT_GE(self->link, 0);
}

FIXTURE_TEARDOWN(offload)
{
	close(self->link);
	if (self->nsim.ports)
		EXPECT_EQ(0, nsim_runs(0));
	nsim_close(&self->nsim);
	tcenv_close(&self->env);
}

/* Hardware runs program n, and link and dump say so. */
#define EXPECT_IN_HW(n)							\
do {									\
	__u32 _hw = variant->gen_flags | TCA_CLS_FLAGS_IN_HW;		\
	__u32 _id = self->env.prog_id[n];				\
	struct rtnl_seen _seen = { .handle = 1 };			\
	struct bpf_link_info _info;					\
									\
	EXPECT_EQ(_id, nsim_runs(0));				\
	ASSERT_EQ(0, tc_link_info(self->link, &_info));			\
	EXPECT_EQ(_id, _info.prog_id);					\
	EXPECT_EQ(_hw, _info.tc.gen_flags);				\
	EXPECT_EQ(1, _info.tc.in_hw_count);				\
	ASSERT_EQ(0, rtnl_dump(&self->env.rt, self->c.ifindex,		\
			       TC_INGRESS, &_seen));			\
	EXPECT_EQ(_id, _seen.prog_id);					\
	EXPECT_EQ(_hw, _seen.gen_flags);				\
	EXPECT_EQ(1, _seen.in_hw_count);				\
} while (0)

TEST_F(offload, create_and_close)
{
	EXPECT_IN_HW(0);
	close(self->link);
	self->link = -1;
	EXPECT_EQ(0, nsim_runs(0));
}

TEST_F(offload, update)
{
	EXPECT_EQ(0, tc_link_update(self->link, self->env.prog_fd[1], -1));
	EXPECT_IN_HW(1);
	EXPECT_EQ(0, tc_link_update(self->link, self->env.prog_fd[0],
				    self->env.prog_fd[1]));
	EXPECT_IN_HW(0);
}

TEST_F(offload, update_refused_by_the_driver)
{
	ASSERT_EQ(0, nsim_set(0, "bpf_tc_non_bound_accept", false));
	EXPECT_EQ(-EOPNOTSUPP, tc_link_update(self->link,
					      self->env.prog_fd[1], -1));
	EXPECT_IN_HW(0);
	/* And it is as ready for the next one as before. */
	ASSERT_EQ(0, nsim_set(0, "bpf_tc_non_bound_accept", true));
	EXPECT_EQ(0, tc_link_update(self->link, self->env.prog_fd[1], -1));
	EXPECT_IN_HW(1);
}

TEST_F(offload, create_refused_by_the_driver)
{
	struct rtnl_seen seen = {};
	struct bpf_link_info info;

	close(self->link);
	ASSERT_EQ(0, nsim_set(0, "bpf_tc_non_bound_accept", false));
	self->link = tc_link_create(&self->c);
	if (variant->gen_flags & TCA_CLS_FLAGS_SKIP_SW) {
		EXPECT_EQ(-EINVAL, self->link);
		ASSERT_EQ(0, rtnl_dump(&self->env.rt, self->c.ifindex,
				       TC_INGRESS, &seen));
		EXPECT_EQ(0, seen.protos + seen.chains);
		return;
	}
	/* Software runs it alone; an update that hardware takes goes there. */
	ASSERT_EQ(0, tc_link_info(self->link, &info));
	EXPECT_EQ(TCA_CLS_FLAGS_NOT_IN_HW, info.tc.gen_flags);
	EXPECT_EQ(0, tc_link_update(self->link, self->env.prog_fd[1], -1));
	EXPECT_EQ(0, nsim_runs(0));
	ASSERT_EQ(0, nsim_set(0, "bpf_tc_non_bound_accept", true));
	EXPECT_EQ(0, tc_link_update(self->link, self->env.prog_fd[0], -1));
	EXPECT_EQ(self->env.prog_id[0], nsim_runs(0));
	ASSERT_EQ(0, tc_link_info(self->link, &info));
	EXPECT_EQ(TCA_CLS_FLAGS_IN_HW, info.tc.gen_flags);
	EXPECT_EQ(1, info.tc.in_hw_count);
}

TEST_F(offload, severed_is_not_in_hardware)
{
	struct bpf_link_info info;

	ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt, self->c.ifindex,
				    TC_H_CLSACT));
	EXPECT_EQ(0, nsim_runs(0));
	ASSERT_EQ(0, tc_link_info(self->link, &info));
	EXPECT_EQ(0, info.tc.ifindex);
	EXPECT_EQ(variant->gen_flags | TCA_CLS_FLAGS_NOT_IN_HW,
		  info.tc.gen_flags);
	EXPECT_EQ(0, info.tc.in_hw_count);
}

TEST_F(offload, detached_is_not_in_hardware)
{
	struct bpf_link_info info;

	ASSERT_EQ(0, tc_link_detach(self->link));
	EXPECT_EQ(0, nsim_runs(0));
	ASSERT_EQ(0, tc_link_info(self->link, &info));
	EXPECT_EQ(variant->gen_flags | TCA_CLS_FLAGS_NOT_IN_HW,
		  info.tc.gen_flags);
	EXPECT_EQ(0, info.tc.in_hw_count);
}

TEST_F(offload, device_deleted)
{
	nsim_close(&self->nsim);
	EXPECT_TRUE(tc_link_severed(self->link));
}

/* Hardware does one program at a time. The second one with the same program is
 * refused, or runs in software, and the first one stays where it is.
 */
TEST_F(offload, same_program_twice)
{
	struct bpf_link_info info;
	int other;

	self->c.priority = 1;
	other = tc_link_create(&self->c);
	if (variant->gen_flags & TCA_CLS_FLAGS_SKIP_SW) {
		EXPECT_EQ(-EBUSY, other);
	} else {
		ASSERT_GE(other, 0);
		ASSERT_EQ(0, tc_link_info(other, &info));
		EXPECT_EQ(0, info.tc.in_hw_count);
		close(other);
	}
	EXPECT_IN_HW(0);
}

TEST_F(offload, skip_hw_beside_it)
{
	int other;

	self->c.gen_flags = TCA_CLS_FLAGS_SKIP_HW;
	other = tc_link_create(&self->c);
	ASSERT_GE(other, 0);
	EXPECT_IN_HW(0);
	EXPECT_EQ(0, tc_link_update(other, self->env.prog_fd[1], -1));
	EXPECT_EQ(0, tc_link_update(other, self->env.prog_fd[0], -1));
	EXPECT_IN_HW(0);
	close(other);
	EXPECT_IN_HW(0);
}

/* The driver does not let go of a filter because somebody asks for it. */
TEST_F(offload, switched_off_under_a_live_filter)
{
	nsim_set_tc_offload(self->c.ifindex, false);
	EXPECT_IN_HW(0);
	EXPECT_EQ(0, tc_link_update(self->link, self->env.prog_fd[1], -1));
	EXPECT_IN_HW(1);
}

TEST_F(offload, netlink_is_refused)
{
	struct rtnl_filter f = {
		.ifindex = self->c.ifindex,
		.parent = TC_INGRESS,
	};

	EXPECT_EQ(-EPERM, rtnl_filter_del(&self->env.rt, &f));
	EXPECT_IN_HW(0);
}

/* A device-bound program goes to its device, with skip_sw, or nowhere. */
TEST_F(offload, bound_program)
{
	bool skip_sw = variant->gen_flags & TCA_CLS_FLAGS_SKIP_SW;
	int bound, again;

	bound = nsim_load_bound(self->c.ifindex, "bound");
	ASSERT_GE(bound, 0);
	again = nsim_load_bound(self->c.ifindex, "again");
	ASSERT_GE(again, 0);

	/* on update */
	EXPECT_EQ(skip_sw ? 0 : -EINVAL, tc_link_update(self->link, bound, -1));
	EXPECT_EQ(skip_sw ? prog_id(bound) : self->env.prog_id[0],
		  nsim_runs(0));
	EXPECT_EQ(skip_sw ? 0 : -EINVAL, tc_link_update(self->link, again, -1));
	close(self->link);

	/* on create */
	self->c.prog_fd = bound;
	self->link = tc_link_create(&self->c);
	EXPECT_EQ(!skip_sw, self->link == -EINVAL);
	if (skip_sw)
		EXPECT_EQ(prog_id(bound), nsim_runs(0));
	close(self->link);

	/* on a device that it is not bound to */
	self->c.ifindex = self->env.dev;
	self->link = tc_link_create(&self->c);
	EXPECT_EQ(-EINVAL, self->link);
	close(bound);
	close(again);
}

/* A shared block gains, and loses, a device with hardware. */
TEST_F(offload, block_gains_a_driver)
{
	bool skip_sw = variant->gen_flags & TCA_CLS_FLAGS_SKIP_SW;
	struct bpf_link_info info;

	close(self->link);
	ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt, self->c.ifindex,
				    TC_H_CLSACT));
	ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt, self->env.dev,
				    TC_H_CLSACT));
	ASSERT_EQ(0, rtnl_clsact_add_block(&self->env.rt, self->env.dev, 5));
	self->c.ifindex = TCM_IFINDEX_MAGIC_BLOCK;
	self->c.parent = 5;
	self->link = tc_link_create(&self->c);
	if (skip_sw) {
		EXPECT_EQ(-EINVAL, self->link);
		return;
	}
	ASSERT_GE(self->link, 0);
	ASSERT_EQ(0, tc_link_info(self->link, &info));
	EXPECT_EQ(TCA_CLS_FLAGS_NOT_IN_HW, info.tc.gen_flags);

	ASSERT_EQ(0, rtnl_clsact_add_block(&self->env.rt, self->nsim.ifindex[0], 5));
	ASSERT_EQ(0, tc_link_info(self->link, &info));
	EXPECT_EQ(TCA_CLS_FLAGS_IN_HW, info.tc.gen_flags);
	EXPECT_EQ(1, info.tc.in_hw_count);
	EXPECT_EQ(self->env.prog_id[0], nsim_runs(0));
	EXPECT_EQ(0, tc_link_update(self->link, self->env.prog_fd[1], -1));
	EXPECT_EQ(self->env.prog_id[1], nsim_runs(0));

	ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt, self->nsim.ifindex[0],
				    TC_H_CLSACT));
	EXPECT_EQ(0, nsim_runs(0));
	ASSERT_EQ(0, tc_link_info(self->link, &info));
	EXPECT_EQ(TCA_CLS_FLAGS_NOT_IN_HW, info.tc.gen_flags);
	EXPECT_EQ(0, info.tc.in_hw_count);
	EXPECT_FALSE(tc_link_severed(self->link));
}

TEST_F(offload, owner_killed)
{
	int status, ready[2];
	pid_t pid;
	char byte;

	close(self->link);
	self->link = -1;
	ASSERT_EQ(0, pipe(ready));
	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid) {
		if (tc_link_create(&self->c) >= 0 && write(ready[1], "x", 1))
			pause();
		_exit(1);
	}
	close(ready[1]);
	ASSERT_EQ(1, read(ready[0], &byte, 1));
	EXPECT_EQ(self->env.prog_id[0], nsim_runs(0));
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	EXPECT_EQ(0, nsim_runs(0));
}

TEST_HARNESS_MAIN
