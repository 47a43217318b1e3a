// SPDX-License-Identifier: GPL-2.0-only
/*
 * share serve PORT WARM SECONDS	take connections; after WARM seconds, count
 *					for SECONDS what comes from each host
 * share send ADDRESS PORT FLOWS SECONDS
 *					send as fast as it goes
 *
 * The server prints a line for each host: its address and the bytes.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <linux/types.h>

#define MAX_FLOWS 64

struct flow {
	__be32 host;
	unsigned long bytes;
};

static struct pollfd fds[MAX_FLOWS + 1];
static struct flow flows[MAX_FLOWS + 1];
static char buf[65536];
static int nr = 1;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static int die(const char *what)
{
	perror(what);
	exit(1);
}

static struct sockaddr_in address(const char *host, const char *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons(atoi(port)) };

	inet_pton(AF_INET, host, &at.sin_addr);
	return at;
}

static void take_connection(void)
{
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	int fd = accept4(fds[0].fd, (void *)&from, &len, SOCK_NONBLOCK);

	if (fd < 0 || nr > MAX_FLOWS)
		return;
	fds[nr] = (struct pollfd){ .fd = fd, .events = POLLIN };
	flows[nr++].host = from.sin_addr.s_addr;
}

static void take_data(int i, int counted)
{
	ssize_t len = read(fds[i].fd, buf, sizeof(buf));

	if (len > 0 && counted)
		flows[i].bytes += len;
	if (!len || (len < 0 && errno != EAGAIN))
		fds[i].fd = -1;
}

static void share_report(void)
{
	char host[INET_ADDRSTRLEN];
	unsigned long bytes;
	int i, j;

	for (i = 1; i < nr; i++) {
		for (j = 1; j < i && flows[j].host != flows[i].host; j++)
			;
		if (j < i)
			continue;
		for (bytes = 0; j < nr; j++)
			if (flows[j].host == flows[i].host)
				bytes += flows[j].bytes;
		inet_ntop(AF_INET, &flows[i].host, host, sizeof(host));
		printf("%s %lu\n", host, bytes);
	}
}

static int serve(const char *port, double warm, double seconds)
{
	struct sockaddr_in at = address("0.0.0.0", port);
	double start = now();
	int i, one = 1;

	fds[0].fd = socket(AF_INET, SOCK_STREAM, 0);
	fds[0].events = POLLIN;
	setsockopt(fds[0].fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fds[0].fd, (void *)&at, sizeof(at)) || listen(fds[0].fd, 64))
		return die("listen");
	while (now() < start + warm + seconds) {
		poll(fds, nr, 50);
		if (fds[0].revents & POLLIN)
			take_connection();
		for (i = 1; i < nr; i++)
			if (fds[i].revents)
				take_data(i, now() > start + warm);
	}
	share_report();
	return 0;
}

static int send_all(const char *host, const char *port, int count,
		    double seconds)
{
	struct sockaddr_in to = address(host, port);
	double end = now() + seconds;
	int i, tries;

	for (i = 0; i < count; i++) {
		fds[i].events = POLLOUT;
		for (tries = 0; tries < 50; tries++) {
			fds[i].fd = socket(AF_INET, SOCK_STREAM, 0);
			if (!connect(fds[i].fd, (void *)&to, sizeof(to)))
				break;
			close(fds[i].fd);
			usleep(50000);
		}
		if (tries == 50)
			return die("connect");
	}
	while (now() < end && poll(fds, count, 50) >= 0)
		for (i = 0; i < count; i++)
			if (fds[i].revents &&
			    send(fds[i].fd, buf, 16384,
				 MSG_DONTWAIT | MSG_NOSIGNAL) < 0 &&
			    errno != EAGAIN)
				return 0;
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "serve"))
		return serve(argv[2], atof(argv[3]), atof(argv[4]));
	if (argc == 6 && !strcmp(argv[1], "send") && atoi(argv[4]) <= MAX_FLOWS)
		return send_all(argv[2], argv[3], atoi(argv[4]), atof(argv[5]));
	fprintf(stderr, "share serve PORT WARM SECONDS | send ADDRESS PORT FLOWS SECONDS\n");
	return 2;
}
