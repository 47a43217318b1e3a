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
	const char *text;
	int ms;

	if (!parse_number("number", word, 1, 0xffff, &value) &&
	    (!value || value > 0xffff))
		abort();
	if (!parse_parent(word, &value) && !(value >> 16))
		abort();
	if (!parse_protocol("protocol", word, &value) && (!value || value > 0xffff))
		abort();
	if (!parse_backend("backend", word, &value) && !tclink_backend_name(value))
		abort();
	if (!parse_guarantees("guarantees", word, &guarantees) && !guarantees)
		abort();
	if (!parse_seconds("time", word, &ms) && ms < 0)
		abort();
	parse_classid("class", word, &value);
	parse_text("text", word, &text);
	set_check(word);
}

/* Options stand between other words, which move: each try begins with all. */
static void try_options(char *const *words, size_t size, bool with_point)
{
	const struct verb verb = { .name = "fuzz", .help = "" };
	struct link_choice choice = {};
	struct prog_source prog = {};
	struct target target = {};
	const struct options options[] = {
		{ link_options, &choice },
		{ prog_options, &prog },
		{},
	};
	struct operands operands;
	char *argv[MAX_WORDS + 1];

	memcpy(argv, words, size);
	if (options_parse(&verb, options, argv, &operands))
		return;
	if (operands.next < argv || operands.next > argv + MAX_WORDS)
		abort();
	if (!target_parse(&target, &operands, with_point))
		operands_end(&operands);
}

static void try_together(char **argv, size_t size)
{
	struct flow_words words = {};

	try_options(argv, size, true);
	try_options(argv, size, false);
	flow_words_parse(&words, argv);
}

/* --help writes much. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return !freopen("/dev/null", "w", stdout);
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
		try_together(argv, sizeof(argv));
	while (argc)
		free(argv[--argc]);
	return 0;
}
