// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <stdio.h>

#include "cmd.h"

static const char help[] =
	"Usage: tclink detach --id LINK_ID|--pin PATH\n"
	"\n"
	"Remove the filter of a link, whoever holds the link: it stays, severed, until\n"
	"its holders let it go. With --pin the pin is removed too; other pins stay.\n"
	"\n"
	"Exit codes: 0 success; 1 the operation failed; 2 wrong usage, nothing was\n"
	"done.\n";

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

struct detach {
	struct link_choice choice;
	bool help;
};

static int detach_parse(struct detach *d, int argc, char **argv)
{
	int opt, rc = RC_OK;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (opt == OPT_ID)
			rc = parse_number("link id", optarg, 1, ~0U,
					  &d->choice.id);
		else if (opt == OPT_PIN)
			d->choice.pin = optarg;
		else if (opt == 'h')
			d->help = true;
		else
			rc = option_error("detach", opt, argv);
		if (rc || d->help)
			return rc;
	}
	return no_operands("detach", argc, argv) ?:
	       link_check(&d->choice, "detach");
}

static int detach_run(const struct detach *d, struct tclink *link)
{
	TCLINK_OPTS(tclink_info, info);

	if (tclink__info(link, &info) || tclink__detach(link))
		return RC_FAILED;
	if (d->choice.pin && tclink__unpin(link))
		return RC_FAILED;
	printf("link %u: detached%s\n", info.id,
	       d->choice.pin ? " and unpinned" : "");
	return RC_OK;
}

int cmd_detach(int argc, char **argv)
{
	struct detach d = {};
	struct tclink *link;
	int rc;

	rc = detach_parse(&d, argc, argv);
	if (rc)
		return rc;
	if (d.help) {
		fputs(help, stdout);
		return RC_OK;
	}
	link = link_open(&d.choice);
	if (!link)
		return RC_FAILED;
	rc = detach_run(&d, link);
	tclink__destroy(link);
	return rc;
}
