/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* What every verb uses: exit codes, sentences, words and their values */
#ifndef TCLINK_CMD_CMD_H
#define TCLINK_CMD_CMD_H

#include <stdbool.h>
#include <stdio.h>
#include <linux/bpf.h>
#include <tclink/tclink.h>

#include "options.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Exit codes; main.c says what they mean. */
enum {
	RC_OK = 0,
	RC_FAILED = 1,
	RC_USAGE = 2,
	RC_SEVERED = 3,
	RC_TIMEOUT = 4,
	RC_EXEC_FAILED = 125,
	RC_EXEC_CANNOT = 126,
	RC_EXEC_NO_COMMAND = 127,
	RC_EXEC_SIGNAL = 128,
};

/* complain.c: each prints "tclink: SENTENCE"; two return their exit code */
int failed(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int misused(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void notice(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * parse.c: each returns 0, or an exit code after saying what is wrong. what is
 * what the sentence calls the value.
 */
int parse_number(const char *what, const char *arg, __u32 min, __u32 max,
		 __u32 *value);
int parse_seconds(const char *what, const char *arg, int *ms);
int parse_text(const char *what, const char *arg, const char **text);
int parse_parent(const char *arg, __u32 *parent);
int parse_classid(const char *what, const char *arg, __u32 *classid);
int parse_protocol(const char *what, const char *arg, __u32 *protocol);
int parse_backend(const char *what, const char *arg, __u32 *backend);
int parse_guarantees(const char *what, const char *arg, __u32 *guarantees);

/* These say nothing, and return false if the text is not such a number. */
bool number_read(const char *arg, __u64 max, __u64 *value);
bool number_read_base(const char *arg, int base, __u64 max, __u64 *value);
bool class_read(const char *arg, __u32 *class);

/* target.c: a device and a point on it, or a shared block */
struct target {
	const char *device; /* NULL: block, or none */
	__u32 block; /* 0: none */
	__u32 parent;
};

int target_parse(struct target *target, struct operands *operands,
		 bool with_point);
int target_find(const struct target *target, __u32 *ifindex);
bool target_has(const struct target *target, const struct tclink_info *info);
bool netns_is_ours(const struct tclink_info *info);

/* The link that --id or --pin names */
struct link_choice {
	__u32 id;
	const char *pin;
};

extern const struct option_spec link_options[];

int link_check(const struct link_choice *choice, const char *verb);
struct tclink *link_open(const struct link_choice *choice);

#endif /* TCLINK_CMD_CMD_H */
