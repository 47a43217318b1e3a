/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * What one may ask the kernel: each function is one question and returns one
 * answer, or -errno. Nobody here knows of backends, and nobody explains.
 */
#ifndef TCLINK_KERNEL_H
#define TCLINK_KERNEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <linux/types.h>
#include "kernel/uapi.h"

#define EXTACK_LEN 128 /* of the kernel's words for a failure */

/* What a kernel can do. Failing to find out is -errno instead. */
enum answer {
	UNKNOWN,
	NO,
	YES,
};

/* btf.c: the numbers of TC links, which differ from kernel to kernel */
struct tc_types {
	int err; /* 0, or why the numbers are not known */
	bool no_btf;
	__u32 link_type;
	__u32 attach_type;
};

const struct tc_types *tc_types(void);

/* bpf.c: links, programs and their descriptors */
struct bpf_prog_info;

int link_info_read(int fd, struct uapi_link_info *info);
int prog_info_read(int fd, struct bpf_prog_info *info);
/* Return true if the descriptor is of this kind: "bpf-prog". */
bool fd_is(int fd, const char *kind);
bool fd_is_link(int fd);
/* Return true if it is a program that can be attached. */
bool prog_is_classifier(int prog_fd);
/* A descriptor that is not 0 to 2, which others take for granted */
int link_create(const struct uapi_link_create *attr, __u32 size);

/* No device has it: an ifindex is positive, and an int in the kernel. */
#define IMPOSSIBLE_IFINDEX 0x80000000U

/*
 * Return an enum answer: what is known already, or what ask() finds out by
 * naming IMPOSSIBLE_IFINDEX. prog_fd is any program of the right type.
 */
int probe_once(atomic_int *known, int (*ask)(int prog_fd), int prog_fd);

/* tcx_hook.c: what is at a tcx hook; asking needs CAP_NET_ADMIN */
#define TCX_MAX_PROGRAMS 64 /* BPF_MPROG_MAX of the kernel */
struct tcx_programs {
	__u32 count;
	__u32 prog_ids[TCX_MAX_PROGRAMS];
	__u32 link_ids[TCX_MAX_PROGRAMS]; /* 0: attached without a link */
};

extern atomic_int tcx_known; /* an enum answer, by whichever question */

__u32 tcx_attach_type(__u32 parent);
__u32 tcx_parent(__u32 attach_type);
/* list may be NULL. */
int tcx_query(__u32 ifindex, __u32 parent, __u64 *revision,
	      struct tcx_programs *list);
int tcx_query_probe(void);
bool tcx_is_here(__u32 link_id, __u32 ifindex, __u32 attach_type);

/* netlink.c: inode number of the thread's network namespace, 0 if unknown */
__u32 netns_current(void);

/* nl_filter.c: a filter as RTM_NEWTFILTER shows it, in a dump too */
struct tc_filter {
	__u32 ifindex;
	__u32 parent;
	__u32 handle; /* 0 in a dump: the priority itself */
	__u32 priority;
	__u32 chain_index;
	__u32 protocol; /* host byte order */
	char kind[16];
	/* if the kind is bpf */
	__u32 prog_id;
	__u32 link_id;
	__u32 classid;
	__u32 flags; /* TCA_BPF_FLAG_* */
	__u32 gen_flags;
};

/* Go through the filters at a place; fn returns true to see more. */
typedef bool (*tc_filter_fn)(const struct tc_filter *f, void *data);
int tc_filter_dump(__u32 ifindex, __u32 parent, tc_filter_fn fn, void *data);
/* Kind of the template of a chain, "" if it has none */
int tc_chain_template(__u32 ifindex, __u32 parent, __u32 chain_index,
		      char kind[16]);

/* nl_qdisc.c */
int qdisc_missing(__u32 ifindex, __u32 handle);
bool qdisc_classless(__u32 ifindex, __u32 handle);
int qdisc_is_ingress(__u32 ifindex);
__u32 block_at(__u32 ifindex, __u32 parent);
bool block_missing(__u32 index);
int clsact_create(__u32 ifindex);

#endif /* TCLINK_KERNEL_H */
