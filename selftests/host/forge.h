/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* A kernel whose netlink answers are lost, forged, or come too late. */
#ifndef FORGE_H
#define FORGE_H

#include <linux/types.h>

/* Called once, before the next netlink request of this type goes out */
void before_request(__u16 type, void (*fn)(void));
/* Before the next request of this type, another process answers ENOENT. */
void forge_answer(__u16 type);
/* The next messages from the kernel: no RTM_NEWTFILTER in the first of them */
void lose_echo(void);
/* or ENOBUFS in place of each, nr times */
void lose_answers(unsigned int nr);

#endif /* FORGE_H */
