// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * cost DEVICE link|tcx raw|tclink COUNT
 *
 * Load a program of two instructions, attach, update, detach and destroy, COUNT
 * times, with bpf(2) alone or with the library. Prints for each the median of
 * the processor time it took this thread, in ns: in a virtual machine that
 * counts instructions, that is the number of them, those of the kernel included.
 */
#include <err.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <tclink/tclink.h>

#include "kernel/uapi.h"

#define NOINLINE __attribute__((noinline))

enum op {
	LOAD,
	ATTACH,
	UPDATE,
	DETACH,
	DESTROY,
	NR_OPS,
};

static const char *const names[NR_OPS] = { "load", "attach", "update",
					   "detach", "destroy" };

static __u32 ifindex, attach_type, backend, *samples[NR_OPS];
static int progs[2], fd, loaded;
static struct tclink *link_object;
static bool failed;

static int load(void)
{
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = -1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SCHED_CLS,
		.insns = (unsigned long)insns,
		.insn_cnt = 2,
		.license = (unsigned long)"GPL",
	};

	return syscall(__NR_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

/* No part of the library, but nothing can be attached without it. */
static NOINLINE void any_load(void)
{
	loaded = load();
	failed |= loaded < 0;
}

/* The four operations, by bpf(2): what anybody has to write. */
static NOINLINE void raw_attach(void)
{
	struct uapi_link_create attr = {
		.prog_fd = progs[0],
		.target_ifindex = ifindex,
		.attach_type = attach_type,
	};

	if (backend == TCLINK_BACKEND_LINK)
		attr.tc.parent = TCLINK_INGRESS;
	fd = syscall(__NR_bpf, BPF_LINK_CREATE, &attr,
		     backend == TCLINK_BACKEND_LINK ? UAPI_LINK_CREATE_TC :
						      UAPI_LINK_CREATE_TCX);
	failed |= fd < 0;
}

static NOINLINE void raw_update(void)
{
	struct {
		__u32 link_fd, new_prog_fd, flags, old_prog_fd;
	} attr = { fd, progs[1], 0, 0 };

	failed |= syscall(__NR_bpf, BPF_LINK_UPDATE, &attr, sizeof(attr));
}

static NOINLINE void raw_detach(void)
{
	__u32 attr = fd;

	failed |= syscall(__NR_bpf, BPF_LINK_DETACH, &attr, sizeof(attr));
}

static NOINLINE void raw_destroy(void)
{
	failed |= close(fd);
}

static NOINLINE void lib_attach(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);

	opts.backend = backend;
	link_object = tclink_attach(progs[0], ifindex, TCLINK_INGRESS, &opts);
	failed |= !link_object;
}

static NOINLINE void lib_update(void)
{
	failed |= tclink__update(link_object, progs[1], NULL);
}

static NOINLINE void lib_detach(void)
{
	failed |= tclink__detach(link_object);
}

static NOINLINE void lib_destroy(void)
{
	failed |= tclink__destroy(link_object);
}

static void (*const ops[2][NR_OPS])(void) = {
	{ any_load, raw_attach, raw_update, raw_detach, raw_destroy },
	{ any_load, lib_attach, lib_update, lib_detach, lib_destroy },
};

static __u64 now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	const __u32 *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* What two looks at the clock take is in each sample, and in none but them. */
static void measure(bool lib, __u32 count)
{
	__u64 start;
	__u32 i;
	int op;

	for (i = 0; i < count && !failed; i++) {
		for (op = 0; op < NR_OPS; op++) {
			start = now();
			ops[lib][op]();
			samples[op][i] = now() - start;
		}
		close(loaded);
	}
	if (failed)
		err(1, "an operation failed");
}

static __u32 clock_cost(void)
{
	__u32 i, all[101];
	__u64 start;

	for (i = 0; i < 101; i++) {
		start = now();
		all[i] = now() - start;
	}
	qsort(all, 101, sizeof(*all), compare);
	return all[50];
}

int main(int argc, char **argv)
{
	TCLINK_OPTS(tclink_features, features);
	__u32 count, clock;
	bool lib;
	int op;

	if (argc != 5)
		errx(2, "usage: cost DEVICE link|tcx raw|tclink COUNT");
	ifindex = if_nametoindex(argv[1]);
	lib = !strcmp(argv[3], "tclink");
	count = atoi(argv[4]);
	/* Both find the type's number, so that only the operations differ. */
	if (tclink_probe(&features))
		return 1;
	backend = strcmp(argv[2], "tcx") ? TCLINK_BACKEND_LINK :
					   TCLINK_BACKEND_TCX;
	attach_type = backend == TCLINK_BACKEND_TCX ? UAPI_TCX_INGRESS :
						      features.attach_type;
	progs[0] = load();
	progs[1] = load();
	if (progs[0] < 0 || progs[1] < 0)
		err(1, "no program");
	for (op = 0; op < NR_OPS; op++)
		samples[op] = calloc(count + 1, sizeof(__u32));
	measure(lib, count);
	clock = clock_cost();
	for (op = 0; op < NR_OPS && count; op++) {
		qsort(samples[op], count, sizeof(__u32), compare);
		printf("%s %u\n", names[op], samples[op][count / 2] - clock);
	}
	return 0;
}
