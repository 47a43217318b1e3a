// SPDX-License-Identifier: GPL-2.0-only
/* Links whose filter runs in hardware, with netdevsim for hardware. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>

#include "kselftest_harness.h"
#include "tclib.h"

#define BUS	"/sys/bus/netdevsim/"
#define ID	"77"
#define PORTDIR	"/sys/kernel/debug/netdevsim/netdevsim" ID "/ports/0/"

FIXTURE(offload) {
	struct tcenv env;
	struct tc_create c;
	int link;
};

FIXTURE_VARIANT(offload) {
	uint32_t gen_flags;
};

FIXTURE_VARIANT_ADD(offload, hw_and_sw) { .gen_flags = 0 };
FIXTURE_VARIANT_ADD(offload, skip_sw) { .gen_flags = TCA_CLS_FLAGS_SKIP_SW };

/* Its name is the kernel's choice; here it is the one that we did not make.
 * /sys shows the devices of another network namespace.
 */
static int nsim_ifindex(void)
{
	struct if_nameindex *all = if_nameindex(), *i;
	int ifindex = 0;

	for (i = all; i && i->if_index; i++)
		if (strcmp(i->if_name, "lo") && strncmp(i->if_name, "veth", 4))
			ifindex = i->if_index;
	if_freenameindex(all);
	return ifindex;
}

/* netdevsim's id of the program that its hardware runs, 0 for none. */
static unsigned int nsim_offloaded_id(void)
{
	unsigned int id = ~0U;
	FILE *f;

	f = fopen(PORTDIR "bpf_offloaded_id", "re");
	if (f && fscanf(f, "%u", &id) != 1)
		id = ~0U;
	if (f)
		fclose(f);
	return id;
}

static int set_tc_offload(int ifindex)
{
	struct {
		struct ethtool_sset_info hdr;
		__u32 count;
	} sset = { .hdr.cmd = ETHTOOL_GSSET_INFO,
		   .hdr.sset_mask = 1ULL << ETH_SS_FEATURES };
	struct ethtool_gstrings *names;
	struct ethtool_sfeatures *set;
	struct ifreq ifr = {};
	int fd, ret = -1;
	__u32 i;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if_indextoname(ifindex, ifr.ifr_name);
	ifr.ifr_data = (void *)&sset;
	if (ioctl(fd, SIOCETHTOOL, &ifr))
		return -errno;
	names = calloc(1, sizeof(*names) + sset.count * ETH_GSTRING_LEN);
	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = ETH_SS_FEATURES;
	names->len = sset.count;
	ifr.ifr_data = (void *)names;
	if (ioctl(fd, SIOCETHTOOL, &ifr))
		return -errno;
	set = calloc(1, sizeof(*set) +
		     (sset.count + 31) / 32 * sizeof(set->features[0]));
	set->cmd = ETHTOOL_SFEATURES;
	set->size = (sset.count + 31) / 32;
	for (i = 0; i < sset.count; i++) {
		if (strcmp((char *)names->data + i * ETH_GSTRING_LEN,
			   "hw-tc-offload"))
			continue;
		set->features[i / 32].valid = 1U << i % 32;
		set->features[i / 32].requested = 1U << i % 32;
	}
	ifr.ifr_data = (void *)set;
	ret = ioctl(fd, SIOCETHTOOL, &ifr);
	close(fd);
	free(names);
	free(set);
	return ret < 0 ? -errno : 0;
}

FIXTURE_SETUP(offload)
{
	ASSERT_EQ(0, tcenv_open(&self->env));
	write_file(BUS "del_device", ID);
	ASSERT_EQ(0, write_file(BUS "new_device", ID " 1"));
	self->c = (struct tc_create) {
		.prog_fd = self->env.prog_fd[0],
		.ifindex = nsim_ifindex(),
		.parent = TC_INGRESS,
		.gen_flags = variant->gen_flags,
	};
	ASSERT_NE(0, self->c.ifindex);
	ASSERT_EQ(0, rtnl_link_up(&self->env.rt, self->c.ifindex));
	ASSERT_EQ(0, set_tc_offload(self->c.ifindex));
	ASSERT_EQ(0, write_file(PORTDIR "bpf_tc_non_bound_accept", "Y"));
	ASSERT_EQ(0, rtnl_qdisc_add(&self->env.rt, self->c.ifindex, "clsact",
				    TC_H_CLSACT, TC_H_MAKE(TC_H_CLSACT, 0),
				    NLM_F_EXCL));
	self->link = tc_link_create(&self->c);
	ASSERT_GE(self->link, 0);
}

