// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>

#include "cmd.h"

static bool other_netns(const struct tclink_info *info)
{
	struct stat st;

	return !stat("/proc/self/ns/net", &st) &&
	       info->netns_ino != (__u32)st.st_ino;
}

/* The name is known in our own network namespace only. */
static bool device_name(const struct tclink_info *info, char name[IF_NAMESIZE])
{
	return !info->severed && info->ifindex != TCLINK_BLOCK &&
	       !other_netns(info) && if_indextoname(info->ifindex, name);
}

void format_device(const struct tclink_info *info, char text[TEXT_LEN])
{
	char name[IF_NAMESIZE];

	if (device_name(info, name))
		snprintf(text, TEXT_LEN, "%s", name);
	else if (info->severed || info->ifindex == TCLINK_BLOCK)
		snprintf(text, TEXT_LEN, "-");
	else if (other_netns(info))
		snprintf(text, TEXT_LEN, "%u@netns:%u", info->ifindex,
			 info->netns_ino);
	else
		snprintf(text, TEXT_LEN, "%u", info->ifindex);
}

void format_point(const struct tclink_info *info, char text[TEXT_LEN])
{
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

static void prog_name(__u32 id, char name[BPF_OBJ_NAME_LEN])
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	int fd;

	name[0] = '\0';
	fd = bpf_prog_get_fd_by_id(id);
	if (fd < 0)
		return;
	if (!bpf_obj_get_info_by_fd(fd, &info, &len))
		memcpy(name, info.name, BPF_OBJ_NAME_LEN);
	close(fd);
}

void format_prog(__u32 id, char text[TEXT_LEN])
{
	char name[BPF_OBJ_NAME_LEN];

	prog_name(id, name);
	if (name[0])
		snprintf(text, TEXT_LEN, "%u (%s)", id, name);
	else
		snprintf(text, TEXT_LEN, "%u", id);
}

void print_link_line(const struct tclink_info *info)
{
	char device[TEXT_LEN], point[TEXT_LEN], prog[TEXT_LEN];

	format_device(info, device);
	format_point(info, point);
	format_prog(info->prog_id, prog);
	printf("link %u: %s %s, chain %u, prio %u, handle 0x%x, program %s%s\n",
	       info->id, device, point, info->chain_index, info->priority,
	       info->handle, prog, info->severed ? ", severed" : "");
}

static void json_string(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			putchar('\\');
		if ((unsigned char)*s < ' ')
			printf("\\u%04x", *s);
		else
			putchar(*s);
	}
	putchar('"');
}

static void json_u32(const char *key, __u32 value)
{
	printf(",\"%s\":%u", key, value);
}

static void json_bool(const char *key, bool value)
{
	printf(",\"%s\":%s", key, value ? "true" : "false");
}

static void json_text(const char *key, const char *value)
{
	printf(",\"%s\":", key);
	if (*value)
		json_string(value);
	else
		fputs("null", stdout);
}

void print_link_json(const struct tclink_info *info)
{
	char device[IF_NAMESIZE] = "", name[BPF_OBJ_NAME_LEN];
	char point[TEXT_LEN];

	device_name(info, device);
	format_point(info, point);
	prog_name(info->prog_id, name);
	printf("{\"id\":%u", info->id);
	json_bool("severed", info->severed);
	json_u32("ifindex", info->ifindex);
	json_text("device", device);
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
	json_text("prog_name", name);
	putchar('}');
}
