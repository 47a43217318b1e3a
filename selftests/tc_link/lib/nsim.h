/* SPDX-License-Identifier: GPL-2.0-only */
/* netdevsim: network devices whose hardware runs one BPF program for each. */
#ifndef TCLINK_SELFTESTS_NSIM_H
#define TCLINK_SELFTESTS_NSIM_H

#include <stdbool.h>

#define NSIM_MAX_PORTS	2

struct nsim {
	int ports;		/* 0: closed */
	int ifindex[NSIM_MAX_PORTS];
};

/* A new device with its ports, in the network namespace of the caller, in place
 * of one that an earlier test left. Returns the number of ports, or -errno.
 */
int nsim_open(struct nsim *nsim, int ports);
void nsim_close(struct nsim *nsim);

/* The ID of the program that the hardware of a port runs, 0 for none. */
unsigned int nsim_runs(int port);
/* A switch in debugfs, for instance bpf_tc_accept. Returns 0 or -errno. */
int nsim_set(int port, const char *name, bool on);
/* A program that only the hardware behind ifindex can run: a file descriptor, or
 * -errno.
 */
int nsim_load_bound(int ifindex, const char *name);
/* hw-tc-offload. Returns 0 or -errno; a driver may keep it as it is. */
int nsim_set_tc_offload(int ifindex, bool on);

#endif
