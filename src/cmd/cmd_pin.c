// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include "cmd.h"

static const char pin_help[] =
	"Usage: tclink pin --id LINK_ID PATH\n"
	"\n"
	"Give a link a name in a BPF file system, usually below /sys/fs/bpf. The pin\n"
	"holds the link: its filter stays when the processes end that have it open.\n";

static const char unpin_help[] =
	"Usage: tclink unpin PATH\n"
	"\n"
	"Remove the pin of a link. The filter goes with it, a moment later, if nothing\n"
	"else holds the link. What is pinned there is made sure to be a link first.\n";

static const struct option pin_options[] = {
	{ "id", required_argument, NULL, OPT_VERB },
	{ "help", no_argument, NULL, 'h' },
	{},
};

static const struct option unpin_options[] = {
	{ "help", no_argument, NULL, 'h' },
	{},
};

static int path_operand(const char *verb, int argc, char **argv,
			const char **path)
{
	if (optind == argc)
		return misused("%s: name the path of the pin", verb);
	return parse_path("the path of the pin", argv[optind++], path) ?:
	       no_operands(verb, argc, argv);
}

static int pin_parse(__u32 *id, const char **path, int argc, char **argv)
{
	int opt, rc;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":h", pin_options, NULL)) != -1) {
		if (opt == 'h')
			return HELP;
		if (opt != OPT_VERB)
			return option_error("pin", opt, argv);
		rc = parse_number("link id", optarg, 1, ~0U, id);
		if (rc)
			return rc;
	}
	if (!*id)
		return misused("pin: name the link, by --id");
	return path_operand("pin", argc, argv, path);
}

static int unpin_parse(const char **path, int argc, char **argv)
{
	int opt;

	opterr = 0;
	opt = getopt_long(argc, argv, ":h", unpin_options, NULL);
	if (opt == 'h')
		return HELP;
	if (opt != -1)
		return option_error("unpin", opt, argv);
	return path_operand("unpin", argc, argv, path);
}

int cmd_pin(int argc, char **argv)
{
	struct tclink *link;
	const char *path;
	__u32 id = 0;
	int rc;

	rc = pin_parse(&id, &path, argc, argv);
	if (rc)
		return rc == HELP ? verb_help("pin", pin_help) : rc;
	link = tclink_open_id(id);
	if (!link)
		return RC_FAILED;
	rc = tclink__pin(link, path) ? RC_FAILED : RC_OK;
	if (!rc)
		printf("link %u: pinned at %s\n", id, path);
	tclink__destroy(link);
	return rc;
}

int cmd_unpin(int argc, char **argv)
{
	TCLINK_OPTS(tclink_info, info);
	struct tclink *link;
	const char *path;
	int rc;

	rc = unpin_parse(&path, argc, argv);
	if (rc)
		return rc == HELP ? verb_help("unpin", unpin_help) : rc;
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
