/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * The kernel structures that the distribution's headers lack: the tc members
 * of union bpf_attr and struct bpf_link_info of a patched linux/bpf.h.
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
	struct {
		__u32 parent;
		__u32 handle;
		__u32 priority;
		__u32 chain_index;
		__u32 protocol;
		__u32 classid;
		__u32 gen_flags;
	} tc;
};

/* struct bpf_link_info */
struct uapi_link_info {
	__u32 type;
	__u32 id;
	__u32 prog_id;
	__u32 pad;
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
};

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
_Static_assert(sizeof(struct uapi_link_create) == 44, "size of link_create");

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
_Static_assert(sizeof(struct uapi_link_info) == 64, "size of link_info");

#endif /* TCLINK_UAPI_H */