FIXTURE_TEARDOWN(offload)
{
	close(self->link);
	if (nsim_ifindex())
		EXPECT_EQ(0, nsim_offloaded_id());
	write_file(BUS "del_device", ID);
	tcenv_close(&self->env);
}

/* Hardware runs program n, and link and dump say so. */
#define EXPECT_IN_HW(n)							\
do {									\
	uint32_t _hw = variant->gen_flags | TCA_CLS_FLAGS_IN_HW;	\
	struct rtnl_seen _seen = { .handle = 1 };			\
	struct bpf_link_info _info;					\
									\
	EXPECT_EQ(self->env.prog_id[n], nsim_offloaded_id());		\
	ASSERT_EQ(0, tc_link_info(self->link, &_info));			\
	EXPECT_EQ(self->env.prog_id[n], _info.prog_id);			\
	EXPECT_EQ(_hw, _info.tc.gen_flags);				\
	EXPECT_EQ(1, _info.tc.in_hw_count);				\
	ASSERT_EQ(0, rtnl_dump(&self->env.rt, self->c.ifindex,		\
			       TC_INGRESS, &_seen));			\
	EXPECT_EQ(self->env.prog_id[n], _seen.prog_id);			\
	EXPECT_EQ(_hw, _seen.gen_flags);				\
} while (0)

TEST_F(offload, create_and_close)
{
	EXPECT_IN_HW(0);
	close(self->link);
	self->link = -1;
	EXPECT_EQ(0, nsim_offloaded_id());
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
	ASSERT_EQ(0, write_file(PORTDIR "bpf_tc_non_bound_accept", "N"));
	EXPECT_EQ(-EOPNOTSUPP, tc_link_update(self->link,
					      self->env.prog_fd[1], -1));
	EXPECT_IN_HW(0);
	/* And it is as ready for the next one as before. */
	ASSERT_EQ(0, write_file(PORTDIR "bpf_tc_non_bound_accept", "Y"));
	EXPECT_EQ(0, tc_link_update(self->link, self->env.prog_fd[1], -1));
	EXPECT_IN_HW(1);
}

TEST_F(offload, create_refused_by_the_driver)
{
	struct rtnl_seen seen = {};
	struct bpf_link_info info;

	close(self->link);
	ASSERT_EQ(0, write_file(PORTDIR "bpf_tc_non_bound_accept", "N"));
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
	EXPECT_EQ(0, nsim_offloaded_id());
	ASSERT_EQ(0, write_file(PORTDIR "bpf_tc_non_bound_accept", "Y"));
	EXPECT_EQ(0, tc_link_update(self->link, self->env.prog_fd[0], -1));
	EXPECT_EQ(self->env.prog_id[0], nsim_offloaded_id());
	ASSERT_EQ(0, tc_link_info(self->link, &info));
	EXPECT_EQ(TCA_CLS_FLAGS_IN_HW, info.tc.gen_flags);
	EXPECT_EQ(1, info.tc.in_hw_count);
}

TEST_F(offload, severed_is_not_in_hardware)
{
	struct bpf_link_info info;

	ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt, self->c.ifindex,
				    TC_H_CLSACT));
	EXPECT_EQ(0, nsim_offloaded_id());
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
	EXPECT_EQ(0, nsim_offloaded_id());
	ASSERT_EQ(0, tc_link_info(self->link, &info));
	EXPECT_EQ(variant->gen_flags | TCA_CLS_FLAGS_NOT_IN_HW,
		  info.tc.gen_flags);
	EXPECT_EQ(0, info.tc.in_hw_count);
}

TEST_F(offload, device_deleted)
{
	ASSERT_EQ(0, write_file(BUS "del_device", ID));
	EXPECT_TRUE(tc_link_severed(self->link));
}

TEST_HARNESS_MAIN
