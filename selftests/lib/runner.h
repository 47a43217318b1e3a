/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Each test is a process in a network namespace of its own. */
#ifndef RUNNER_H
#define RUNNER_H

#include <stddef.h>

struct test {
	const char *name;
	void (*run)(void);
};

#define TEST_SKIPPED 4 /* exit status of a test that cannot run here */

extern unsigned int nr_results; /* lines printed so far */

/* Print TAP, number of failures. Where: what comes before each name. */
int run_tests(const char *where, const struct test *tests, size_t nr);

#endif /* RUNNER_H */
