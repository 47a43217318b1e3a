// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The command: its verbs, help and exit codes */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"

#define STR_(x) #x
#define STR(x) STR_(x)
#define VERSION STR(TCLINK_MAJOR_VERSION) "." STR(TCLINK_MINOR_VERSION)

extern const struct verb verb_attach, verb_exec, verb_show, verb_monitor,
	verb_wait, verb_update, verb_detach, verb_pin, verb_unpin, verb_flow,
	verb_features;

/* In the order in which 'tclink help' lists them */
static const struct verb *const verbs[] = {
	&verb_attach, &verb_exec,   &verb_show, &verb_monitor,
	&verb_wait,   &verb_update, &verb_detach, &verb_pin,
	&verb_unpin,  &verb_flow,   &verb_features,
};

static const struct verb *verb_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		if (!strcmp(name, verbs[i]->name))
			return verbs[i];
	return NULL;
}

/* What --help says of exit codes. verb NULL: every verb except exec. */
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

static bool codes_concern(const char *verb, const char *of)
{
	return of ? !strcmp(of, verb) : strcmp(verb, "exec") != 0;
}

/* Of one verb, or of all if verb is NULL */
static void codes_print(const char *verb)
{
	size_t i;

	puts("\nExit codes:");
	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		if (verb && !codes_concern(verb, codes[i].verb))
			continue;
		printf("  %-7s ", codes[i].code);
		if (!verb && codes[i].verb)
			printf("%s: ", codes[i].verb);
		puts(codes[i].meaning);
	}
}

static int verb_run(const struct verb *verb, char **words)
{
	int rc = verb->run(verb, words);

	if (rc != HELP)
		return rc;
	codes_print(verb->name);
	return RC_OK;
}

static int help(void)
{
	size_t i;

	puts("Usage: tclink VERB [OPTION]...\n\n"
	     "TC classifier programs with an owner: attached through BPF links, which netlink\n"
	     "can neither replace nor delete.\n");
	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		printf("  %-9s %s\n", verbs[i]->name, verbs[i]->summary);
	puts("  help      print this; 'tclink help VERB' or 'tclink VERB --help' for a verb\n\n"
	     "  --version print the version");
	codes_print(NULL);
	return RC_OK;
}

static int verb_unknown(const char *name)
{
	return misused("there is no verb '%s'; see 'tclink help'", name);
}

static int help_on(char **words)
{
	char option[] = "--help";
	const struct verb *verb;

	if (!words[0])
		return help();
	verb = verb_find(words[0]);
	if (!verb)
		return verb_unknown(words[0]);
	if (words[1])
		return misused("help: '%s' is one word too many; see 'tclink help'",
			       words[1]);
	return verb_run(verb, (char *[]){ option, NULL });
}

static int run(const char *name, char **words)
{
	const struct verb *verb = verb_find(name);

	if (verb)
		return verb_run(verb, words);
	if (!strcmp(name, "--version") || !strcmp(name, "-V")) {
		puts("tclink " VERSION);
		return RC_OK;
	}
	if (!strcmp(name, "help") || !strcmp(name, "--help") ||
	    !strcmp(name, "-h"))
		return help_on(words);
	return verb_unknown(name);
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
	if (argc < 2 || !*argv[1])
		return misused("say what to do, as in 'tclink show'; see 'tclink help'");
	rc = run(argv[1], argv + 2);
	if (fflush(stdout) || ferror(stdout)) {
		notice("cannot write the output: %s", strerror(errno));
		return rc ? rc : RC_FAILED;
	}
	return rc;
}
