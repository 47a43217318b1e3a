// SPDX-License-Identifier: GPL-2.0-only
/*
 * Choose a class by what a packet is part of, as the flow classifier of TC
 * does: map one key to a class, or hash several. Attach it with "tclink flow",
 * or to a classful qdisc in classify-only mode; the parameters are in flow.h.
 * Every packet gets a class, and counts for it.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

#include "flow.h"
#include "flow_values.h"

const volatile struct flow_set parameters SEC(".rodata.set") = {
	.magic = FLOW_MAGIC,
	.version = FLOW_VERSION,
};

struct flow_count counts[FLOW_NR_CLASSES];

#define NETWORK_MAX 256 /* where the network header is, at most, here */
#define NS_PER_SECOND 1000000000ULL

static __always_inline __u32 network_offset(struct __sk_buff *ctx)
{
	struct sk_buff *skb = KERNEL_SKB(ctx);

	return (unsigned long)skb->head + skb->network_header -
	       (unsigned long)skb->data;
}

/* Read the ports behind an IP header; return false if that is not so simple. */
static __always_inline bool quick_ports(const struct flow_set *set,
					const void *l4, const void *end,
					struct headers *h)
{
	if (h->ip_proto != IPPROTO_TCP && h->ip_proto != IPPROTO_UDP)
		return false;
	if (!set->ports)
		return true;
	if (l4 + sizeof(h->ports) > end)
		return false;
	h->ports = *(const __u32 *)l4;
	return true;
}

static __always_inline bool quick_ipv4(const struct flow_set *set,
				       const void *l3, const void *end,
				       struct headers *h)
{
	const struct iphdr *ip = l3;

	if (l3 + sizeof(*ip) > end || ip->ihl != 5 ||
	    ip->frag_off & bpf_htons(IP_FRAGMENT))
		return false;
	h->src = ip->saddr;
	h->dst = ip->daddr;
	h->ip_proto = ip->protocol;
	return quick_ports(set, l3 + sizeof(*ip), end, h);
}

static __always_inline bool quick_ipv6(const struct flow_set *set,
				       const void *l3, const void *end,
				       struct headers *h)
{
	const struct ipv6hdr *ip = l3;

	if (l3 + sizeof(*ip) > end)
		return false;
	h->src = fold_ipv6(&ip->saddr);
	h->dst = fold_ipv6(&ip->daddr);
	h->ip_proto = ip->nexthdr;
	return quick_ports(set, l3 + sizeof(*ip), end, h);
}

/* TCP and UDP, without options, fragments, tunnels and tags in the frame */
static __always_inline bool quick_headers(struct __sk_buff *ctx,
					  const struct flow_set *set,
					  __u32 off, struct headers *h)
{
	const void *end = (void *)(long)ctx->data_end;
	const void *l3 = (void *)(long)ctx->data;

	if (off > NETWORK_MAX)
		return false;
	l3 += off;
	if (ctx->protocol == bpf_htons(ETH_P_IP))
		return quick_ipv4(set, l3, end, h);
	if (ctx->protocol == bpf_htons(ETH_P_IPV6))
		return quick_ipv6(set, l3, end, h);
	return false;
}

static __always_inline __u32 key_src(struct __sk_buff *ctx,
					   const struct flow_set *set,
					   const struct headers *h)
{
	return h->src ? bpf_ntohl(h->src) : fold_socket(ctx, set->secret);
}

static __always_inline __u32 key_dst(struct __sk_buff *ctx,
					   const struct flow_set *set,
					   const struct headers *h)
{
	return h->dst ? bpf_ntohl(h->dst) : fold_route(ctx, set->secret);
}

static __always_inline __u32 key_proto_src(struct __sk_buff *ctx,
					   const struct flow_set *set,
					   const struct headers *h)
{
	/* The first two bytes in the packet */
	return h->ports ? bpf_ntohl(h->ports) >> 16 :
			  fold_socket(ctx, set->secret);
}

static __always_inline __u32 key_proto_dst(struct __sk_buff *ctx,
					   const struct flow_set *set,
					   const struct headers *h)
{
	return h->ports ? bpf_ntohl(h->ports) & 0xffff :
			  fold_route(ctx, set->secret);
}

static __always_inline __u32 key_nfct(struct __sk_buff *ctx,
				      const struct flow_set *set, int key,
				      const struct headers *h)
{
	const __u32 type = set->conn_type;
	__u32 value;

	switch (key) {
	case FLOW_KEY_NFCT:
		return fold(connection(ctx), set->secret[0], set->secret[1]);
	case FLOW_KEY_NFCT_SRC:
		return tuple_address(ctx, type, TUPLE_SRC, &value) ?
			       value :
			       key_src(ctx, set, h);
	case FLOW_KEY_NFCT_DST:
		return tuple_address(ctx, type, TUPLE_DST, &value) ?
			       value :
			       key_dst(ctx, set, h);
	case FLOW_KEY_NFCT_PROTO_SRC:
		return tuple_port(ctx, type, TUPLE_SRC, &value) ?
			       value :
			       key_proto_src(ctx, set, h);
	case FLOW_KEY_NFCT_PROTO_DST:
		return tuple_port(ctx, type, TUPLE_DST, &value) ?
			       value :
			       key_proto_dst(ctx, set, h);
	}
	return 0;
}

