// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* tclink update: replace the program of a link */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "print.h"
#include "program.h"

struct update {
	struct prog_source prog;
	struct link_choice choice;
	__u32 expect;
	bool json;
};

static const struct option_spec update_options[] = {
	{ "expect", "ID", "only if the program with this id is the attached one",
	  INTO(struct update, expect), .min = 1, .max = ~0U },
	{ "json", NULL,
	  "print the link as one line of JSON, with the members that 'tclink show --json' has, except owners",
	  INTO(struct update, json), .letter = 'j' },
	{},
};

static int update_parse(struct update *u, const struct verb *verb, char **words)
{
	const struct options options[] = {
		{ link_options, &u->choice },
		{ prog_options, &u->prog },
		{ update_options, u },
		{},
	};
	struct operands operands;

	return options_parse(verb, options, words, &operands) ?:
	       operands_end(&operands) ?: link_check(&u->choice, verb->name) ?:
	       prog_check(&u->prog, verb->name);
}

static int update_swap(const struct update *u, struct tclink *link, int prog_fd)
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

static int update_link(const struct update *u, struct tclink *link)
{
	int prog_fd, rc;

	rc = prog_get(&u->prog, &prog_fd);
	if (rc)
		return rc;
	rc = update_swap(u, link, prog_fd);
	close(prog_fd);
	return rc;
}

static int cmd_update(const struct verb *verb, char **words)
{
	struct update u = {};
	struct tclink *link;
	int rc;

	rc = update_parse(&u, verb, words);
	if (rc)
		return rc;
	link = link_open(&u.choice);
	if (!link)
		return RC_FAILED;
	rc = update_link(&u, link);
	tclink__destroy(link);
	return rc;
}

const struct verb verb_update = {
	.name = "update",
	.summary = "replace the program of a link, atomically",
	.help =
	"Usage: tclink update LINK PROGRAM [OPTION]...\n"
	"\n"
	"Replace the program of a link in one atomic step. The filter keeps its\n"
	"priority, handle and place.\n",
	.run = cmd_update,
};
