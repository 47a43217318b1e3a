// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The public functions that name backends and guarantees. */
#include "backend/backend.h"
#include "base/internal.h"

__u32 tclink_backend_guarantees(__u32 backend)
{
	const struct backend_ops *ops = backend_by_id(backend);

	return ops ? ops->guarantees : 0;
}

const char *tclink_backend_name(__u32 backend)
{
	const struct backend_ops *ops = backend_by_id(backend);

	if (backend == TCLINK_BACKEND_ANY)
		return "any";
	return ops ? ops->name : tclink_err_ptr(-EINVAL);
}

const char *tclink_guarantee_name(__u32 guarantee)
{
	const char *name = guarantee_name(guarantee);

	return name ? name : tclink_err_ptr(-EINVAL);
}
