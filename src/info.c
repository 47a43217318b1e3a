// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <string.h>
#include <bpf/bpf.h>

#include "internal.h"

int link_info_read(int fd, struct uapi_link_info *info)
{
	__u32 len = sizeof(*info);

	memset(info, 0, sizeof(*info));
	return bpf_obj_get_info_by_fd(fd, info, &len);
}

static void info_fill(struct tclink_info *info, const struct uapi_link_info *k)
{
	info->id = k->id;
	info->prog_id = k->prog_id;
	info->severed = !k->tc.ifindex;
	info->ifindex = k->tc.ifindex;
	info->parent = k->tc.parent;
	info->handle = k->tc.handle;
	info->priority = k->tc.priority;
	info->chain_index = k->tc.chain_index;
	info->protocol = k->tc.protocol;
	info->classid = k->tc.classid;
	info->gen_flags = k->tc.gen_flags;
	info->in_hw_count = k->tc.in_hw_count;
	info->block_index = k->tc.block_index;
	info->netns_ino = k->tc.netns_ino;
	if (k->tc.flags & UAPI_F_TC_CLASSIFY_ONLY)
		info->flags |= TCLINK_F_CLASSIFY_ONLY;
}

int tclink__info(const struct tclink *link, struct tclink_info *info)
{
	struct tclink_info known = {};
	struct uapi_link_info kinfo;
	int err;

	if (!link || !info)
		return tclink_err(null_arg(__func__));
	err = out_check(info);
	if (err) {
		explain_opts(err, "tclink_info");
		return tclink_err(err);
	}
	err = link_info_read(link->fd, &kinfo);
	if (err) {
		log_errno(err, "reading the link's information failed");
		return tclink_err(err);
	}
	info_fill(&known, &kinfo);
	out_copy(info, &known, sizeof(known));
	return 0;
}
