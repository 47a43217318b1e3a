/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* The header alone, in words of both C89 and C++98. abi.sh compiles it. */
#include <tclink/tclink.h>
int use(void);
int use(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	TCLINK_OPTS(tclink_info, info);

	opts.priority = 1;
	return opts.priority + info.sz > 0 && TCLINK_PARENT(1, 0x10);
}
