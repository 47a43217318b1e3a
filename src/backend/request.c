// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* What a request asks of a backend, and what is wrong with it on any kernel. */
#include <linux/if_ether.h>

#include "backend/backend.h"

/* The two hooks that the clsact qdisc and tcx have */
bool request_on_clsact(const struct request *req)
{
	return req->ifindex != TCLINK_BLOCK &&
	       (req->parent == TCLINK_INGRESS || req->parent == TCLINK_EGRESS);
}

__u32 request_needs(const struct request *req)
{
	const struct tclink_attach_opts *opts = &req->opts;
	__u32 needs = opts->require;

	if (req->ifindex == TCLINK_BLOCK)
		needs |= TCLINK_BLOCKS;
	else if (!request_on_clsact(req))
		needs |= TCLINK_PARENTS;
	if (opts->handle || opts->priority)
		needs |= TCLINK_PRIORITY;
	if (opts->chain_index)
		needs |= TCLINK_CHAIN;
	if (opts->protocol && opts->protocol != ETH_P_ALL)
		needs |= TCLINK_PROTOCOL;
	if (opts->classid || opts->flags)
		needs |= TCLINK_CLASSID;
	if (opts->gen_flags)
		needs |= TCLINK_OFFLOAD;
	return needs;
}

static enum mistake request_check_flags(const struct tclink_attach_opts *opts)
{
	const __u32 both = TCLINK_SKIP_SW | TCLINK_SKIP_HW;

	if (opts->flags & ~TCLINK_F_CLASSIFY_ONLY)
		return BAD_FLAGS;
	if (opts->gen_flags & ~both)
		return BAD_GEN_FLAGS;
	if (opts->gen_flags == both)
		return BOTH_SKIPPED;
	if (opts->require & ~ALL_GUARANTEES)
		return BAD_REQUIRE;
	return NO_MISTAKE;
}

enum mistake request_check(const struct request *req)
{
	const struct tclink_attach_opts *opts = &req->opts;
	enum mistake mistake = request_check_flags(opts);

	if (mistake)
		return mistake;
	if (opts->backend >= NR_BACKENDS)
		return BAD_BACKEND;
	if (opts->priority > MAX_PRIORITY)
		return BAD_PRIORITY;
	if (opts->chain_index > MAX_CHAIN)
		return BAD_CHAIN;
	if (opts->protocol > MAX_PROTOCOL)
		return BAD_PROTOCOL;
	return req->parent ? NO_MISTAKE : NO_PARENT;
}

enum mistake update_check(const struct update *u)
{
	if (u->opts.flags & ~TCLINK_F_EXPECT_OLD)
		return BAD_FLAGS;
	if (!u->opts.flags && u->opts.old_prog_fd)
		return OLD_UNEXPECTED;
	return NO_MISTAKE;
}
