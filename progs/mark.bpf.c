// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mark packets at egress for what comes after: qdiscs, the fw classifier,
 * policy routing of a tunnel. With port 0 all packets are marked, otherwise
 * TCP and UDP packets to or from that port. With a priority other than 0,
 * skb->priority is set too, which HTB and PRIO use as a class: 1:10 is
 * 0x10010. Packets are counted in "marked" and go on to later filters.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

#include "l4.h"

const volatile __u32 mark = 1;
const volatile __u32 priority;
const volatile __u16 port; /* host byte order */

__u64 marked;

static __always_inline bool wanted(struct __sk_buff *skb)
{
	__be16 wire = bpf_htons(port);
	struct ports ports;

	if (!port)
		return true;
	return l4_ports(skb, &ports) &&
	       (ports.dest == wire || ports.source == wire);
}

SEC("tc")
int mark_egress(struct __sk_buff *skb)
{
	if (!wanted(skb))
		return TC_ACT_UNSPEC;
	skb->mark = mark;
	if (priority)
		skb->priority = priority;
	__sync_fetch_and_add(&marked, 1);
	return TC_ACT_UNSPEC;
}

char _license[] SEC("license") = "GPL";
