/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two classifiers, one after the other, for the same packet. HTB asks the
 * filters of the root, and when those choose an inner class, the filters of
 * that. So "tclink flow" at the root chooses the row and the kernel's own
 * classifier, in all rows with the same parameters, the column. Where they
 * agree, the packet is in the diagonal.
 */
#ifndef TCLINK_SELFTESTS_FLOW_GRID_H
#define TCLINK_SELFTESTS_FLOW_GRID_H

#include <stdbool.h>
#include <linux/types.h>

#define GRID 16

struct grid {
	struct mnl_socket *nl;
	int ifindex;
	__u64 base[GRID][GRID];		/* what was there before */
	__u64 packets[GRID][GRID];
};

/* Qdisc and classes for a device. Its root handle is 1:. */
int grid_open(struct grid *g, const char *device);
void grid_close(struct grid *g);

/* Count from here on. */
int grid_start(struct grid *g);
/* What has come since then; waits until there are as many as are wanted, or at
 * least so many and no more come.
 */
int grid_read(struct grid *g, __u64 wanted, __u64 least);
__u64 grid_total(const struct grid *g);
/* Outside the diagonal */
__u64 grid_differ(const struct grid *g);
/* The one cell with packets, row * GRID + column, or -1 */
int grid_cell(const struct grid *g);

/* Set both to the same words of tc-flow(8), except the base class. */
int grid_classify(const char *device, const char *words);

/* Run a command of the shell; its output, if it fails, to standard error. */
int shell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
