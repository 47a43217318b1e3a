/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * Talking to rtnetlink: one request, its answers, its acknowledgement. A
 * socket belongs to the network namespace in which it was opened.
 */
#ifndef TCLINK_NETLINK_H
#define TCLINK_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#define EXTACK_LEN 128

struct nl {
	struct mnl_socket *sock;
	unsigned int port;
	unsigned int seq;
	char extack[EXTACK_LEN]; /* the kernel's words for the last failure */
};

struct nl_request {
	union {
		struct nlmsghdr nh;
		char buf[1024];
	};
};

/* Called for each message of the answer that has a whole struct tcmsg. */
typedef void (*nl_message_fn)(const struct nlmsghdr *nlh, void *data);

int nl_open(struct nl *nl);
void nl_close(struct nl *nl);

struct tcmsg *nl_tc_request(struct nl_request *req, __u16 type, __u16 flags,
			    __u32 ifindex, __u32 parent);
int nl_talk(struct nl *nl, struct nl_request *req, nl_message_fn fn,
	    void *data);
/* The same with a socket of its own, in the thread's network namespace */
int nl_talk_once(struct nl_request *req, nl_message_fn fn, void *data);

/* 1: more is to come; 0 or -errno: what the answer ended with */
int nl_parse(struct nl *nl, const void *buf, size_t len, nl_message_fn fn,
	     void *data);

/* filter.c: a filter as RTM_NEWTFILTER shows it, in a dump too */
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

void tc_filter_parse(const struct nlmsghdr *nlh, struct tc_filter *f);
void tc_filter_request(struct nl_request *req, __u16 type, __u16 flags,
		       const struct tc_filter *f);

/* Go through the filters at a place; fn returns whether to see more. */
typedef bool (*tc_filter_fn)(const struct tc_filter *f, void *data);
int tc_filter_dump(__u32 ifindex, __u32 parent, tc_filter_fn fn, void *data);
/* Kind of the template of a chain, "" if it has none */
int tc_chain_template(__u32 ifindex, __u32 parent, __u32 chain_index,
		      char kind[16]);

#endif /* TCLINK_NETLINK_H */
