/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The members of kernel structures that flow.bpf.c reads; libbpf puts in the
 * offsets of the running kernel.
 */
#ifndef TCLINK_PROGS_FLOW_KERNEL_H
#define TCLINK_PROGS_FLOW_KERNEL_H

#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), \
			     apply_to = record)

struct net_device {
	__u64 features;
};

typedef struct {
	__u32 val;
} kuid_t;

typedef struct {
	__u32 val;
} kgid_t;

struct cred {
	kuid_t fsuid;
	kgid_t fsgid;
};

struct file {
	const struct cred *f_cred;
};

struct socket {
	struct file *file;
};

struct sock;

struct sock_common {
	volatile unsigned char skc_state;
	struct sock *skc_listener; /* of a request_sock */
};

struct sock {
	struct sock_common __sk_common;
	struct socket *sk_socket;
};

struct sk_buff {
	struct net_device *dev;
	struct sock *sk;
	unsigned long _skb_refdst;
	unsigned long _nfct;
	__u16 mac_len;
	__u16 network_header;
	unsigned char *head;
	unsigned char *data;
};

union nf_inet_addr {
	__be32 ip;
	__be32 ip6[4];
};

union nf_conntrack_man_proto {
	__be16 all;
};

struct nf_conntrack_man {
	union nf_inet_addr u3;
	union nf_conntrack_man_proto u;
};

/* The kernel's dst is a structure without a name. */
struct nf_conntrack_tuple {
	struct nf_conntrack_man src;
	struct {
		union nf_inet_addr u3;
		union {
			__be16 all;
		} u;
	} dst;
};

struct nf_conntrack_tuple_hash {
	struct nf_conntrack_tuple tuple;
};

struct nf_conn {
	struct nf_conntrack_tuple_hash tuplehash[2];
};

#pragma clang attribute pop

#endif /* TCLINK_PROGS_FLOW_KERNEL_H */
