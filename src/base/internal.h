/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#ifndef TCLINK_INTERNAL_H
#define TCLINK_INTERNAL_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <tclink/tclink.h>
#include "kernel/kernel.h"

struct backend_ops;
struct request;
struct update;
struct nl_filter;

struct tclink {
	const struct backend_ops *ops;
	int fd; /* -1 with the netlink backend */
	struct nl_filter *filter; /* of the netlink backend */
	char *pin_path;
	bool disconnected;
	pid_t pid; /* of the process that made the object */
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

#define ALL_GUARANTEES 0x1fffU

/* link.c: takes over fd, closes it on failure */
struct tclink *link_new(const struct backend_ops *ops, int fd);
void link_free(struct tclink *link);
/* 0, or -EBADF, explained, in a process that must not use the object */
int link_usable(const struct tclink *link);

/* open.c */
const struct backend_ops *link_backend(const struct uapi_link_info *info);

/* log.c; err is -errno in all that follow */
bool log_wanted(void);
void log_say(int err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void log_errno(int err, const char *what);

/* explain_*.c: called after a failure only; bool: whether it was explained */
int null_arg(const char *function); /* returns -EINVAL */
bool explain_prog(int err, int prog_fd);
void explain_types(int err);
void explain_attach(int err, const struct backend_ops *ops,
		    const struct request *req);
bool explain_mistake(int err, const struct request *req);
void explain_no_backend(int err, const struct request *req);
bool explain_target(int err, const struct request *req);
bool explain_bound(int err, int prog_fd, __u32 ifindex, __u32 gen_flags);
bool explain_priority(int err, const struct request *req);
bool explain_template(int err, const struct request *req);
void explain_holder(int err, const struct request *req);
bool explain_tcx(int err, const struct request *req);
void explain_no_tcx(int err);
void explain_no_device(int err, __u32 ifindex);
void explain_revision(int err, __u32 ifindex, __u32 parent);
void explain_clsact(int err, __u32 ifindex);
void explain_opts(int err, const char *name);
void explain_not_loaded(const struct bpf_program *prog);
void explain_link_type(const struct uapi_link_info *info, const char *what);
void explain_detach(int err, const struct tclink *link);
void explain_update(int err, const struct tclink *link,
		    const struct update *u);
void explain_pin(int err, const struct tclink *link, const char *path);
void explain_unpin(int err, const char *path);
void explain_open_path(int err, const char *path);
void explain_open_id(int err, __u32 id);
void explain_next(int err, __u32 backend);
void explain_inherited(int err, pid_t pid);
void explain_no_fd(const char *lack);
void explain_probe(int err);

/* explain_name.c: names for people; each returns buf */
#define NAME_LEN 64

const char *name_device(__u32 ifindex, char buf[NAME_LEN]);
const char *name_parent(__u32 parent, char buf[NAME_LEN]);
const char *name_target(__u32 ifindex, __u32 parent, char buf[NAME_LEN]);
/* The same in the network namespace with this inode number */
const char *name_target_in(__u32 netns, __u32 ifindex, __u32 parent,
			   char buf[NAME_LEN]);
const char *name_prog(__u32 id, char buf[NAME_LEN]);

#endif /* TCLINK_INTERNAL_H */
