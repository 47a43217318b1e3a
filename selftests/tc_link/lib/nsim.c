// SPDX-License-Identifier: GPL-2.0-only
/* Devices of netdevsim, which pretend to be hardware. */
#include <errno.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>

#include "nsim.h"
#include "tclib.h"

#define BUS	"/sys/bus/netdevsim/"
#define ID	"77"
#define PORTS	"/sys/kernel/debug/netdevsim/netdevsim" ID "/ports/"

/* The kernel chooses their names; they are those that were not there before.
 * /sys shows the devices of another network namespace.
 */
static void find_ports(struct nsim *nsim, const struct if_nameindex *before,
		       const struct if_nameindex *after)
{
	const struct if_nameindex *b;

	nsim->ports = 0;
	for (; after->if_index; after++) {
		for (b = before; b->if_index; b++)
			if (b->if_index == after->if_index)
				break;
		if (!b->if_index && nsim->ports < NSIM_MAX_PORTS)
			nsim->ifindex[nsim->ports++] = after->if_index;
	}
}

int nsim_open(struct nsim *nsim, int ports)
{
	struct if_nameindex *before, *after;
	char device[16];
	int ret;

	write_file(BUS "del_device", ID);
	before = if_nameindex();
	snprintf(device, sizeof(device), ID " %d", ports);
	ret = write_file(BUS "new_device", device);
	after = if_nameindex();
	if (!ret && before && after)
		find_ports(nsim, before, after);
	if (before)
		if_freenameindex(before);
	if (after)
		if_freenameindex(after);
	return ret ? ret : nsim->ports;
}

void nsim_close(struct nsim *nsim)
{
	write_file(BUS "del_device", ID);
	nsim->ports = 0;
}

unsigned int nsim_runs(int port)
{
	unsigned int id = ~0U;
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), PORTS "%d/bpf_offloaded_id", port);
	f = fopen(path, "re");
	if (f && fscanf(f, "%u", &id) != 1)
		id = ~0U;
	if (f)
		fclose(f);
	return id;
}

int nsim_set(int port, const char *name, bool on)
{
	char path[128];

	snprintf(path, sizeof(path), PORTS "%d/%s", port, name);
	return write_file(path, on ? "Y" : "N");
}

/* Where a feature is in the list, and how many there are. */
static int feature_find(int fd, struct ifreq *ifr, const char *name,
			__u32 *count)
{
	struct {
		struct ethtool_sset_info hdr;
		__u32 count;
	} sset = { .hdr.cmd = ETHTOOL_GSSET_INFO,
		   .hdr.sset_mask = 1ULL << ETH_SS_FEATURES };
	struct ethtool_gstrings *names;
	int ret = -ENOENT;
	__u32 i;

	ifr->ifr_data = (void *)&sset;
	if (ioctl(fd, SIOCETHTOOL, ifr))
		return -errno;
	names = calloc(1, sizeof(*names) + sset.count * ETH_GSTRING_LEN);
	if (!names)
		return -ENOMEM;
	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = ETH_SS_FEATURES;
	names->len = sset.count;
	ifr->ifr_data = (void *)names;
	if (ioctl(fd, SIOCETHTOOL, ifr))
		ret = -errno;
	for (i = 0; ret == -ENOENT && i < sset.count; i++)
		if (!strcmp((char *)names->data + i * ETH_GSTRING_LEN, name))
			ret = i;
	*count = sset.count;
	free(names);
	return ret;
}

static int feature_set(int fd, struct ifreq *ifr, int feature, __u32 count,
		       bool on)
{
	struct ethtool_sfeatures *set;
	int ret;

	set = calloc(1, sizeof(*set) +
		     (count + 31) / 32 * sizeof(set->features[0]));
	if (!set)
		return -ENOMEM;
	set->cmd = ETHTOOL_SFEATURES;
	set->size = (count + 31) / 32;
	set->features[feature / 32].valid = 1U << feature % 32;
	set->features[feature / 32].requested = on ? 1U << feature % 32 : 0;
	ifr->ifr_data = (void *)set;
	ret = ioctl(fd, SIOCETHTOOL, ifr) < 0 ? -errno : 0;
	free(set);
	return ret;
}

int nsim_set_tc_offload(int ifindex, bool on)
{
	struct ifreq ifr = {};
	__u32 count = 0;
	int fd, ret;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if_indextoname(ifindex, ifr.ifr_name);
	ret = feature_find(fd, &ifr, "hw-tc-offload", &count);
	if (ret >= 0)
		ret = feature_set(fd, &ifr, ret, count, on);
	close(fd);
	return ret;
}

int nsim_load_bound(int ifindex, const char *name)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {};
	int fd;

	attr.prog_type = BPF_PROG_TYPE_SCHED_CLS;
	attr.insns = (uintptr_t)insns;
	attr.insn_cnt = 2;
	attr.license = (uintptr_t)"GPL";
	attr.prog_ifindex = ifindex;
	snprintf(attr.prog_name, sizeof(attr.prog_name), "%s", name);
	fd = syscall(__NR_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	return fd < 0 ? -errno : fd;
}
