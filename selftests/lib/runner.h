/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Results as TAP, and tests that are a process in a network namespace each. */
#ifndef RUNNER_H
#define RUNNER_H

#include <stdbool.h>
#include <stddef.h>

/* A result line for each call */
void tap_result(bool good, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void tap_skip(const char *why, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Print the plan, and return the exit status: 1 if anything failed. */
int tap_done(void);

struct test {
	const char *name;
	void (*run)(void);
};

/* Where: what comes before each name */
void run_tests(const char *where, const struct test *tests, size_t nr);
/* The same in the network namespace of the caller */
void run_tests_here(const char *where, const struct test *tests, size_t nr);
/* End the test that calls this: it cannot run here. */
void skip(const char *why) __attribute__((noreturn));

#endif /* RUNNER_H */
