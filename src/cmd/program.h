/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* The program that a command line names, and how to get it */
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

extern const struct option_spec prog_options[];

int prog_check(const struct prog_source *src, const char *verb);
int prog_get(const struct prog_source *src, int *fd);

/* variable.c: global variables of an object file */
int set_check(const char *assignment);
int set_variable(struct bpf_object *obj, const char *assignment);

/* What libbpf says: nothing, or warnings, among them what the verifier says */
int libbpf_silence(enum libbpf_print_level level, const char *fmt,
		   va_list args);
int libbpf_warnings(enum libbpf_print_level level, const char *fmt,
		    va_list args);

#endif /* TCLINK_CMD_PROGRAM_H */
