// SPDX-License-Identifier: GPL-2.0-only
/* What the stress tests share: options, and random numbers that a seed repeats. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "stress.h"

double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

void bounds_parse(struct bounds *b, int argc, char **argv)
{
	static const struct option options[] = {
		{ "ops", required_argument, NULL, 'o' },
		{ "seconds", required_argument, NULL, 's' },
		{ "seed", required_argument, NULL, 'r' },
		{}
	};
	int opt;

	setlinebuf(stdout);
	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'o':
			b->ops = strtoul(optarg, NULL, 0);
			break;
		case 's':
			b->seconds = strtoul(optarg, NULL, 0);
			break;
		case 'r':
			b->seed = strtoull(optarg, NULL, 0);
			break;
		default:
			fprintf(stderr, "usage: %s [--ops N] [--seconds N] "
				"[--seed N]\n", argv[0]);
			exit(2);
		}
	}
	if (!b->seed)
		b->seed = time(NULL);
}

void prng_init(struct prng *p, __u64 seed, __u32 stream)
{
	int i;

	p->state = seed * 0x9e3779b97f4a7c15ULL + stream + 1;
	for (i = 0; i < 8; i++)
		prng_next(p);
}

__u64 prng_next(struct prng *p)
{
	if (!p->state)
		p->state = 1;
	p->state ^= p->state >> 12;
	p->state ^= p->state << 25;
	p->state ^= p->state >> 27;
	return p->state * 0x2545f4914f6cdd1dULL;
}

__u32 prng_below(struct prng *p, __u32 below)
{
	return (prng_next(p) >> 32) % below;
}
