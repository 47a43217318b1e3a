// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <stdio.h>

#include "cmd.h"

static const char help[] =
	"Usage: tclink features [-j]\n"
	"\n"
	"Say what the running kernel can do.\n"
	"\n"
	"  -j, --json  print an object with the members link (whether the kernel makes\n"
	"              TC links), link_type and attach_type (their numbers in this\n"
	"              kernel, 0 if it has none)\n"
	"\n"
	"Exit codes: 0 the kernel makes TC links; 1 it does not, or finding out failed;\n"
	"2 wrong usage.\n";

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
}

static void print_json(const struct tclink_features *features)
{
	printf("{\"link\":%s,\"link_type\":%u,\"attach_type\":%u}\n",
	       features->link ? "true" : "false", features->link_type,
	       features->attach_type);
}

int cmd_features(int argc, char **argv)
{
	TCLINK_OPTS(tclink_features, features);
	bool json = false;
	int opt, rc;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":jh", options, NULL)) != -1) {
		if (opt == 'h') {
			fputs(help, stdout);
			return RC_OK;
		}
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
