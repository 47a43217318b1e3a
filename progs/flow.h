/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-only OR BSD-2-Clause */
/*
 * What flow.bpf.c and the command that loads it share.
 *
 * The parameters are constants of the loaded program, so that the verifier
 * drops the code for keys and operations that are not asked for. New parameters
 * need a new program, and BPF_LINK_UPDATE puts it in the place of the old one in
 * one step. Both programs use the same map of counters.
 */
#ifndef TCLINK_PROGS_FLOW_H
#define TCLINK_PROGS_FLOW_H

#include <linux/types.h>

#define FLOW_MAGIC 0x776f6c66 /* "flow" */
#define FLOW_VERSION 1
#define FLOW_NR_KEYS 18 /* FLOW_KEY_* of linux/pkt_cls.h */
#define FLOW_NR_CLASSES 65536 /* under one qdisc */

/* FLOW_KEY_* below stand for these; all of them are in headers. */
#define FLOW_PORT_KEYS ((1 << 3) | (1 << 4) | (1 << 11) | (1 << 12))
#define FLOW_HEADER_KEYS ((1 << 0) | (1 << 1) | (1 << 2) | (1 << 9) | \
			  (1 << 10) | FLOW_PORT_KEYS)

struct flow_set {
	__u32 magic;
	__u32 version;
	__u32 mode; /* FLOW_MODE_* */
	__u32 keys; /* bits, 1 << FLOW_KEY_* */
	__u32 key; /* FLOW_MODE_MAP: FLOW_KEY_* */
	__u32 mask;
	__u32 xor;
	__u32 rshift;
	__u32 addend;
	__u32 divisor; /* 0: none */
	__u32 baseclass;
	__u32 perturb; /* seconds, 0: never */
	__u64 start; /* of the first period, CLOCK_MONOTONIC in ns */
	__u64 seed; /* of the hash */
	__u64 secret[2]; /* hides kernel addresses */

	/* Numbers of types in the kernel's type information */
	__u32 sock_type;
	__u32 conn_type;

	/* Derived from the above, so that a packet needs one instruction for each */
	__u32 range; /* mask in the place of a divisor that is a power of 2 */
	__u32 major; /* upper half of baseclass */
	__u8 modulo; /* the divisor is no power of 2 */
	__u8 headers; /* a key is read from the packet's headers */
	__u8 ports; /* one of them is a port */
	__u8 operations; /* mask, xor, rshift or addend do something */
	__u8 hashed[FLOW_NR_KEYS + 2]; /* keys, by FLOW_KEY_* */
};

struct flow_count {
	__u64 packets;
	__u64 bytes;
};

#endif /* TCLINK_PROGS_FLOW_H */
