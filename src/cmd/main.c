// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The command: its verbs, help and exit codes */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"

#define STR_(x) #x
#define STR(x) STR_(x)
#define VERSION STR(TCLINK_MAJOR_VERSION) "." STR(TCLINK_MINOR_VERSION)

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
} verbs[] = {
	{ "attach", cmd_attach, "attach a program and hold or pin its link" },
	{ "exec", cmd_exec, "attach a program while a command runs" },
	{ "show", cmd_show, "list the links of the system, and who holds them" },
	{ "monitor", cmd_monitor, "print links as they come, change and go" },
	{ "wait", cmd_wait, "wait until a link is severed" },
	{ "update", cmd_update, "replace the program of a link, atomically" },
	{ "detach", cmd_detach, "remove the filter of a link" },
	{ "pin", cmd_pin, "give a link a name in a BPF file system" },
	{ "unpin", cmd_unpin, "remove that name" },
	{ "flow", cmd_flow, "choose classes as the flow classifier of tc does" },
	{ "features", cmd_features, "say what the running kernel can do" },
};

static const struct verb *find_verb(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		if (!strcmp(name, verbs[i].name))
			return &verbs[i];
	return NULL;
}

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
static void print_codes(const char *verb)
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

int verb_help(const char *verb, const char *text)
{
	fputs(text, stdout);
	print_codes(verb);
	return RC_OK;
}

static int help(void)
{
	size_t i;

	puts("Usage: tclink VERB [OPTION]...\n\n"
	     "TC classifier programs with an owner: attached through BPF links, which netlink\n"
	     "can neither replace nor delete.\n");
	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		printf("  %-9s %s\n", verbs[i].name, verbs[i].summary);
	puts("  help      print this; 'tclink help VERB' or 'tclink VERB --help' for a verb\n\n"
	     "  --version print the version");
	print_codes(NULL);
	return RC_OK;
}

static int unknown_verb(const char *name)
{
	return misused("there is no verb '%s'; see 'tclink help'", name);
}

static int help_on(int argc, char **argv)
{
	char option[] = "--help";
	char *args[] = { argv[1], option, NULL };
	const struct verb *verb;

	if (argc < 2)
		return help();
	verb = find_verb(argv[1]);
	if (!verb)
		return unknown_verb(argv[1]);
	if (argc > 2)
		return misused("help: '%s' is one word too many; see 'tclink help'",
			       argv[2]);
	return verb->run(2, args);
}

static int run(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";
	const struct verb *verb = find_verb(name);

	if (verb)
		return verb->run(argc - 1, argv + 1);
	if (!strcmp(name, "--version") || !strcmp(name, "-V")) {
		puts("tclink " VERSION);
		return RC_OK;
	}
	if (!strcmp(name, "help") || !strcmp(name, "--help") ||
	    !strcmp(name, "-h"))
		return help_on(argc - 1, argv + 1);
	if (!*name)
		return misused("say what to do, as in 'tclink show'; see 'tclink help'");
	return unknown_verb(name);
}

static void log_sentence(int err, const char *sentence)
{
	(void)err;
	failed("%s", sentence);
}

int main(int argc, char **argv)
{
	int rc;

	tclink_set_log(log_sentence);
	rc = run(argc, argv);
	if (fflush(stdout) || ferror(stdout)) {
		notice("cannot write the output: %s", strerror(errno));
		return rc ? rc : RC_FAILED;
	}
	return rc;
}
