// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "internal.h"

struct tclink *link_new(int fd, const char *pin_path)
{
	struct tclink *link = calloc(1, sizeof(*link));

	if (!link)
		goto err_close;
	link->fd = fd;
	if (pin_path) {
		link->pin_path = strdup(pin_path);
		if (!link->pin_path)
			goto err_free;
	}
	return link;
err_free:
	free(link);
err_close:
	log_say(-ENOMEM, "out of memory for a link object");
	close(fd);
	return NULL;
}

int tclink__fd(const struct tclink *link)
{
	return tclink_err(link ? link->fd : null_arg(__func__));
}

static int update(struct tclink *link, int prog_fd,
		  const struct tclink_update_opts *opts)
{
	LIBBPF_OPTS(bpf_link_update_opts, kopts);

	if (opts->flags & ~TCLINK_F_EXPECT_OLD)
		return -EINVAL;
	if (opts->flags & TCLINK_F_EXPECT_OLD) {
		kopts.flags = BPF_F_REPLACE;
		kopts.old_prog_fd = opts->old_prog_fd;
	} else if (opts->old_prog_fd) {
		return -EINVAL;
	}
	return bpf_link_update(link->fd, prog_fd, &kopts);
}

int tclink__update(struct tclink *link, int prog_fd,
		   const struct tclink_update_opts *opts)
{
	struct tclink_update_opts known;
	int err;

	if (!link)
		return tclink_err(null_arg(__func__));
	err = OPTS_COPY(tclink_update_opts, &known, opts);
	if (err) {
		explain_opts(err, "tclink_update_opts");
		return tclink_err(err);
	}
	err = update(link, prog_fd, &known);
	if (err)
		explain_update(err, link, prog_fd, &known);
	return tclink_err(err);
}

int tclink__update_program(struct tclink *link, const struct bpf_program *prog,
			   const struct tclink_update_opts *opts)
{
	int fd = prog ? bpf_program__fd(prog) : -EINVAL;

	if (fd < 0) {
		explain_not_loaded(prog);
		return tclink_err(-EINVAL);
	}
	return tclink__update(link, fd, opts);
}

int tclink__detach(struct tclink *link)
{
	int err;

	if (!link)
		return tclink_err(null_arg(__func__));
	err = bpf_link_detach(link->fd);
	if (err)
		log_errno(err, "detaching the link failed");
	return tclink_err(err);
}

void tclink__disconnect(struct tclink *link)
{
	if (link)
		link->disconnected = true;
}

int tclink__destroy(struct tclink *link)
{
	int saved = errno;
	int err = 0;

	if (!link)
		return 0;
	if (!link->disconnected && close(link->fd))
		err = -errno;
	free(link->pin_path);
	free(link);
	errno = saved;
	return tclink_err(err);
}
