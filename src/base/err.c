// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include "base/internal.h"

int tclink_err(int err)
{
	if (err < 0)
		errno = -err;
	return err;
}

void *tclink_err_ptr(int err)
{
	errno = -err;
	return NULL;
}
