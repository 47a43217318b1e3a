// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Why a link could not be pinned, or not be found again. */
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <linux/magic.h>
#include <bpf/libbpf.h>

#include "base/internal.h"
#include "explain/explain.h"

/* Return true if path, or the directory it is to be made in, is on bpffs. */
static bool path_on_bpffs(const char *path)
{
	char dir[4096];
	struct statfs fs;
	char *slash;

	if (strlen(path) >= sizeof(dir))
		return false;
	strcpy(dir, path);
	slash = strrchr(dir, '/');
	if (!slash)
		strcpy(dir, ".");
	else
		slash[slash == dir] = '\0';
	return !statfs(dir, &fs) && fs.f_type == BPF_FS_MAGIC;
}

/* The kernel refused the path and not the caller. */
static bool explain_bad_path(int err, const char *path)
{
	const char *slash = strrchr(path, '/');

	/* Elsewhere pinning is not permitted, and opening denied. */
	if (err != -EPERM && err != -EACCES)
		return false;
	if (!path_on_bpffs(path))
		log_say(err,
			"%s is not in a BPF file system; use a path under /sys/fs/bpf, or 'mount -t bpf'",
			path);
	else if (err == -EPERM && strchr(slash ? slash : path, '.'))
		log_say(err,
			"%s has a dot in its name, which a BPF file system does not allow",
			path);
	else
		return false;
	return true;
}

void explain_pin(int err, const struct tclink *link, const char *path)
{
	if (err == -EOPNOTSUPP && link->fd < 0)
		explain_no_fd(link->ops, "cannot be pinned");
	else if (err == -EBUSY && link->pin_path)
		log_say(err, "the link is pinned at %s already; unpin it first",
			link->pin_path);
	else if (err == -EEXIST)
		log_say(err, "%s exists; choose another path or remove it",
			path);
	else if (err == -ENOENT)
		log_say(err, "the directory of %s does not exist; create it",
			path);
	else if (!explain_bad_path(err, path))
		log_say(err, "cannot pin at %s: %s", path, strerror(-err));
}

void explain_unpin(int err, const char *path)
{
	if (err == -ESTALE)
		log_say(err, "%s now leads to another object; it was left alone",
			path);
	else if (err == -ENOENT)
		log_say(err, "the pin %s is gone", path);
	else
		log_say(err, "cannot remove the pin %s: %s", path,
			strerror(-err));
}

void explain_open_path(int err, const char *path)
{
	if (err == -ENOENT)
		log_say(err, "nothing is pinned at %s", path);
	else if (!explain_bad_path(err, path))
		log_say(err, "cannot open %s: %s", path, strerror(-err));
}

void explain_open_id(int err, __u32 id)
{
	if (err == -ENOENT)
		log_say(err, "there is no link %u", id);
	else if (err == -EPERM)
		log_say(err, "opening a link by its id needs CAP_SYS_ADMIN");
	else
		log_say(err, "cannot open link %u: %s", id, strerror(-err));
}

void explain_link_type(const struct uapi_link_info *info, const char *what)
{
	const char *type = libbpf_bpf_link_type_str(info->type);

	if (type)
		log_say(-EINVAL,
			"%s is a link of type %s, and no backend makes such links",
			what, type);
	else
		log_say(-EINVAL,
			"%s is a link of type %u, and no backend makes such links",
			what, info->type);
}

static void explain_next_backend(int err, __u32 backend)
{
	const struct backend_ops *ops;
	char names[128] = "";
	size_t len = 0;
	__u32 id;

	for (id = 1; id < NR_BACKENDS && len < sizeof(names); id++) {
		ops = backend_by_id(id);
		if (ops->link_type)
			len += snprintf(names + len, sizeof(names) - len,
					"%s, ", ops->name);
	}
	log_say(err, "backend %u has no links to go through; name %sor any",
		backend, names);
}

void explain_next(int err, __u32 backend)
{
	const struct backend_ops *ops = backend_by_id(backend);

	if (err == -EINVAL)
		explain_next_backend(err, backend);
	else if (err == -EOPNOTSUPP) /* any: the first is what to ask for */
		explain_lacking(err, ops ? ops : backend_by_id(1));
	else if (err == -EPERM)
		log_say(err, "going through the links needs CAP_SYS_ADMIN");
	else
		log_errno(err, "going through the links failed");
}
