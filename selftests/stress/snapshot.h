/* SPDX-License-Identifier: GPL-2.0-only */
/* What can be seen of filters, links and hardware, so that it can be compared
 * with what it was before.
 */
#ifndef TCLINK_STRESS_SNAPSHOT_H
#define TCLINK_STRESS_SNAPSHOT_H

#include <linux/bpf.h>

#include "nsim.h"
#include "rtnl.h"

/* What a dump said, as a checksum of all its bytes but sequence numbers. */
struct dumped {
	__u64 sum;
	int messages;
	int err;
};

struct snapshot {
	struct dumped filters;
	struct dumped chains;
	struct dumped qdiscs;
	__u64 link_ids;		/* checksum of all there are */
	int links;
	int next_fd;
	unsigned int runs[NSIM_MAX_PORTS];
};

struct snapshot_place {
	int ifindex;		/* or TCM_IFINDEX_MAGIC_BLOCK */
	__u32 parent;
	int devices;
	int device[NSIM_MAX_PORTS]; /* whose qdiscs are looked at */
	int ports;		/* of netdevsim */
};

void snapshot_take(struct snapshot *s, struct rtnl *rt,
		   const struct snapshot_place *p);
/* NULL if both are the same, or what differs. */
const char *snapshot_differs(const struct snapshot *a, const struct snapshot *b);
/* Links there are in the whole system. */
int links_count(__u64 *sum);

#endif
