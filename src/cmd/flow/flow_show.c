// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>

#include "flow_cmd.h"

struct show {
	struct link_choice choice;
	bool json;
};

static int parse(struct show *show, int argc, char **argv)
{
	int i, rc;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-j") || !strcmp(argv[i], "--json")) {
			show->json = true;
			continue;
		}
		if (strcmp(argv[i], "id") && strcmp(argv[i], "pin"))
			return misused("flow show: there is no word '%s'; use id, pin or --json",
				       argv[i]);
		if (!argv[i + 1])
			return misused("flow show: '%s' needs a value",
				       argv[i]);
		if (show->choice.id || show->choice.pin)
			return misused("flow show: name one link, or none for all");
		rc = !strcmp(argv[i], "id") ?
			     parse_number("id", argv[i + 1], 1, ~0U,
					  &show->choice.id) :
			     parse_path("pin", argv[i + 1], &show->choice.pin);
		if (rc)
			return rc;
		i++;
	}
	return RC_OK;
}

static void count_json(__u32 major, __u32 minor, const struct flow_count *c)
{
	char class[16];

	snprintf(class, sizeof(class), "%x:%x", major, minor);
	json_open('{');
	json_text("class", class);
	json_u64("packets", c->packets);
	json_u64("bytes", c->bytes);
	json_close('}');
}

static void print_counts(const struct flow_count *counts, __u32 major,
			 bool json)
{
	__u32 i;

	for (i = 0; i < FLOW_NR_CLASSES; i++) {
		if (!counts[i].packets)
			continue;
		if (json)
			count_json(major, i, &counts[i]);
		else
			printf("  class %x:%x %llu packets %llu bytes\n", major,
			       i, (unsigned long long)counts[i].packets,
			       (unsigned long long)counts[i].bytes);
	}
}

static void print_filter(const struct view *view, const struct flow_set *set,
			 const struct flow_count *counts, bool json)
{
	if (!json) {
		print_link(view, false);
		printf("  ");
		flow_set_print(set);
		putchar('\n');
		print_counts(counts, set->baseclass >> 16, false);
		return;
	}
	json_open('{');
	json_link(view);
	flow_set_json(set);
	json_key("classes");
	json_open('[');
	print_counts(counts, set->baseclass >> 16, true);
	json_close(']');
	json_close('}');
}

static int print_counted(const struct view *view, const struct flow_prog *prog,
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
	print_filter(view, set, counts, json);
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
	rc = print_counted(&view, &prog, &set, json);
	flow_prog_close(&prog);
	return rc;
}

static int show_one(const struct show *show)
{
	struct tclink *link = link_open(&show->choice);
	bool ours;
	int rc;

	if (!link)
		return RC_FAILED;
	rc = flow_show_link(link, show->json, &ours);
	tclink__destroy(link);
	if (!rc && !ours)
		return failed("this link runs another program than that of 'tclink flow'; see 'tclink show'");
	return rc;
}

static int show_all(const struct show *show)
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

int flow_show(int argc, char **argv)
{
	struct show show = {};
	int rc;

	rc = parse(&show, argc, argv);
	if (rc)
		return rc;
	if (show.json)
		json_open('[');
	rc = show.choice.id || show.choice.pin ? show_one(&show) :
						 show_all(&show);
	if (show.json) {
		json_close(']');
		json_end();
	}
	return rc;
}
