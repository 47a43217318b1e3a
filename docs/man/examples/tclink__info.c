// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
// Print some of what is known of a link:

#include <stdio.h>
#include <tclink/tclink.h>

void print_link(const struct tclink *link)
{
	TCLINK_OPTS(tclink_info, info);

	if (tclink__info(link, &info))
		return;
	printf("%s link %u: program %u, priority %u, handle 0x%x%s\n",
	       tclink_backend_name(info.backend), info.id,
	       info.prog_id, info.priority, info.handle,
	       info.severed ? ", severed" : "");
}
