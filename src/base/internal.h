/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* The ground: the object, errno, and the caller's structures and log. */
#ifndef TCLINK_INTERNAL_H
#define TCLINK_INTERNAL_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <tclink/tclink.h>

struct backend_ops;

struct tclink {
	const struct backend_ops *ops;
	int fd; /* -1: it has none */
	void *data; /* of the backend, if it needs more than fd */
	char *pin_path;
	bool disconnected;
	pid_t pid; /* of the process that made the object */
};

/* opts.c */
int opts_copy(void *known, size_t known_sz, size_t known_end, const void *user);
int out_check(const void *user);
void out_copy(void *user, void *known, size_t known_sz);

/* Copy the opts structure of the caller, or the defaults if it is NULL. */
#define OPTS_COPY(type, known, user)                         \
	opts_copy(known, sizeof(struct type),                    \
		  offsetof(struct type, type##__last_field) +    \
			  sizeof((known)->type##__last_field),   \
		  user)

/* log.c: the two helpers that every public function returns through */
int tclink_err(int err);
void *tclink_err_ptr(int err);

/* err is -errno in all that follow. */
bool log_wanted(void);
void log_say(int err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void log_errno(int err, const char *what);

#endif /* TCLINK_INTERNAL_H */
