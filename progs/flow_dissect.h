/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Find the addresses, protocol and ports of a packet, the innermost ones if the
 * packet is in a tunnel. This code parses what the kernel's flow dissector
 * parses, and stops where that stops. If a part is cut short, what was found
 * before it counts.
 */
#ifndef TCLINK_PROGS_FLOW_DISSECT_H
#define TCLINK_PROGS_FLOW_DISSECT_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* All in network byte order; 0 if there is none. */
struct headers {
	__u32 src;
	__u32 dst;
	__u32 ports;
	__u8 ip_proto;
};

/* A walk through the headers, and its position */
struct walk {
	struct headers found;
	__u32 off;
	__be16 proto;
	bool fragment;
	bool in_ip; /* found.ip_proto is next, not proto */
};

enum next {
	NEXT_STOP,
	NEXT_PROTO, /* a header that walk.proto names */
	NEXT_IP_PROTO, /* a header that walk.found.ip_proto names */
};

#define MAX_HEADERS 16

#define IP_FRAGMENT 0x3fff /* more fragments, and the offset */
#define IP6_FRAGMENT_HEADER 44

#ifndef ETH_P_HSR
#define ETH_P_HSR 0x892F
#endif

#define TIPC_KEEPALIVE 0x0e080000

#define GRE_CSUM 0x8000
#define GRE_ROUTING 0x4000
#define GRE_KEY 0x2000
#define GRE_SEQ 0x1000
#define GRE_ACK 0x0080
#define GRE_VERSION 0x0007
#define GRE_PPP 0x880b
#define PPP_IPV4 0x0021
#define PPP_IPV6 0x0057

struct gre_head {
	__be16 flags;
	__be16 proto;
};

#define BATADV_VERSION 15
#define BATADV_UNICAST 0x40

/* A header and the Ethernet frame in it */
struct batadv_frame {
	__u8 type;
	__u8 version;
	__u8 ttl[8];
	__u8 eth[12];
	__be16 proto;
};

struct pppoe_frame {
	__u8 version_type;
	__u8 code;
	__be16 sid;
	__be16 length;
	__be16 proto;
};

struct hsr_frame {
	__be16 size;
	__be16 sequence;
	__be16 proto;
};

struct vlan_frame {
	__be16 tci;
	__be16 proto;
};

static __always_inline bool load(struct __sk_buff *ctx, __u32 off, void *to,
				 __u32 len)
{
	return !bpf_skb_load_bytes(ctx, off, to, len);
}

static __always_inline bool is_vlan(__be16 proto)
{
	return proto == bpf_htons(ETH_P_8021Q) ||
	       proto == bpf_htons(ETH_P_8021AD);
}

static __always_inline __u32 fold_ipv6(const struct in6_addr *addr)
{
	const __u64 *half = (const __u64 *)addr;
	__u64 x = half[0] ^ half[1];

	return x ^ x >> 32;
}

/* Return -1 if there are no ports. AH has its SPI behind four other bytes. */
static __always_inline int ports_offset(__u8 ip_proto)
{
	switch (ip_proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_DCCP:
	case IPPROTO_ESP:
	case IPPROTO_SCTP:
	case IPPROTO_UDPLITE:
		return 0;
	case IPPROTO_AH:
		return 4;
	}
	return -1;
}

static __always_inline enum next walk_ipv4(struct __sk_buff *ctx,
					   struct walk *w)
{
	struct iphdr ip;

	if (!load(ctx, w->off, &ip, sizeof(ip)) || ip.ihl < 5)
		return NEXT_STOP;
	w->off += ip.ihl * 4;
	w->found.ip_proto = ip.protocol;
	w->found.src = ip.saddr;
	w->found.dst = ip.daddr;
	return ip.frag_off & bpf_htons(IP_FRAGMENT) ? NEXT_STOP : NEXT_IP_PROTO;
}

static __always_inline enum next walk_ipv6(struct __sk_buff *ctx,
					   struct walk *w)
{
	struct ipv6hdr ip __attribute__((aligned(8)));

	if (!load(ctx, w->off, &ip, sizeof(ip)))
		return NEXT_STOP;
	w->off += sizeof(ip);
	w->found.ip_proto = ip.nexthdr;
	w->found.src = fold_ipv6(&ip.saddr);
	w->found.dst = fold_ipv6(&ip.daddr);
	return NEXT_IP_PROTO;
}

