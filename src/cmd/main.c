// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"

#define STR_(x) #x
#define STR(x) STR_(x)
#define VERSION STR(TCLINK_MAJOR_VERSION) "." STR(TCLINK_MINOR_VERSION)

static const char help[] =
	"Usage: tclink VERB [OPTION]...\n"
	"\n"
	"TC classifier programs with an owner: attach them through BPF links of type\n"
	"tc, which netlink can neither replace nor delete.\n"
	"\n"
	"  attach    attach a program to a device and hold or pin its link\n"
	"  show      list the TC links of the system\n"
	"  update    replace the program of a link, atomically\n"
	"  detach    remove the filter of a link\n"
	"  features  say what the running kernel can do\n"
	"  help      print this; 'tclink VERB --help' for a verb\n"
	"\n"
	"  --version print the version\n"
	"\n"
	"Exit codes: 0 success; 1 the operation failed; 2 wrong usage, nothing was\n"
	"done; 3 the link was severed while attach held it.\n";

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} verbs[] = {
	{ "attach", cmd_attach },
	{ "show", cmd_show },
	{ "update", cmd_update },
	{ "detach", cmd_detach },
	{ "features", cmd_features },
};

static void complain(const char *fmt, va_list args)
{
	fflush(stdout);
	fputs("tclink: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
}

int failed(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	complain(fmt, args);
	va_end(args);
	return RC_FAILED;
}

int misused(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	complain(fmt, args);
	va_end(args);
	return RC_USAGE;
}

int option_error(const char *verb, int opt, char **argv)
{
	const char *arg = argv[optind - 1];

	if (opt == ':')
		return misused("%s: option %s needs a value", verb, arg);
	return misused("%s: no such option: %s; see 'tclink %s --help'", verb,
		       arg, verb);
}

int no_operands(const char *verb, int argc, char **argv)
{
	if (optind == argc)
		return RC_OK;
	return misused("%s: '%s' is one word too many; see 'tclink %s --help'",
		       verb, argv[optind], verb);
}

static void log_sentence(int err, const char *sentence)
{
	(void)err;
	failed("%s", sentence);
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	size_t i;

	tclink_set_log(log_sentence);
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(verb, verbs[i].name))
			return verbs[i].run(argc - 1, argv + 1);
	if (!strcmp(verb, "--version") || !strcmp(verb, "-V")) {
		puts("tclink " VERSION);
		return RC_OK;
	}
	if (!strcmp(verb, "help") || !strcmp(verb, "--help") ||
	    !strcmp(verb, "-h")) {
		fputs(help, stdout);
		return RC_OK;
	}
	if (!*verb)
		return misused("say what to do: attach, show, update, detach or features; see 'tclink help'");
	return misused("there is no verb '%s'; see 'tclink help'", verb);
}
