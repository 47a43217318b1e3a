// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Names for people: devices, places, programs. */
#include <stdio.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <bpf/bpf.h>

#include "explain/explain.h"

const char *name_device(__u32 ifindex, char buf[NAME_LEN])
{
	if (!if_indextoname(ifindex, buf))
		snprintf(buf, NAME_LEN, "device %u", ifindex);
	return buf;
}

const char *name_parent(__u32 parent, char buf[NAME_LEN])
{
	if (parent == TCLINK_INGRESS)
		snprintf(buf, NAME_LEN, "ingress");
	else if (parent == TCLINK_EGRESS)
		snprintf(buf, NAME_LEN, "egress");
	else
		snprintf(buf, NAME_LEN, "%x:%x", parent >> 16, parent & 0xffff);
	return buf;
}

const char *name_target_in(__u32 netns, __u32 ifindex, __u32 parent,
			   char buf[NAME_LEN])
{
	char point[NAME_LEN];

	if (ifindex == TCLINK_BLOCK || !netns || netns == netns_current())
		return name_target(ifindex, parent, buf);
	snprintf(buf, NAME_LEN, "device %u %.30s", ifindex,
		 name_parent(parent, point));
	return buf;
}

const char *name_target(__u32 ifindex, __u32 parent, char buf[NAME_LEN])
{
	char device[NAME_LEN], point[NAME_LEN];

	if (ifindex == TCLINK_BLOCK)
		snprintf(buf, NAME_LEN, "block %u", parent);
	else
		snprintf(buf, NAME_LEN, "%.30s %.30s",
			 name_device(ifindex, device),
			 name_parent(parent, point));
	return buf;
}

const char *name_prog(__u32 id, char buf[NAME_LEN])
{
	int fd = bpf_prog_get_fd_by_id(id);
	struct bpf_prog_info info;

	if (fd >= 0 && !prog_info_read(fd, &info) && info.name[0])
		snprintf(buf, NAME_LEN, "%u (%s)", id, info.name);
	else
		snprintf(buf, NAME_LEN, "%u", id);
	if (fd >= 0)
		close(fd);
	return buf;
}

const char *name_prog_fd(int prog_fd, char buf[NAME_LEN])
{
	struct bpf_prog_info info;

	return name_prog(prog_info_read(prog_fd, &info) ? 0 : info.id, buf);
}
