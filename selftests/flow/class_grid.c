// SPDX-License-Identifier: GPL-2.0-only
/* The classifiers "tclink flow" and the kernel's, one after the other. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "class_grid.h"

#define LEAVES 0x100		/* the minor number of row 0, column 0 */
/* Looks of 10 ms at counters that stand still: at so many packets that the rest
 * may be lost, and at fewer, which means that the guest is busy
 */
#define PATIENCE 60
#define LONG_PATIENCE 1000
#define TCLINK "${TCLINK_CMD:-tclink}"

int shell(const char *fmt, ...)
{
	char *command, *quiet;
	va_list args;
	int err;

	va_start(args, fmt);
	err = vasprintf(&command, fmt, args);
	va_end(args);
	if (err < 0)
		return -ENOMEM;
	if (asprintf(&quiet, "out=$({ %s; } 2>&1) || { echo \"$out\" >&2; exit 1; }",
		     command) < 0)
		return -ENOMEM;
	fflush(NULL);
	err = system(quiet);
	if (err)
		fprintf(stderr, "# failed: %s\n", command);
	free(quiet);
	free(command);
	return err ? -EINVAL : 0;
}

static FILE *batch(void)
{
	fflush(NULL);
	return popen("tc -batch -", "w");
}

/* quantum: or HTB warns of its own default */
static int add_classes(const char *device)
{
	const char *rate = "htb rate 10gbit ceil 10gbit quantum 60000";
	FILE *tc = batch();
	int row, column;

	if (!tc)
		return -errno;
	fprintf(tc, "qdisc replace dev %s root handle 1: htb\n", device);
	for (row = 0; row < GRID; row++) {
		fprintf(tc, "class add dev %s parent 1: classid 1:%x %s\n",
			device, row + 1, rate);
		for (column = 0; column < GRID; column++)
			fprintf(tc, "class add dev %s parent 1:%x classid 1:%x %s\n",
				device, row + 1,
				LEAVES + row * GRID + column, rate);
	}
	return pclose(tc) ? -EINVAL : 0;
}

int grid_open(struct grid *g, const char *device)
{
	memset(g, 0, sizeof(*g));
	g->ifindex = if_nametoindex(device);
	g->nl = mnl_socket_open(NETLINK_ROUTE);
	if (!g->nl || mnl_socket_bind(g->nl, 0, MNL_SOCKET_AUTOPID))
		return -errno;
	return add_classes(device);
}

void grid_close(struct grid *g)
{
	if (g->nl)
		mnl_socket_close(g->nl);
}

/* The number of packets is behind that of bytes in TCA_STATS_BASIC. */
static int count_class(const struct nlmsghdr *nh, void *data)
{
	const struct tcmsg *tc = mnl_nlmsg_get_payload(nh);
	__u32 minor = TC_H_MIN(tc->tcm_handle);
	const struct gnet_stats_basic *basic;
	const struct nlattr *attr, *stat;
	struct grid *g = data;
	__u32 packets = 0;

	mnl_attr_for_each(attr, nh, sizeof(*tc)) {
		if (mnl_attr_get_type(attr) != TCA_STATS2)
			continue;
		mnl_attr_for_each_nested(stat, attr)
			if (mnl_attr_get_type(stat) == TCA_STATS_BASIC) {
				basic = mnl_attr_get_payload(stat);
				packets = basic->packets;
			}
	}
	if (minor >= LEAVES && minor < LEAVES + GRID * GRID)
		g->packets[(minor - LEAVES) / GRID][minor % GRID] = packets;
	return MNL_CB_OK;
}

static int read_classes(struct grid *g)
{
	char buf[MNL_SOCKET_BUFFER_SIZE * 4];
	struct nlmsghdr *nh = mnl_nlmsg_put_header(buf);
	struct tcmsg *tc;
	int len;

	nh->nlmsg_type = RTM_GETTCLASS;
	nh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	tc = mnl_nlmsg_put_extra_header(nh, sizeof(*tc));
	tc->tcm_ifindex = g->ifindex;
	if (mnl_socket_sendto(g->nl, nh, nh->nlmsg_len) < 0)
		return -errno;
	do {
		len = mnl_socket_recvfrom(g->nl, buf, sizeof(buf));
		if (len < 0)
			return -errno;
		len = mnl_cb_run(buf, len, 0, 0, count_class, g);
	} while (len > 0);
	return len;
}

int grid_start(struct grid *g)
{
	int err = read_classes(g);

	memcpy(g->base, g->packets, sizeof(g->base));
	return err;
}

__u64 grid_total(const struct grid *g)
{
	__u64 total = 0;
	int i;

	for (i = 0; i < GRID * GRID; i++)
		total += g->packets[i / GRID][i % GRID];
	return total;
}

static int read_since(struct grid *g)
{
	int i, err = read_classes(g);

	for (i = 0; i < GRID * GRID; i++)
		g->packets[i / GRID][i % GRID] -= g->base[i / GRID][i % GRID];
	return err;
}

int grid_read(struct grid *g, __u64 wanted, __u64 least)
{
	struct timespec nap = { .tv_nsec = 10000000 };
	int still, err, patience = LONG_PATIENCE;
	__u64 last = 0;

	for (still = 0; still < patience; still++) {
		err = read_since(g);
		if (err || grid_total(g) >= wanted)
			return err;
		if (grid_total(g) != last)
			still = 0;
		last = grid_total(g);
		patience = last < least ? LONG_PATIENCE : PATIENCE;
		nanosleep(&nap, NULL);
	}
	return 0;
}

__u64 grid_differ(const struct grid *g)
{
	__u64 differ = 0;
	int i;

	for (i = 0; i < GRID * GRID; i++)
		if (i / GRID != i % GRID)
			differ += g->packets[i / GRID][i % GRID];
	return differ;
}

int grid_cell(const struct grid *g)
{
	int i, cell = -1;

	for (i = 0; i < GRID * GRID; i++) {
		if (!g->packets[i / GRID][i % GRID])
			continue;
		if (cell >= 0)
			return -1;
		cell = i;
	}
	return cell;
}

int grid_classify(const char *device, const char *words)
{
	static int known;
	FILE *tc = batch();
	int row, err;

	if (!tc)
		return -errno;
	for (row = 0; row < GRID; row++)
		fprintf(tc, "filter replace dev %s parent 1:%x protocol all prio 1 handle 1 flow %s baseclass 1:%x\n",
			device, row + 1, words, LEAVES + row * GRID);
	err = pclose(tc) ? -EINVAL : 0;
	if (err)
		return err;
	if (known)
		return shell(TCLINK " flow change pin /sys/fs/bpf/grid %s",
			     words);
	known = 1;
	return shell(TCLINK " flow add dev %s parent 1: prio 1 handle 1 flow %s baseclass 1:1 pin /sys/fs/bpf/grid",
		     device, words);
}
