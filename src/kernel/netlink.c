// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Talking to rtnetlink. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "kernel/netlink.h"

#define ANSWER_LEN 16384

int nl_open(struct nl *nl)
{
	int one = 1, err;

	memset(nl, 0, sizeof(*nl));
	nl->sock = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!nl->sock)
		return -errno;
	/* Old kernels have neither; then there are no words. */
	mnl_socket_setsockopt(nl->sock, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(nl->sock, NETLINK_CAP_ACK, &one, sizeof(one));
	if (mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID) < 0) {
		err = -errno;
		nl_close(nl);
		return err;
	}
	nl->port = mnl_socket_get_portid(nl->sock);
	return 0;
}

void nl_close(struct nl *nl)
{
	if (nl->sock)
		mnl_socket_close(nl->sock);
	nl->sock = NULL;
}

struct tcmsg *nl_tc_request(struct nl_request *req, __u16 type, __u16 flags,
			    __u32 ifindex, __u32 parent)
{
	struct nlmsghdr *nlh;
	struct tcmsg *tcm;

	memset(req, 0, sizeof(*req));
	nlh = mnl_nlmsg_put_header(req->buf);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	/* A dump ends by itself. */
	if ((flags & NLM_F_DUMP) != NLM_F_DUMP)
		nlh->nlmsg_flags |= NLM_F_ACK;
	tcm = mnl_nlmsg_put_extra_header(nlh, sizeof(*tcm));
	tcm->tcm_ifindex = ifindex;
	tcm->tcm_parent = parent;
	return tcm;
}

static int nl_keep_extack(const struct nlattr *attr, void *data)
{
	struct nl *nl = data;

	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG &&
	    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
		snprintf(nl->extack, sizeof(nl->extack), "%s",
			 mnl_attr_get_str(attr));
	return MNL_CB_OK;
}

static int nl_parse_error(struct nl *nl, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	size_t skip = sizeof(*e);

	if (len < sizeof(*e) || e->error > 0)
		return -EPROTO;
	/* The request comes before the words unless it was left out. */
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED) &&
	    e->msg.nlmsg_len > sizeof(e->msg))
		skip += e->msg.nlmsg_len - sizeof(e->msg);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS && skip < len)
		mnl_attr_parse(nlh, skip, nl_keep_extack, nl);
	return e->error;
}

static int nl_parse_done(const struct nlmsghdr *nlh)
{
	const int *error = mnl_nlmsg_get_payload(nlh);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*error))
		return 0;
	return *error < 0 ? *error : 0;
}

/* libmnl takes a length over INT_MAX for a negative one. */
static bool nl_message_ok(const struct nlmsghdr *nlh, int left)
{
	return mnl_nlmsg_ok(nlh, left) && nlh->nlmsg_len <= (unsigned int)left;
}

int nl_parse(struct nl *nl, const void *buf, size_t len, nl_message_fn fn,
	     void *data)
{
	const struct nlmsghdr *nlh = buf;
	int left = len;

	for (; nl_message_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		/* What is left of an earlier answer is none of this one. */
		if (nlh->nlmsg_seq != nl->seq || nlh->nlmsg_pid != nl->port)
			continue;
		if (nlh->nlmsg_type == NLMSG_ERROR)
			return nl_parse_error(nl, nlh);
		if (nlh->nlmsg_type == NLMSG_DONE)
			return nl_parse_done(nlh);
		if (fn && mnl_nlmsg_get_payload_len(nlh) >= sizeof(struct tcmsg))
			fn(nlh, data);
	}
	return 1;
}

static int nl_send(struct nl *nl, const struct nl_request *req)
{
	ssize_t len;

	do {
		len = mnl_socket_sendto(nl->sock, req, req->nh.nlmsg_len);
	} while (len < 0 && errno == EINTR);
	return len < 0 ? -errno : 0;
}

/*
 * Once it is sent, a signal must not part the answer from the caller. Other
 * processes may send to the socket too; the kernel is port 0.
 */
static ssize_t nl_receive(struct nl *nl, void *buf, size_t size)
{
	struct sockaddr_nl from = {};
	socklen_t from_len;
	ssize_t len;

	do {
		from_len = sizeof(from);
		len = recvfrom(mnl_socket_get_fd(nl->sock), buf, size,
			       MSG_TRUNC, (struct sockaddr *)&from, &from_len);
	} while (len < 0 ? errno == EINTR : from.nl_pid != 0);
	if (len < 0)
		return -errno;
	return (size_t)len > size ? -ENOSPC : len;
}

int nl_talk(struct nl *nl, struct nl_request *req, nl_message_fn fn, void *data)
{
	_Alignas(struct nlmsghdr) char buf[ANSWER_LEN];
	ssize_t len;
	int ret;

	nl->extack[0] = '\0';
	req->nh.nlmsg_seq = ++nl->seq;
	ret = nl_send(nl, req);
	if (ret)
		return ret;
	do {
		len = nl_receive(nl, buf, sizeof(buf));
		if (len <= 0)
			return len ? len : -EPIPE;
		ret = nl_parse(nl, buf, len, fn, data);
	} while (ret > 0);
	return ret;
}

int nl_talk_once(struct nl_request *req, nl_message_fn fn, void *data)
{
	struct nl nl;
	int err;

	err = nl_open(&nl);
	if (err)
		return err;
	err = nl_talk(&nl, req, fn, data);
	nl_close(&nl);
	return err;
}

__u32 netns_current(void)
{
	struct stat st;

	return stat("/proc/thread-self/ns/net", &st) ? 0 : st.st_ino;
}
