// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Why an object could not be used: updated, detached, asked for its fd. */
#include <stdio.h>
#include <string.h>
#include <linux/bpf.h>

#include "base/internal.h"
#include "explain/explain.h"

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

static void explain_update_old(int err, const struct tclink_info *info,
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

/* EPERM can mean another program, and, without a link, no permission. */
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
		explain_update_old(err, info, name, u);
}

static void explain_update_einval(int err, const struct tclink_info *info,
				  const char *name, const struct update *u)
{
	if (explain_prog(err, u->prog_fd) ||
	    (u->opts.flags && explain_prog(err, u->opts.old_prog_fd)) ||
	    explain_bound(err, u->prog_fd, info->ifindex, info->gen_flags))
		return;
	log_say(err, "the kernel refused the program for %s: %s", name,
		u->extack[0] ? u->extack : "it gives no reason");
}

static void explain_update_severed(int err, const struct tclink_info *info,
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

/* A link needs its descriptor and nothing else, so it is of a filter. */
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
	const struct explainer *explainer = explainer_of(link->ops);
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
		explain_update_severed(err, &info, name);
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
	default:
		if (!explainer->update || !explainer->update(err, u, name))
			log_say(err,
				"updating %s failed and left its program in place: %s",
				name,
				u->extack[0] ? u->extack : strerror(-err));
	}
}

void explain_inherited(int err, pid_t pid)
{
	log_say(err,
		"the filter was attached without an owner by process %d, which alone can use its object; require owned or attach anew",
		pid);
}

void explain_no_fd(const struct backend_ops *ops, const char *lack)
{
	log_say(-EOPNOTSUPP,
		"a filter of the %s backend %s; require owned or pinnable when attaching",
		ops->name, lack);
}
