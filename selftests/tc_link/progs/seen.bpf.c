// SPDX-License-Identifier: GPL-2.0-only
/* Programs that count the test's frames and so tell which of them ran. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#include "seen.h"

#define NULL	((void *)0)

__u64 seen[SEEN_PROGS];
/* What program N returns. */
int verdict[SEEN_PROGS] = { TC_ACT_UNSPEC, TC_ACT_UNSPEC, TC_ACT_UNSPEC };
/* The programs in the order in which they saw frames: last in the low byte. */
__u32 order;

/* How long the programs take: a filter that is freed under them is met freed. */
__u32 spins;

static long spin(__u32 i, void *ctx)
{
	return 0;
}

static __always_inline int count(struct __sk_buff *skb, __u32 n)
{
	if (skb->protocol != bpf_htons(SEEN_ETH_TYPE))
		return TC_ACT_UNSPEC;
	if (spins)
		bpf_loop(spins, spin, NULL, 0);
	__sync_fetch_and_add(&seen[n], 1);
	order = order << 8 | (n + 1);
	return verdict[n];
}

SEC("tc")
int seen_a(struct __sk_buff *skb)
{
	return count(skb, 0);
}

SEC("tc")
int seen_b(struct __sk_buff *skb)
{
	return count(skb, 1);
}

SEC("tc")
int seen_c(struct __sk_buff *skb)
{
	return count(skb, 2);
}

SEC("socket")
int other_type(struct __sk_buff *skb)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
