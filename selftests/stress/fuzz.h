/* SPDX-License-Identifier: GPL-2.0-only */
/* The fuzzer: what there is to call for, and calls made from it. */
#ifndef TCLINK_STRESS_FUZZ_H
#define TCLINK_STRESS_FUZZ_H

#include <linux/bpf.h>
#include <linux/netlink.h>

#include "stress.h"
#include "tclib.h"

#define FUZZ_BLOCK	9
#define FUZZ_ROOT	0x10000
#define FUZZ_SPOTS	6
#define FUZZ_LINKS	16
#define FUZZ_MSG	1024
/* File descriptors of links that no call is to hit are higher. */
#define FUZZ_FDS	200

struct fuzz_spot {
	int ifindex;
	__u32 parent;
	__u32 chain;
	bool hardware;
};

struct world {
	struct fuzz_spot spot[FUZZ_SPOTS];
	int prog_fd[4];		/* the last is of another type */
	int link[FUZZ_LINKS];	/* -1: none */
};

struct bpf_call {
	enum bpf_cmd cmd;
	unsigned int size;
	union {
		union bpf_attr attr;
		unsigned char bytes[4096 + 64];
	};
};

void fuzz_create(const struct world *w, struct prng *rnd, struct bpf_call *c);
void fuzz_update(const struct world *w, struct prng *rnd, struct bpf_call *c);
void fuzz_detach(const struct world *w, struct prng *rnd, struct bpf_call *c);
void fuzz_netlink(const struct world *w, struct prng *rnd,
		  struct nlmsghdr *nlh);

/* Why the kernel has to refuse it; NULL if it may do it. */
const char *fuzz_must_fail(const struct world *w, const struct bpf_call *c);

#endif
