// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The public functions that pin a link to a path and take the pin away. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <linux/magic.h>
#include <bpf/bpf.h>

#include "backend/backend.h"
#include "explain/explain.h"
#include "link.h"

static int pin_link(struct tclink *link, const char *path)
{
	char *copy;
	int err;

	if (!(link->ops->guarantees & TCLINK_PINNABLE))
		return -EOPNOTSUPP;
	if (link->pin_path)
		return -EBUSY;
	copy = strdup(path);
	if (!copy)
		return -ENOMEM;
	err = bpf_obj_pin(link->fd, path);
	if (err)
		free(copy);
	else
		link->pin_path = copy;
	return err;
}

int tclink__pin(struct tclink *link, const char *path)
{
	int err;

	if (!link || !path)
		return tclink_err(null_arg(__func__));
	err = pin_link(link, path);
	if (err)
		explain_pin(err, link, path);
	return tclink_err(err);
}

/* Return true if no pin can be there, the file system being another by now. */
static bool pin_off_bpffs(const char *path)
{
	struct statfs fs;

	return !statfs(path, &fs) && fs.f_type != BPF_FS_MAGIC;
}

/* Opening follows a symbolic link and unlinking does not. */
static int pin_open(const char *path)
{
	struct stat st;
	int fd;

	if (lstat(path, &st))
		return -errno;
	if (S_ISLNK(st.st_mode))
		return -ESTALE;
	fd = bpf_obj_get(path);
	return fd == -EACCES && pin_off_bpffs(path) ? -ESTALE : fd;
}

/* 0 if the link is what is pinned at its path. */
static int pin_check(const struct tclink *link)
{
	struct uapi_link_info ours, pinned;
	int fd, err;

	err = link_info_read(link->fd, &ours);
	if (err)
		return err;
	fd = pin_open(link->pin_path);
	if (fd < 0)
		return fd;
	err = link_info_read(fd, &pinned);
	if (!err && (!fd_is_link(fd) || pinned.id != ours.id))
		err = -ESTALE;
	close(fd);
	return err;
}

static int pin_remove(struct tclink *link)
{
	int err = pin_check(link);

	if (!err && unlink(link->pin_path))
		err = -errno;
	if (err)
		explain_unpin(err, link->pin_path);
	return err;
}

int tclink__unpin(struct tclink *link)
{
	int err;

	if (!link)
		return tclink_err(null_arg(__func__));
	if (!link->pin_path) {
		log_say(-EINVAL, "this object knows of no pin of its link");
		return tclink_err(-EINVAL);
	}
	err = pin_remove(link);
	if (!err || err == -ENOENT || err == -ESTALE) {
		free(link->pin_path);
		link->pin_path = NULL;
	}
	return tclink_err(err);
}
