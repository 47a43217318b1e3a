// SPDX-License-Identifier: GPL-2.0-only
/* What the tests of the flow classifiers do to packets before the qdisc. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* How many tags to put in; the last stays beside the frame. */
__u32 tags;
/* Give the packet a mark and a priority, of no qdisc that there is. */
__u32 decorate;

const volatile __u32 out_ifindex;

SEC("tc")
int prepare(struct __sk_buff *skb)
{
	__u32 i;

	if (decorate) {
		skb->mark = bpf_get_prandom_u32();
		skb->priority = bpf_get_prandom_u32() | 0x80000000;
	}
	for (i = 0; i < 2 && i < tags; i++)
		bpf_skb_vlan_push(skb,
				  bpf_htons(bpf_get_prandom_u32() & 1 ?
						    ETH_P_8021Q :
						    ETH_P_8021AD),
				  1 + bpf_get_prandom_u32() % 4094);
	return TC_ACT_UNSPEC;
}

/* As if the packets were forwarded */
SEC("tc")
int forward(struct __sk_buff *skb)
{
	return bpf_redirect(out_ifindex, 0);
}

char _license[] SEC("license") = "GPL";
