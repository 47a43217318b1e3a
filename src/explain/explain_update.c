// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <linux/bpf.h>
#include <linux/magic.h>
#include <bpf/libbpf.h>

#include "backend/backend.h"
#include "base/internal.h"

int null_arg(const char *function)
{
	log_say(-EINVAL, "%s(): an argument that must not be NULL is NULL",
		function);
	return -EINVAL;
}

void explain_opts(int err, const char *name)
{
	if (err == -E2BIG)
		log_say(err,
			"struct %s has an option set that this libtclink does not know; it is older than the program",
			name);
	else
		log_say(err, "struct %s: sz is not set; use TCLINK_OPTS()",
			name);
}

void explain_not_loaded(const struct bpf_program *prog)
{
	log_say(-EINVAL, "program %s is not loaded; call bpf_object__load()",
		prog ? bpf_program__name(prog) : "NULL");
}

void explain_link_type(const struct uapi_link_info *info, const char *what)
{
	const char *type = libbpf_bpf_link_type_str(info->type);

	if (type)
		log_say(-EINVAL, "%s is a link of type %s, neither TC nor tcx", what,
			type);
	else
		log_say(-EINVAL, "%s is a link of type %u, neither TC nor tcx", what,
			info->type);
}

/* "link 5", or what a filter without one is called */
static const char *name_link(const struct tclink_info *info,
			     char buf[2 * NAME_LEN])
{
	char target[NAME_LEN];

	if (info->id)
		snprintf(buf, 2 * NAME_LEN, "link %u", info->id);
	else
		snprintf(buf, 2 * NAME_LEN,
			 "the filter of %s with priority %u and handle 0x%x",
			 name_target_in(info->netns_ino, info->ifindex,
					info->parent, target),
			 info->priority, info->handle);
	return buf;
}

static void explain_old(int err, const struct tclink_info *info,
			const char *name, const struct update *u)
{
	char attached[NAME_LEN], expected[NAME_LEN];
	struct bpf_prog_info old;

	if (!prog_info_read(u->opts.old_prog_fd, &old) &&
	    old.id != info->prog_id)
		log_say(err,
			"%s has program %s attached, not the expected %s; nothing was changed",
			name, name_prog(info->prog_id, attached),
			name_prog(old.id, expected));
	else
		log_say(err,
			"%s had another program than the expected one attached; nothing was changed",
			name);
}

/* Netlink says it of who may not, too. */
static void explain_update_eperm(int err, const struct tclink_info *info,
				 const char *name, const struct update *u)
{
	struct bpf_prog_info old;
	bool expected = !u->opts.flags ||
			(!prog_info_read(u->opts.old_prog_fd, &old) &&
			 old.id == info->prog_id && !info->id);

	if (expected)
		log_say(err, "replacing the program of %s needs CAP_NET_ADMIN",
			name);
	else
		explain_old(err, info, name, u);
}

static bool explain_update_opts(int err, const struct tclink_update_opts *opts)
{
	if (opts->flags & ~TCLINK_F_EXPECT_OLD)
		log_say(err, "flags 0x%x has a bit that is not known",
			opts->flags);
	else if (!opts->flags && opts->old_prog_fd)
		log_say(err,
			"old_prog_fd is set without TCLINK_F_EXPECT_OLD in flags");
	else
		return false;
	return true;
}

static void explain_update_einval(int err, const struct tclink_info *info,
				  const char *name, const struct update *u)
{
	if (explain_update_opts(err, &u->opts) ||
	    explain_prog(err, u->prog_fd) ||
	    (u->opts.flags && explain_prog(err, u->opts.old_prog_fd)) ||
	    explain_bound(err, u->prog_fd, info->ifindex, info->gen_flags))
		return;
	log_say(err, "the kernel refused the program for %s: %s", name,
		u->extack[0] ? u->extack : "it gives no reason");
}

