/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#ifndef TCLINK_CMD_H
#define TCLINK_CMD_H

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <linux/bpf.h>
#include <tclink/tclink.h>

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

/* What parsing the options returns when --help is one of them */
#define HELP (-1)

/* getopt_long() values of the options that name a program */
enum {
	OPT_OBJECT = 0x100,
	OPT_PROGRAM,
	OPT_PINNED,
	OPT_PROG_ID,
	OPT_SET,
	OPT_VERB, /* the verbs' own options begin here */
};

/* complain.c: each prints "tclink: SENTENCE" and returns its exit code */
int failed(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int misused(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int option_error(const char *verb, int opt, char **argv);
int no_operands(const char *verb, int argc, char **argv);
int verb_help(const char *verb, const char *text);
void notice(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* verbs: argv[0] is the verb */
int cmd_attach(int argc, char **argv);
int cmd_exec(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_monitor(int argc, char **argv);
int cmd_wait(int argc, char **argv);
int cmd_update(int argc, char **argv);
int cmd_detach(int argc, char **argv);
int cmd_pin(int argc, char **argv);
int cmd_unpin(int argc, char **argv);
int cmd_features(int argc, char **argv);
int cmd_flow(int argc, char **argv);

/* parse.c: each returns 0, or an exit code after saying what is wrong */
int parse_number(const char *what, const char *arg, __u32 min, __u32 max,
		 __u32 *value);
int parse_seconds(const char *what, const char *arg, int *ms);
int parse_path(const char *what, const char *arg, const char **path);
int parse_parent(const char *arg, __u32 *parent);
int parse_classid(const char *arg, __u32 *classid);
int parse_protocol(const char *arg, __u32 *protocol);
int parse_backend(const char *arg, __u32 *backend);
int parse_guarantees(const char *arg, __u32 *guarantees);

/* target.c: a device and a point on it, or a shared block */
struct target {
	const char *device; /* NULL: block, or none */
	__u32 block; /* 0: none */
	__u32 parent;
};

int target_parse(struct target *target, const char *verb, int argc, char **argv,
		 bool with_point);
int target_find(const struct target *target, __u32 *ifindex);
bool target_has(const struct target *target, const struct tclink_info *info);
bool netns_is_ours(const struct tclink_info *info);

/* The link that --id or --pin names */
struct link_choice {
	__u32 id;
	const char *pin;
};

int link_check(const struct link_choice *choice, const char *verb);
struct tclink *link_open(const struct link_choice *choice);

#endif /* TCLINK_CMD_H */
