// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The object: making, freeing, checking it, and the public functions on it. */
#include <stdlib.h>
#include <unistd.h>
#include <bpf/libbpf.h>

#include "backend/backend.h"
#include "explain/explain.h"
#include "link.h"

struct tclink *link_new(const struct backend_ops *ops, int fd)
{
	struct tclink *link = calloc(1, sizeof(*link));

	if (!link) {
		log_say(-ENOMEM, "out of memory for a link object");
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	link->ops = ops;
	link->fd = fd;
	link->pid = getpid();
	return link;
}

void link_free(struct tclink *link)
{
	free(link->pin_path);
	free(link);
}

/*
 * A link is held by whoever inherits its descriptor. A filter without an owner
 * has only a socket, on which two processes would take each other's answers.
 */
static bool link_is_inherited(const struct tclink *link)
{
	return !(link->ops->guarantees & TCLINK_OWNED) && link->pid != getpid();
}

int link_usable(const struct tclink *link)
{
	if (!link_is_inherited(link))
		return 0;
	explain_inherited(-EBADF, link->pid);
	return -EBADF;
}

int tclink__fd(const struct tclink *link)
{
	if (!link)
		return tclink_err(null_arg(__func__));
	if (link->fd < 0) {
		explain_no_fd(link->ops, "has no descriptor");
		return tclink_err(-EOPNOTSUPP);
	}
	return link->fd;
}

int tclink__update(struct tclink *link, int prog_fd,
		   const struct tclink_update_opts *opts)
{
	enum mistake mistake;
	struct update u;
	int err;

	if (!link)
		return tclink_err(null_arg(__func__));
	err = OPTS_COPY(tclink_update_opts, &u.opts, opts);
	if (err) {
		explain_opts(err, "tclink_update_opts");
		return tclink_err(err);
	}
	err = link_usable(link);
	if (err)
		return tclink_err(err);
	mistake = update_check(&u);
	if (mistake) {
		explain_update_opts(-EINVAL, mistake, &u.opts);
		return tclink_err(-EINVAL);
	}
	u.prog_fd = prog_fd;
	u.extack[0] = '\0';
	err = link->ops->update(link, &u);
	if (err)
		explain_update(err, link, &u);
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
	err = link_usable(link);
	if (err)
		return tclink_err(err);
	err = link->ops->detach(link);
	if (err)
		explain_detach(err, link);
	return tclink_err(err);
}

void tclink__disconnect(struct tclink *link)
{
	if (link)
		link->disconnected = true;
}

/* What goes with its last reference is left to the kernel. */
static int link_give_up(struct tclink *link)
{
	int err = 0, close_err;

	if (!link->disconnected && !link_is_inherited(link) &&
	    !(link->ops->guarantees & TCLINK_OWNED)) {
		err = link->ops->detach(link);
		if (err)
			explain_detach(err, link);
	}
	close_err = link->ops->close(link);
	if (close_err)
		log_errno(close_err, "closing the link's descriptor failed");
	return err ? err : close_err;
}

int tclink__destroy(struct tclink *link)
{
	int saved = errno;
	int err;

	if (!link)
		return 0;
	err = link_give_up(link);
	link_free(link);
	errno = saved;
	return tclink_err(err);
}
