/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * What a test on a real kernel needs: a pair of veth devices, programs that
 * count the frames they see, frames, and somebody else who uses netlink.
 */
#ifndef VETH_H
#define VETH_H

#include <stdbool.h>
#include <linux/types.h>
#include <tclink/tclink.h>

#define NR_PROGS 3
#define ETH_TEST 0x88b5 /* protocol of the frames */

struct veth {
	__u32 dev; /* "t0" */
	__u32 peer; /* "t1" */
	int sock;
	int behind; /* receives what went through ingress of t0 */
	int order; /* a map */
	int prog[NR_PROGS]; /* "prog_a" to "prog_c" */
	int map[NR_PROGS];
	__u32 id[NR_PROGS];
};

/* Programs and maps, once for all tests: 0 or -errno */
int veth_load(struct veth *veth);
/* In the network namespace of the caller; they end the test on failure. */
void veth_open(struct veth *veth);
/* Delete all qdiscs of t0. */
void veth_reset(const struct veth *veth);
__u32 prog_id_of(int fd);
/* A program of another type, "other" */
int prog_other(void);

/* Send a frame through ingress or egress of t0. */
void veth_send(struct veth *veth, __u32 parent);
__u64 veth_seen(struct veth *veth, int n);
/* Return true if program n sees a frame that goes through t0 now. */
bool veth_runs(struct veth *veth, __u32 parent, int n);
/* In which order the programs see a frame: 0x010203 if prog_c is the last */
__u32 veth_order(struct veth *veth, __u32 parent);

/* Run a command of the shell, which has to succeed. */
void sh(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int sh_status(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
bool have_tc(void);
/* Of the calling thread, for good: all, or one CAP_* */
void drop_capabilities(void);
void drop_capability(int cap);

/* Somebody else: make or replace a cls_bpf filter by netlink. */
int foreign_filter(const struct tclink_info *where, int prog_fd);
int foreign_delete(const struct tclink_info *where);
/* Number of filters of t0 that netlink shows */
int nr_filters(struct veth *veth, __u32 parent);
/* The same of filters, priorities and chains in all */
int nr_things(struct veth *veth, __u32 parent);
void clsact_add(__u32 ifindex);
void clsact_del(__u32 ifindex);

#endif /* VETH_H */
