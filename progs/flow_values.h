/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The values of the keys that are not in the packet's headers.
 */
#ifndef TCLINK_PROGS_FLOW_VALUES_H
#define TCLINK_PROGS_FLOW_VALUES_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "flow.h"
#include "flow_dissect.h"
#include "flow_kernel.h"

#define VLAN_ID_MASK 0x0fff
#define VLAN_MAX_TAGS 8 /* one more than the kernel's skb_protocol() skips */
#define HW_VLAN_CTAG_TX (1ULL << 7)
#define NEW_SYN_RECV 12 /* TCP_NEW_SYN_RECV */
#define NFCT_INFO 7UL
#define NFCT_REPLY 3UL /* IP_CT_IS_REPLY and above are of the reply */

/* Weak: if no key needs it, it is dead code, and loading does not fail. */
extern void *bpf_cast_to_kern_ctx(void *ctx) __ksym __weak;
extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym __weak;

#define KERNEL_SKB(ctx) ((struct sk_buff *)bpf_cast_to_kern_ctx(ctx))

#define ROTATE(x, n) ((x) << (n) | (x) >> (64 - (n)))

struct sip {
	__u64 v[4];
};

static __always_inline void sip_round(struct sip *s)
{
	s->v[0] += s->v[1];
	s->v[2] += s->v[3];
	s->v[1] = ROTATE(s->v[1], 13) ^ s->v[0];
	s->v[3] = ROTATE(s->v[3], 16) ^ s->v[2];
	s->v[0] = ROTATE(s->v[0], 32) + s->v[3];
	s->v[2] += s->v[1];
	s->v[3] = ROTATE(s->v[3], 21) ^ s->v[0];
	s->v[1] = ROTATE(s->v[1], 17) ^ s->v[2];
	s->v[2] = ROTATE(s->v[2], 32);
}

/* Anybody can see classes, and nobody may see kernel addresses: this is
 * SipHash-2-4 of one word, under a secret.
 */
static __noinline __u32 fold(__u64 address, __u64 secret0, __u64 secret1)
{
	struct sip s = { {
		secret0 ^ 0x736f6d6570736575,
		secret1 ^ 0x646f72616e646f6d,
		secret0 ^ 0x6c7967656e657261,
		secret1 ^ 0x7465646279746573,
	} };
	const __u64 length = 8ULL << 56;

	s.v[3] ^= address;
	sip_round(&s);
	sip_round(&s);
	s.v[0] ^= address;
	s.v[3] ^= length;
	sip_round(&s);
	sip_round(&s);
	s.v[0] ^= length;
	s.v[2] ^= 0xff;
	sip_round(&s);
	sip_round(&s);
	sip_round(&s);
	sip_round(&s);
	return s.v[0] ^ s.v[1] ^ s.v[2] ^ s.v[3];
}

/* The EtherType behind the tags in the frame */
static __always_inline __be16 inner_protocol(struct __sk_buff *ctx)
{
	struct vlan_frame vlan;
	__be16 proto = ctx->protocol;
	__u32 off;
	int i;

	if (!is_vlan(proto))
		return proto;
	off = KERNEL_SKB(ctx)->mac_len ?: ETH_HLEN + sizeof(vlan);
	off -= sizeof(vlan);
	for (i = 1; i < VLAN_MAX_TAGS && is_vlan(proto); i++) {
		if (!load(ctx, off, &vlan, sizeof(vlan)))
			return 0;
		proto = vlan.proto;
		off += sizeof(vlan);
	}
	return is_vlan(proto) ? 0 : proto;
}

/* A cookie tells sockets apart: it is not used twice, as an address is. */
static __always_inline __u32 fold_socket(struct __sk_buff *ctx,
					 const __u64 secret[2])
{
	return fold(bpf_get_socket_cookie(ctx), secret[0], secret[1]);
}

/*
 * The route's address, and the protocol that was routed. Devices drop the route
 * before the qdisc, unless a program asks for the realm: the call below makes the
 * kernel keep the route.
 */
static __always_inline __u32 fold_route(struct __sk_buff *ctx,
					const __u64 secret[2])
{
	__u64 address = KERNEL_SKB(ctx)->_skb_refdst & ~1UL;

	bpf_get_route_realm(ctx);
	return fold(address, secret[0], secret[1]) ^ inner_protocol(ctx);
}

