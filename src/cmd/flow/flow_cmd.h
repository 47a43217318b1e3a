/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* What the parts of the verb flow share */
#ifndef TCLINK_CMD_FLOW_H
#define TCLINK_CMD_FLOW_H

#include "../../../progs/flow.h"
#include "cmd.h"
#include "print.h"

/* Parameters that a command line names */
enum {
	FLOW_SET_MODE = 1 << 0,
	FLOW_SET_KEYS = 1 << 1,
	FLOW_SET_BITS = 1 << 2, /* mask and xor, by and, or, xor */
	FLOW_SET_RSHIFT = 1 << 3,
	FLOW_SET_ADDEND = 1 << 4,
	FLOW_SET_DIVISOR = 1 << 5,
	FLOW_SET_BASECLASS = 1 << 6,
	FLOW_SET_PERTURB = 1 << 7,
};

/* flow_words.c: a command line */
struct flow_words {
	const char *device;
	__u32 block;
	__u32 parent; /* 0: the root qdisc */
	struct tclink_attach_opts opts;
	const char *pin;
	__u32 id;
	__u32 targets; /* words that say where a filter is to go */
	__u32 given; /* FLOW_SET_* */
	struct flow_set set;
};

int flow_words_parse(struct flow_words *words, char **argv);
int flow_words_apply(const struct flow_words *words, struct flow_set *set);

/* flow_params.c: the parameters, by themselves */
extern const char *const flow_key_names[FLOW_NR_KEYS];

int flow_set_new(struct flow_set *set);
int flow_set_restart(struct flow_set *set);
int flow_set_check(const struct flow_set *set);
void flow_set_derive(struct flow_set *set);
void flow_set_print(const struct flow_set *set);
void flow_set_json(const struct flow_set *set);

/* flow_prog.c: the program that has them */
struct flow_prog {
	int fd;
	int counts; /* its map of struct flow_count */
};

int flow_prog_load(struct flow_prog *prog, const struct flow_set *set,
		   int counts);
int flow_prog_open(struct flow_prog *prog, __u32 id, struct flow_set *set,
		   bool *ours);
void flow_prog_close(struct flow_prog *prog);

/* flow_needs.c: which kernels have what a key needs */
int flow_needs_types(struct flow_set *set);
int flow_needs_check(struct flow_set *set);

/* flow_root.c */
int flow_root_qdisc(__u32 ifindex, const char *device, __u32 *handle);

/* flow_show.c */
int flow_show(char **words);

#endif /* TCLINK_CMD_FLOW_H */
