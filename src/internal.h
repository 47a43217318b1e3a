/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#ifndef TCLINK_INTERNAL_H
#define TCLINK_INTERNAL_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <tclink/tclink.h>
#include "uapi.h"

struct tclink {
	int fd;
	char *pin_path;
	bool disconnected;
};

/* err.c: the two helpers every public function returns through */
int tclink_err(int err);
void *tclink_err_ptr(int err);

/* opts.c */
int opts_copy(void *known, size_t known_sz, size_t known_end, const void *user);
int out_check(const void *user);
void out_copy(void *user, void *known, size_t known_sz);

/* Copy the opts structure of the caller, or the defaults if it is NULL. */
#define OPTS_COPY(type, known, user)                         \
	opts_copy(known, sizeof(struct type),                    \
		  offsetof(struct type, type##__last_field) +    \
			  sizeof((known)->type##__last_field),   \
		  user)

/* btf.c */
struct tc_types {
	int err; /* 0, or why the numbers are not known */
	bool no_btf;
	__u32 link_type;
	__u32 attach_type;
};

const struct tc_types *tc_types(void);

/* attach.c */
int link_create(int prog_fd, __u32 ifindex, __u32 parent,
		const struct tclink_attach_opts *opts);

/* link.c: takes over fd, closes it on failure */
struct tclink *link_new(int fd, const char *pin_path);

/* open.c */
bool fd_is(int fd, const char *kind);
bool fd_is_link(int fd);

/* info.c */
int link_info_read(int fd, struct uapi_link_info *info);

/* next.c */
int link_next_fd(__u32 *id, __u32 ifindex, struct uapi_link_info *info);

/* qdisc.c */
int qdisc_missing(__u32 ifindex, __u32 handle);
int clsact_create(__u32 ifindex);

/* log.c; err is -errno in all that follow */
bool log_wanted(void);
void log_say(int err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void log_errno(int err, const char *what);

/* explain_attach.c, explain_link.c: called after a failure only */
int null_arg(const char *function); /* returns -EINVAL */
bool explain_prog(int err, int prog_fd);
void explain_types(int err);
void explain_attach(int err, int prog_fd, __u32 ifindex, __u32 parent,
		    const struct tclink_attach_opts *opts);
bool explain_mistake(int err, int prog_fd,
		     const struct tclink_attach_opts *opts);
void explain_clsact(int err, __u32 ifindex);
void explain_opts(int err, const char *name);
void explain_not_loaded(const struct bpf_program *prog);
void explain_link_type(const struct uapi_link_info *info, const char *what);
void explain_update(int err, const struct tclink *link, int prog_fd,
		    const struct tclink_update_opts *opts);
void explain_pin(int err, const struct tclink *link, const char *path);
void explain_unpin(int err, const char *path);
void explain_open_path(int err, const char *path);
void explain_open_id(int err, __u32 id);
void explain_next(int err);
void explain_probe(int err);

/* explain_name.c: names for people; each returns buf */
#define NAME_LEN 64
struct bpf_prog_info;

const char *name_parent(__u32 parent, char buf[NAME_LEN]);
const char *name_target(__u32 ifindex, __u32 parent, char buf[NAME_LEN]);
const char *name_prog(__u32 id, char buf[NAME_LEN]);
int prog_info_read(int fd, struct bpf_prog_info *info);

#endif /* TCLINK_INTERNAL_H */
