// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner.h"
#include "check.h"

#define SECONDS_PER_TEST 60

_Thread_local char last_sentence[512];
_Thread_local int last_err;

void keep_sentence(int err, const char *sentence)
{
	last_err = err;
	snprintf(last_sentence, sizeof(last_sentence), "%s", sentence);
	errno = ELOOP; /* must not reach the caller */
}

void bad(const char *file, int line, const char *what)
{
	printf("# %s:%d: %s; errno %d, logged %d: %s\n", file, line, what,
	       errno, last_err, last_sentence);
	exit(1);
}

unsigned int nr_results;

static int run_one(void (*test)(void))
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		alarm(SECONDS_PER_TEST);
		if (unshare(CLONE_NEWNET) &&
		    unshare(CLONE_NEWUSER | CLONE_NEWNET))
			exit(TEST_SKIPPED);
		test();
		exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int run_tests(const char *where, const struct test *tests, size_t nr)
{
	int failed = 0, ret;
	size_t i;

	for (i = 0; i < nr; i++) {
		ret = run_one(tests[i].run);
		nr_results++;
		if (ret == TEST_SKIPPED)
			printf("ok - %s: %s # SKIP not to be had here\n", where,
			       tests[i].name);
		else
			printf("%s - %s: %s\n", ret ? "not ok" : "ok", where,
			       tests[i].name);
		failed += ret && ret != TEST_SKIPPED;
	}
	return failed;
}
