// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * What the kernel answers on netlink, made up: each datagram is two bytes of
 * length, then that much. The functions of libmnl that make system calls are
 * replaced; what is behind a datagram must not be read.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sanitizer/asan_interface.h>

#include "base/internal.h"
#include "kernel/netlink.h"

struct mnl_socket {
	int unused;
};

static struct mnl_socket the_socket;
static const uint8_t *next;
static size_t left;
static __u32 seq;

struct mnl_socket *mnl_socket_open2(int bus, int flags)
{
	(void)bus;
	(void)flags;
	return &the_socket;
}

int mnl_socket_setsockopt(const struct mnl_socket *nl, int type, void *buf,
			  socklen_t len)
{
	(void)nl;
	(void)type;
	(void)buf;
	(void)len;
	return 0;
}

int mnl_socket_bind(struct mnl_socket *nl, unsigned int groups, pid_t pid)
{
	(void)nl;
	(void)groups;
	(void)pid;
	return 0;
}

unsigned int mnl_socket_get_portid(const struct mnl_socket *nl)
{
	(void)nl;
	return 1;
}

int mnl_socket_close(struct mnl_socket *nl)
{
	(void)nl;
	return 0;
}

ssize_t mnl_socket_sendto(const struct mnl_socket *nl, const void *req,
			  size_t len)
{
	(void)nl;
	seq = ((const struct nlmsghdr *)req)->nlmsg_seq;
	return len;
}

/* Messages are of this answer unless they say very clearly that they are not. */
static void address(void *buf, int len)
{
	struct nlmsghdr *nlh = buf;

	for (; mnl_nlmsg_ok(nlh, len) && nlh->nlmsg_len <= (__u32)len;
	     nlh = mnl_nlmsg_next(nlh, &len)) {
		if (nlh->nlmsg_pid == ~0U)
			continue;
		nlh->nlmsg_seq = seq;
		nlh->nlmsg_pid = 1;
	}
}

ssize_t mnl_socket_recvfrom(const struct mnl_socket *nl, void *buf, size_t size)
{
	size_t len;

	(void)nl;
	__asan_unpoison_memory_region(buf, size);
	if (left < 2)
		return 0;
	len = next[0] | next[1] << 8;
	next += 2;
	left -= 2;
	if (len > left)
		len = left;
	if (len > size)
		len = size;
	memcpy(buf, next, len);
	next += len;
	left -= len;
	address(buf, len);
	__asan_poison_memory_region((char *)buf + len, size - len);
	return len;
}

static bool filter_one(const struct tc_filter *f, void *data)
{
	unsigned int *count = data;

	if (strnlen(f->kind, sizeof(f->kind)) == sizeof(f->kind))
		abort();
	return ++*count < 100;
}

static void talk(void)
{
	struct nl_request req;
	struct nl nl;

	nl_open(&nl);
	nl_tc_request(&req, RTM_GETQDISC, 0, 1, 0);
	if (nl_talk(&nl, &req, NULL, NULL) > 0)
		abort();
	if (strnlen(nl.extack, sizeof(nl.extack)) == sizeof(nl.extack))
		abort();
	nl_close(&nl);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int count = 0;
	char kind[16];
	int i;

	for (i = 0; i < 4; i++) {
		next = data;
		left = size;
		if (i == 0)
			tc_filter_dump(1, TCLINK_INGRESS, filter_one, &count);
		else if (i == 1)
			tc_chain_template(1, TCLINK_INGRESS, 0, kind);
		else if (i == 2)
			block_at(1, TCLINK_INGRESS);
		else
			talk();
	}
	if (strnlen(kind, sizeof(kind)) == sizeof(kind))
		abort();
	return 0;
}
