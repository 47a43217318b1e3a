/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * What holds an attached program. Everything that differs between a TC link,
 * a tcx link and a netlink filter is behind this table; the rest of the
 * library asks nothing but its members.
 */
#ifndef TCLINK_BACKEND_H
#define TCLINK_BACKEND_H

#include <stdbool.h>
#include <tclink/tclink.h>
#include "kernel/kernel.h"

#define NR_BACKENDS 4 /* TCLINK_BACKEND_ANY counts */

/* What tclink_attach() was asked for, with the defaults filled in. */
struct request {
	int prog_fd;
	__u32 ifindex;
	__u32 parent;
	struct tclink_attach_opts opts;
	char extack[EXTACK_LEN]; /* the kernel's words, if it had any */
};

/* What tclink__update() was. */
struct update {
	int prog_fd;
	struct tclink_update_opts opts;
	char extack[EXTACK_LEN];
};

struct backend_ops {
	const char *name;
	__u32 id;
	__u32 guarantees;
	bool needs_clsact; /* to attach to ingress or egress */
	/* For people: what a kernel has to have for it. */
	const char *kernel;

	/* 0 unless the kernel is known not to have it: -EOPNOTSUPP. */
	int (*have)(void);
	/* Ask the kernel; prog_fd is any program of the right type. */
	int (*probe)(int prog_fd);

	int (*attach)(struct tclink *link, struct request *req);
	int (*update)(struct tclink *link, struct update *u);
	int (*detach)(struct tclink *link);
	int (*info)(const struct tclink *link, struct tclink_info *info);
	int (*wait)(const struct tclink *link, int timeout_ms);
	/* Give up what the object holds; the memory of the object stays. */
	int (*close)(struct tclink *link);
};

extern const struct backend_ops backend_link;
extern const struct backend_ops backend_tcx;
extern const struct backend_ops backend_netlink;

/* NULL for TCLINK_BACKEND_ANY and for numbers that are none */
const struct backend_ops *backend_by_id(__u32 id);

/* The guarantees that a request asks for, by require or by what it sets. */
__u32 request_needs(const struct request *req);
bool request_on_clsact(const struct request *req);

/* backend_fd.c: what TC and tcx links have in common, being descriptors */
int fd_update(struct tclink *link, struct update *u);
int fd_detach(struct tclink *link);
int fd_close(struct tclink *link);

/* wait.c */
int wait_poll(const struct tclink *link, int timeout_ms);
int wait_look(const struct tclink *link, int timeout_ms);

#endif /* TCLINK_BACKEND_H */
