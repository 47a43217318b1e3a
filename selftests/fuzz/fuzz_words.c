// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Command lines: words with a zero byte behind each. */
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/flow/flow_cmd.h"
#include "cmd/program.h"

#define MAX_WORDS 64

/* Of ../../src/cmd/complain.c, without output */
static char sentence[4096];

static void compose(const char *fmt, va_list args)
{
	vsnprintf(sentence, sizeof(sentence), fmt, args);
}

int misused(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	compose(fmt, args);
	va_end(args);
	return RC_USAGE;
}

int failed(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	compose(fmt, args);
	va_end(args);
	return RC_FAILED;
}

void notice(const char *fmt, ...)
{
	(void)fmt;
}

static void try_each(const char *word)
{
	__u32 value = 0, guarantees = 0;
	const char *path;
	int ms;

	if (!parse_number("number", word, 1, 0xffff, &value) &&
	    (!value || value > 0xffff))
		abort();
	if (!parse_parent(word, &value) && !(value >> 16))
		abort();
	if (!parse_protocol(word, &value) && (!value || value > 0xffff))
		abort();
	if (!parse_backend(word, &value) && value > TCLINK_BACKEND_NETLINK)
		abort();
	if (!parse_guarantees(word, &guarantees) && !guarantees)
		abort();
	if (!parse_seconds("time", word, &ms) && ms < 0)
		abort();
	parse_classid(word, &value);
	parse_path("path", word, &path);
	set_check(word);
}

static void try_together(int argc, char **argv)
{
	struct flow_words words = {};
	struct target target = {};

	optind = 0;
	target_parse(&target, "fuzz", argc, argv, true);
	optind = 0;
	target_parse(&target, "fuzz", argc, argv, false);
	flow_words_parse(&words, argc, argv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[MAX_WORDS + 1] = {};
	size_t from = 0, i;
	int argc = 0;

	/* Each a block of its own, so that one byte too far is seen. */
	for (i = 0; i < size && argc < MAX_WORDS; i++) {
		if (data[i])
			continue;
		argv[argc] = malloc(i - from + 1);
		memcpy(argv[argc++], data + from, i - from + 1);
		from = i + 1;
	}
	for (i = 0; i < (size_t)argc; i++)
		try_each(argv[i]);
	if (argc)
		try_together(argc, argv);
	while (argc)
		free(argv[--argc]);
	return 0;
}
