/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Find the transport ports of a packet on an Ethernet device. The functions
 * read through bpf_skb_load_bytes(), so the packet need not be linear, and return
 * false for everything that is cut short or malformed.
 */
#ifndef TCLINK_PROGS_L4_H
#define TCLINK_PROGS_L4_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define MAX_VLANS 2
#define MAX_EXTENSIONS 4
#define IP_FRAGMENT_OFFSET 0x1fff

struct vlan_tag {
	__be16 tci;
	__be16 proto;
};

struct ports {
	__be16 source;
	__be16 dest;
};

struct extension {
	__u8 next;
	__u8 len; /* units of 8 bytes, the first not counted */
};

/* The network header's offset and EtherType, behind the tags in the frame. */
static __always_inline bool l3_find(struct __sk_buff *skb, __u32 *off,
				    __be16 *proto)
{
	struct vlan_tag tag;
	struct ethhdr eth;
	int i;

	if (bpf_skb_load_bytes(skb, 0, &eth, sizeof(eth)))
		return false;
	*off = sizeof(eth);
	*proto = eth.h_proto;
	for (i = 0; i < MAX_VLANS; i++) {
		if (*proto != bpf_htons(ETH_P_8021Q) &&
		    *proto != bpf_htons(ETH_P_8021AD))
			break;
		if (bpf_skb_load_bytes(skb, *off, &tag, sizeof(tag)))
			return false;
		*off += sizeof(tag);
		*proto = tag.proto;
	}
	return true;
}

/* Only the first fragment has ports. */
static __always_inline bool ipv4_skip(struct __sk_buff *skb, __u32 *off,
				      __u8 *l4)
{
	struct iphdr ip;

	if (bpf_skb_load_bytes(skb, *off, &ip, sizeof(ip)))
		return false;
	if (ip.version != 4 || ip.ihl < 5)
		return false;
	if (ip.frag_off & bpf_htons(IP_FRAGMENT_OFFSET))
		return false;
	*off += ip.ihl * 4;
	*l4 = ip.protocol;
	return true;
}

static __always_inline bool ipv6_skip(struct __sk_buff *skb, __u32 *off,
				      __u8 *l4)
{
	struct extension ext;
	struct ipv6hdr ip;
	int i;

	if (bpf_skb_load_bytes(skb, *off, &ip, sizeof(ip)) || ip.version != 6)
		return false;
	*off += sizeof(ip);
	*l4 = ip.nexthdr;
	for (i = 0; i < MAX_EXTENSIONS; i++) {
		if (*l4 != IPPROTO_HOPOPTS && *l4 != IPPROTO_ROUTING &&
		    *l4 != IPPROTO_DSTOPTS)
			break;
		if (bpf_skb_load_bytes(skb, *off, &ext, sizeof(ext)))
			return false;
		*off += (ext.len + 1) * 8;
		*l4 = ext.next;
	}
	return true;
}

/* Return true and the ports if this is TCP or UDP and has them. */
static __always_inline bool l4_ports(struct __sk_buff *skb, struct ports *ports)
{
	__be16 proto;
	__u32 off;
	__u8 l4;

	if (!l3_find(skb, &off, &proto))
		return false;
	if (proto == bpf_htons(ETH_P_IP)) {
		if (!ipv4_skip(skb, &off, &l4))
			return false;
	} else if (proto == bpf_htons(ETH_P_IPV6)) {
		if (!ipv6_skip(skb, &off, &l4))
			return false;
	} else {
		return false;
	}
	if (l4 != IPPROTO_TCP && l4 != IPPROTO_UDP)
		return false;
	return !bpf_skb_load_bytes(skb, off, ports, sizeof(*ports));
}

#endif /* TCLINK_PROGS_L4_H */
