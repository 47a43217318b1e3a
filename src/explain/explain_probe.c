// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Why the kernel could not be asked what it can do, or how often it changed. */
#include <string.h>

#include "base/internal.h"
#include "explain/explain.h"

void explain_probe(int err)
{
	if (err == -EPERM)
		log_say(err,
			"finding out what the kernel can do needs CAP_BPF and CAP_NET_ADMIN");
	else
		log_errno(err, "finding out what the kernel can do failed");
}

void explain_revision(int err, const struct backend_ops *ops, __u32 ifindex,
		      __u32 parent)
{
	if (err == -EINVAL)
		log_say(err,
			"parent 0x%x has no %s hook; name TCLINK_INGRESS or TCLINK_EGRESS",
			parent, ops->name);
	else if (err == -EOPNOTSUPP)
		explain_lacking(err, ops);
	else if (err == -ENODEV)
		explain_no_device(err, ifindex);
	else if (err == -EPERM)
		log_say(err, "asking for a %s revision needs CAP_NET_ADMIN",
			ops->name);
	else
		log_say(err, "asking for a %s revision failed: %s", ops->name,
			strerror(-err));
}
