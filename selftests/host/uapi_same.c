// SPDX-License-Identifier: GPL-2.0-only
/* Compiled, not run: the library's copies of the kernel's structures are right. */
#include <stddef.h>

#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include <tclink/tclink.h>

#include "kernel/uapi.h"

#define SAME_AT(ours, member, theirs, their_member)			\
	_Static_assert(offsetof(struct ours, member) ==			\
		       offsetof(theirs, their_member), #ours "." #member)
#define SAME_CREATE(member)						\
	SAME_AT(uapi_link_create, member, union bpf_attr, link_create.member)
#define SAME_INFO(member)						\
	SAME_AT(uapi_link_info, member, struct bpf_link_info, member)

SAME_CREATE(prog_fd);
SAME_CREATE(target_ifindex);
SAME_CREATE(attach_type);
SAME_CREATE(flags);
SAME_CREATE(tc.parent);
SAME_CREATE(tc.handle);
SAME_CREATE(tc.priority);
SAME_CREATE(tc.chain_index);
SAME_CREATE(tc.protocol);
SAME_CREATE(tc.classid);
SAME_CREATE(tc.gen_flags);
_Static_assert(sizeof(((struct uapi_link_create *)0)->tc) ==
	       sizeof(((union bpf_attr *)0)->link_create.tc), "create size");

SAME_INFO(type);
SAME_INFO(id);
SAME_INFO(prog_id);
SAME_INFO(tc.ifindex);
SAME_INFO(tc.parent);
SAME_INFO(tc.handle);
SAME_INFO(tc.priority);
SAME_INFO(tc.chain_index);
SAME_INFO(tc.protocol);
SAME_INFO(tc.classid);
SAME_INFO(tc.gen_flags);
SAME_INFO(tc.in_hw_count);
SAME_INFO(tc.block_index);
SAME_INFO(tc.netns_ino);
SAME_INFO(tc.flags);
_Static_assert(sizeof(((struct uapi_link_info *)0)->tc) ==
	       sizeof(((struct bpf_link_info *)0)->tc), "info size");

SAME_CREATE(tcx.expected_revision);
SAME_INFO(tcx.ifindex);
SAME_INFO(tcx.attach_type);
_Static_assert(UAPI_TCX_INGRESS == BPF_TCX_INGRESS &&
	       UAPI_TCX_EGRESS == BPF_TCX_EGRESS &&
	       UAPI_LINK_TYPE_TCX == BPF_LINK_TYPE_TCX &&
	       UAPI_TCA_BPF_LINK_ID == TCA_BPF_LINK_ID, "numbers");

#define SAME_QUERY(member)						\
	SAME_AT(uapi_prog_query, member, union bpf_attr, query.member)

SAME_QUERY(target_ifindex);
SAME_QUERY(attach_type);
SAME_QUERY(prog_ids);
SAME_QUERY(count);
SAME_QUERY(link_ids);
SAME_QUERY(revision);

_Static_assert(UAPI_F_TC_CLASSIFY_ONLY == BPF_F_TC_CLASSIFY_ONLY &&
	       TCLINK_SKIP_HW == TCA_CLS_FLAGS_SKIP_HW &&
	       TCLINK_SKIP_SW == TCA_CLS_FLAGS_SKIP_SW &&
	       TCLINK_IN_HW == TCA_CLS_FLAGS_IN_HW &&
	       TCLINK_NOT_IN_HW == TCA_CLS_FLAGS_NOT_IN_HW, "flags");
_Static_assert(TCLINK_INGRESS == TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS) &&
	       TCLINK_EGRESS == TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS) &&
	       TCLINK_BLOCK == TCM_IFINDEX_MAGIC_BLOCK, "parents");
