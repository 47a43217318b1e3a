// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "backend.h"
#include "internal.h"

int fd_update(struct tclink *link, int prog_fd,
	      const struct tclink_update_opts *opts)
{
	LIBBPF_OPTS(bpf_link_update_opts, kopts);

	if (opts->flags & TCLINK_F_EXPECT_OLD) {
		kopts.flags = BPF_F_REPLACE;
		kopts.old_prog_fd = opts->old_prog_fd;
	}
	return bpf_link_update(link->fd, prog_fd, &kopts);
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
