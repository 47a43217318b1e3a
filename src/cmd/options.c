// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Parses and explains the options of a verb by its tables. getopt_long() does
 * not fit: it accepts abbreviations, which a new option may break, and where
 * options end depends on the environment.
 */
#include <stdio.h>
#include <string.h>

#include "cmd.h"

#define HELP_COLUMN 20
#define HELP_WIDTH 80

static bool option_is(const struct option_spec *spec, const char *word)
{
	size_t len = strcspn(word + 2, "=");

	if (!spec->name)
		return false;
	if (word[1] != '-')
		return word[1] == spec->letter && !word[2];
	return strlen(spec->name) == len && !strncmp(spec->name, word + 2, len);
}

static const struct option_spec *option_find(const struct options *options,
					     const char *word, void **data)
{
	const struct option_spec *spec;

	for (; options->specs; options++)
		for (spec = options->specs; spec->name || spec->help; spec++)
			if (option_is(spec, word)) {
				*data = options->data;
				return spec;
			}
	return NULL;
}

static int option_number(const struct option_spec *spec, const char *what,
			 const char *arg, __u32 *number)
{
	if (spec->parse)
		return spec->parse(what, arg, number);
	if (!spec->bits)
		return parse_number(what, arg, spec->min, spec->max, number);
	*number |= spec->bits;
	return RC_OK;
}

static int option_store(const struct option_spec *spec, void *data,
			const char *arg)
{
	void *member = (char *)data + spec->offset;
	char what[32];

	snprintf(what, sizeof(what), "--%s", spec->name);
	switch (spec->kind) {
	case OPTION_CALL:
		break;
	case OPTION_FLAG:
		*(bool *)member = true;
		return RC_OK;
	case OPTION_NUMBER:
		return option_number(spec, what, arg, member);
	case OPTION_TEXT:
		return parse_text(what, arg, member);
	}
	return spec->call(data, arg);
}

/* next: the word behind the option, which may be its value */
static int option_take(const struct verb *verb, const struct options *options,
		       const char *word, char ***next)
{
	const struct option_spec *spec;
	const char *arg = strchr(word, '=');
	void *data;

	if (!strcmp(word, "--help") || !strcmp(word, "-h")) {
		options_help(verb, options);
		return HELP;
	}
	spec = option_find(options, word, &data);
	if (!spec)
		return misused("%s: no such option: %s; see 'tclink %s --help'",
			       verb->name, word, verb->name);
	if (arg && !spec->value)
		return misused("%s: option --%s has no value", verb->name,
			       spec->name);
	if (!arg && spec->value && !**next)
		return misused("%s: option --%s needs a value", verb->name,
			       spec->name);
	if (spec->value)
		arg = arg ? arg + 1 : *(*next)++;
	return option_store(spec, data, arg);
}

/*
 * Options may stand between and behind other words, up to "--". These other
 * words move to the front of the array.
 */
int options_parse(const struct verb *verb, const struct options *options,
		  char **words, struct operands *operands)
{
	char **to = words, *word;
	int rc;

	*operands = (struct operands){ verb->name, words };
	while ((word = *words)) {
		words++;
		if (!strcmp(word, "--"))
			break;
		if (word[0] != '-' || !word[1]) {
			*to++ = word;
			continue;
		}
		rc = option_take(verb, options, word, &words);
		if (rc)
			return rc;
	}
	while (*words)
		*to++ = *words++;
	*to = NULL;
	return RC_OK;
}

int operands_end(const struct operands *operands)
{
	if (!*operands->next)
		return RC_OK;
	return misused("%s: '%s' is one word too many; see 'tclink %s --help'",
		       operands->verb, *operands->next, operands->verb);
}

static void option_help(const struct option_spec *spec)
{
	const char *text;
	char left[64];
	int len, column;

	if (spec->letter)
		snprintf(left, sizeof(left), "  -%c, --%s", spec->letter,
			 spec->name);
	else
		snprintf(left, sizeof(left), "  --%s %s", spec->name,
			 spec->value ?: "");
	column = printf("%-*s", HELP_COLUMN, left);
	for (text = spec->help; *text; text += len + (text[len] == ' ')) {
		len = strcspn(text, " ");
		if (column + 1 + len > HELP_WIDTH)
			column = printf("\n%*s", HELP_COLUMN, "") - 1;
		column += printf(" %.*s", len, text);
	}
	putchar('\n');
}

void options_help(const struct verb *verb, const struct options *options)
{
	const struct option_spec *spec;

	fputs(verb->help, stdout);
	for (; options->specs; options++) {
		putchar('\n');
		for (spec = options->specs; spec->name || spec->help; spec++)
			if (!spec->name)
				puts(spec->help);
			else if (spec->help)
				option_help(spec);
	}
}
