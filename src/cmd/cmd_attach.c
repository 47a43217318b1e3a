// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* tclink attach: own a filter until told to end, or pin its link */
#include "attachment.h"

static const struct option_spec own_options[] = {
	{ "pin", "PATH", "pin the link in a BPF file system and return",
	  INTO(struct attach, pin) },
	{ "json", NULL,
	  "print the link as one line of JSON, with the members that 'tclink show --json' has, except owners",
	  INTO(struct attach, json), .letter = 'j' },
	{},
};

static int attach_parse(struct attach *a, const struct verb *verb, char **words)
{
	const struct options options[] = {
		{ prog_options, &a->prog },
		{ attach_options, a },
		{ own_options, a },
		{},
	};
	struct operands operands;

	return options_parse(verb, options, words, &operands) ?:
	       target_parse(&a->target, &operands, true) ?:
	       operands_end(&operands) ?: attach_check(a, verb->name);
}

static void attach_report(const struct attach *a)
{
	print_link(&a->view, a->json);
	if (a->json)
		return;
	if (a->pin)
		printf("pinned at %s\n", a->pin);
	else if (a->view.info.guarantees & TCLINK_OWNED)
		puts("holding the link; the filter goes when this process ends");
	else
		puts("the filter goes when this process is told to end");
	fflush(stdout);
}

static int attach_hold(const struct attach *a)
{
	if (a->pin && tclink__pin(a->link, a->pin))
		return RC_FAILED;
	attach_report(a);
	return a->pin ? RC_OK :
			hold_until_told(a->signals, a->link, &a->view.info);
}

static int cmd_attach(const struct verb *verb, char **words)
{
	struct attach a = { .opts.sz = sizeof(a.opts) };
	int rc;

	rc = attach_parse(&a, verb, words) ?: attach_run(&a);
	if (rc)
		return rc;
	rc = attach_hold(&a);
	return tclink__destroy(a.link) && !rc ? RC_FAILED : rc;
}

const struct verb verb_attach = {
	.name = "attach",
	.summary = "attach a program and hold or pin its link",
	.help =
	"Usage: tclink attach DEV ingress|egress|X:Y PROGRAM [OPTION]...\n"
	"       tclink attach block N PROGRAM [OPTION]...\n"
	"\n"
	"Attach a program and own it. Without --pin, hold the link until SIGINT, SIGTERM\n"
	"or SIGHUP, then release the filter. If the backend does not own the filter, a\n"
	"line on standard error says so.\n"
	ATTACH_HELP,
	.run = cmd_attach,
};
