/* SPDX-License-Identifier: GPL-2.0-only */
/* A classifier that counts the test's frames by their tag, the first byte
 * behind the Ethernet header, and lets all others pass by. Each is a program of
 * its own with a counter of its own.
 */
#ifndef TCLINK_STRESS_HITS_H
#define TCLINK_STRESS_HITS_H

#include <linux/types.h>

#define HITS_TAGS	64

struct hits {
	int fd;
	__u32 id;
	const volatile __u64 *count;	/* by tag */
	int map_fd;
};

int hits_open(struct hits *h);
void hits_close(struct hits *h);
/* One frame with that tag, out of the device: 0 or -errno. */
int hits_send(int packet_fd, int ifindex, unsigned char tag);

#endif
