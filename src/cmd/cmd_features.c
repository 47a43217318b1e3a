// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* tclink features: say what the running kernel can do */
#include "cmd.h"
#include "print.h"

struct features_args {
	bool json;
};

static const struct option_spec features_options[] = {
	{ "json", NULL,
	  "print an object with the members link (true if the kernel makes TC links), link_type and attach_type (their numbers in this kernel, 0 if it has none) and tcx (true if it makes tcx links)",
	  INTO(struct features_args, json), .letter = 'j' },
	{},
};

static void features_plain(const struct tclink_features *features)
{
	if (features->link)
		printf("TC links: yes (link type %u, attach type %u)\n",
		       features->link_type, features->attach_type);
	else if (features->link_type)
		puts("TC links: no (the kernel has no CONFIG_NET_CLS_BPF)");
	else
		puts("TC links: no (the kernel has no BPF_LINK_TYPE_TC)");
	printf("tcx links: %s\n", features->tcx ? "yes" : "no (Linux 6.6 has them)");
}

static void features_json(const struct tclink_features *features)
{
	json_open('{');
	json_bool("link", features->link);
	json_u32("link_type", features->link_type);
	json_u32("attach_type", features->attach_type);
	json_bool("tcx", features->tcx);
	json_close('}');
	json_end();
}

static int cmd_features(const struct verb *verb, char **words)
{
	TCLINK_OPTS(tclink_features, features);
	struct features_args args = {};
	const struct options options[] = { { features_options, &args }, {} };
	struct operands operands;
	int rc;

	rc = options_parse(verb, options, words, &operands) ?:
	     operands_end(&operands);
	if (rc)
		return rc;
	if (tclink_probe(&features))
		return RC_FAILED;
	if (args.json)
		features_json(&features);
	else
		features_plain(&features);
	return features.link ? RC_OK : RC_FAILED;
}

const struct verb verb_features = {
	.name = "features",
	.summary = "say what the running kernel can do",
	.help =
	"Usage: tclink features [OPTION]\n"
	"\n"
	"Say what the running kernel can do.\n",
	.run = cmd_features,
};
