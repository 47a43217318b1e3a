// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* What is said of netlink filters: the same as of all filters. */
#include "explain/explain.h"

const struct explainer explain_netlink = {
	.attach		= explain_tc,
};