static __always_inline enum next walk_vlan(struct __sk_buff *ctx,
					   struct walk *w)
{
	struct vlan_frame vlan;

	if (!load(ctx, w->off, &vlan, sizeof(vlan)))
		return NEXT_STOP;
	w->off += sizeof(vlan);
	w->proto = vlan.proto;
	return NEXT_PROTO;
}

static __always_inline bool ppp_proto(__u16 ppp, __be16 *proto)
{
	if (ppp == PPP_IPV4)
		*proto = bpf_htons(ETH_P_IP);
	else if (ppp == PPP_IPV6)
		*proto = bpf_htons(ETH_P_IPV6);
	else
		return false;
	return true;
}

static __always_inline enum next walk_pppoe(struct __sk_buff *ctx,
					    struct walk *w)
{
	struct pppoe_frame ppp;

	if (!load(ctx, w->off, &ppp, sizeof(ppp)) || ppp.version_type != 0x11 ||
	    ppp.code)
		return NEXT_STOP;
	w->off += sizeof(ppp);
	return ppp_proto(bpf_ntohs(ppp.proto), &w->proto) ? NEXT_PROTO :
							    NEXT_STOP;
}

static __always_inline enum next walk_tipc(struct __sk_buff *ctx,
					   struct walk *w)
{
	__be32 words[4];

	if (!load(ctx, w->off, words, sizeof(words)))
		return NEXT_STOP;
	w->found.src = words[3];
	w->found.dst = 0;
	if ((bpf_ntohl(words[0]) & TIPC_KEEPALIVE) == TIPC_KEEPALIVE)
		w->found.src = bpf_get_prandom_u32();
	return NEXT_STOP;
}

static __always_inline enum next walk_batadv(struct __sk_buff *ctx,
					     struct walk *w)
{
	struct batadv_frame frame;

	if (!load(ctx, w->off, &frame, sizeof(frame)) ||
	    frame.version != BATADV_VERSION || frame.type != BATADV_UNICAST)
		return NEXT_STOP;
	w->off += sizeof(frame);
	w->proto = frame.proto;
	return NEXT_PROTO;
}

static __always_inline enum next walk_hsr(struct __sk_buff *ctx,
					  struct walk *w)
{
	struct hsr_frame frame;

	if (!load(ctx, w->off, &frame, sizeof(frame)))
		return NEXT_STOP;
	w->off += sizeof(frame);
	w->proto = frame.proto;
	return NEXT_PROTO;
}

static __always_inline enum next walk_proto(struct __sk_buff *ctx,
					    struct walk *w)
{
	switch (w->proto) {
	case bpf_htons(ETH_P_IP):
		return walk_ipv4(ctx, w);
	case bpf_htons(ETH_P_IPV6):
		return walk_ipv6(ctx, w);
	case bpf_htons(ETH_P_8021Q):
	case bpf_htons(ETH_P_8021AD):
		return walk_vlan(ctx, w);
	case bpf_htons(ETH_P_PPP_SES):
		return walk_pppoe(ctx, w);
	case bpf_htons(ETH_P_TIPC):
		return walk_tipc(ctx, w);
	case bpf_htons(ETH_P_BATMAN):
		return walk_batadv(ctx, w);
	case bpf_htons(ETH_P_PRP):
	case bpf_htons(ETH_P_HSR):
		return walk_hsr(ctx, w);
	}
	return NEXT_STOP;
}

/* The Ethernet frame in GRE */
static __always_inline enum next walk_gre_frame(struct __sk_buff *ctx,
						struct walk *w)
{
	struct ethhdr eth;

	if (w->proto != bpf_htons(ETH_P_TEB))
		return NEXT_PROTO;
	if (!load(ctx, w->off, &eth, sizeof(eth)))
		return NEXT_STOP;
	w->off += sizeof(eth);
	w->proto = eth.h_proto;
	return NEXT_PROTO;
}

/* PPP in GRE: address, control, protocol */
static __always_inline enum next walk_pptp(struct __sk_buff *ctx,
					   struct walk *w)
{
	__be16 ppp[2];

	if (!load(ctx, w->off, ppp, sizeof(ppp)))
		return NEXT_STOP;
	w->off += sizeof(ppp);
	return ppp_proto(bpf_ntohs(ppp[1]), &w->proto) ? NEXT_PROTO :
							 NEXT_STOP;
}

