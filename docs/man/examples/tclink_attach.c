// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
// Own ingress of a device, before all filters with a priority above 10, and only
// with an owner:

#include <net/if.h>
#include <tclink/tclink.h>

struct tclink *own_ingress(int prog_fd, const char *device)
{
	TCLINK_OPTS(tclink_attach_opts, opts);

	opts.priority = 10;
	opts.require = TCLINK_OWNED | TCLINK_EXCLUSIVE;
	return tclink_attach(prog_fd, if_nametoindex(device),
			     TCLINK_INGRESS, &opts);
}
