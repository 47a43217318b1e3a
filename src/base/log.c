// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* How a public function fails: its errno, and one sentence to the log. */
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/internal.h"

int tclink_err(int err)
{
	if (err < 0)
		errno = -err;
	return err;
}

void *tclink_err_ptr(int err)
{
	errno = -err;
	return NULL;
}

static void log_stderr(int err, const char *sentence)
{
	(void)err;
	fprintf(stderr, "libtclink: %s\n", sentence);
}

static _Atomic tclink_log_fn log_fn = log_stderr;

tclink_log_fn tclink_set_log(tclink_log_fn fn)
{
	return atomic_exchange(&log_fn, fn);
}

bool log_wanted(void)
{
	return atomic_load(&log_fn);
}

void log_say(int err, const char *fmt, ...)
{
	tclink_log_fn fn = atomic_load(&log_fn);
	char sentence[512];
	va_list args;

	if (!fn)
		return;
	va_start(args, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	fn(-err, sentence);
}

void log_errno(int err, const char *what)
{
	log_say(err, "%s: %s", what, strerror(-err));
}
