// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* tclink pin and unpin: the name of a link in a BPF file system */
#include "cmd.h"

static const struct option_spec pin_options[] = {
	{ "id", "LINK_ID", "of the link, see 'tclink show'",
	  INTO(struct link_choice, id), .min = 1, .max = ~0U },
	{},
};

static int pin_path(struct operands *operands, const char **path)
{
	if (!*operands->next)
		return misused("%s: name the path of the pin", operands->verb);
	return parse_text("the path of the pin", *operands->next++, path) ?:
	       operands_end(operands);
}

static int cmd_pin(const struct verb *verb, char **words)
{
	struct link_choice choice = {};
	const struct options options[] = { { pin_options, &choice }, {} };
	struct operands operands;
	struct tclink *link;
	const char *path;
	int rc;

	rc = options_parse(verb, options, words, &operands);
	if (!rc && !choice.id)
		rc = misused("pin: name the link, by --id");
	if (!rc)
		rc = pin_path(&operands, &path);
	if (rc)
		return rc;
	link = tclink_open_id(choice.id);
	if (!link)
		return RC_FAILED;
	rc = tclink__pin(link, path) ? RC_FAILED : RC_OK;
	if (!rc)
		printf("link %u: pinned at %s\n", choice.id, path);
	tclink__destroy(link);
	return rc;
}

static int cmd_unpin(const struct verb *verb, char **words)
{
	TCLINK_OPTS(tclink_info, info);
	const struct options none[] = { {} };
	struct operands operands;
	struct tclink *link;
	const char *path;
	int rc;

	rc = options_parse(verb, none, words, &operands) ?:
	     pin_path(&operands, &path);
	if (rc)
		return rc;
	link = tclink_open_path(path);
	if (!link)
		return RC_FAILED;
	rc = tclink__info(link, &info) || tclink__unpin(link) ? RC_FAILED :
								RC_OK;
	if (!rc)
		printf("link %u: unpinned from %s\n", info.id, path);
	tclink__destroy(link);
	return rc;
}

const struct verb verb_pin = {
	.name = "pin",
	.summary = "give a link a name in a BPF file system",
	.help =
	"Usage: tclink pin --id LINK_ID PATH\n"
	"\n"
	"Give a link a name in a BPF file system, usually below /sys/fs/bpf. The pin\n"
	"holds the link: its filter stays when the processes end that have it open.\n",
	.run = cmd_pin,
};

const struct verb verb_unpin = {
	.name = "unpin",
	.summary = "remove that name",
	.help =
	"Usage: tclink unpin PATH\n"
	"\n"
	"Remove the pin of a link, and nothing else that is pinned there. The filter goes\n"
	"with it, a moment later, if nothing else holds the link.\n",
	.run = cmd_unpin,
};
