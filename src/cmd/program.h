/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* The program that the command line names: where it comes from and how to get it */
#ifndef TCLINK_CMD_PROGRAM_H
#define TCLINK_CMD_PROGRAM_H

#include <stdarg.h>
#include <bpf/libbpf.h>

#include "cmd.h"

#define MAX_SETS 64

struct prog_source {
	const char *object;
	const char *program;
	const char *pinned;
	__u32 id;
	const char *sets[MAX_SETS];
	unsigned int nr_sets;
};

#define PROG_OPTIONS                                      \
	{ "object", required_argument, NULL, OPT_OBJECT },    \
	{ "program", required_argument, NULL, OPT_PROGRAM },  \
	{ "pinned", required_argument, NULL, OPT_PINNED },    \
	{ "prog-id", required_argument, NULL, OPT_PROG_ID },  \
	{ "set", required_argument, NULL, OPT_SET }

#define PROG_HELP                                                              \
	"PROGRAM is one of\n"                                                  \
	"  --object FILE [--program NAME]\n"                                   \
	"                    load it from an object file; NAME is that of the\n" \
	"                    function or of its section\n"                     \
	"  --pinned PATH     it is pinned there\n"                             \
	"  --prog-id ID      it is loaded, with this id\n"                     \
	"and with --object goes\n"                                             \
	"  --set VAR=NUMBER  set a global variable before loading; may be repeated\n"

int prog_option(struct prog_source *src, int opt, const char *arg);
int prog_check(const struct prog_source *src, const char *verb);
int prog_get(const struct prog_source *src, int *fd);

/* variable.c: global variables of an object file */
int set_check(const char *assignment);
int set_variable(struct bpf_object *obj, const char *assignment);

/* What libbpf says: nothing, or warnings, among them what the verifier says */
int libbpf_silence(enum libbpf_print_level level, const char *fmt, va_list args);
int libbpf_warnings(enum libbpf_print_level level, const char *fmt,
		    va_list args);

#endif /* TCLINK_CMD_PROGRAM_H */
