/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* How a test checks: it ends its process with 1 at the first difference. */
#ifndef CHECK_H
#define CHECK_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the library said last, in this thread, and how often it spoke */
extern _Thread_local char last_sentence[512];
extern _Thread_local int last_err;
extern _Thread_local unsigned int nr_sentences;

void keep_sentence(int err, const char *sentence);
void check_failed(const char *file, int line, const char *what)
	__attribute__((noreturn));

#define CHECK(cond)                                           \
	do {                                                  \
		if (!(cond))                                  \
			check_failed(__FILE__, __LINE__, #cond);  \
	} while (0)

void forget(void); /* what was said */
void check_said(const char *file, int line, int err, const char *expected);

/* An int function fails with this errno, both ways, and says this, once. */
#define FAILS(call, error, sentence)                                \
	do {                                                        \
		forget();                                           \
		CHECK((call) == -(error));                          \
		check_said(__FILE__, __LINE__, error, sentence);    \
	} while (0)

#define FAILS_PTR(call, error, sentence)                            \
	do {                                                        \
		forget();                                           \
		CHECK((call) == NULL);                              \
		check_said(__FILE__, __LINE__, error, sentence);    \
	} while (0)

#endif /* CHECK_H */
