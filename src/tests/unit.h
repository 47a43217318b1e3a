/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* How a test checks: it ends its process with 1 at the first difference. */
#ifndef UNIT_H
#define UNIT_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char last_sentence[512];
static int last_err;

static void keep_sentence(int err, const char *sentence)
{
	last_err = err;
	snprintf(last_sentence, sizeof(last_sentence), "%s", sentence);
	errno = ELOOP; /* must not reach the caller */
}

static void bad(int line, const char *what)
{
	printf("# line %d: %s; errno %d, logged %d: %s\n", line, what, errno,
	       last_err, last_sentence);
	exit(1);
}

#define CHECK(cond)                         \
	do {                                    \
		if (!(cond))                        \
			bad(__LINE__, #cond);           \
	} while (0)

/* An int function fails with this errno, both ways, and says this. */
#define FAILS(call, error, sentence)                      \
	do {                                                  \
		last_sentence[0] = '\0';                          \
		errno = 0;                                        \
		CHECK((call) == -(error));                        \
		CHECK(errno == (error) && last_err == (error));   \
		CHECK(!strcmp(last_sentence, sentence));          \
	} while (0)

#define FAILS_PTR(call, error, sentence)                  \
	do {                                                  \
		last_sentence[0] = '\0';                          \
		errno = 0;                                        \
		CHECK((call) == NULL);                            \
		CHECK(errno == (error) && last_err == (error));   \
		CHECK(!strcmp(last_sentence, sentence));          \
	} while (0)

#endif /* UNIT_H */
