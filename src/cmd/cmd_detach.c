// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* tclink detach: remove the filter of a link */
#include "cmd.h"

static int detach_link(const struct link_choice *choice, struct tclink *link)
{
	TCLINK_OPTS(tclink_info, info);

	if (tclink__info(link, &info) || tclink__detach(link))
		return RC_FAILED;
	if (choice->pin && tclink__unpin(link))
		return RC_FAILED;
	printf("link %u: detached%s\n", info.id,
	       choice->pin ? " and unpinned" : "");
	return RC_OK;
}

static int cmd_detach(const struct verb *verb, char **words)
{
	struct link_choice choice = {};
	const struct options options[] = { { link_options, &choice }, {} };
	struct operands operands;
	struct tclink *link;
	int rc;

	rc = options_parse(verb, options, words, &operands) ?:
	     operands_end(&operands) ?: link_check(&choice, verb->name);
	if (rc)
		return rc;
	link = link_open(&choice);
	if (!link)
		return RC_FAILED;
	rc = detach_link(&choice, link);
	tclink__destroy(link);
	return rc;
}

const struct verb verb_detach = {
	.name = "detach",
	.summary = "remove the filter of a link",
	.help =
	"Usage: tclink detach LINK\n"
	"\n"
	"Remove the filter of a link, whoever holds the link: it stays, severed, until\n"
	"its holders release it. With --pin the pin is removed too; other pins stay.\n",
	.run = cmd_detach,
};
