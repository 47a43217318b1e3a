// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include "cmd.h"
#include "print.h"

static const char help[] =
	"Usage: tclink features [-j]\n"
	"\n"
	"Say what the running kernel can do.\n"
	"\n"
	"  -j, --json  print an object with the members link (whether the kernel makes\n"
	"              TC links), link_type and attach_type (their numbers in this\n"
	"              kernel, 0 if it has none) and tcx (whether it makes tcx links)\n";

static const struct option options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{},
};

static void print_plain(const struct tclink_features *features)
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

static void print_json(const struct tclink_features *features)
{
	json_open('{');
	json_bool("link", features->link);
	json_u32("link_type", features->link_type);
	json_u32("attach_type", features->attach_type);
	json_bool("tcx", features->tcx);
	json_close('}');
	json_end();
}

int cmd_features(int argc, char **argv)
{
	TCLINK_OPTS(tclink_features, features);
	bool json = false;
	int opt, rc;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":jh", options, NULL)) != -1) {
		if (opt == 'h')
			return verb_help("features", help);
		if (opt != 'j')
			return option_error("features", opt, argv);
		json = true;
	}
	rc = no_operands("features", argc, argv);
	if (rc)
		return rc;
	if (tclink_probe(&features))
		return RC_FAILED;
	if (json)
		print_json(&features);
	else
		print_plain(&features);
	return features.link ? RC_OK : RC_FAILED;
}
