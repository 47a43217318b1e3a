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
#include "kernel/kernel.h"

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

/* nl_filter.c */
void tc_filter_parse(const struct nlmsghdr *nlh, struct tc_filter *f);
void tc_filter_request(struct nl_request *req, __u16 type, __u16 flags,
		       const struct tc_filter *f);

#endif /* TCLINK_NETLINK_H */