static __always_inline __u32 key_value(struct __sk_buff *ctx,
				       const struct flow_set *set, int key,
				       const struct headers *h)
{
	switch (key) {
	case FLOW_KEY_SRC:
		return key_src(ctx, set, h);
	case FLOW_KEY_DST:
		return key_dst(ctx, set, h);
	case FLOW_KEY_PROTO:
		return h->ip_proto;
	case FLOW_KEY_PROTO_SRC:
		return key_proto_src(ctx, set, h);
	case FLOW_KEY_PROTO_DST:
		return key_proto_dst(ctx, set, h);
	case FLOW_KEY_IIF:
		return ctx->ingress_ifindex;
	case FLOW_KEY_PRIORITY:
		return ctx->priority;
	case FLOW_KEY_MARK:
		return ctx->mark;
	case FLOW_KEY_RTCLASSID:
		return bpf_get_route_realm(ctx);
	case FLOW_KEY_SKUID:
		return socket_uid(ctx, set->sock_type);
	case FLOW_KEY_SKGID:
		return socket_gid(ctx, set->sock_type);
	case FLOW_KEY_VLAN_TAG:
		return vlan_id(ctx);
	case FLOW_KEY_RXHASH:
		return bpf_get_hash_recalc(ctx);
	}
	return key_nfct(ctx, set, key, h);
}

/* Odd numbers with half of the bits set; those of splitmix64. */
#define MIX_1 0xbf58476d1ce4e5b9ULL
#define MIX_2 0x94d049bb133111ebULL
#define MIX_PERIOD 0x9e3779b97f4a7c15ULL

/* A seed for each period, without a timer that some process must keep. */
static __always_inline __u64 hash_seed(const struct flow_set *set)
{
	__u64 period;

	if (!set->perturb)
		return set->seed;
	period = (bpf_ktime_get_coarse_ns() - set->start) /
		 (set->perturb * NS_PER_SECOND);
	return set->seed ^ (period * MIX_PERIOD);
}

#define HASH_KEY(key)                                     \
	do {                                              \
		if (set->hashed[key]) {                    \
			hash ^= key_value(ctx, set, key, h);   \
			hash *= MIX_1;                    \
			hash ^= hash >> 32;               \
		}                                         \
	} while (0)

static __always_inline __u32 hash_keys(struct __sk_buff *ctx,
				       const struct flow_set *set,
				       const struct headers *h)
{
	__u64 hash = hash_seed(set);

	HASH_KEY(FLOW_KEY_SRC);
	HASH_KEY(FLOW_KEY_DST);
	HASH_KEY(FLOW_KEY_PROTO);
	HASH_KEY(FLOW_KEY_PROTO_SRC);
	HASH_KEY(FLOW_KEY_PROTO_DST);
	HASH_KEY(FLOW_KEY_IIF);
	HASH_KEY(FLOW_KEY_PRIORITY);
	HASH_KEY(FLOW_KEY_MARK);
	HASH_KEY(FLOW_KEY_NFCT);
	HASH_KEY(FLOW_KEY_NFCT_SRC);
	HASH_KEY(FLOW_KEY_NFCT_DST);
	HASH_KEY(FLOW_KEY_NFCT_PROTO_SRC);
	HASH_KEY(FLOW_KEY_NFCT_PROTO_DST);
	HASH_KEY(FLOW_KEY_RTCLASSID);
	HASH_KEY(FLOW_KEY_SKUID);
	HASH_KEY(FLOW_KEY_SKGID);
	HASH_KEY(FLOW_KEY_VLAN_TAG);
	HASH_KEY(FLOW_KEY_RXHASH);
	hash *= MIX_2;
	return hash >> 32;
}

static __always_inline __u32 map_key(struct __sk_buff *ctx,
				     const struct flow_set *set,
				     const struct headers *h)
{
	__u32 value = key_value(ctx, set, set->key, h);

	if (set->operations)
		value = (((value & set->mask) ^ set->xor) >> set->rshift) +
			set->addend;
	return value;
}

static __always_inline __u32 in_range(const struct flow_set *set, __u32 value)
{
	if (set->modulo)
		return value % set->divisor;
	return value & set->range;
}

static __always_inline void count(struct __sk_buff *ctx, __u32 class)
{
	__sync_fetch_and_add(&counts[class].packets, 1);
	__sync_fetch_and_add(&counts[class].bytes, ctx->wire_len);
}

SEC("tc")
int flow(struct __sk_buff *ctx)
{
	const struct flow_set *set = (const struct flow_set *)&parameters;
	__u32 value, class, off;
	struct headers h;

	/* Keep the address in a register; it needs two instructions. */
	barrier_var(set);
	if (set->headers) {
		off = network_offset(ctx);
		if (!quick_headers(ctx, set, off, &h))
			dissect(ctx, off, &h);
	}
	if (set->mode == FLOW_MODE_HASH)
		value = hash_keys(ctx, set, &h);
	else
		value = map_key(ctx, set, &h);
	class = (set->baseclass + in_range(set, value)) & (FLOW_NR_CLASSES - 1);
	count(ctx, class);
	return set->major | class;
}

char _license[] SEC("license") = "GPL";
