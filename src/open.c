// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "internal.h"

/*
 * Programs and maps are descriptors too, and asking them for link information
 * gets an answer that merely means something else. Without /proc there is no
 * telling, and the type has to do.
 */
bool fd_is(int fd, const char *kind)
{
	const char prefix[] = "anon_inode:";
	char path[32], target[32];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		return true;
	target[len] = '\0';
	return !strncmp(target, prefix, sizeof(prefix) - 1) &&
	       !strcmp(target + sizeof(prefix) - 1, kind);
}

bool fd_is_link(int fd)
{
	return fd_is(fd, "bpf_link") || fd_is(fd, "bpf-link");
}

static int check_type(int fd, const char *what)
{
	const struct tc_types *types = tc_types();
	struct uapi_link_info info;
	int err;

	if (types->err) {
		explain_types(types->err);
		return types->err;
	}
	if (!fd_is_link(fd)) {
		log_say(-EINVAL, "%s is not a BPF link", what);
		return -EINVAL;
	}
	err = link_info_read(fd, &info);
	if (!err && info.type != types->link_type) {
		explain_link_type(&info, what);
		err = -EINVAL;
	}
	return err;
}

/* Takes over fd: closed unless a link is returned. */
static struct tclink *open_link(int fd, const char *what, const char *path)
{
	struct tclink *link;
	int err;

	err = check_type(fd, what);
	if (err) {
		close(fd);
		return tclink_err_ptr(err);
	}
	link = link_new(fd, path);
	return link ? link : tclink_err_ptr(-ENOMEM);
}

struct tclink *tclink_open_path(const char *path)
{
	int fd;

	if (!path)
		return tclink_err_ptr(null_arg(__func__));
	fd = bpf_obj_get(path);
	if (fd >= 0)
		return open_link(fd, path, path);
	explain_open_path(fd, path);
	return tclink_err_ptr(fd);
}

struct tclink *tclink_open_id(__u32 id)
{
	int fd = bpf_link_get_fd_by_id(id);
	char what[32];

	snprintf(what, sizeof(what), "link %u", id);
	if (fd >= 0)
		return open_link(fd, what, NULL);
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
		return open_link(copy, what, NULL);
	log_errno(err, what);
	return tclink_err_ptr(err);
}
