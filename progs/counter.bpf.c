// SPDX-License-Identifier: GPL-2.0-only
/*
 * Count packets and bytes and let later filters decide about them.
 *
 * A program cannot know if it is at ingress or egress, so the variable egress
 * says it: with 1 it counts in egress_count, else in ingress_count. The counters
 * are global variables; "bpftool map dump name counter.bss" prints them.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

const volatile bool egress;

/* Without a tag, so that the skeleton can spell the type out. */
struct {
	__u64 packets;
	__u64 bytes;
} ingress_count, egress_count;

SEC("tc")
int counter(struct __sk_buff *skb)
{
	if (egress) {
		__sync_fetch_and_add(&egress_count.packets, 1);
		__sync_fetch_and_add(&egress_count.bytes, skb->len);
	} else {
		__sync_fetch_and_add(&ingress_count.packets, 1);
		__sync_fetch_and_add(&ingress_count.bytes, skb->len);
	}
	return TC_ACT_UNSPEC;
}

char _license[] SEC("license") = "GPL";
