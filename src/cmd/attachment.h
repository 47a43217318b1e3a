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
	/* attach_run() sets these */
	struct tclink *link;
	struct view view;
	int signals;
	sigset_t signals_before;
};

enum {
	OPT_PRIO = OPT_VERB,
	OPT_HANDLE,
	OPT_CHAIN,
	OPT_PROTOCOL,
	OPT_CLASSID,
	OPT_CLASSIFY_ONLY,
	OPT_SKIP_HW,
	OPT_SKIP_SW,
	OPT_BACKEND,
	OPT_REQUIRE,
	OPT_ATTACH_VERB, /* the two verbs' own options begin here */
};

#define ATTACH_OPTIONS                                               \
	PROG_OPTIONS,                                                \
	{ "prio", required_argument, NULL, OPT_PRIO },               \
	{ "handle", required_argument, NULL, OPT_HANDLE },           \
	{ "chain", required_argument, NULL, OPT_CHAIN },             \
	{ "protocol", required_argument, NULL, OPT_PROTOCOL },       \
	{ "classid", required_argument, NULL, OPT_CLASSID },         \
	{ "classify-only", no_argument, NULL, OPT_CLASSIFY_ONLY },   \
	{ "skip-hw", no_argument, NULL, OPT_SKIP_HW },               \
	{ "skip-sw", no_argument, NULL, OPT_SKIP_SW },               \
	{ "backend", required_argument, NULL, OPT_BACKEND },         \
	{ "require", required_argument, NULL, OPT_REQUIRE }

#define ATTACH_HELP \
	"A clsact qdisc is created for ingress and egress if the device has none and the\n" \
	"backend needs one. The word 'dev' may stand before DEV.\n" \
	"\n" \
	PROG_HELP \
	"\n" \
	"  --prio N          1 to 65535, lower runs first; default: kernel chooses\n" \
	"  --handle N        of the filter in its priority; default: kernel chooses\n" \
	"  --chain N         default 0\n" \
	"  --protocol P      all, ip, ipv6, arp, 802.1Q, 802.1ad, mpls_uc or number;\n" \
	"                    default all\n" \
	"  --classid X:Y     class of packets that match\n" \
	"  --classify-only   the program returns a class, not a TC_ACT_* verdict\n" \
	"  --skip-hw         never offload to hardware\n" \
	"  --skip-sw         hardware only\n" \
	"  --backend B       link, tcx or netlink; default any: the first of them that\n" \
	"                    the kernel has and that can do what is asked for\n" \
	"  --require G,...   only with these guarantees: owned, exclusive, atomic,\n" \
	"                    compare-swap, pinnable, notified, offload, parents, classid,\n" \
	"                    chain, blocks, priority, protocol\n"

/* attachment.c: each returns 0, or an exit code after saying what is wrong */
int attach_option(struct attach *a, int opt, const char *arg);
int attach_check(struct attach *a, const char *verb);
int attach_run(struct attach *a);

#endif /* TCLINK_CMD_ATTACHMENT_H */
