/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* What attach and exec have in common */
#ifndef TCLINK_CMD_ATTACHMENT_H
#define TCLINK_CMD_ATTACHMENT_H

#include "cmd.h"
#include "hold.h"
#include "print.h"
#include "program.h"

struct attach {
	struct prog_source prog;
	struct tclink_attach_opts opts;
	struct target target;
	const char *pin;
	bool json;
	/* attach_run() sets these */
	struct tclink *link;
	struct view view;
	int signals;
	sigset_t signals_before;
};

/* What --help of both says of the target */
#define ATTACH_HELP                                                            \
	"\n"                                                                   \
	"A clsact qdisc is created for ingress and egress if the device has none and the\n" \
	"backend needs one. The word 'dev' may stand before DEV.\n"

extern const struct option_spec attach_options[];

/* Each returns 0, or an exit code after saying what is wrong */
int attach_check(struct attach *a, const char *verb);
int attach_run(struct attach *a);

#endif /* TCLINK_CMD_ATTACHMENT_H */
