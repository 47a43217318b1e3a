// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* What TC and tcx links have in common, both being descriptors. */
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "backend/backend.h"
#include "base/internal.h"

int fd_update(struct tclink *link, struct update *u)
{
	LIBBPF_OPTS(bpf_link_update_opts, kopts);

	if (u->opts.flags & TCLINK_F_EXPECT_OLD) {
		kopts.flags = BPF_F_REPLACE;
		kopts.old_prog_fd = u->opts.old_prog_fd;
	}
	return bpf_link_update(link->fd, u->prog_fd, &kopts);
}

int fd_detach(struct tclink *link)
{
	return bpf_link_detach(link->fd);
}

int fd_close(struct tclink *link)
{
	if (link->disconnected)
		return 0;
	return close(link->fd) ? -errno : 0;
}
