// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "inject.h"
#include "tclib.h"

#define SLAB	"/sys/kernel/debug/failslab/"
#define PAGE	"/sys/kernel/debug/fail_page_alloc/"

const char *const inject_names[INJECT_KINDS] = { "slab", "page" };

static int nth_fd = -1;

int inject_open(void)
{
	int err;

	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (nth_fd < 0)
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
int inject_choose(enum inject_what what)
{
	int err;

	err = write_file(SLAB "cache-filter", what == INJECT_SLAB ? "N" : "Y");
	return err ?: write_file(PAGE "min-order",
				 what == INJECT_PAGE ? "0" : "30");
}

static void set_nth(unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	if (pwrite(nth_fd, text, len, 0) != len) {
		perror("fail-nth");
		exit(1);
	}
}

void inject_begin(unsigned int nth)
{
	set_nth(nth);
}

bool inject_end(void)
{
	char text[16] = {};

	if (pread(nth_fd, text, sizeof(text) - 1, 0) <= 0) {
		perror("fail-nth");
		exit(1);
	}
	set_nth(0);
	return strtoul(text, NULL, 10) == 0;
}