/* The socket that a packet comes from; for a SYN-ACK the one that listens */
static __always_inline struct sock *full_socket(struct __sk_buff *ctx,
						__u32 sock_type)
{
	struct sock *sk = KERNEL_SKB(ctx)->sk;

	/* The verifier sees only a number in this union, so cast. */
	if (sk && sk->__sk_common.skc_state == NEW_SYN_RECV)
		sk = bpf_rdonly_cast(sk->__sk_common.skc_listener, sock_type);
	return sk;
}

static __always_inline const struct cred *socket_cred(struct __sk_buff *ctx,
						      __u32 sock_type)
{
	struct sock *sk = full_socket(ctx, sock_type);
	struct socket *socket;
	struct file *file;

	if (!sk)
		return NULL;
	socket = sk->sk_socket;
	if (!socket)
		return NULL;
	file = socket->file;
	return file ? file->f_cred : NULL;
}

static __always_inline __u32 socket_uid(struct __sk_buff *ctx,
					__u32 sock_type)
{
	const struct cred *cred = socket_cred(ctx, sock_type);

	return cred ? cred->fsuid.val : 0;
}

static __always_inline __u32 socket_gid(struct __sk_buff *ctx,
					__u32 sock_type)
{
	const struct cred *cred = socket_cred(ctx, sock_type);

	return cred ? cred->fsgid.val : 0;
}

/* The tag that the device will insert, if it does so, else the first one in the
 * frame.
 */
static __always_inline __u32 vlan_id(struct __sk_buff *ctx)
{
	struct vlan_frame vlan;
	__be16 proto;

	if (KERNEL_SKB(ctx)->dev->features & HW_VLAN_CTAG_TX)
		return ctx->vlan_present ? ctx->vlan_tci & VLAN_ID_MASK : 0;
	if (!load(ctx, ETH_HLEN - sizeof(proto), &proto, sizeof(proto)) ||
	    !is_vlan(proto) || !load(ctx, ETH_HLEN, &vlan, sizeof(vlan)))
		return 0;
	return bpf_ntohs(vlan.tci) & VLAN_ID_MASK;
}

static __always_inline __u64 connection(struct __sk_buff *ctx)
{
	return KERNEL_SKB(ctx)->_nfct & ~NFCT_INFO;
}

enum tuple_part {
	TUPLE_SRC,
	TUPLE_DST,
};

/* What a connection looks like in the direction of the packet */
static __always_inline struct nf_conntrack_tuple *tuple(struct __sk_buff *ctx,
							__u32 conn_type)
{
	unsigned long nfct = KERNEL_SKB(ctx)->_nfct;
	struct nf_conn *ct;

	if (!(nfct & ~NFCT_INFO))
		return NULL;
	ct = bpf_rdonly_cast((void *)(nfct & ~NFCT_INFO), conn_type);
	return (nfct & NFCT_INFO) >= NFCT_REPLY ? &ct->tuplehash[1].tuple :
						  &ct->tuplehash[0].tuple;
}

/* The packet tells if the addresses are of IPv4 or IPv6. */
static __always_inline bool tuple_address(struct __sk_buff *ctx,
					  __u32 conn_type,
					  enum tuple_part part, __u32 *value)
{
	struct nf_conntrack_tuple *t = tuple(ctx, conn_type);
	__be32 addr;

	if (!t)
		return false;
	switch (inner_protocol(ctx)) {
	case bpf_htons(ETH_P_IP):
		addr = part == TUPLE_SRC ? t->src.u3.ip : t->dst.u3.ip;
		break;
	case bpf_htons(ETH_P_IPV6):
		addr = part == TUPLE_SRC ? t->src.u3.ip6[3] :
					   t->dst.u3.ip6[3];
		break;
	default:
		return false;
	}
	*value = bpf_ntohl(addr);
	return true;
}

static __always_inline bool tuple_port(struct __sk_buff *ctx, __u32 conn_type,
				       enum tuple_part part, __u32 *value)
{
	struct nf_conntrack_tuple *t = tuple(ctx, conn_type);

	if (!t)
		return false;
	*value = bpf_ntohs(part == TUPLE_SRC ? t->src.u.all : t->dst.u.all);
	return true;
}

#endif /* TCLINK_PROGS_FLOW_VALUES_H */
