// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* tclink flow show: parameters, packets and bytes by class */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>

#include "flow_cmd.h"

struct flow_show {
	struct link_choice choice;
	bool json;
};

static const struct option_spec flow_show_options[] = {
	{ "json", NULL, NULL, INTO(struct flow_show, json), .letter = 'j' },
	{},
};

/* The name of the link, as words */
static int flow_show_word(struct flow_show *show, const char *word,
			  const char *value)
{
	struct link_choice *choice = &show->choice;
	bool id = !strcmp(word, "id");

	if (!id && strcmp(word, "pin"))
		return misused("flow show: there is no word '%s'; use id, pin or --json",
			       word);
	if (!value)
		return misused("flow show: '%s' needs a value", word);
	if (choice->id || choice->pin)
		return misused("flow show: name one link, or none for all");
	return id ? parse_number("id", value, 1, ~0U, &choice->id) :
		    parse_text("pin", value, &choice->pin);
}

static int flow_show_parse(struct flow_show *show, char **words)
{
	const struct verb verb = { .name = "flow show" };
	const struct options options[] = { { flow_show_options, show }, {} };
	struct operands operands;
	int rc;

	rc = options_parse(&verb, options, words, &operands);
	for (words = operands.next; !rc && *words; words += 2)
		rc = flow_show_word(show, words[0], words[1]);
	return rc;
}

static void flow_show_count_json(__u32 major, __u32 minor,
				 const struct flow_count *c)
{
	char class[16];

	snprintf(class, sizeof(class), "%x:%x", major, minor);
	json_open('{');
	json_text("class", class);
	json_u64("packets", c->packets);
	json_u64("bytes", c->bytes);
	json_close('}');
}

static void flow_show_counts(const struct flow_count *counts, __u32 major,
			     bool json)
{
	__u32 i;

	for (i = 0; i < FLOW_NR_CLASSES; i++) {
		if (!counts[i].packets)
			continue;
		if (json)
			flow_show_count_json(major, i, &counts[i]);
		else
			printf("  class %x:%x %llu packets %llu bytes\n", major,
			       i, (unsigned long long)counts[i].packets,
			       (unsigned long long)counts[i].bytes);
	}
}

static void flow_show_filter(const struct view *view,
			     const struct flow_set *set,
			     const struct flow_count *counts, bool json)
{
	if (!json) {
		print_link(view, false);
		printf("  ");
		flow_set_print(set);
		putchar('\n');
		flow_show_counts(counts, set->baseclass >> 16, false);
		return;
	}
	json_open('{');
	json_link(view);
	flow_set_json(set);
	json_key("classes");
	json_open('[');
	flow_show_counts(counts, set->baseclass >> 16, true);
	json_close(']');
	json_close('}');
}

static int flow_show_counted(const struct view *view,
			     const struct flow_prog *prog,
			     const struct flow_set *set, bool json)
{
	const size_t size = sizeof(struct flow_count) * FLOW_NR_CLASSES;
	struct flow_count *counts = malloc(size);
	const __u32 first = 0;

	if (!counts)
		return failed("no memory for the counters");
	if (bpf_map_lookup_elem(prog->counts, &first, counts)) {
		free(counts);
		return failed("cannot read the counters: %s", strerror(errno));
	}
	flow_show_filter(view, set, counts, json);
	free(counts);
	return RC_OK;
}

static int flow_show_link(struct tclink *link, bool json, bool *ours)
{
	TCLINK_OPTS(tclink_info, info);
	struct flow_prog prog;
	struct flow_set set;
	struct view view;
	int rc;

	if (tclink__info(link, &info))
		return RC_FAILED;
	rc = flow_prog_open(&prog, info.prog_id, &set, ours);
	if (rc || !*ours)
		return rc;
	view_fill(&view, &info);
	rc = flow_show_counted(&view, &prog, &set, json);
	flow_prog_close(&prog);
	return rc;
}

static int flow_show_one(const struct flow_show *show)
{
	struct tclink *link = link_open(&show->choice);
	bool ours;
	int rc;

	if (!link)
		return RC_FAILED;
	rc = flow_show_link(link, show->json, &ours);
	tclink__destroy(link);
	if (!rc && !ours)
		return failed("this link runs another program, not that of 'tclink flow'; see 'tclink show'");
	return rc;
}

static int flow_show_all(const struct flow_show *show)
{
	struct tclink *link;
	__u32 id = 0;
	bool ours;
	int rc;

	while ((link = tclink_next(&id, NULL))) {
		rc = flow_show_link(link, show->json, &ours);
		tclink__destroy(link);
		if (rc)
			return rc;
	}
	return errno == ENOENT ? RC_OK : RC_FAILED;
}

int flow_show(char **words)
{
	struct flow_show show = {};
	int rc;

	rc = flow_show_parse(&show, words);
	if (rc)
		return rc;
	if (show.json)
		json_open('[');
	rc = show.choice.id || show.choice.pin ? flow_show_one(&show) :
						 flow_show_all(&show);
	if (show.json) {
		json_close(']');
		json_end();
	}
	return rc;
}
