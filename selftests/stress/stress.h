/* SPDX-License-Identifier: GPL-2.0-only */
/* What the stress tests share: options, and random numbers that a seed repeats. */
#ifndef TCLINK_STRESS_H
#define TCLINK_STRESS_H

#include <stdbool.h>

#include <linux/types.h>

/* Bounds of a run. No ops: bounded by seconds only. */
struct bounds {
	__u64 seed;
	unsigned long ops;
	unsigned int seconds;
};

/* --ops N --seconds N --seed N; what is not given stays as it is, except
 * a seed of zero, which the clock replaces. Makes stdout line buffered.
 */
void bounds_parse(struct bounds *b, int argc, char **argv);

struct prng {
	__u64 state;
};

void prng_init(struct prng *p, __u64 seed, __u32 stream);
__u64 prng_next(struct prng *p);
/* From 0 to below - 1. */
__u32 prng_below(struct prng *p, __u32 below);

double now(void);

#endif
