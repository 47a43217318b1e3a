// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <unistd.h>
#include <bpf/bpf.h>

#include "backend/backend.h"
#include "base/internal.h"

/* -ENOENT: gone again, or not of a kind that is looked for */
static int wanted_fd(__u32 id, __u32 backend, struct uapi_link_info *info)
{
	const struct backend_ops *ops;
	int fd = bpf_link_get_fd_by_id(id);
	int err;

	if (fd < 0)
		return fd;
	err = link_info_read(fd, info);
	ops = err ? NULL : link_backend(info);
	if (ops && (backend == TCLINK_BACKEND_ANY || backend == ops->id))
		return fd;
	close(fd);
	return err ? err : -ENOENT;
}

static bool on_device(const struct uapi_link_info *info, __u32 ifindex,
		      __u32 netns)
{
	if (!ifindex)
		return true;
	if (link_backend(info) == &backend_tcx)
		return info->tcx.ifindex == ifindex &&
		       tcx_is_here(info->id, ifindex, info->tcx.attach_type);
	return info->tc.ifindex == ifindex &&
	       (!netns || info->tc.netns_ino == netns);
}

/* 0 if the kernel has links of the backend, or of one of the two. */
static int have_links(__u32 backend)
{
	int err;

	if (backend != TCLINK_BACKEND_TCX) {
		err = backend_link.have();
		if (err != -EOPNOTSUPP || backend == TCLINK_BACKEND_LINK)
			return err;
	}
	return tcx_query_probe() == NO ? -EOPNOTSUPP : 0;
}

/*
 * A descriptor of the next link after *id that the options ask for. Links that
 * are gone again or not yet complete are passed over.
 */
static int next_fd(__u32 *id, const struct tclink_next_opts *opts,
		   struct uapi_link_info *info)
{
	__u32 netns = opts->ifindex ? netns_current() : 0;
	__u32 next = *id;
	int fd, err;

	err = have_links(opts->backend);
	if (err)
		return err;
	while (!(err = bpf_link_get_next_id(next, &next))) {
		fd = wanted_fd(next, opts->backend, info);
		if (fd == -ENOENT || fd == -EAGAIN)
			continue;
		if (fd < 0)
			return fd;
		if (on_device(info, opts->ifindex, netns)) {
			*id = next;
			return fd;
		}
		close(fd);
	}
	return err;
}

static struct tclink *next_explained(__u32 *id,
				     const struct tclink_next_opts *opts)
{
	struct uapi_link_info info;
	__u32 next = *id;
	struct tclink *link;
	int fd;

	fd = next_fd(&next, opts, &info);
	if (fd < 0) {
		if (fd != -ENOENT)
			explain_next(fd, opts->backend);
		return tclink_err_ptr(fd);
	}
	link = link_new(link_backend(&info), fd);
	if (!link)
		return tclink_err_ptr(-ENOMEM);
	*id = next;
	return link;
}

struct tclink *tclink_next(__u32 *id, const struct tclink_next_opts *opts)
{
	struct tclink_next_opts known;
	int err;

	if (!id)
		return tclink_err_ptr(null_arg(__func__));
	err = OPTS_COPY(tclink_next_opts, &known, opts);
	if (err) {
		explain_opts(err, "tclink_next_opts");
		return tclink_err_ptr(err);
	}
	if (known.backend > TCLINK_BACKEND_TCX) {
		explain_next(-EINVAL, known.backend);
		return tclink_err_ptr(-EINVAL);
	}
	return next_explained(id, &known);
}
