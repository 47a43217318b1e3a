// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include "cmd.h"

int link_check(const struct link_choice *choice, const char *verb)
{
	if (!choice->id == !choice->pin)
		return misused("%s: name the link, by either --id or --pin",
			       verb);
	return RC_OK;
}

struct tclink *link_open(const struct link_choice *choice)
{
	return choice->pin ? tclink_open_path(choice->pin) :
			     tclink_open_id(choice->id);
}
