// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The public function that waits for an attachment to be severed. */
#include "backend/backend.h"
#include "explain/explain.h"
#include "link.h"

int tclink__wait(const struct tclink *link, int timeout_ms)
{
	int err;

	if (!link)
		return tclink_err(null_arg(__func__));
	err = link_usable(link);
	if (err)
		return tclink_err(err);
	err = link->ops->wait(link, timeout_ms);
	if (err && err != -ETIMEDOUT && err != -EINTR)
		log_errno(err, "waiting for the link to be severed failed");
	return tclink_err(err);
}
