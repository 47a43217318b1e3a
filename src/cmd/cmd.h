/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#ifndef TCLINK_CMD_H
#define TCLINK_CMD_H

#include <getopt.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <linux/bpf.h>
#include <tclink/tclink.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Exit codes; codes.c says what they mean. */
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

/* codes.c */
void print_codes(const char *verb);

/* main.c: each prints "tclink: SENTENCE" and returns its exit code */
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

/* set.c */
struct bpf_object;
int set_check(const char *assignment);
int set_variable(struct bpf_object *obj, const char *assignment);

/* hold.c: SIGINT, SIGTERM, SIGHUP and SIGCHLD as a descriptor */
struct signalfd_siginfo;
int signals_catch(sigset_t *before);
bool signals_next(int fd, struct signalfd_siginfo *si);

/* which.c: the link that --id or --pin names */
struct link_choice {
	__u32 id;
	const char *pin;
};

int link_check(const struct link_choice *choice, const char *verb);
struct tclink *link_open(const struct link_choice *choice);

/* view.c: a link as people and programs are shown it */
#define TEXT_LEN 80

struct view {
	struct tclink_info info;
	char device[IF_NAMESIZE]; /* "" where unknown */
	char prog[BPF_OBJ_NAME_LEN]; /* "" where unknown */
};

void view_fill(struct view *view, const struct tclink_info *info);
bool netns_is_ours(const struct tclink_info *info);
void format_device(const struct view *view, char text[TEXT_LEN]);
void format_point(const struct view *view, char text[TEXT_LEN]);
void format_prog(const struct view *view, char text[TEXT_LEN]);
void print_link_line(const struct view *view); /* no newline */

/* json.c: members are preceded by a comma unless they are the first */
void json_open(char bracket);
void json_close(char bracket);
void json_end(void); /* of a document: newline and flush */
void json_key(const char *key);
void json_u32(const char *key, __u32 value);
void json_u64(const char *key, __u64 value);
void json_bool(const char *key, bool value);
void json_text(const char *key, const char *value);
struct timespec;
void json_time(const char *key, const struct timespec *time);
void json_string(const char *value);
void json_link(const struct view *view);

/* owners.c, pins.c: who holds which link */
struct owner {
	__u32 link_id;
	int pid;
	char comm[16];
};

struct owners {
	struct owner *owner; /* by link id, then pid */
	size_t nr;
};

struct pin {
	__u32 link_id;
	char *path;
};

struct pins {
	struct pin *pin; /* by link id, then path */
	size_t nr;
};

void format_owner(const struct owner *owner, char text[TEXT_LEN]); /* view.c */
int owners_scan(struct owners *owners);
size_t owners_find(const struct owners *owners, __u32 id);
void owners_free(struct owners *owners);
int pins_scan(struct pins *pins);
void pins_free(struct pins *pins);

/* table.c: text in columns as wide as they need to be */
struct table {
	char **cells;
	size_t nr;
	size_t columns;
};

int table_add(struct table *table, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int table_join(struct table *table, const char *item);
void table_print(const struct table *table);
void table_free(struct table *table);

#endif /* TCLINK_CMD_H */