static __always_inline enum next walk_gre(struct __sk_buff *ctx,
					  struct walk *w)
{
	struct gre_head gre;
	__u16 flags;
	__be32 key;

	if (!load(ctx, w->off, &gre, sizeof(gre)))
		return NEXT_STOP;
	flags = bpf_ntohs(gre.flags);
	if (flags & GRE_ROUTING || (flags & GRE_VERSION) > 1)
		return NEXT_STOP;
	if (flags & GRE_VERSION &&
	    (gre.proto != bpf_htons(GRE_PPP) || !(flags & GRE_KEY)))
		return NEXT_STOP;
	w->proto = gre.proto;
	w->off += sizeof(gre);
	if (flags & GRE_CSUM)
		w->off += 4;
	if (flags & GRE_KEY) {
		if (!load(ctx, w->off, &key, sizeof(key)))
			return NEXT_STOP;
		w->off += sizeof(key);
	}
	if (flags & GRE_SEQ)
		w->off += 4;
	if (!(flags & GRE_VERSION))
		return walk_gre_frame(ctx, w);
	if (flags & GRE_ACK)
		w->off += 4;
	return walk_pptp(ctx, w);
}

static __always_inline enum next walk_options(struct __sk_buff *ctx,
					      struct walk *w)
{
	__u8 option[2];

	if (w->proto != bpf_htons(ETH_P_IPV6) ||
	    !load(ctx, w->off, option, sizeof(option)))
		return NEXT_STOP;
	w->found.ip_proto = option[0];
	w->off += (option[1] + 1) << 3;
	return NEXT_IP_PROTO;
}

/* Nothing in a fragment is parsed, not even in the first one. */
static __always_inline enum next walk_fragment(struct __sk_buff *ctx,
					       struct walk *w)
{
	__u8 fragment[8];

	if (w->proto != bpf_htons(ETH_P_IPV6) ||
	    !load(ctx, w->off, fragment, sizeof(fragment)))
		return NEXT_STOP;
	w->found.ip_proto = fragment[0];
	w->fragment = true;
	return NEXT_STOP;
}

static __always_inline enum next walk_ip_proto(struct __sk_buff *ctx,
					       struct walk *w)
{
	switch (w->found.ip_proto) {
	case IPPROTO_GRE:
		return walk_gre(ctx, w);
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_DSTOPTS:
		return walk_options(ctx, w);
	case IP6_FRAGMENT_HEADER:
		return walk_fragment(ctx, w);
	case IPPROTO_IPIP:
		w->proto = bpf_htons(ETH_P_IP);
		return NEXT_PROTO;
	case IPPROTO_IPV6:
		w->proto = bpf_htons(ETH_P_IPV6);
		return NEXT_PROTO;
	}
	return NEXT_STOP;
}

/* Each header of an IP packet sets the ports anew, most of them to none: those
 * of the header behind it, if it is an extension.
 */
static __always_inline void walk_ports(struct __sk_buff *ctx, struct walk *w)
{
	int off = ports_offset(w->found.ip_proto);
	__u32 ports = 0;

	if (off >= 0 && !load(ctx, w->off + off, &ports, sizeof(ports)))
		ports = 0;
	w->found.ports = ports;
}

/* Parse one header and, after an IP header, the one behind it. The verifier
 * checks this function by itself, and not once for each path that calls it.
 */
__noinline int walk_on(struct __sk_buff *ctx, struct walk *w)
{
	enum next next = NEXT_IP_PROTO;

	if (!w)
		return 0;
	if (!w->in_ip)
		next = walk_proto(ctx, w);
	if (next != NEXT_IP_PROTO)
		return next == NEXT_PROTO;
	next = walk_ip_proto(ctx, w);
	if (!w->fragment)
		walk_ports(ctx, w);
	w->in_ip = next == NEXT_IP_PROTO;
	return next != NEXT_STOP;
}

static __noinline void dissect(struct __sk_buff *ctx, __u32 off,
			       struct headers *found)
{
	struct walk w = { .off = off };
	int i = 0;

	w.proto = ctx->protocol;
	/* The tag that the device will insert counts, too. */
	if (ctx->vlan_present)
		i++;
	for (; i < MAX_HEADERS; i++)
		if (!walk_on(ctx, &w))
			break;
	*found = w.found;
}

#endif /* TCLINK_PROGS_FLOW_DISSECT_H */
