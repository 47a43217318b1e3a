/* SPDX-License-Identifier: GPL-2.0-only */
/* The rtnetlink requests that the tests make, on libmnl. All return 0 or
 * -errno, and keep the kernel's extended ack of the last failure.
 */
#ifndef TCLINK_SELFTESTS_RTNL_H
#define TCLINK_SELFTESTS_RTNL_H

#include <stdbool.h>
#include <linux/types.h>

struct mnl_socket;
struct nlmsghdr;

struct rtnl {
	struct mnl_socket *nl;
	unsigned int seq;
	char extack[256];
};

/* In the network namespace of the caller. */
int rtnl_open(struct rtnl *rt);
void rtnl_close(struct rtnl *rt);

int rtnl_veth_add(struct rtnl *rt, const char *name, const char *peer);
int rtnl_link_up(struct rtnl *rt, int ifindex);
int rtnl_link_del(struct rtnl *rt, int ifindex);
int rtnl_link_set_netns(struct rtnl *rt, int ifindex, int netns_fd);

/* clsact goes to TC_H_CLSACT; prio with three bands, drr and htb anywhere. */
int rtnl_qdisc_add(struct rtnl *rt, int ifindex, const char *kind,
		   __u32 parent, __u32 handle, __u16 flags);
/* clsact whose ingress is a shared block. */
int rtnl_clsact_add_block(struct rtnl *rt, int ifindex, __u32 block);
int rtnl_qdisc_del(struct rtnl *rt, int ifindex, __u32 parent);
/* A class of htb, whose classes have filters of their own. */
int rtnl_htb_class_add(struct rtnl *rt, int ifindex, __u32 parent,
		       __u32 classid);
/* Classes of drr. */
int rtnl_class_add(struct rtnl *rt, int ifindex, __u32 classid);
int rtnl_class_del(struct rtnl *rt, int ifindex, __u32 classid);
/* Packets that the class has seen, or -errno. */
int rtnl_class_packets(struct rtnl *rt, int ifindex, __u32 classid);

struct rtnl_filter {
	int ifindex;
	__u32 parent;
	__u32 handle;
	__u32 prio;
	__u32 chain;
	__u16 protocol;	/* host order, 0: ETH_P_ALL */
	const char *kind;	/* NULL: not in the request */
	int prog_fd;		/* of kind "bpf", direct action */
	const char *action;	/* NULL or its kind */
	__u32 gact;		/* TC_ACT_* of the action "gact" */
};

int rtnl_filter_new(struct rtnl *rt, const struct rtnl_filter *f,
		    __u16 flags);
int rtnl_filter_del(struct rtnl *rt, const struct rtnl_filter *f);
int rtnl_chain(struct rtnl *rt, __u16 type, int ifindex, __u32 parent,
	       __u32 chain, const char *tmplt_kind);

/* What a dump shows of filters, or of chains, at one place. */
struct rtnl_seen {
	int filters;		/* those that have a handle */
	int protos;		/* priorities, empty ones too */
	int chains;
	/* of the filter with .handle, if .handle was set by the caller */
	__u32 handle;
	__u32 prog_id;
	__u32 link_id;
	__u32 gen_flags;
	__u32 in_hw_count;
};

int rtnl_dump(struct rtnl *rt, int ifindex, __u32 parent,
	      struct rtnl_seen *seen);

/* Call cb with data for each message of a dump. What it returns is not used. */
typedef int (*rtnl_cb_t)(const struct nlmsghdr *nlh, void *data);

int rtnl_dump_raw(struct rtnl *rt, __u16 type, int ifindex, __u32 parent,
		  rtnl_cb_t cb, void *data);

/* Subscribe to RTNLGRP_TC, and count messages of a type for ifindex. */
int rtnl_monitor_open(struct rtnl *rt);
int rtnl_monitor_count(struct rtnl *rt, int ifindex, __u16 type,
		       __u32 *link_id);

#endif
