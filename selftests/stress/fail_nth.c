// SPDX-License-Identifier: GPL-2.0-only
/* Turns on the fault injection of the kernel for one allocation. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fail_nth.h"
#include "tclib.h"

#define SLAB	"/sys/kernel/debug/failslab/"
#define PAGE	"/sys/kernel/debug/fail_page_alloc/"

const char *const fail_names[FAIL_KINDS] = { "slab", "page" };

#define MAX_TASKS	128

/* The first is this task's, and always open. */
static int nth_fd[MAX_TASKS] = { -1 };
static int tasks;
static enum fail_whom armed;

int fail_nth_open(void)
{
	int err;

	nth_fd[0] = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (nth_fd[0] < 0)
		return -errno;
	/* The log would have a stack trace for each. */
	err = write_file(SLAB "verbose", "0");
	err = err ?: write_file(PAGE "verbose", "0");
	/* Those that may sleep are to fail too: most do. */
	err = err ?: write_file(SLAB "ignore-gfp-wait", "N");
	return err ?: write_file(PAGE "ignore-gfp-wait", "N");
}

/* There is one counter for both. A filter by cache, of which none is marked,
 * and an order that does not exist keep the other kind out of it.
 */
int fail_nth_choose(enum fail_what what)
{
	int err;

	err = write_file(SLAB "cache-filter", what == FAIL_SLAB ? "N" : "Y");
	return err ?: write_file(PAGE "min-order",
				 what == FAIL_PAGE ? "0" : "30");
}

static bool is_worker(const char *dir)
{
	char path[64], name[32] = {};
	int fd;

	snprintf(path, sizeof(path), "%s/comm", dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, name, sizeof(name) - 1) < 0)
		name[0] = '\0';
	close(fd);
	return !strncmp(name, "kworker/", 8);
}

/* Those that come later are left alone. */
static void open_workers(void)
{
	char path[64];
	glob_t g;
	size_t i;

	tasks = 0;
	if (glob("/proc/[0-9]*", 0, NULL, &g))
		return;
	for (i = 0; i < g.gl_pathc && tasks < MAX_TASKS - 1; i++) {
		if (!is_worker(g.gl_pathv[i]))
			continue;
		snprintf(path, sizeof(path), "%s/fail-nth", g.gl_pathv[i]);
		nth_fd[tasks + 1] = open(path, O_RDWR | O_CLOEXEC);
		tasks += nth_fd[tasks + 1] >= 0;
	}
	globfree(&g);
}

/* A worker may have gone meanwhile. */
static void set_nth(int task, unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	if (pwrite(nth_fd[task], text, len, 0) != len && !task) {
		perror("fail-nth");
		exit(1);
	}
}

/* Return true if the task came to its nth allocation. */
static bool used_up(int task)
{
	char text[16] = {};

	if (pread(nth_fd[task], text, sizeof(text) - 1, 0) > 0)
		return strtoul(text, NULL, 10) == 0;
	if (!task) {
		perror("fail-nth");
		exit(1);
	}
	return false;
}

void fail_nth_begin(enum fail_whom whom, unsigned int nth)
{
	int i;

	tasks = 0;
	armed = whom;
	if (whom == FAIL_SELF) {
		set_nth(0, nth);
		return;
	}
	open_workers();
	for (i = 1; i <= tasks; i++)
		set_nth(i, nth);
}

bool fail_nth_end(void)
{
	bool hit = armed == FAIL_SELF && used_up(0);
	int i;

	set_nth(0, 0);
	for (i = 1; i <= tasks; i++) {
		hit = used_up(i) || hit;
		set_nth(i, 0);
		close(nth_fd[i]);
	}
	return hit;
}
