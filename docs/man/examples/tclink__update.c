// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
// Replace a program, unless somebody else has done so first:

#include <errno.h>
#include <tclink/tclink.h>

/* 1 if it was replaced, 0 if another one is attached. */
int replace(struct tclink *link, int new_fd, int old_fd)
{
	TCLINK_OPTS(tclink_update_opts, opts);
	int err;

	opts.flags = TCLINK_F_EXPECT_OLD;
	opts.old_prog_fd = old_fd;
	err = tclink__update(link, new_fd, &opts);
	if (err == -EPERM)
		return 0;
	return err ? err : 1;
}
