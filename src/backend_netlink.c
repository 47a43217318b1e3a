// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include "backend.h"
#include "internal.h"

static int nl_have(void)
{
	return -EOPNOTSUPP;
}

const struct backend_ops backend_netlink = {
	.name		= "netlink",
	.id		= TCLINK_BACKEND_NETLINK,
	.guarantees	= TCLINK_ATOMIC | TCLINK_OFFLOAD | TCLINK_PARENTS |
			  TCLINK_CLASSID | TCLINK_CHAIN | TCLINK_BLOCKS |
			  TCLINK_PRIORITY | TCLINK_PROTOCOL,
	.needs_clsact	= true,
	.kernel		= "CONFIG_NET_CLS_BPF",
	.have		= nl_have,
};
