// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Why attaching failed, once a backend had been chosen. */
#include <string.h>

#include "base/internal.h"
#include "explain/explain.h"

/* What is the same for all backends */
static bool explain_common(int err, const struct request *req)
{
	switch (err) {
	case -ENODEV:
		explain_no_device(err, req->ifindex);
		return true;
	case -EBADF:
		log_say(err, "descriptor %d is not open", req->prog_fd);
		return true;
	case -EINVAL:
	case -EOPNOTSUPP:
		return explain_prog(err, req->prog_fd);
	default:
		return false;
	}
}

void explain_attach(int err, const struct backend_ops *ops,
		    const struct request *req)
{
	const struct explainer *explainer = explainer_of(ops);
	char target[NAME_LEN];

	if (!log_wanted() || explain_common(err, req))
		return;
	name_target(req->ifindex, req->parent, target);
	if (!explainer->attach || !explainer->attach(err, req, target))
		log_say(err, "attaching to %s failed: %s", target,
			req->extack[0] ? req->extack : strerror(-err));
}

void explain_clsact(int err, __u32 ifindex)
{
	char target[NAME_LEN];

	log_say(err, "cannot create the missing clsact qdisc for %s: %s",
		name_target(ifindex, TCLINK_INGRESS, target), strerror(-err));
}
