// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include "attachment.h"

static const char help[] =
	"Usage: tclink attach DEV ingress|egress|X:Y PROGRAM [OPTION]...\n"
	"       tclink attach block N PROGRAM [OPTION]...\n"
	"\n"
	"Attach a program and own it. Without --pin, hold the link until SIGINT, SIGTERM\n"
	"or SIGHUP, then let the filter go.\n"
	ATTACH_HELP
	"  --pin PATH        pin the link in a BPF file system and return\n"
	"  -j, --json        print the link as one line of JSON, with the members that\n"
	"                    'tclink show --json' has, but for owners\n"
	"\n"
	"If the backend does not own the filter, a line on standard error says so.\n";

enum {
	OPT_PIN = OPT_ATTACH_VERB,
};

static const struct option options[] = {
	ATTACH_OPTIONS,
	{ "pin", required_argument, NULL, OPT_PIN },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{},
};

static int parse(struct attach *a, bool *json, int argc, char **argv)
{
	int opt, rc = RC_OK;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":jh", options, NULL)) != -1) {
		if (opt == 'h')
			return HELP;
		if (opt == '?' || opt == ':')
			return option_error("attach", opt, argv);
		if (opt == 'j')
			*json = true;
		else if (opt == OPT_PIN)
			rc = parse_path("--pin", optarg, &a->pin);
		else
			rc = attach_option(a, opt, optarg);
		if (rc)
			return rc;
	}
	return target_parse(&a->target, "attach", argc, argv, true) ?:
	       no_operands("attach", argc, argv) ?:
	       attach_check(a, "attach");
}

static void report(const struct attach *a, bool json)
{
	print_link(&a->view, json);
	if (json)
		return;
	if (a->pin)
		printf("pinned at %s\n", a->pin);
	else if (a->view.info.guarantees & TCLINK_OWNED)
		puts("holding the link; the filter goes when this process ends");
	else
		puts("the filter goes when this process is told to end");
	fflush(stdout);
}

static int attached(const struct attach *a, bool json)
{
	if (a->pin && tclink__pin(a->link, a->pin))
		return RC_FAILED;
	report(a, json);
	return a->pin ? RC_OK :
			hold_until_told(a->signals, a->link, &a->view.info);
}

int cmd_attach(int argc, char **argv)
{
	struct attach a = { .opts.sz = sizeof(a.opts) };
	bool json = false;
	int rc;

	rc = parse(&a, &json, argc, argv);
	if (rc == HELP)
		return verb_help("attach", help);
	if (!rc)
		rc = attach_run(&a);
	if (rc)
		return rc;
	rc = attached(&a, json);
	return tclink__destroy(a.link) && !rc ? RC_FAILED : rc;
}
