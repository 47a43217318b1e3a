// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The handle of a device's root qdisc, which tc(8) means without a parent */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "flow_cmd.h"

struct request {
	struct nlmsghdr nh;
	struct tcmsg tc;
};

/* 1 when the dump is at its end, 0 if there is more, or -errno */
static int root_look(const struct nlmsghdr *nh, ssize_t len, __u32 ifindex,
		     __u32 *handle)
{
	const struct tcmsg *tc;

	for (; NLMSG_OK(nh, len); nh = NLMSG_NEXT(nh, len)) {
		if (nh->nlmsg_type == NLMSG_DONE)
			return 1;
		if (nh->nlmsg_type == NLMSG_ERROR)
			return ((struct nlmsgerr *)NLMSG_DATA(nh))->error ?: 1;
		tc = NLMSG_DATA(nh);
		if (nh->nlmsg_type == RTM_NEWQDISC &&
		    tc->tcm_ifindex == (int)ifindex &&
		    tc->tcm_parent == TC_H_ROOT)
			*handle = tc->tcm_handle;
	}
	return 0;
}

static int root_dump(int sock, __u32 ifindex, __u32 *handle)
{
	const struct request req = {
		.nh.nlmsg_len = sizeof(req),
		.nh.nlmsg_type = RTM_GETQDISC,
		.nh.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		.tc.tcm_ifindex = ifindex,
	};
	union {
		struct nlmsghdr nh;
		char bytes[32768];
	} answer;
	ssize_t len;
	int done;

	if (send(sock, &req, sizeof(req), 0) < 0)
		return -errno;
	do {
		len = recv(sock, &answer, sizeof(answer), 0);
		if (len < 0)
			return -errno;
		done = root_look(&answer.nh, len, ifindex, handle);
	} while (!done);
	return done < 0 ? done : 0;
}

int flow_root_qdisc(__u32 ifindex, const char *device, __u32 *handle)
{
	int sock, err;

	*handle = 0;
	sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	err = sock < 0 ? -errno : root_dump(sock, ifindex, handle);
	if (sock >= 0)
		close(sock);
	if (err)
		return failed("cannot list the qdiscs: %s", strerror(-err));
	if (!*handle)
		return failed("the root qdisc of '%s' has no handle, so it has no classes; see 'tc qdisc show dev %s'",
			      device, device);
	return RC_OK;
}
