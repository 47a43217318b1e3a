// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* What is said of tcx links alone. */
#include <stdio.h>
#include <linux/bpf.h>

#include "base/internal.h"
#include "explain/explain.h"

static void explain_tcx_stale(int err, const struct request *req,
			      const char *target)
{
	__u64 revision;

	if (tcx_query(req->ifindex, req->parent, &revision, NULL))
		log_say(err,
			"the tcx programs of %s changed since revision %llu; look again",
			target,
			(unsigned long long)req->opts.expected_revision);
	else
		log_say(err,
			"the tcx programs of %s changed: the revision is now %llu, not %llu; look again",
			target, (unsigned long long)revision,
			(unsigned long long)req->opts.expected_revision);
}

static void explain_tcx_twice(int err, const struct request *req,
			      const char *target)
{
	char prog[NAME_LEN], by[NAME_LEN] = "";
	struct tcx_programs list;
	struct bpf_prog_info info;
	__u64 revision;
	__u32 i;

	if (prog_info_read(req->prog_fd, &info))
		info.id = 0;
	if (tcx_query(req->ifindex, req->parent, &revision, &list))
		list.count = 0;
	for (i = 0; i < list.count; i++)
		if (list.prog_ids[i] == info.id && list.link_ids[i])
			snprintf(by, sizeof(by), " by link %u",
				 list.link_ids[i]);
	log_say(err,
		"program %s is attached to %s already%s, and tcx runs each program at most once",
		name_prog(info.id, prog), target, by);
}

static bool explain_tcx_attach(int err, const struct request *req,
			       const char *target)
{
	switch (err) {
	case -EPERM: /* Only a security module says it. */
		log_say(err,
			"attaching to %s by tcx is not permitted; see what your security modules say",
			target);
		return true;
	case -EINVAL:
		log_say(err, "the kernel refused the program for %s", target);
		return true;
	case -ESTALE:
		explain_tcx_stale(err, req, target);
		return true;
	case -EEXIST:
		explain_tcx_twice(err, req, target);
		return true;
	case -ERANGE:
		log_say(err, "%s has as many tcx programs as a hook can have", target);
		return true;
	default:
		return false;
	}
}

static bool explain_tcx_update(int err, const struct update *u,
			       const char *name)
{
	char prog[NAME_LEN];

	if (err != -EEXIST)
		return false;
	log_say(err,
		"program %s is at the hook of %s already, and tcx runs each program at most once",
		name_prog_fd(u->prog_fd, prog), name);
	return true;
}

const struct explainer explain_tcx = {
	.attach		= explain_tcx_attach,
	.update		= explain_tcx_update,
};
