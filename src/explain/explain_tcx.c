// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <stdio.h>
#include <string.h>
#include <linux/bpf.h>

#include "backend/backend.h"
#include "base/internal.h"

void explain_no_tcx(int err)
{
	log_say(err, "this kernel has no tcx; it needs %s", backend_tcx.kernel);
}

void explain_revision(int err, __u32 ifindex, __u32 parent)
{
	if (err == -EINVAL)
		log_say(err,
			"parent 0x%x has no tcx hook; name TCLINK_INGRESS or TCLINK_EGRESS",
			parent);
	else if (err == -EOPNOTSUPP)
		explain_no_tcx(err);
	else if (err == -ENODEV)
		explain_no_device(err, ifindex);
	else if (err == -EPERM)
		log_say(err, "asking for a tcx revision needs CAP_NET_ADMIN");
	else
		log_errno(err, "asking for a tcx revision failed");
}

static void explain_stale(int err, const struct request *req,
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
			"the tcx programs of %s changed: the revision is %llu by now, not %llu; look again",
			target, (unsigned long long)revision,
			(unsigned long long)req->opts.expected_revision);
}

static void explain_twice(int err, const struct request *req,
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

/* Whether it is a failure that only the tcx backend has */
bool explain_tcx(int err, const struct request *req)
{
	char target[NAME_LEN];

	name_target(req->ifindex, req->parent, target);
	switch (err) {
	case -EINVAL:
		if (!explain_prog(err, req->prog_fd))
			log_say(err, "the kernel refused the program for %s",
				target);
		return true;
	case -ESTALE:
		explain_stale(err, req, target);
		return true;
	case -EEXIST:
		explain_twice(err, req, target);
		return true;
	case -ERANGE:
		log_say(err, "%s has as many tcx programs as it takes", target);
		return true;
	default:
		return false;
	}
}
