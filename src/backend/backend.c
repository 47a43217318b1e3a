// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The table of backends, and the names of what they guarantee. */
#include <errno.h>

#include "backend/backend.h"

#define BACKEND_ROW(ID, name) [TCLINK_BACKEND_##ID] = &backend_##name,

static const struct backend_ops *const backends[NR_BACKENDS] = {
	BACKENDS(BACKEND_ROW)
};

/* In the order of the bits */
static const char *const guarantee_names[] = {
	"owned",    "exclusive", "atomic",   "compare-swap", "pinnable",
	"notified", "offload",	 "parents",  "classid",	     "chain",
	"blocks",   "priority",	 "protocol",
};

const struct backend_ops *backend_by_id(__u32 id)
{
	return id < NR_BACKENDS ? backends[id] : NULL;
}

int backend_by_link(const struct uapi_link_info *info,
		    const struct backend_ops **ops)
{
	const struct backend_ops *b;
	int type, err = -ENOENT;
	__u32 id;

	for (id = 1; id < NR_BACKENDS; id++) {
		b = backends[id];
		type = b->link_type ? b->link_type() : 0;
		if (!type || (type > 0 && (__u32)type != info->type))
			continue;
		*ops = b;
		if (type > 0)
			return 0;
		err = type;
	}
	return err;
}

const char *guarantee_name(__u32 guarantee)
{
	if (!guarantee || guarantee & (guarantee - 1) ||
	    guarantee & ~ALL_GUARANTEES)
		return NULL;
	return guarantee_names[__builtin_ffs(guarantee) - 1];
}
