// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* tclink show: list links, and whoever holds them */
#include <errno.h>

#include "cmd.h"
#include "print.h"

struct show {
	struct link_choice choice;
	struct target target;
	bool json;
	bool with_pins;
	struct owners owners;
	struct pins pins;
	struct table table;
	unsigned int nr;
};

static const struct option_spec show_options[] = {
	{ "pins", NULL,
	  "look for pins in the BPF file systems that are mounted here",
	  INTO(struct show, with_pins) },
	{ "json", NULL,
	  "print an array of objects with the members id, backend, severed, ifindex, device, netns_ino, point, parent, block_index, chain, priority, handle, protocol, classid, classify_only, skip_hw, skip_sw, in_hw, in_hw_count, prog_id, prog_name, guarantees (array of names), owners (array of objects with pid and comm) and, with --pins, pins (array of paths). device and prog_name are null and netns_ino is 0 where unknown; ifindex is 4294967295 for a block and 0 if severed",
	  INTO(struct show, json), .letter = 'j' },
	{},
};

static int show_parse(struct show *s, const struct verb *verb, char **words)
{
	const struct options options[] = {
		{ link_options, &s->choice },
		{ show_options, s },
		{},
	};
	struct operands operands;
	int rc;

	rc = options_parse(verb, options, words, &operands);
	if (rc)
		return rc;
	if (!!s->choice.id + !!s->choice.pin + !!*operands.next > 1)
		return misused("show: give one of DEV, block, --id and --pin");
	if (*operands.next)
		rc = target_parse(&s->target, &operands, false);
	return rc ?: operands_end(&operands);
}

static const char *show_hardware(const struct tclink_info *info)
{
	if (!(info->guarantees & TCLINK_OFFLOAD))
		return "-";
	if (info->gen_flags & TCLINK_SKIP_HW)
		return "never";
	if (!(info->gen_flags & TCLINK_IN_HW))
		return "no";
	return info->gen_flags & TCLINK_SKIP_SW ? "only" : "yes";
}

static int show_owners(struct show *s, __u32 id)
{
	int rc = table_add(&s->table, "-");
	const struct owners *o = &s->owners;
	char owner[TEXT_LEN];
	size_t i;

	for (i = owners_find(o, id);
	     !rc && i < o->nr && o->owner[i].link_id == id; i++) {
		format_owner(&o->owner[i], owner);
		rc = table_join(&s->table, owner);
	}
	return rc;
}

static int show_pins(struct show *s, __u32 id)
{
	int rc = table_add(&s->table, "-");
	size_t i;

	for (i = 0; !rc && i < s->pins.nr; i++)
		if (s->pins.pin[i].link_id == id)
			rc = table_join(&s->table, s->pins.pin[i].path);
	return rc;
}

static int show_head(struct show *s)
{
	static const char *const head[] = { "LINK",  "BACKEND", "DEVICE",
					    "POINT", "CHAIN",	"PRIO",
					    "HANDLE", "PROGRAM", "HW",
					    "STATE", "OWNERS",	"PINS" };
	int rc = RC_OK;
	size_t i;

	s->table.columns = ARRAY_SIZE(head) - !s->with_pins;
	for (i = 0; !rc && i < s->table.columns; i++)
		rc = table_add(&s->table, "%s", head[i]);
	return rc;
}

/* Chain, priority and handle, where the backend has such things */
static int show_place(struct show *s, const struct tclink_info *info)
{
	if (!(info->guarantees & TCLINK_PRIORITY))
		return table_add(&s->table, "-") ?: table_add(&s->table, "-") ?:
		       table_add(&s->table, "-");
	return table_add(&s->table, "%u", info->chain_index) ?:
	       table_add(&s->table, "%u", info->priority) ?:
	       table_add(&s->table, "0x%x", info->handle);
}

