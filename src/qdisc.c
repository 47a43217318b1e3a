// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <sys/socket.h>
#include <unistd.h>
#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "internal.h"

struct qdisc_req {
	struct nlmsghdr nh;
	struct tcmsg tc;
	struct nlattr kind;
	char kind_name[8];
};

static int qdisc_ask(int sock, const struct qdisc_req *req)
{
	union {
		struct nlmsghdr nh;
		char buf[8192];
	} answer;
	struct nlmsgerr *e = NLMSG_DATA(&answer.nh);
	ssize_t len;

	if (send(sock, req, req->nh.nlmsg_len, 0) < 0)
		return -errno;
	len = recv(sock, &answer, sizeof(answer), 0);
	if (len < 0)
		return -errno;
	if (!NLMSG_OK(&answer.nh, (size_t)len))
		return -EPROTO;
	if (answer.nh.nlmsg_type != NLMSG_ERROR)
		return 0;
	if (answer.nh.nlmsg_len < NLMSG_LENGTH(sizeof(*e)))
		return -EPROTO;
	return e->error;
}

static int qdisc_talk(const struct qdisc_req *req)
{
	int sock, err;

	sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (sock < 0)
		return -errno;
	err = qdisc_ask(sock, req);
	close(sock);
	return err;
}

/* 1 if the device has no qdisc of this handle, 0 if it has, or -errno. */
int qdisc_missing(__u32 ifindex, __u32 handle)
{
	const struct qdisc_req req = {
		.nh.nlmsg_len = offsetof(struct qdisc_req, kind),
		.nh.nlmsg_type = RTM_GETQDISC,
		.nh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		.tc.tcm_family = AF_UNSPEC,
		.tc.tcm_ifindex = ifindex,
		.tc.tcm_handle = handle,
	};
	int err = qdisc_talk(&req);

	return err == -ENOENT ? 1 : err;
}

/*
 * Not bpf_tc_hook_create(): libbpf prints a warning when the qdisc exists,
 * which here is no failure.
 */
int clsact_create(__u32 ifindex)
{
	const struct qdisc_req req = {
		.nh.nlmsg_len = sizeof(req),
		.nh.nlmsg_type = RTM_NEWQDISC,
		.nh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE |
				  NLM_F_EXCL,
		.tc.tcm_family = AF_UNSPEC,
		.tc.tcm_ifindex = ifindex,
		.tc.tcm_handle = TC_H_MAJ(TC_H_CLSACT),
		.tc.tcm_parent = TC_H_CLSACT,
		.kind.nla_len = sizeof(struct nlattr) + sizeof("clsact"),
		.kind.nla_type = TCA_KIND,
		.kind_name = "clsact",
	};
	int err = qdisc_talk(&req);

	return err == -EEXIST ? 0 : err;
}
