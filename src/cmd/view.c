// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* A link as people and programs are shown it */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "cmd.h"
#include "print.h"

static void view_prog_name(__u32 id, char name[BPF_OBJ_NAME_LEN])
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	int fd;

	fd = bpf_prog_get_fd_by_id(id);
	if (fd < 0)
		return;
	if (!bpf_obj_get_info_by_fd(fd, &info, &len))
		memcpy(name, info.name, BPF_OBJ_NAME_LEN);
	close(fd);
}

void view_fill(struct view *view, const struct tclink_info *info)
{
	memset(view, 0, sizeof(*view));
	view->info = *info;
	view_prog_name(info->prog_id, view->prog);
	if (!info->severed && info->ifindex != TCLINK_BLOCK &&
	    netns_is_ours(info))
		if_indextoname(info->ifindex, view->device);
}

/* Names come from anybody, and terminals obey what they are sent. */
static void view_hide_controls(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

void format_device(const struct view *view, char text[TEXT_LEN])
{
	const struct tclink_info *info = &view->info;

	if (view->device[0])
		snprintf(text, TEXT_LEN, "%s", view->device);
	else if (!info->ifindex || info->ifindex == TCLINK_BLOCK)
		snprintf(text, TEXT_LEN, "-");
	else if (!info->netns_ino)
		snprintf(text, TEXT_LEN, "%u@netns:?", info->ifindex);
	else if (!netns_is_ours(info))
		snprintf(text, TEXT_LEN, "%u@netns:%u", info->ifindex,
			 info->netns_ino);
	else
		snprintf(text, TEXT_LEN, "%u", info->ifindex);
	view_hide_controls(text);
}

void format_point(const struct view *view, char text[TEXT_LEN])
{
	const struct tclink_info *info = &view->info;

	if (info->ifindex == TCLINK_BLOCK)
		snprintf(text, TEXT_LEN, "block %u", info->block_index);
	else if (info->parent == TCLINK_INGRESS)
		snprintf(text, TEXT_LEN, "ingress");
	else if (info->parent == TCLINK_EGRESS)
		snprintf(text, TEXT_LEN, "egress");
	else
		snprintf(text, TEXT_LEN, "%x:%x", info->parent >> 16,
			 info->parent & 0xffff);
}

void format_prog(const struct view *view, char text[TEXT_LEN])
{
	if (view->prog[0])
		snprintf(text, TEXT_LEN, "%u (%s)", view->info.prog_id,
			 view->prog);
	else
		snprintf(text, TEXT_LEN, "%u", view->info.prog_id);
	view_hide_controls(text);
}

void format_owner(const struct owner *owner, char text[TEXT_LEN])
{
	snprintf(text, TEXT_LEN, "%s(%d)", owner->comm, owner->pid);
	view_hide_controls(text);
}

static void view_print_line(const struct view *view)
{
	const struct tclink_info *info = &view->info;
	char device[TEXT_LEN], point[TEXT_LEN], prog[TEXT_LEN];

	format_device(view, device);
	format_point(view, point);
	format_prog(view, prog);
	if (info->backend == TCLINK_BACKEND_NETLINK)
		printf("netlink filter: ");
	else
		printf("%slink %u: ",
		       info->backend == TCLINK_BACKEND_TCX ? "tcx " : "",
		       info->id);
	printf("%s %s, ", device, point);
	if (info->guarantees & TCLINK_PRIORITY)
		printf("chain %u, prio %u, handle 0x%x, ", info->chain_index,
		       info->priority, info->handle);
	printf("program %s%s\n", prog, info->severed ? ", severed" : "");
}

static void view_json_guarantees(__u32 guarantees)
{
	__u32 bit;

	json_key("guarantees");
	json_open('[');
	for (bit = TCLINK_OWNED; bit <= TCLINK_PROTOCOL; bit <<= 1)
		if (guarantees & bit)
			json_string(tclink_guarantee_name(bit));
	json_close(']');
}

/* The members of a link; tclink show --help lists them. */
void json_link(const struct view *view)
{
	const struct tclink_info *info = &view->info;
	char point[TEXT_LEN];

	format_point(view, point);
	json_u32("id", info->id);
	json_text("backend", tclink_backend_name(info->backend));
	json_bool("severed", info->severed);
	json_u32("ifindex", info->ifindex);
	json_text("device", view->device);
	json_u32("netns_ino", info->netns_ino);
	json_text("point", point);
	json_u32("parent", info->parent);
	json_u32("block_index", info->block_index);
	json_u32("chain", info->chain_index);
	json_u32("priority", info->priority);
	json_u32("handle", info->handle);
	json_u32("protocol", info->protocol);
	json_u32("classid", info->classid);
	json_bool("classify_only", info->flags & TCLINK_F_CLASSIFY_ONLY);
	json_bool("skip_hw", info->gen_flags & TCLINK_SKIP_HW);
	json_bool("skip_sw", info->gen_flags & TCLINK_SKIP_SW);
	json_bool("in_hw", info->gen_flags & TCLINK_IN_HW);
	json_u32("in_hw_count", info->in_hw_count);
	json_u32("prog_id", info->prog_id);
	json_text("prog_name", view->prog);
	view_json_guarantees(info->guarantees);
}

void print_link(const struct view *view, bool json)
{
	if (json) {
		json_open('{');
		json_link(view);
		json_close('}');
		json_end();
	} else {
		view_print_line(view);
	}
}
