// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
// Hand a link to the program that is executed next:

#include <fcntl.h>
#include <tclink/tclink.h>

/* The descriptor that the next program must be told of. */
int keep_across_exec(struct tclink *link)
{
	int fd = tclink__fd(link);

	if (fd < 0 || fcntl(fd, F_SETFD, 0))
		return -1;
	tclink__disconnect(link);
	tclink__destroy(link);
	return fd;
}
