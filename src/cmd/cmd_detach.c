// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include "cmd.h"

static const char help[] =
	"Usage: tclink detach --id LINK_ID|--pin PATH\n"
	"\n"
	"Remove the filter of a link, whoever holds the link: it stays, severed, until\n"
	"its holders let it go. With --pin the pin is removed too; other pins stay.\n";

enum {
	OPT_ID = OPT_VERB,
	OPT_PIN,
};

static const struct option options[] = {
	{ "id", required_argument, NULL, OPT_ID },
	{ "pin", required_argument, NULL, OPT_PIN },
	{ "help", no_argument, NULL, 'h' },
	{},
};

static int detach_parse(struct link_choice *choice, int argc, char **argv)
{
	int opt, rc = RC_OK;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (opt == 'h')
			return HELP;
		if (opt == OPT_ID)
			rc = parse_number("link id", optarg, 1, ~0U,
					  &choice->id);
		else if (opt == OPT_PIN)
			rc = parse_path("--pin", optarg, &choice->pin);
		else
			rc = option_error("detach", opt, argv);
		if (rc)
			return rc;
	}
	return no_operands("detach", argc, argv) ?:
	       link_check(choice, "detach");
}

static int detach_run(const struct link_choice *choice, struct tclink *link)
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

int cmd_detach(int argc, char **argv)
{
	struct link_choice choice = {};
	struct tclink *link;
	int rc;

	rc = detach_parse(&choice, argc, argv);
	if (rc)
		return rc == HELP ? verb_help("detach", help) : rc;
	link = link_open(&choice);
	if (!link)
		return RC_FAILED;
	rc = detach_run(&choice, link);
	tclink__destroy(link);
	return rc;
}
