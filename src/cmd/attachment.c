// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <unistd.h>
#include <linux/if_ether.h>

#include "attachment.h"

int attach_option(struct attach *a, int opt, const char *arg)
{
	struct tclink_attach_opts *o = &a->opts;

	switch (opt) {
	case OPT_PRIO:
		return parse_number("--prio", arg, 1, 0xffff, &o->priority);
	case OPT_HANDLE:
		return parse_number("--handle", arg, 1, ~0U, &o->handle);
	case OPT_CHAIN:
		return parse_number("--chain", arg, 0, 0x0fffffff,
				    &o->chain_index);
	case OPT_PROTOCOL:
		return parse_protocol(arg, &o->protocol);
	case OPT_CLASSID:
		return parse_classid(arg, &o->classid);
	case OPT_CLASSIFY_ONLY:
		o->flags |= TCLINK_F_CLASSIFY_ONLY;
		return RC_OK;
	case OPT_SKIP_HW:
		o->gen_flags |= TCLINK_SKIP_HW;
		return RC_OK;
	case OPT_SKIP_SW:
		o->gen_flags |= TCLINK_SKIP_SW;
		return RC_OK;
	case OPT_BACKEND:
		return parse_backend(arg, &o->backend);
	case OPT_REQUIRE:
		return parse_guarantees(arg, &o->require);
	}
	return prog_option(&a->prog, opt, arg);
}

static bool is_class(__u32 parent)
{
	return parent != TCLINK_INGRESS && parent != TCLINK_EGRESS;
}

static int check_required(const struct attach *a, const char *verb)
{
	__u32 has = tclink_backend_guarantees(a->opts.backend);
	__u32 bit;

	for (bit = TCLINK_OWNED; bit <= TCLINK_PROTOCOL; bit <<= 1)
		if (a->opts.require & ~has & bit)
			return misused("%s: --require %s: the %s backend does not have it",
				       verb, tclink_guarantee_name(bit),
				       tclink_backend_name(a->opts.backend));
	return RC_OK;
}

/* A backend that is named has to have what is asked of it. */
static int check_backend(const struct attach *a, const char *verb)
{
	const struct tclink_attach_opts *o = &a->opts;
	__u32 protocol = o->protocol == ETH_P_ALL ? 0 : o->protocol;
	__u32 class = a->target.device && is_class(a->target.parent);
	__u32 has = tclink_backend_guarantees(o->backend);
	const struct {
		__u32 asked;
		const char *what;
		__u32 guarantee;
	} needs[] = {
		{ a->target.block, "a block", TCLINK_BLOCKS },
		{ class, "a class as point", TCLINK_PARENTS },
		{ o->priority, "--prio", TCLINK_PRIORITY },
		{ o->handle, "--handle", TCLINK_PRIORITY },
		{ o->chain_index, "--chain", TCLINK_CHAIN },
		{ protocol, "--protocol", TCLINK_PROTOCOL },
		{ o->classid, "--classid", TCLINK_CLASSID },
		{ o->flags, "--classify-only", TCLINK_CLASSID },
		{ o->gen_flags & TCLINK_SKIP_HW, "--skip-hw", TCLINK_OFFLOAD },
		{ o->gen_flags & TCLINK_SKIP_SW, "--skip-sw", TCLINK_OFFLOAD },
		{ !!a->pin, "--pin", TCLINK_PINNABLE },
	};
	const char *name;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(needs); i++) {
		if (!needs[i].asked || has & needs[i].guarantee)
			continue;
		name = tclink_guarantee_name(needs[i].guarantee);
		return misused("%s: %s needs '%s', which the %s backend does not have",
			       verb, needs[i].what, name,
			       tclink_backend_name(o->backend));
	}
	return check_required(a, verb);
}

/* All that can be said without asking the kernel. The target is parsed. */
int attach_check(struct attach *a, const char *verb)
{
	int rc;

	if (a->opts.gen_flags == (TCLINK_SKIP_HW | TCLINK_SKIP_SW))
		return misused("%s: --skip-hw and --skip-sw exclude each other",
			       verb);
	rc = prog_check(&a->prog, verb);
	if (!rc && a->opts.backend != TCLINK_BACKEND_ANY)
		rc = check_backend(a, verb);
	if (a->pin)
		a->opts.require |= TCLINK_PINNABLE;
	return rc;
}

static int look(struct tclink *link, struct view *view)
{
	TCLINK_OPTS(tclink_info, info);

	if (tclink__info(link, &info))
		return RC_FAILED;
	view_fill(view, &info);
	if (!(info.guarantees & TCLINK_OWNED))
		notice("the %s backend does not own the filter: anybody may replace or delete it, and it stays if this process is killed",
		       tclink_backend_name(info.backend));
	return RC_OK;
}

/* On success the signals are caught. */
static int attach_program(struct attach *a, int prog_fd, __u32 ifindex)
{
	a->signals = signals_catch(&a->signals_before);
	if (a->signals < 0)
		return RC_FAILED;
	a->link = tclink_attach(prog_fd, ifindex, a->target.parent, &a->opts);
	if (!a->link)
		return RC_FAILED;
	if (!look(a->link, &a->view))
		return RC_OK;
	tclink__destroy(a->link);
	return RC_FAILED;
}

int attach_run(struct attach *a)
{
	int prog_fd, rc;
	__u32 ifindex;

	rc = target_find(&a->target, &ifindex) ?: prog_get(&a->prog, &prog_fd);
	if (rc)
		return rc;
	rc = attach_program(a, prog_fd, ifindex);
	close(prog_fd);
	return rc;
}
