// SPDX-License-Identifier: GPL-2.0-only
/*
 * Usage: cost COUNT
 *
 * What a packet costs that goes through HTB, with the filter there is: the
 * shortest of five turns. On a clock that counts instructions (vm/boot.sh
 * --icount), nanoseconds are instructions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>

#include "packets.h"

#define TURNS 5

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static double turn(int fd, const struct sockaddr_ll *to,
		   const struct packet *p, int count)
{
	double start = now();
	int i;

	for (i = 0; i < count; i++)
		if (sendto(fd, p->data, p->len, 0, (void *)to, sizeof(*to)) < 0) {
			perror("sendto");
			exit(1);
		}
	return (now() - start) / count;
}

int main(int argc, char **argv)
{
	int i, fd, count = argc > 1 ? atoi(argv[1]) : 1000;
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	double best = 1e18, one;
	struct packet p;

	packet_udp(&p, 0x0a000001, 0x0a000002, 1024, 53);
	to.sll_ifindex = if_nametoindex("v0");
	to.sll_protocol = htons(p.protocol);
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	for (i = 0; i < TURNS; i++) {
		one = turn(fd, &to, &p, count);
		if (one < best)
			best = one;
	}
	printf("%.1f\n", best);
	return 0;
}
