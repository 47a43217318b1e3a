// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Answers of netlink that are lost, or made up by another process, and what
 * happens just before a request. It replaces sendto() and recvfrom().
 */
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#include "check.h"
#include "forge.h"

static struct {
	__u16 type;
	void (*fn)(void);
} forge_hook;

void before_request(__u16 type, void (*fn)(void))
{
	forge_hook.type = type;
	forge_hook.fn = fn;
}

static __u16 forge_type;

void forge_answer(__u16 type)
{
	forge_type = type;
}

/* To the socket fd, as an answer to this request */
static void forge_send(int fd, const struct nlmsghdr *request)
{
	struct {
		struct nlmsghdr nh;
		struct nlmsgerr e;
	} answer = {
		.nh.nlmsg_len = sizeof(answer),
		.nh.nlmsg_type = NLMSG_ERROR,
		.nh.nlmsg_seq = request->nlmsg_seq,
		.e.error = -ENOENT,
	};
	struct sockaddr_nl to;
	socklen_t len = sizeof(to);
	int sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	CHECK(sock >= 0 && !getsockname(fd, (void *)&to, &len));
	answer.nh.nlmsg_pid = to.nl_pid;
	CHECK(syscall(SYS_sendto, sock, &answer, sizeof(answer), 0, &to, len) ==
	      sizeof(answer));
	close(sock);
}

static struct {
	bool echo;
	unsigned int answers;
} forge_lost;

void lose_echo(void)
{
	forge_lost.echo = true;
}

void lose_answers(unsigned int nr)
{
	forge_lost.answers = nr;
}

/* In place of that of the C library: the library receives with it. */
ssize_t recvfrom(int fd, void *buf, size_t size, int flags,
		 struct sockaddr *from, socklen_t *from_len)
{
	ssize_t len = syscall(SYS_recvfrom, fd, buf, size, flags, from,
			      from_len);
	struct nlmsghdr *nlh = buf;
	int left = len;

	if (len > 0 && forge_lost.answers) {
		forge_lost.answers--;
		errno = ENOBUFS;
		return -1;
	}
	for (; forge_lost.echo && mnl_nlmsg_ok(nlh, left);
	     nlh = mnl_nlmsg_next(nlh, &left))
		if (nlh->nlmsg_type == RTM_NEWTFILTER)
			nlh->nlmsg_type = NLMSG_NOOP;
	forge_lost.echo = false;
	return len;
}

/* In place of that of the C library: libmnl sends with it. */
ssize_t sendto(int fd, const void *buf, size_t len, int flags,
	       const struct sockaddr *to, socklen_t to_len)
{
	const struct nlmsghdr *nlh = buf;
	void (*fn)(void) = forge_hook.fn;

	if (fn && len >= sizeof(*nlh) && to->sa_family == AF_NETLINK &&
	    nlh->nlmsg_type == forge_hook.type) {
		forge_hook.fn = NULL;
		fn();
	}
	if (forge_type && to->sa_family == AF_NETLINK &&
	    nlh->nlmsg_type == forge_type) {
		forge_type = 0;
		forge_send(fd, nlh);
	}
	return syscall(SYS_sendto, fd, buf, len, flags, to, to_len);
}
