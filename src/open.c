// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The public functions that open a link by path, id or descriptor. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "backend/backend.h"
#include "explain/explain.h"
#include "link.h"

static int open_backend(int fd, const char *what,
			const struct backend_ops **ops)
{
	struct uapi_link_info info;
	int err;

	if (!fd_is_link(fd)) {
		log_say(-EINVAL, "%s is not a BPF link", what);
		return -EINVAL;
	}
	err = link_info_read(fd, &info);
	if (err) {
		log_errno(err, "reading the link's information failed");
		return err;
	}
	err = backend_by_link(&info, ops);
	if (err == -ENOENT) {
		explain_link_type(&info, what);
		return -EINVAL;
	}
	if (err)
		explain_lacking(err, *ops);
	return err;
}

/* Takes over fd: closed unless a link is returned. */
static struct tclink *open_link(int fd, const char *what)
{
	const struct backend_ops *ops;
	struct tclink *link;
	int err;

	err = open_backend(fd, what, &ops);
	if (err) {
		close(fd);
		return tclink_err_ptr(err);
	}
	link = link_new(ops, fd);
	return link ? link : tclink_err_ptr(-ENOMEM);
}

static struct tclink *open_pinned(int fd, const char *path)
{
	struct tclink *link = open_link(fd, path);

	if (!link)
		return NULL;
	link->pin_path = strdup(path);
	if (link->pin_path)
		return link;
	log_say(-ENOMEM, "out of memory for a link object");
	tclink__destroy(link);
	return tclink_err_ptr(-ENOMEM);
}

struct tclink *tclink_open_path(const char *path)
{
	int fd;

	if (!path)
		return tclink_err_ptr(null_arg(__func__));
	fd = bpf_obj_get(path);
	if (fd >= 0)
		return open_pinned(fd, path);
	explain_open_path(fd, path);
	return tclink_err_ptr(fd);
}

struct tclink *tclink_open_id(__u32 id)
{
	int fd = bpf_link_get_fd_by_id(id);
	char what[32];

	snprintf(what, sizeof(what), "link %u", id);
	if (fd >= 0)
		return open_link(fd, what);
	explain_open_id(fd, id);
	return tclink_err_ptr(fd);
}

struct tclink *tclink_open_fd(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	int err = -errno;
	char what[32];

	snprintf(what, sizeof(what), "descriptor %d", fd);
	if (copy >= 0)
		return open_link(copy, what);
	log_errno(err, what);
	return tclink_err_ptr(err);
}
