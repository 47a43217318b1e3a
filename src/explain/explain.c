// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The table of what is said of one backend alone. */
#include "base/internal.h"
#include "explain/explain.h"

#define EXPLAIN_ROW(ID, name) [TCLINK_BACKEND_##ID] = &explain_##name,

static const struct explainer *const explainers[NR_BACKENDS] = {
	BACKENDS(EXPLAIN_ROW)
};

const struct explainer *explainer_of(const struct backend_ops *ops)
{
	return explainers[ops->id];
}

void explain_lacking(int err, const struct backend_ops *ops)
{
	const struct explainer *explainer = explainer_of(ops);

	if (explainer->lacking)
		explainer->lacking(err);
	else
		log_say(err, "this kernel has no %s; it needs %s", ops->name,
			ops->kernel);
}
