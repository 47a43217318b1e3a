// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
// Say what this kernel's best backend promises for ingress:

#include <stdio.h>
#include <tclink/tclink.h>

int promises(void)
{
	TCLINK_OPTS(tclink_features, features);
	__u32 backend, set, bit;
	int err;

	err = tclink_probe(&features);
	if (err)
		return err;
	backend = features.link ? TCLINK_BACKEND_LINK :
		  features.tcx	? TCLINK_BACKEND_TCX :
				  TCLINK_BACKEND_NETLINK;
	set = tclink_backend_guarantees(backend);
	printf("%s:", tclink_backend_name(backend));
	for (bit = TCLINK_OWNED; bit <= TCLINK_PROTOCOL; bit <<= 1)
		if (set & bit)
			printf(" %s", tclink_guarantee_name(bit));
	putchar('\n');
	return 0;
}
