/* SPDX-License-Identifier: GPL-2.0-only */
/* What the stress tests share: options, random numbers that a seed repeats,
 * and results as TAP.
 */
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

/* --ops N --seconds N --seed N; what is not given stays as it is, but for
 * a seed of zero, which the clock replaces.
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

/* TAP: a result line for each call, and the number of those that failed. */
void tap_plan(int tests);
void tap_result(bool ok, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int tap_failed(void);

#endif
