/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Verbs, and their options as tables: what is parsed is what --help lists */
#ifndef TCLINK_CMD_OPTIONS_H
#define TCLINK_CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

/* Each is in a file cmd_NAME.c, and main.c lists them. */
struct verb {
	const char *name;
	const char *summary; /* its line of 'tclink help' */
	const char *help; /* what --help says above the options */
	int (*run)(const struct verb *verb, char **words); /* up to NULL */
};

/* What running a verb returns if --help is among its options */
#define HELP (-1)

enum option_kind {
	OPTION_CALL,
	OPTION_FLAG,
	OPTION_NUMBER,
	OPTION_TEXT,
};

/* Without a name: a heading of --help. With neither: the end of the table. */
struct option_spec {
	const char *name; /* without "--" */
	const char *value; /* what --help calls its value, NULL: it has none */
	const char *help; /* NULL: --help does not list it */
	enum option_kind kind;
	size_t offset; /* where the value goes in the table's structure */
	__u32 min; /* of a number */
	__u32 max;
	__u32 bits; /* set these in a number that is a set of flags */
	/* For numbers that are given as words */
	int (*parse)(const char *what, const char *arg, __u32 *number);
	/* For what fits in nothing above; data is the table's structure. */
	int (*call)(void *data, const char *arg);
	char letter; /* -j as well as --json */
};

/* The kind of an option is the type of the member that its value goes to. */
#define INTO(type, member)                              \
	.offset = offsetof(type, member),               \
	.kind = _Generic(((type *)NULL)->member,        \
			 bool: OPTION_FLAG,             \
			 __u32: OPTION_NUMBER,          \
			 const char *: OPTION_TEXT)

/* A table and the structure that its options fill; specs NULL ends the list. */
struct options {
	const struct option_spec *specs;
	void *data;
};

/* The words of a command line that are no options, up to NULL */
struct operands {
	const char *verb;
	char **next;
};

int options_parse(const struct verb *verb, const struct options *options,
		  char **words, struct operands *operands);
void options_help(const struct verb *verb, const struct options *options);
int operands_end(const struct operands *operands);

#endif /* TCLINK_CMD_OPTIONS_H */
