// SPDX-License-Identifier: GPL-2.0-only
/* UDP traffic for demo and shell tests.
 *
 * udp echo ADDR PORT		send everything back, until killed
 * udp probe ADDR PORT COUNT	send COUNT packets, one after the other, and
 *				print how many of them were answered
 */
#include <arpa/inet.h>
#include <err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ANSWER_MS	200

static struct sockaddr_in address(const char *addr, const char *port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };

	if (inet_pton(AF_INET, addr, &sin.sin_addr) != 1)
		errx(2, "not an IPv4 address: %s", addr);
	sin.sin_port = htons(atoi(port));
	return sin;
}

static int echo(int fd, const struct sockaddr_in *self)
{
	struct sockaddr_in from;
	char buf[2048];

	if (bind(fd, (const void *)self, sizeof(*self)))
		err(1, "bind");
	for (;;) {
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(fd, buf, sizeof(buf), 0, (void *)&from,
				     &len);

		if (n < 0 || sendto(fd, buf, n, 0, (void *)&from, len) < 0)
			err(1, "echo");
	}
}

static int probe(int fd, const struct sockaddr_in *to, int count)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int i, reply, answered = 0;

	if (connect(fd, (const void *)to, sizeof(*to)))
		err(1, "connect");
	for (i = 0; i < count; i++) {
		if (send(fd, &i, sizeof(i), 0) != sizeof(i))
			err(1, "send");
		/* An answer that came late is none to this packet. */
		while (poll(&pfd, 1, ANSWER_MS) == 1) {
			if (recv(fd, &reply, sizeof(reply), 0) != sizeof(reply))
				err(1, "recv");
			if (reply == i) {
				answered++;
				break;
			}
		}
	}
	printf("%d packets sent, %d answered\n", count, answered);
	return 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_in sin;
	int fd;

	if (argc < 4)
		errx(2, "usage: udp echo ADDR PORT | udp probe ADDR PORT COUNT");
	sin = address(argv[2], argv[3]);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		err(1, "socket");
	if (!strcmp(argv[1], "echo"))
		return echo(fd, &sin);
	if (!strcmp(argv[1], "probe") && argc == 5)
		return probe(fd, &sin, atoi(argv[4]));
	errx(2, "neither echo nor probe COUNT");
}
