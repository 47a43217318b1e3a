// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
// Use the link of an earlier run, or make a new one that a later run finds:

#include <errno.h>
#include <tclink/tclink.h>

struct tclink *take_up(const char *path, int prog_fd, __u32 ifindex)
{
	struct tclink *link = tclink_open_path(path);

	if (link || errno != ENOENT)
		return link;
	link = tclink_attach(prog_fd, ifindex, TCLINK_INGRESS, NULL);
	if (link && tclink__pin(link, path)) {
		tclink__destroy(link);
		return NULL;
	}
	return link;
}
