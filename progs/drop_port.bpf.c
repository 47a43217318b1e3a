// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drop TCP and UDP packets to one port, over IPv4 and IPv6, with a VLAN tag or
 * without, and count them in the global variable "dropped". All other packets,
 * also malformed ones, go on to later filters.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#include "l4.h"

const volatile __u16 port; /* host byte order; 0 drops nothing */

__u64 dropped;

SEC("tc")
int drop_port(struct __sk_buff *skb)
{
	struct ports ports;

	if (!port || !l4_ports(skb, &ports) || ports.dest != bpf_htons(port))
		return TC_ACT_UNSPEC;
	__sync_fetch_and_add(&dropped, 1);
	return TC_ACT_SHOT;
}

char _license[] SEC("license") = "GPL";
