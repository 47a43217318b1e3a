/* SPDX-License-Identifier: GPL-2.0-only */
/* The network of the tests, in a namespace of its own: v0 with the grid, whose
 * packets are dropped in v1, and ways to send them.
 */
#ifndef TCLINK_SELFTESTS_FLOW_NET_H
#define TCLINK_SELFTESTS_FLOW_NET_H

#include <stdbool.h>
#include <linux/types.h>

#include "packets.h"

#define NET_DEVICE	"v0"
#define NET_WAYS	4	/* devices that packets are forwarded from */
#define NET_USERS	8
#define NET_NAT		0xc0000201	/* 192.0.2.1 */
#define NET_PAGED	6000
#define NET_REALMS	8	/* 10.1.0.0/16 is realm 1, and so on */

struct decorate_bpf;

struct net {
	struct decorate_bpf *prep;
	int users[NET_USERS];	/* packet sockets on v0, each of another user */
	int ways[NET_WAYS];	/* packet sockets that lead to v0 */
	int way_index[NET_WAYS];
	int back;		/* packet socket that leads into v0 */
	int ifindex;
	unsigned char mac[6];
};

int net_open(struct net *n);
void net_close(struct net *n);

/* Straight to v0, or forwarded, which makes the way of it */
bool net_send(struct net *n, const struct packet *p, bool forwarded, int i);
/* Into v0 from outside */
bool net_send_back(struct net *n, const struct packet *p);
/* Tags that the packets get, and mark and priority */
void net_prepare(struct net *n, int tags, bool decorate);
/* True: v0 puts tags in by itself; false: it is handed frames that have them. */
int net_offload_tags(bool on);
/* Track the connections of what is forwarded, and give it the source NET_NAT. */
int net_track(void);

#endif
