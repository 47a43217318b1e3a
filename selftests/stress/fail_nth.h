/* SPDX-License-Identifier: GPL-2.0-only */
/* Let the Nth allocation fail, of those that this task makes, or each of the
 * kernel's workers.
 */
#ifndef TCLINK_STRESS_INJECT_H
#define TCLINK_STRESS_INJECT_H

#include <stdbool.h>

enum inject_what {
	INJECT_SLAB,
	INJECT_PAGE,
	INJECT_KINDS,
};

enum inject_whom {
	INJECT_SELF,
	INJECT_WORKERS,
};

extern const char *const inject_names[INJECT_KINDS];

/* 0 or -errno: -ENOENT if the kernel has no fault injection. */
int inject_open(void);
int inject_choose(enum inject_what what);

/* Between the two, allocation nth fails, 1 being the first. */
void inject_begin(enum inject_whom whom, unsigned int nth);
/* Whether there were that many, in one task. */
bool inject_end(void);

#endif
