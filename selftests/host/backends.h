/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* What the tests of the backends share: the one that is tested just now. */
#ifndef BACKENDS_H
#define BACKENDS_H

#include "veth.h"
#include "runner.h"
#include "check.h"

extern __u32 variant; /* TCLINK_BACKEND_* */
extern struct veth veth;

/* Program n at a place, with the options given if they are not NULL */
struct tclink *attach_at(int n, __u32 ifindex, __u32 parent,
			 struct tclink_attach_opts *opts);
struct tclink *attach(int n, __u32 parent);
bool has(__u32 guarantee);
bool is_filter(void); /* and not a program at a tcx hook */
struct tclink_info info_of(const struct tclink *link);
bool runs(int n, __u32 parent);
extern const __u32 sides[2]; /* ingress, egress */
/* Neither at ingress nor at egress of t0 */
void nothing_left(void);
/* "link 5", or what the library calls a filter of ingress without one */
void name_object(char name[128], const struct tclink_info *info);
void same_as_kernel(const struct tclink *link);

/* Each test with devices of its own */
void run_variant(const struct test *list, size_t nr);
/* Tests that follow share devices, which takes less time; qdiscs do not stay. */
void share_devices(void);
void run_shared(const struct test *t);

/* backends_NAME.c, each for the variant of just now */
void run_life(void);
void run_find(void);
void run_options(void);
void run_threads(void);
void run_races(void);
void run_errors(void);
void run_says(void);

#endif /* BACKENDS_H */
