// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* What is wrong with how a function was called, on any kernel. */
#include <bpf/libbpf.h>

#include "base/internal.h"
#include "explain/explain.h"

int null_arg(const char *function)
{
	log_say(-EINVAL, "%s(): an argument that must not be NULL is NULL",
		function);
	return -EINVAL;
}

void explain_opts(int err, const char *name)
{
	if (err == -E2BIG)
		log_say(err,
			"struct %s has an option set that this libtclink does not know; it is older than the program",
			name);
	else
		log_say(err, "struct %s: sz is not set; use TCLINK_OPTS()",
			name);
}

void explain_not_loaded(const struct bpf_program *prog)
{
	log_say(-EINVAL, "program %s is not loaded; call bpf_object__load()",
		prog ? bpf_program__name(prog) : "NULL");
}

static void explain_flags(int err, __u32 flags)
{
	log_say(err, "flags 0x%x has a bit that is not known", flags);
}

static void explain_range(int err, enum mistake mistake,
			  const struct tclink_attach_opts *opts)
{
	if (mistake == BAD_PRIORITY)
		log_say(err, "priority %u is over %u", opts->priority,
			MAX_PRIORITY);
	else if (mistake == BAD_CHAIN)
		log_say(err, "chain %u is over %u", opts->chain_index,
			MAX_CHAIN);
	else
		log_say(err, "protocol 0x%x is over 0x%x", opts->protocol,
			MAX_PROTOCOL);
}

void explain_request(int err, enum mistake mistake, const struct request *req)
{
	const struct tclink_attach_opts *opts = &req->opts;

	switch (mistake) {
	case BAD_FLAGS:
		explain_flags(err, opts->flags);
		break;
	case BAD_GEN_FLAGS:
		log_say(err,
			"gen_flags 0x%x has a bit other than TCLINK_SKIP_HW and TCLINK_SKIP_SW",
			opts->gen_flags);
		break;
	case BOTH_SKIPPED:
		log_say(err,
			"TCLINK_SKIP_HW and TCLINK_SKIP_SW exclude each other");
		break;
	case BAD_REQUIRE:
		log_say(err, "require 0x%x has a bit that is no guarantee",
			opts->require);
		break;
	case BAD_BACKEND:
		log_say(err, "there is no backend %u", opts->backend);
		break;
	case NO_PARENT:
		log_say(err,
			"parent is 0; name ingress, egress or a class such as 1:10");
		break;
	default:
		explain_range(err, mistake, opts);
	}
}

void explain_update_opts(int err, enum mistake mistake,
			 const struct tclink_update_opts *opts)
{
	if (mistake == BAD_FLAGS)
		explain_flags(err, opts->flags);
	else
		log_say(err,
			"old_prog_fd is set without TCLINK_F_EXPECT_OLD in flags");
}
