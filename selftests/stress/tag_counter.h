/* SPDX-License-Identifier: GPL-2.0-only */
/* A classifier that counts the frames of send_frames() by their tag, and lets
 * all others pass by. Each is a program of its own with a counter of its own.
 */
#ifndef TCLINK_STRESS_TAG_COUNTER_H
#define TCLINK_STRESS_TAG_COUNTER_H

#include <linux/types.h>

#define COUNTER_TAGS	64

struct tag_counter {
	int fd;
	__u32 id;
	const volatile __u64 *count;	/* by tag */
	int map_fd;
};

int tag_counter_open(struct tag_counter *t);
void tag_counter_close(struct tag_counter *t);

#endif