static void explain_severed(int err, const struct tclink_info *info,
			    const char *name)
{
	if (info->id)
		log_say(err,
			"%s is severed: its filter went with the qdisc or device, or was detached; attach anew",
			name);
	else
		log_say(err,
			"the filter is no longer the one that was attached: somebody deleted or replaced it, or it went with its qdisc or device; attach anew");
}

static void explain_update_twice(int err, const char *name, int prog_fd)
{
	struct bpf_prog_info info;
	char prog[NAME_LEN];

	if (prog_info_read(prog_fd, &info))
		info.id = 0;
	log_say(err,
		"program %s is at the hook of %s already, and tcx runs each program at most once",
		name_prog(info.id, prog), name);
}

/* Of the netlink backend; a link takes its descriptor and nothing else. */
void explain_detach(int err, const struct tclink *link)
{
	struct tclink_info info = {};
	char name[2 * NAME_LEN];

	if (!log_wanted())
		return;
	if (err != -EPERM || link->ops->info(link, &info)) {
		log_errno(err, "detaching the link failed");
		return;
	}
	log_say(err, "deleting %s needs CAP_NET_ADMIN", name_link(&info, name));
}

void explain_update(int err, const struct tclink *link, const struct update *u)
{
	struct tclink_info info = {};
	char name[2 * NAME_LEN];

	if (!log_wanted())
		return;
	if (link->ops->info(link, &info)) {
		log_errno(err, "updating the link failed");
		return;
	}
	name_link(&info, name);
	switch (err) {
	case -ENOLINK:
		explain_severed(err, &info, name);
		break;
	case -EINVAL:
		explain_update_einval(err, &info, name, u);
		break;
	case -EBADF:
		log_say(err, "descriptor %d is not open",
			u->opts.flags && fd_is(u->prog_fd, "bpf-prog") ?
				u->opts.old_prog_fd :
				u->prog_fd);
		break;
	case -EPERM:
		explain_update_eperm(err, &info, name, u);
		break;
	case -EEXIST:
		explain_update_twice(err, name, u->prog_fd);
		break;
	default:
		log_say(err,
			"updating %s failed and left its program in place: %s",
			name, u->extack[0] ? u->extack : strerror(-err));
	}
}

/* Whether path, or the directory it is to be made in, is on a bpf mount. */
static bool on_bpffs(const char *path)
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

/* Whether the kernel refused the path and not the caller. */
static bool explain_bad_path(int err, const char *path)
{
	const char *slash = strrchr(path, '/');

	/* Elsewhere pinning is not permitted, and opening denied. */
	if (err != -EPERM && err != -EACCES)
		return false;
	if (!on_bpffs(path))
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
		explain_no_fd("cannot be pinned");
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
		log_say(err, "%s leads to another object by now; left alone",
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

void explain_next(int err, __u32 backend)
{
	if (err == -EINVAL)
		log_say(err,
			"backend %u has no links to go through; name link, tcx or any",
			backend);
	else if (err == -EOPNOTSUPP && backend == TCLINK_BACKEND_TCX)
		explain_no_tcx(err);
	else if (err == -EOPNOTSUPP)
		explain_types(err);
	else if (err == -EPERM)
		log_say(err, "going through the links needs CAP_SYS_ADMIN");
	else
		log_errno(err, "going through the links failed");
}

void explain_inherited(int err, pid_t pid)
{
	log_say(err,
		"the filter was attached without an owner by process %d, which alone can use its object; require owned or attach anew",
		pid);
}

void explain_no_fd(const char *lack)
{
	log_say(-EOPNOTSUPP,
		"a filter of the netlink backend %s; require owned or pinnable when attaching",
		lack);
}

void explain_probe(int err)
{
	if (err == -EPERM)
		log_say(err,
			"finding out about TC links needs CAP_BPF and CAP_NET_ADMIN");
	else
		log_errno(err, "finding out about TC links failed");
}