static int show_row(struct show *s, const struct view *view)
{
	const struct tclink_info *info = &view->info;
	char device[TEXT_LEN], point[TEXT_LEN], prog[TEXT_LEN];

	format_device(view, device);
	format_point(view, point);
	format_prog(view, prog);
	return (s->nr ? RC_OK : show_head(s)) ?:
	       table_add(&s->table, "%u", info->id) ?:
	       table_add(&s->table, "%s", tclink_backend_name(info->backend)) ?:
	       table_add(&s->table, "%s", device) ?:
	       table_add(&s->table, "%s", point) ?:
	       show_place(s, info) ?:
	       table_add(&s->table, "%s", prog) ?:
	       table_add(&s->table, "%s", show_hardware(info)) ?:
	       table_add(&s->table, info->severed ? "severed" : "attached") ?:
	       show_owners(s, info->id) ?:
	       (s->with_pins ? show_pins(s, info->id) : RC_OK);
}

static void show_json_owners(const struct owners *owners, __u32 id)
{
	size_t i;

	json_key("owners");
	json_open('[');
	for (i = owners_find(owners, id);
	     i < owners->nr && owners->owner[i].link_id == id; i++) {
		json_open('{');
		json_u32("pid", owners->owner[i].pid);
		json_text("comm", owners->owner[i].comm);
		json_close('}');
	}
	json_close(']');
}

static void show_json_pins(const struct pins *pins, __u32 id)
{
	size_t i;

	json_key("pins");
	json_open('[');
	for (i = 0; i < pins->nr; i++)
		if (pins->pin[i].link_id == id)
			json_string(pins->pin[i].path);
	json_close(']');
}

static int show_json(struct show *s, const struct view *view)
{
	if (!s->nr)
		json_open('[');
	json_open('{');
	json_link(view);
	show_json_owners(&s->owners, view->info.id);
	if (s->with_pins)
		show_json_pins(&s->pins, view->info.id);
	json_close('}');
	return RC_OK;
}

static int show_link(struct show *s, const struct tclink *link)
{
	TCLINK_OPTS(tclink_info, info);
	struct view view;
	int rc;

	if (tclink__info(link, &info))
		return RC_FAILED;
	if (s->target.block && !target_has(&s->target, &info))
		return RC_OK;
	view_fill(&view, &info);
	rc = s->json ? show_json(s, &view) : show_row(s, &view);
	s->nr++;
	return rc;
}

static int show_all(struct show *s)
{
	TCLINK_OPTS(tclink_next_opts, opts);
	struct tclink *link;
	__u32 id = 0;
	int rc;

	rc = target_find(&s->target, &opts.ifindex);
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
	int rc;

	rc = owners_scan(&s->owners);
	if (!rc && s->with_pins)
		rc = pins_scan(&s->pins);
	if (rc)
		return rc;
	return s->choice.id || s->choice.pin ? show_one(s) : show_all(s);
}

/* A failure that comes before the first link leaves no output. */
static void show_end(const struct show *s, int rc)
{
	if (rc && !s->nr)
		return;
	if (!s->json && s->nr) {
		table_print(&s->table);
	} else if (!s->json) {
		puts("no TC links");
	} else {
		if (!s->nr)
			json_open('[');
		json_close(']');
		json_end();
	}
}

static int cmd_show(const struct verb *verb, char **words)
{
	struct show s = {};
	int rc;

	rc = show_parse(&s, verb, words);
	if (rc)
		return rc;
	rc = show_run(&s);
	show_end(&s, rc);
	table_free(&s.table);
	owners_free(&s.owners);
	pins_free(&s.pins);
	return rc;
}

const struct verb verb_show = {
	.name = "show",
	.summary = "list the links of the system and their holders",
	.help =
	"Usage: tclink show [DEV | block N | LINK] [OPTION]...\n"
	"\n"
	"List the links of the system, TC and tcx, of all network namespaces, or those on\n"
	"one device or block of this one, or one link. The word 'dev' may stand before\n"
	"DEV. Filters without a link are not listed; 'tc filter show' has them.\n"
	"\n"
	"  DEVICE  IFINDEX@netns:INODE if it is in another network namespace, with\n"
	"          ? for INODE of tcx links, where the kernel does not tell it.\n"
	"          '-' if there is none: on a block, or severed\n"
	"  HW      'yes' if hardware runs it too, 'only' with --skip-sw, 'never' with\n"
	"          --skip-hw, 'no', or '-' where it cannot\n"
	"  STATE   'severed' if the filter is gone\n"
	"  OWNERS  processes that have the link open, as far as /proc shows\n",
	.run = cmd_show,
};
