/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * One sentence for people after a failure. Nothing here decides: what is done
 * and returned is the same if nobody listens. err is -errno throughout. A
 * function that returns bool returns true if it has said something.
 */
#ifndef TCLINK_EXPLAIN_H
#define TCLINK_EXPLAIN_H

#include <sys/types.h>
#include "backend/backend.h"

struct bpf_program;

/* What is said of one backend alone; each member may be NULL. */
struct explainer {
	void (*lacking)(int err);
	bool (*attach)(int err, const struct request *req, const char *target);
	bool (*update)(int err, const struct update *u, const char *name);
};

#define EXPLAIN_DECLARE(ID, name) extern const struct explainer explain_##name;
BACKENDS(EXPLAIN_DECLARE)

const struct explainer *explainer_of(const struct backend_ops *ops);
/* The kernel does not have the backend, or that cannot be found out. */
void explain_lacking(int err, const struct backend_ops *ops);

/* explain_args.c: what is wrong with how a function was called */
int null_arg(const char *function); /* returns -EINVAL */
void explain_opts(int err, const char *name);
void explain_not_loaded(const struct bpf_program *prog);
void explain_request(int err, enum mistake mistake, const struct request *req);
void explain_update_opts(int err, enum mistake mistake,
			 const struct tclink_update_opts *opts);

/* explain_choice.c: why no backend was taken */
void explain_no_backend(int err, const struct request *req);

/* explain_attach.c */
void explain_attach(int err, const struct backend_ops *ops,
		    const struct request *req);
void explain_clsact(int err, __u32 ifindex);

/* explain_tc.c: filters, by which a TC link and netlink attach alike */
bool explain_tc(int err, const struct request *req, const char *target);

/* explain_place.c: what is missing, or in the way, where a filter should go */
void explain_no_device(int err, __u32 ifindex);
bool explain_target(int err, const struct request *req, const char *target);
bool explain_priority(int err, const struct request *req, const char *target);
bool explain_template(int err, const struct request *req, const char *target);
void explain_holder(int err, const struct request *req, const char *target);

/* explain_prog.c: programs that cannot be attached, or not there */
bool explain_prog(int err, int prog_fd);
bool explain_bound(int err, int prog_fd, __u32 ifindex, __u32 gen_flags);

/* explain_update.c: using an object */
void explain_update(int err, const struct tclink *link,
		    const struct update *u);
void explain_detach(int err, const struct tclink *link);
void explain_inherited(int err, pid_t pid);
void explain_no_fd(const struct backend_ops *ops, const char *lack);

/* explain_open.c: pinning a link, and finding it again */
void explain_pin(int err, const struct tclink *link, const char *path);
void explain_unpin(int err, const char *path);
void explain_open_path(int err, const char *path);
void explain_open_id(int err, __u32 id);
void explain_link_type(const struct uapi_link_info *info, const char *what);
void explain_next(int err, __u32 backend);

/* explain_probe.c */
void explain_probe(int err);
void explain_revision(int err, const struct backend_ops *ops, __u32 ifindex,
		      __u32 parent);

/* explain_name.c: names for people; each returns buf */
#define NAME_LEN 64

const char *name_device(__u32 ifindex, char buf[NAME_LEN]);
const char *name_parent(__u32 parent, char buf[NAME_LEN]);
const char *name_target(__u32 ifindex, __u32 parent, char buf[NAME_LEN]);
/* The same in the network namespace with this inode number */
const char *name_target_in(__u32 netns, __u32 ifindex, __u32 parent,
			   char buf[NAME_LEN]);
const char *name_prog(__u32 id, char buf[NAME_LEN]);
/* The program of a descriptor; "0" if it is none */
const char *name_prog_fd(int prog_fd, char buf[NAME_LEN]);

#endif /* TCLINK_EXPLAIN_H */
