/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * The kernel structures that the distribution's headers lack: the tc members
 * of union bpf_attr and struct bpf_link_info of a patched linux/bpf.h, and the
 * tcx members of that of Linux 6.6.
 */
#ifndef TCLINK_UAPI_H
#define TCLINK_UAPI_H

#include <stddef.h>
#include <linux/types.h>

/* union bpf_attr for BPF_LINK_CREATE */
struct uapi_link_create {
	__u32 prog_fd;
	__u32 target_ifindex;
	__u32 attach_type;
	__u32 flags;
	union {
		struct {
			__u32 parent;
			__u32 handle;
			__u32 priority;
			__u32 chain_index;
			__u32 protocol;
			__u32 classid;
			__u32 gen_flags;
		} tc;
		struct {
			__u32 relative_fd;
			__u32 pad;
			__u64 expected_revision;
		} tcx;
	};
};

/* How much of it to pass: the rest of the kernel's union has to be zero. */
#define UAPI_LINK_CREATE_TC 44
#define UAPI_LINK_CREATE_TCX 32

/* union bpf_attr for BPF_PROG_QUERY */
struct uapi_prog_query {
	__u32 target_ifindex;
	__u32 attach_type;
	__u32 query_flags;
	__u32 attach_flags;
	__u64 prog_ids;
	__u32 count;
	__u32 pad;
	__u64 prog_attach_flags;
	__u64 link_ids;
	__u64 link_attach_flags;
	__u64 revision;
};

/* struct bpf_link_info */
struct uapi_link_info {
	__u32 type;
	__u32 id;
	__u32 prog_id;
	__u32 pad;
	union {
		struct {
			__u32 ifindex;
			__u32 parent;
			__u32 handle;
			__u32 priority;
			__u32 chain_index;
			__u32 protocol;
			__u32 classid;
			__u32 gen_flags;
			__u32 in_hw_count;
			__u32 block_index;
			__u32 netns_ino;
			__u32 flags;
		} tc;
		struct {
			__u32 ifindex;
			__u32 attach_type;
		} tcx;
	};
};

/* The same in every kernel since 6.6 */
#define UAPI_TCX_INGRESS 46
#define UAPI_TCX_EGRESS 47
#define UAPI_LINK_TYPE_TCX 11

/* In a dump: the link that owns the filter. Only patched kernels have it. */
#define UAPI_TCA_BPF_LINK_ID 12

#define UAPI_F_TC_CLASSIFY_ONLY (1U << 0)

#define UAPI_AT(type, member, offset)                         \
	_Static_assert(offsetof(struct type, member) == (offset), \
		       #type "." #member " is not at " #offset)

UAPI_AT(uapi_link_create, prog_fd, 0);
UAPI_AT(uapi_link_create, target_ifindex, 4);
UAPI_AT(uapi_link_create, attach_type, 8);
UAPI_AT(uapi_link_create, flags, 12);
UAPI_AT(uapi_link_create, tc.parent, 16);
UAPI_AT(uapi_link_create, tc.handle, 20);
UAPI_AT(uapi_link_create, tc.priority, 24);
UAPI_AT(uapi_link_create, tc.chain_index, 28);
UAPI_AT(uapi_link_create, tc.protocol, 32);
UAPI_AT(uapi_link_create, tc.classid, 36);
UAPI_AT(uapi_link_create, tc.gen_flags, 40);
_Static_assert(sizeof(((struct uapi_link_create *)0)->tc) ==
		       UAPI_LINK_CREATE_TC - 16,
	       "size of link_create.tc");
UAPI_AT(uapi_link_create, tcx.relative_fd, 16);
UAPI_AT(uapi_link_create, tcx.expected_revision, 24);
_Static_assert(sizeof(((struct uapi_link_create *)0)->tcx) ==
		       UAPI_LINK_CREATE_TCX - 16,
	       "size of link_create.tcx");

UAPI_AT(uapi_prog_query, target_ifindex, 0);
UAPI_AT(uapi_prog_query, attach_type, 4);
UAPI_AT(uapi_prog_query, query_flags, 8);
UAPI_AT(uapi_prog_query, attach_flags, 12);
UAPI_AT(uapi_prog_query, prog_ids, 16);
UAPI_AT(uapi_prog_query, count, 24);
UAPI_AT(uapi_prog_query, prog_attach_flags, 32);
UAPI_AT(uapi_prog_query, link_ids, 40);
UAPI_AT(uapi_prog_query, link_attach_flags, 48);
UAPI_AT(uapi_prog_query, revision, 56);
_Static_assert(sizeof(struct uapi_prog_query) == 64, "size of prog_query");

UAPI_AT(uapi_link_info, type, 0);
UAPI_AT(uapi_link_info, id, 4);
UAPI_AT(uapi_link_info, prog_id, 8);
UAPI_AT(uapi_link_info, tc.ifindex, 16);
UAPI_AT(uapi_link_info, tc.parent, 20);
UAPI_AT(uapi_link_info, tc.handle, 24);
UAPI_AT(uapi_link_info, tc.priority, 28);
UAPI_AT(uapi_link_info, tc.chain_index, 32);
UAPI_AT(uapi_link_info, tc.protocol, 36);
UAPI_AT(uapi_link_info, tc.classid, 40);
UAPI_AT(uapi_link_info, tc.gen_flags, 44);
UAPI_AT(uapi_link_info, tc.in_hw_count, 48);
UAPI_AT(uapi_link_info, tc.block_index, 52);
UAPI_AT(uapi_link_info, tc.netns_ino, 56);
UAPI_AT(uapi_link_info, tc.flags, 60);
UAPI_AT(uapi_link_info, tcx.ifindex, 16);
UAPI_AT(uapi_link_info, tcx.attach_type, 20);
_Static_assert(sizeof(struct uapi_link_info) == 64, "size of link_info");

#endif /* TCLINK_UAPI_H */
