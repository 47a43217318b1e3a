// SPDX-License-Identifier: GPL-2.0-only
/* UDP traffic for demo and shell tests, counted without a clock.
 *
 * udp echo ADDR PORT...	send everything back, in the background, until
 *				killed; when the command ends the server is
 *				there, and its process ID printed
 * udp probe ADDR PORT COUNT	send COUNT packets, one after the other, and
 *				print how many of them were answered
 *
 * The server answers on port 7, too. After each packet the probe sends one
 * there. Both take the same way and none overtakes the other, because client
 * and server stay on one CPU each. So when the second is answered, the first
 * was answered before, or it never will be, however busy the machine is.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LAST_PORT	7
#define MAX_PORTS	8
/* Nobody waits so long unless the network is broken. */
#define PATIENCE_MS	30000

static struct sockaddr_in address(const char *addr, int port)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
	};

	if (inet_pton(AF_INET, addr, &sin.sin_addr) != 1)
		errx(2, "not an IPv4 address: %s", addr);
	return sin;
}

static int udp_socket(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		err(1, "socket");
	return fd;
}

/* The queue of received packets is the CPU's on which they were sent. */
static void stay_on_this_cpu(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(sched_getcpu(), &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		err(1, "sched_setaffinity");
}

static int serve_on(const char *addr, int port)
{
	struct sockaddr_in sin = address(addr, port);
	int fd = udp_socket();

	if (bind(fd, (const void *)&sin, sizeof(sin)))
		err(1, "bind to port %d", port);
	return fd;
}

/* Answer one packet that has been received, if there is one. */
static bool answer(int fd)
{
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	char buf[2048];
	ssize_t n;

	n = recvfrom(fd, buf, sizeof(buf), 0, (void *)&from, &len);
	if (n < 0 && errno == EAGAIN)
		return false;
	if (n < 0 || sendto(fd, buf, n, 0, (void *)&from, len) < 0)
		err(1, "echo");
	return true;
}

static bool readable(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	return poll(&pfd, 1, 0) == 1;
}

/* A packet to the last port is answered after all that came before it. */
static void serve(struct pollfd *pfds, int n)
{
	bool last;
	int i;

	stay_on_this_cpu();
	while (poll(pfds, n, -1) > 0) {
		last = readable(pfds[n - 1].fd);
		for (i = 0; i < n - 1; i++) {
			while (answer(pfds[i].fd))
				;
		}
		if (last)
			answer(pfds[n - 1].fd);
	}
	err(1, "poll");
}

static int echo(const char *addr, char **ports)
{
	struct pollfd pfds[MAX_PORTS + 1] = {};
	int i, null, n = 0;
	pid_t pid;

	for (; *ports && n < MAX_PORTS; ports++)
		pfds[n++].fd = serve_on(addr, atoi(*ports));
	pfds[n++].fd = serve_on(addr, LAST_PORT);
	for (i = 0; i < n; i++)
		pfds[i].events = POLLIN;
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (pid) {
		printf("%d\n", pid);
		return 0;
	}
	/* Nobody who reads our output is to wait for our end. */
	null = open("/dev/null", O_WRONLY);
	if (null < 0 || dup2(null, STDOUT_FILENO) < 0)
		err(1, "/dev/null");
	serve(pfds, n);
	return 1;
}

static int connect_to(const char *addr, int port)
{
	struct sockaddr_in sin = address(addr, port);
	int fd = udp_socket();

	if (connect(fd, (const void *)&sin, sizeof(sin)))
		err(1, "connect");
	return fd;
}

static void ask(int fd, int number)
{
	if (send(fd, &number, sizeof(number), 0) != sizeof(number))
		err(1, "send");
}

/* Whether packet NUMBER was answered, in what has been received. */
static bool answered(int fd, int number)
{
	int reply;

	while (recv(fd, &reply, sizeof(reply), 0) == sizeof(reply)) {
		if (reply == number)
			return true;
	}
	if (errno != EAGAIN)
		err(1, "recv");
	return false;
}

static int probe(const char *addr, int port, int count)
{
	struct pollfd pfd = { .events = POLLIN };
	int i, fd, sum = 0;

	fd = connect_to(addr, port);
	pfd.fd = connect_to(addr, LAST_PORT);
	stay_on_this_cpu();
	for (i = 0; i < count; i++) {
		ask(fd, i);
		ask(pfd.fd, i);
		do {
			if (poll(&pfd, 1, PATIENCE_MS) != 1)
				errx(1, "no answer from port %d", LAST_PORT);
		} while (!answered(pfd.fd, i));
		sum += answered(fd, i);
	}
	printf("%d packets sent, %d answered\n", count, sum);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 3 && argc <= 3 + MAX_PORTS && !strcmp(argv[1], "echo"))
		return echo(argv[2], argv + 3);
	if (argc == 5 && !strcmp(argv[1], "probe"))
		return probe(argv[2], atoi(argv[3]), atoi(argv[4]));
	errx(2, "usage: udp echo ADDR PORT... | udp probe ADDR PORT COUNT");
}
