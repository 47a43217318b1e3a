/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Links as they are printed: lines, tables and JSON, and whoever holds them */
#ifndef TCLINK_CMD_PRINT_H
#define TCLINK_CMD_PRINT_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>
#include <linux/bpf.h>
#include <tclink/tclink.h>

/* view.c: a link as people and programs are shown it */
#define TEXT_LEN 80

struct view {
	struct tclink_info info;
	char device[IF_NAMESIZE]; /* "" where unknown */
	char prog[BPF_OBJ_NAME_LEN]; /* "" where unknown */
};

void view_fill(struct view *view, const struct tclink_info *info);
void format_device(const struct view *view, char text[TEXT_LEN]);
void format_point(const struct view *view, char text[TEXT_LEN]);
void format_prog(const struct view *view, char text[TEXT_LEN]);
void print_link(const struct view *view, bool json);
void json_link(const struct view *view); /* the members of an object */

/* json.c: members are preceded by a comma unless they are the first */
void json_open(char bracket);
void json_close(char bracket);
void json_end(void); /* of a document: newline and flush */
void json_key(const char *key);
void json_u32(const char *key, __u32 value);
void json_u64(const char *key, __u64 value);
void json_bool(const char *key, bool value);
void json_text(const char *key, const char *value);
void json_time(const char *key, const struct timespec *time);
void json_string(const char *value);

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

#endif /* TCLINK_CMD_PRINT_H */
