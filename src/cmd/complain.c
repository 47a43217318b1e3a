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
