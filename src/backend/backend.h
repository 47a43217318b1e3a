/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * What holds an attached program. Everything that differs between a TC link,
 * a tcx link and a netlink filter is behind this table; the rest of the
 * library asks nothing but its members.
 */
#ifndef TCLINK_BACKEND_H
#define TCLINK_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <tclink/tclink.h>
#include "kernel/kernel.h"

/*
 * The backends, in the order in which they are tried: ROW(ID, name) is
 * TCLINK_BACKEND_ID in the public header, whose values are the order, too;
 * struct backend_ops backend_name; and struct explainer explain_name, which is
 * what is said of it alone.
 */
#define BACKENDS(ROW)     \
	ROW(LINK, link)   \
	ROW(TCX, tcx)     \
	ROW(NETLINK, netlink)

#define BACKEND_COUNT(ID, name) +1
#define NR_BACKENDS (1 BACKENDS(BACKEND_COUNT)) /* TCLINK_BACKEND_ANY counts */

#define ALL_GUARANTEES 0x1fffU

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
	/* Offset of its member of struct tclink_features, 0: every kernel's */
	size_t feature;

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

	/* Number of the list of programs at a place; NULL: it has none. */
	int (*revision)(__u32 ifindex, __u32 parent, __u64 *revision);

	/* All three NULL: what it makes are no links, and cannot be found. */
	/* 0 unless the kernel has no such links: -EOPNOTSUPP. */
	int (*have_links)(void);
	/* Of its links in the kernel: 0 if it has none, or -errno */
	int (*link_type)(void);
	/* Return true if the link is at that device of the thread's namespace. */
	bool (*on_device)(const struct uapi_link_info *info, __u32 ifindex);
};

#define BACKEND_DECLARE(ID, name) extern const struct backend_ops backend_##name;
BACKENDS(BACKEND_DECLARE)

/* NULL for TCLINK_BACKEND_ANY and for numbers that are none */
const struct backend_ops *backend_by_id(__u32 id);
/*
 * 0 and the backend that the link is of; -ENOENT: it is of none; or -errno and
 * a backend of whose links the type cannot be found out.
 */
int backend_by_link(const struct uapi_link_info *info,
		    const struct backend_ops **ops);
/* The name of one guarantee, NULL if it is none */
const char *guarantee_name(__u32 guarantee);

/* backend_fd.c: what TC and tcx links have in common, being descriptors */
int fd_update(struct tclink *link, struct update *u);
int fd_detach(struct tclink *link);
int fd_close(struct tclink *link);

/* backend_wait.c: waiting for what poll() tells, and for what it does not */
int wait_poll(const struct tclink *link, int timeout_ms);
int wait_look(const struct tclink *link, int timeout_ms);

/* request.c: what is wrong with a request or an update on any kernel */
#define MAX_PRIORITY 0xffff
#define MAX_PROTOCOL 0xffff
#define MAX_CHAIN 0x0fffffff

enum mistake {
	NO_MISTAKE,
	BAD_FLAGS,
	BAD_GEN_FLAGS,
	BOTH_SKIPPED,
	BAD_REQUIRE,
	BAD_BACKEND,
	BAD_PRIORITY,
	BAD_CHAIN,
	BAD_PROTOCOL,
	NO_PARENT,
	OLD_UNEXPECTED, /* old_prog_fd without the flag */
};

enum mistake request_check(const struct request *req);
enum mistake update_check(const struct update *u);
/* The guarantees that a request asks for, by require or by what it sets. */
__u32 request_needs(const struct request *req);
bool request_on_clsact(const struct request *req);

#endif /* TCLINK_BACKEND_H */
