/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#ifndef TCLINK_CMD_H
#define TCLINK_CMD_H

#include <getopt.h>
#include <stdbool.h>
#include <tclink/tclink.h>

/* Exit codes, as --help documents them */
enum {
	RC_OK = 0,
	RC_FAILED = 1,
	RC_USAGE = 2,
	RC_SEVERED = 3,
};

/* main.c: each prints "tclink: SENTENCE" and returns its exit code */
int failed(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int misused(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int option_error(const char *verb, int opt, char **argv);
int no_operands(const char *verb, int argc, char **argv);

/* verbs: argv[0] is the verb */
int cmd_attach(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_update(int argc, char **argv);
int cmd_detach(int argc, char **argv);
int cmd_features(int argc, char **argv);

/* parse.c: each returns 0, or an exit code after saying what is wrong */
int parse_number(const char *what, const char *arg, __u32 min, __u32 max,
		 __u32 *value);
int parse_parent(const char *arg, __u32 *parent);
int parse_classid(const char *arg, __u32 *classid);
int parse_protocol(const char *arg, __u32 *protocol);
int find_device(const char *name, __u32 *ifindex);

/* program.c: where the program comes from, and how to get it */
#define MAX_SETS 64

struct prog_source {
	const char *object;
	const char *program;
	const char *pinned;
	__u32 id;
	const char *sets[MAX_SETS];
	unsigned int nr_sets;
};

/* getopt_long() values of the options that name a program */
enum {
	OPT_OBJECT = 0x100,
	OPT_PROGRAM,
	OPT_PINNED,
	OPT_PROG_ID,
	OPT_SET,
	OPT_VERB, /* the verbs' own options begin here */
};

#define PROG_OPTIONS                                      \
	{ "object", required_argument, NULL, OPT_OBJECT },    \
	{ "program", required_argument, NULL, OPT_PROGRAM },  \
	{ "pinned", required_argument, NULL, OPT_PINNED },    \
	{ "prog-id", required_argument, NULL, OPT_PROG_ID },  \
	{ "set", required_argument, NULL, OPT_SET }

int prog_option(struct prog_source *src, int opt, const char *arg);
int prog_check(const struct prog_source *src, const char *verb);
int prog_get(const struct prog_source *src, int *fd);

/* set.c */
struct bpf_object;
int set_check(const char *assignment);
int set_variable(struct bpf_object *obj, const char *assignment);

/* which.c: the link that --id or --pin names */
struct link_choice {
	__u32 id;
	const char *pin;
};

int link_check(const struct link_choice *choice, const char *verb);
struct tclink *link_open(const struct link_choice *choice);

/* format.c */
#define TEXT_LEN 64

void format_device(const struct tclink_info *info, char text[TEXT_LEN]);
void format_point(const struct tclink_info *info, char text[TEXT_LEN]);
void format_prog(__u32 id, char text[TEXT_LEN]);
void print_link_line(const struct tclink_info *info);
void print_link_json(const struct tclink_info *info);

#endif /* TCLINK_CMD_H */
