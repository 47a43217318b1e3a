// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <bpf/libbpf.h>

#include "internal.h"

struct qdisc_get {
	struct nlmsghdr nh;
	struct tcmsg tc;
};

static int qdisc_ask(int sock, const struct qdisc_get *req)
{
	union {
		struct nlmsghdr nh;
		char buf[8192];
	} answer;
	struct nlmsgerr *e = NLMSG_DATA(&answer.nh);
	ssize_t len;

	if (send(sock, req, sizeof(*req), 0) < 0)
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

/* 1 if the device has no qdisc of this handle, 0 if it has, or -errno. */
int qdisc_missing(__u32 ifindex, __u32 handle)
{
	struct qdisc_get req = {
		.nh.nlmsg_len = sizeof(req),
		.nh.nlmsg_type = RTM_GETQDISC,
		.nh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		.tc.tcm_family = AF_UNSPEC,
		.tc.tcm_ifindex = ifindex,
		.tc.tcm_handle = handle,
	};
	int sock, err;

	sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (sock < 0)
		return -errno;
	err = qdisc_ask(sock, &req);
	close(sock);
	return err == -ENOENT ? 1 : err;
}

int clsact_create(__u32 ifindex)
{
	struct bpf_tc_hook hook;
	int err;

	/* LIBBPF_OPTS() can leave the padding at the end unset: EINVAL. */
	memset(&hook, 0, sizeof(hook));
	hook.sz = sizeof(hook);
	hook.ifindex = ifindex;
	hook.attach_point = BPF_TC_INGRESS;
	err = bpf_tc_hook_create(&hook);

	/* Somebody else was faster, which serves as well. */
	return err == -EEXIST ? 0 : err;
}
