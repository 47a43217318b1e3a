// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
// Remove a filter that is known by the id of its link, whoever owns it:

#include <tclink/tclink.h>

int remove_filter(__u32 id)
{
	struct tclink *link = tclink_open_id(id);
	int err;

	if (!link)
		return -1;
	err = tclink__detach(link);
	tclink__destroy(link);
	return err;
}
