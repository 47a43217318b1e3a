// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <string.h>

#include "cmd.h"

/* What --help says of exit codes. verb NULL: all of them but exec. */
static const struct {
	const char *code;
	const char *verb;
	const char *meaning;
} codes[] = {
	{ "0", NULL, "it is done" },
	{ "1", NULL, "it failed; standard error says why" },
	{ "1", "features", "the kernel makes no TC links" },
	{ "2", NULL, "wrong usage; nothing was done" },
	{ "3", "attach", "the link was severed while attach held it" },
	{ "3", "flow", "the link was severed while flow held it" },
	{ "4", "wait", "the time is over and the link is not severed" },
	{ "125", "exec", "wrong usage or not attached; the command did not run" },
	{ "126", "exec", "the command is there and cannot be run" },
	{ "127", "exec", "there is no such command" },
	{ "128+N", "exec", "signal N ended the command" },
	{ "others", "exec", "the command ended with this exit code" },
};

static bool concerns(const char *verb, const char *of)
{
	return of ? !strcmp(of, verb) : strcmp(verb, "exec") != 0;
}

/* Of one verb, or of all if verb is NULL */
void print_codes(const char *verb)
{
	size_t i;

	puts("\nExit codes:");
	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		if (verb && !concerns(verb, codes[i].verb))
			continue;
		printf("  %-7s ", codes[i].code);
		if (!verb && codes[i].verb)
			printf("%s: ", codes[i].verb);
		puts(codes[i].meaning);
	}
}
