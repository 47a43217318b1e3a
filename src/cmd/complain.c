// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Saying on standard error what is wrong */
#include <stdarg.h>
#include <stdio.h>

#include "cmd.h"

static void complain(const char *fmt, va_list args)
{
	fflush(stdout);
	fputs("tclink: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
}

void notice(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	complain(fmt, args);
	va_end(args);
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
