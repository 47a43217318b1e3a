// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The public function that goes through the links. */
#include <unistd.h>
#include <bpf/bpf.h>

#include "backend/backend.h"
#include "explain/explain.h"
#include "link.h"

/* Return true if the options ask for the link, which is of *ops. */
static bool next_wanted(const struct uapi_link_info *info,
			const struct tclink_next_opts *opts,
			const struct backend_ops **ops)
{
	if (backend_by_link(info, ops))
		return false;
	if (opts->backend && opts->backend != (*ops)->id)
		return false;
	return !opts->ifindex || (*ops)->on_device(info, opts->ifindex);
}

/* A descriptor; -ENOENT: the link is gone again, or is not asked for */
static int next_open(__u32 id, const struct tclink_next_opts *opts,
		     const struct backend_ops **ops)
{
	int fd = bpf_link_get_fd_by_id(id);
	struct uapi_link_info info;
	int err;

	if (fd < 0)
		return fd;
	err = link_info_read(fd, &info);
	if (!err && next_wanted(&info, opts, ops))
		return fd;
	close(fd);
	return err ? err : -ENOENT;
}

/* 0 if the kernel has links of the backend, or of any. */
static int next_have(__u32 backend)
{
	const struct backend_ops *ops;
	int err = -EOPNOTSUPP;
	__u32 id;

	for (id = 1; id < NR_BACKENDS && err == -EOPNOTSUPP; id++) {
		ops = backend_by_id(id);
		if (ops->have_links && (!backend || backend == id))
			err = ops->have_links();
	}
	return err;
}

/*
 * A descriptor of the next link after *id that the options ask for. Links that
 * are gone again or not yet complete are passed over.
 */
static int next_fd(__u32 *id, const struct tclink_next_opts *opts,
		   const struct backend_ops **ops)
{
	int fd, err = next_have(opts->backend);

	while (!err && !(err = bpf_link_get_next_id(*id, id))) {
		fd = next_open(*id, opts, ops);
		if (fd != -ENOENT && fd != -EAGAIN)
			return fd;
	}
	return err;
}

static struct tclink *next_explained(__u32 *id,
				     const struct tclink_next_opts *opts)
{
	const struct backend_ops *ops;
	__u32 next = *id;
	struct tclink *link;
	int fd;

	fd = next_fd(&next, opts, &ops);
	if (fd < 0) {
		if (fd != -ENOENT)
			explain_next(fd, opts->backend);
		return tclink_err_ptr(fd);
	}
	link = link_new(ops, fd);
	if (!link)
		return tclink_err_ptr(-ENOMEM);
	*id = next;
	return link;
}

struct tclink *tclink_next(__u32 *id, const struct tclink_next_opts *opts)
{
	const struct backend_ops *ops;
	struct tclink_next_opts known;
	int err;

	if (!id)
		return tclink_err_ptr(null_arg(__func__));
	err = OPTS_COPY(tclink_next_opts, &known, opts);
	if (err) {
		explain_opts(err, "tclink_next_opts");
		return tclink_err_ptr(err);
	}
	ops = backend_by_id(known.backend);
	if (known.backend != TCLINK_BACKEND_ANY && (!ops || !ops->have_links)) {
		explain_next(-EINVAL, known.backend);
		return tclink_err_ptr(-EINVAL);
	}
	return next_explained(id, &known);
}
