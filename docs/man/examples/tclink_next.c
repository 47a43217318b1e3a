// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
// Count the links of a device:

#include <errno.h>
#include <tclink/tclink.h>

int count_links(__u32 ifindex)
{
	TCLINK_OPTS(tclink_next_opts, opts);
	struct tclink *link;
	int count = 0;
	__u32 id = 0;

	opts.ifindex = ifindex;
	while ((link = tclink_next(&id, &opts))) {
		count++;
		tclink__destroy(link);
	}
	return errno == ENOENT ? count : -errno;
}
