/* SPDX-License-Identifier: GPL-2.0-only */
/* What fault.c does while allocations fail: operations, at targets. */
#ifndef TCLINK_STRESS_FAULT_H
#define TCLINK_STRESS_FAULT_H

#include "nsim.h"
#include "snapshot.h"
#include "tclib.h"

#define FAULT_BLOCK	5
#define FAULT_PIN	"/sys/fs/bpf/tclink-fault"

struct target {
	const char *name;
	int ports;		/* of netdevsim; 0: veth0 */
	bool block;
	__u32 gen_flags;
	__u32 chain;
	bool in_short;
};

enum outcome {
	NOTHING,		/* neither link nor filter */
	LIVE,
	SEVERED,
	AS_BEFORE,
};

struct fault {
	const struct target *target;
	struct tcenv env;
	struct rtnl rt;		/* for what is done while allocations fail */
	struct rtnl mon;	/* so that notifications are sent */
	struct nsim nsim;
	struct snapshot_place place;
	bool member[NSIM_MAX_PORTS];
	struct tc_create c;
	int link;
	int second;		/* another file descriptor of an operation's */
	int runs_prog;		/* that is attached after success */
	char fdinfo_path[64];
	char fdinfo[1024];
	struct bpf_link_info info;
};

enum op_flags {
	OP_NETLINK	= 1 << 0,	/* the answer may get lost */
	OP_MUST_WORK	= 1 << 1,
	OP_VETH		= 1 << 2,	/* for these targets only */
	OP_SOFT		= 1 << 3,
	OP_JOIN		= 1 << 4,	/* last device is not in yet */
	OP_BLOCK	= 1 << 5,
	OP_LEAVE	= 1 << 6,	/* the others still have it */
	OP_WORKERS	= 1 << 7,	/* what the kernel does behind it */
};

struct op {
	const char *name;
	bool from_live;
	enum outcome then;
	unsigned int flags;
	int (*run)(struct fault *f);
	void (*undo)(struct fault *f);
	int also;		/* what it may say instead of ENOMEM */
	void (*prepare)(struct fault *f); /* the link, or for there to be none */
};

extern const struct op fault_ops[];

/* Exits if err is one. */
void must(const char *what, int err);

#endif
