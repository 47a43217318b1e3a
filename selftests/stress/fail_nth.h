/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes the Nth allocation fail, of those that this task makes, or each of the
 * kernel's workers.
 */
#ifndef TCLINK_STRESS_FAIL_NTH_H
#define TCLINK_STRESS_FAIL_NTH_H

#include <stdbool.h>

enum fail_what {
	FAIL_SLAB,
	FAIL_PAGE,
	FAIL_KINDS,
};

enum fail_whom {
	FAIL_SELF,
	FAIL_WORKERS,
};

extern const char *const fail_names[FAIL_KINDS];

/* 0 or -errno: -ENOENT if the kernel has no fault injection. */
int fail_nth_open(void);
int fail_nth_choose(enum fail_what what);

/* Between the two, allocation nth fails, 1 being the first. */
void fail_nth_begin(enum fail_whom whom, unsigned int nth);
/* Return true if there were that many, in one task. */
bool fail_nth_end(void);

#endif
