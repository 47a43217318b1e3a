// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The public function that tells what is attached where. */

#include "backend/backend.h"
#include "explain/explain.h"
#include "link.h"

int tclink__info(const struct tclink *link, struct tclink_info *info)
{
	struct tclink_info known = {};
	int err;

	if (!link || !info)
		return tclink_err(null_arg(__func__));
	err = out_check(info);
	if (err) {
		explain_opts(err, "tclink_info");
		return tclink_err(err);
	}
	err = link_usable(link);
	if (err)
		return tclink_err(err);
	err = link->ops->info(link, &known);
	if (err) {
		log_errno(err, "reading the link's information failed");
		return tclink_err(err);
	}
	known.backend = link->ops->id;
	known.guarantees = link->ops->guarantees;
	out_copy(info, &known, sizeof(known));
	return 0;
}
