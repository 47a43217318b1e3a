/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* The object, as the public functions make, check and free it. */
#ifndef TCLINK_LINK_H
#define TCLINK_LINK_H

#include "base/internal.h"

/* Takes over fd: closed on failure, which is said and is out of memory. */
struct tclink *link_new(const struct backend_ops *ops, int fd);
void link_free(struct tclink *link);
/* 0, or -EBADF, explained, in a process that must not use the object */
int link_usable(const struct tclink *link);

#endif /* TCLINK_LINK_H */
