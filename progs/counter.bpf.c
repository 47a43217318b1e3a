// SPDX-License-Identifier: GPL-2.0-only
/*
 * Count packets and bytes and let later filters decide about them.
 *
 * A program cannot tell ingress from egress, so it is told: with egress set
 * to 1 it counts in egress_count, else in ingress_count. The counters are
 * global variables; "bpftool map dump name counter.bss" prints them.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

struct count {
	__u64 packets;
	__u64 bytes;
};

const volatile bool egress;

struct count ingress_count;
struct count egress_count;

SEC("tc")
int counter(struct __sk_buff *skb)
{
	struct count *count = egress ? &egress_count : &ingress_count;

	__sync_fetch_and_add(&count->packets, 1);
	__sync_fetch_and_add(&count->bytes, skb->len);
	return TC_ACT_UNSPEC;
}

char _license[] SEC("license") = "GPL";
