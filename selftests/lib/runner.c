// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Runs each test in a process of its own, and prints what became of it. */
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner.h"
#include "check.h"

#define SECONDS_PER_TEST 60
#define SKIPPED 4 /* exit status, as in kselftest */

_Thread_local char last_sentence[512];
_Thread_local int last_err;
_Thread_local unsigned int nr_sentences;

static unsigned int nr_results, nr_failed;
static char *skip_reason; /* shared with the process of a test */

void keep_sentence(int err, const char *sentence)
{
	nr_sentences++;
	last_err = err;
	snprintf(last_sentence, sizeof(last_sentence), "%s", sentence);
	errno = ELOOP; /* must not reach the caller */
}

void check_failed(const char *file, int line, const char *what)
{
	printf("# %s:%d: %s; errno %d, logged %d: %s\n", file, line, what,
	       errno, last_err, last_sentence);
	exit(1);
}

void forget(void)
{
	nr_sentences = 0;
	last_err = 0;
	last_sentence[0] = '\0';
	errno = 0;
}

void check_said(const char *file, int line, int err, const char *expected)
{
	if (errno == err && last_err == err && nr_sentences == 1 &&
	    !strcmp(last_sentence, expected)) {
		forget();
		return;
	}
	printf("# %s:%d: errno %d, said %u times, the last with %d:\n# %s\n# expected %d and\n# %s\n",
	       file, line, errno, nr_sentences, last_err, last_sentence, err,
	       expected);
	exit(1);
}

static void tap_line(const char *how, const char *fmt, va_list ap)
{
	printf("%s %u - ", how, ++nr_results);
	vprintf(fmt, ap);
}

void tap_result(bool good, const char *fmt, ...)
{
	va_list ap;

	nr_failed += !good;
	va_start(ap, fmt);
	tap_line(good ? "ok" : "not ok", fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

void tap_skip(const char *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tap_line("ok", fmt, ap);
	va_end(ap);
	printf(" # SKIP %s\n", why);
	fflush(stdout);
}

int tap_done(void)
{
	printf("1..%u\n", nr_results);
	return nr_failed || !nr_results;
}

void skip(const char *why)
{
	snprintf(skip_reason, BUFSIZ, "%s", why);
	exit(SKIPPED);
}

static void own_netns(void)
{
	if (unshare(CLONE_NEWNET) && unshare(CLONE_NEWUSER | CLONE_NEWNET))
		skip("no network namespace of its own");
}

static void run_child(void (*before)(void), void (*test)(void))
{
	alarm(SECONDS_PER_TEST);
	if (before)
		before();
	test();
	exit(0);
}

static int run_one(void (*before)(void), void (*test)(void))
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		run_child(before, test);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static void share_skip_reason(void)
{
	if (skip_reason)
		return;
	skip_reason = mmap(NULL, BUFSIZ, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (skip_reason == MAP_FAILED) {
		perror("# mmap");
		exit(1);
	}
}

static void run_all(const char *where, const struct test *tests, size_t nr,
		    void (*before)(void))
{
	size_t i;
	int ret;

	share_skip_reason();
	for (i = 0; i < nr; i++) {
		skip_reason[0] = '\0';
		ret = run_one(before, tests[i].run);
		if (ret == SKIPPED)
			tap_skip(skip_reason, "%s: %s", where, tests[i].name);
		else
			tap_result(!ret, "%s: %s", where, tests[i].name);
	}
}

void run_tests(const char *where, const struct test *tests, size_t nr)
{
	run_all(where, tests, nr, own_netns);
}

void run_tests_here(const char *where, const struct test *tests, size_t nr)
{
	run_all(where, tests, nr, NULL);
}
