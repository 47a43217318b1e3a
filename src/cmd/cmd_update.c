// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "print.h"
#include "program.h"

static const char help[] =
	"Usage: tclink update --id LINK_ID|--pin PATH PROGRAM [OPTION]...\n"
	"\n"
	"Replace the program of a link in one atomic step. The filter keeps its\n"
	"priority, handle and place.\n"
	"\n"
	PROG_HELP
	"\n"
	"  --expect ID       only if the program with this id is the attached one\n"
	"  -j, --json        print the link as one line of JSON, with the members that\n"
	"                    'tclink show --json' has, but for owners\n";

enum {
	OPT_ID = OPT_VERB,
	OPT_PIN,
	OPT_EXPECT,
};

static const struct option options[] = {
	PROG_OPTIONS,
	{ "id", required_argument, NULL, OPT_ID },
	{ "pin", required_argument, NULL, OPT_PIN },
	{ "expect", required_argument, NULL, OPT_EXPECT },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{},
};

struct update {
	struct prog_source prog;
	struct link_choice choice;
	__u32 expect;
	bool json;
};

static int update_option(struct update *u, int opt, const char *arg)
{
	switch (opt) {
	case OPT_ID:
		return parse_number("link id", arg, 1, ~0U, &u->choice.id);
	case OPT_PIN:
		return parse_path("--pin", arg, &u->choice.pin);
	case OPT_EXPECT:
		return parse_number("--expect", arg, 1, ~0U, &u->expect);
	case 'j':
		u->json = true;
		return RC_OK;
	}
	return prog_option(&u->prog, opt, arg);
}

static int update_parse(struct update *u, int argc, char **argv)
{
	int opt, rc;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":jh", options, NULL)) != -1) {
		if (opt == 'h')
			return HELP;
		if (opt == '?' || opt == ':')
			return option_error("update", opt, argv);
		rc = update_option(u, opt, optarg);
		if (rc)
			return rc;
	}
	return no_operands("update", argc, argv) ?:
	       link_check(&u->choice, "update") ?:
	       prog_check(&u->prog, "update");
}

static int swap(const struct update *u, struct tclink *link, int prog_fd)
{
	TCLINK_OPTS(tclink_update_opts, opts);
	TCLINK_OPTS(tclink_info, info);
	struct view view;
	int err;

	if (u->expect) {
		opts.flags = TCLINK_F_EXPECT_OLD;
		opts.old_prog_fd = bpf_prog_get_fd_by_id(u->expect);
		if (opts.old_prog_fd == -ENOENT)
			return failed("there is no program %u, so it is not the attached one; nothing was changed",
				      u->expect);
		if (opts.old_prog_fd < 0)
			return failed("cannot open program %u: %s", u->expect,
				      strerror(-opts.old_prog_fd));
	}
	err = tclink__update(link, prog_fd, &opts);
	if (u->expect)
		close(opts.old_prog_fd);
	if (err || tclink__info(link, &info))
		return RC_FAILED;
	view_fill(&view, &info);
	print_link(&view, u->json);
	return RC_OK;
}

static int update_run(const struct update *u, struct tclink *link)
{
	int prog_fd, rc;

	rc = prog_get(&u->prog, &prog_fd);
	if (rc)
		return rc;
	rc = swap(u, link, prog_fd);
	close(prog_fd);
	return rc;
}

int cmd_update(int argc, char **argv)
{
	struct update u = {};
	struct tclink *link;
	int rc;

	rc = update_parse(&u, argc, argv);
	if (rc)
		return rc == HELP ? verb_help("update", help) : rc;
	link = link_open(&u.choice);
	if (!link)
		return RC_FAILED;
	rc = update_run(&u, link);
	tclink__destroy(link);
	return rc;
}
