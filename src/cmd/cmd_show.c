// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <errno.h>
#include <stdio.h>

#include "cmd.h"

static const char help[] =
	"Usage: tclink show [DEV | --id LINK_ID | --pin PATH] [-j]\n"
	"\n"
	"List the TC links of the system, of all network namespaces, or those on one\n"
	"device, or one link. A device of another network namespace is shown as\n"
	"IFINDEX@netns:INODE. Severed links, whose filter is gone, show '-'.\n"
	"\n"
	"  -j, --json  print an array of objects with the members id, severed,\n"
	"              ifindex, device, netns_ino, point, parent, block_index, chain,\n"
	"              priority, handle, protocol, classid, classify_only, skip_hw,\n"
	"              skip_sw, in_hw, in_hw_count, prog_id and prog_name; device and\n"
	"              prog_name are null where unknown\n"
	"\n"
	"Exit codes: 0 success; 1 the operation failed; 2 wrong usage.\n";

enum {
	OPT_ID = OPT_VERB,
	OPT_PIN,
};

static const struct option options[] = {
	{ "id", required_argument, NULL, OPT_ID },
	{ "pin", required_argument, NULL, OPT_PIN },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{},
};

struct show {
	struct link_choice choice;
	const char *device;
	bool json;
	bool help;
	unsigned int nr;
};

static int show_option(struct show *s, int opt, const char *arg)
{
	switch (opt) {
	case OPT_ID:
		return parse_number("link id", arg, 1, ~0U, &s->choice.id);
	case OPT_PIN:
		s->choice.pin = arg;
		break;
	case 'j':
		s->json = true;
		break;
	case 'h':
		s->help = true;
		break;
	}
	return RC_OK;
}

static int show_parse(struct show *s, int argc, char **argv)
{
	int opt, rc;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":jh", options, NULL)) != -1) {
		if (opt == '?' || opt == ':')
			return option_error("show", opt, argv);
		rc = show_option(s, opt, optarg);
		if (rc || s->help)
			return rc;
	}
	if (optind < argc)
		s->device = argv[optind++];
	if (!!s->device + !!s->choice.id + !!s->choice.pin > 1)
		return misused("show: give one of DEV, --id and --pin");
	return no_operands("show", argc, argv);
}

static void show_row(const struct tclink_info *info)
{
	char device[TEXT_LEN], point[TEXT_LEN], prog[TEXT_LEN];

	format_device(info, device);
	format_point(info, point);
	format_prog(info->prog_id, prog);
	printf("%-6u %-15s %-9s %-6u %-6u 0x%-8x %-24s %s\n", info->id, device,
	       point, info->chain_index, info->priority, info->handle, prog,
	       info->severed ? "severed" : "attached");
}

static int show_link(struct show *s, const struct tclink *link)
{
	TCLINK_OPTS(tclink_info, info);

	if (tclink__info(link, &info))
		return RC_FAILED;
	if (s->json) {
		if (s->nr)
			putchar(',');
		print_link_json(&info);
	} else {
		if (!s->nr)
			printf("%-6s %-15s %-9s %-6s %-6s %-10s %-24s %s\n",
			       "LINK", "DEVICE", "POINT", "CHAIN", "PRIO",
			       "HANDLE", "PROGRAM", "STATE");
		show_row(&info);
	}
	s->nr++;
	return RC_OK;
}

static int show_all(struct show *s, __u32 ifindex)
{
	TCLINK_OPTS(tclink_next_opts, opts);
	struct tclink *link;
	__u32 id = 0;
	int rc = RC_OK;

	opts.ifindex = ifindex;
	while (!rc) {
		link = tclink_next(&id, &opts);
		if (!link)
			return errno == ENOENT ? RC_OK : RC_FAILED;
		rc = show_link(s, link);
		tclink__destroy(link);
	}
	return rc;
}

static int show_one(struct show *s)
{
	struct tclink *link = link_open(&s->choice);
	int rc;

	if (!link)
		return RC_FAILED;
	rc = show_link(s, link);
	tclink__destroy(link);
	return rc;
}

static int show_run(struct show *s)
{
	__u32 ifindex = 0;
	int rc;

	if (s->choice.id || s->choice.pin)
		return show_one(s);
	rc = s->device ? find_device(s->device, &ifindex) : RC_OK;
	return rc ? rc : show_all(s, ifindex);
}

int cmd_show(int argc, char **argv)
{
	struct show s = {};
	int rc;

	rc = show_parse(&s, argc, argv);
	if (rc)
		return rc;
	if (s.help) {
		fputs(help, stdout);
		return RC_OK;
	}
	if (s.json)
		putchar('[');
	rc = show_run(&s);
	if (s.json)
		puts("]");
	else if (!rc && !s.nr)
		puts("no TC links");
	return rc;
}
