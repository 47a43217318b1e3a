// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* What attach and exec have in common: their options and how they attach */
#include <unistd.h>
#include <linux/if_ether.h>

#include "attachment.h"

const struct option_spec attach_options[] = {
	{ "prio", "N", "1 to 65535, lower runs first; default: the kernel chooses",
	  INTO(struct attach, opts.priority), .min = 1, .max = 0xffff },
	{ "handle", "N",
	  "of the filter in its priority; default: the kernel chooses",
	  INTO(struct attach, opts.handle), .min = 1, .max = ~0U },
	{ "chain", "N", "default: 0",
	  INTO(struct attach, opts.chain_index), .max = 0x0fffffff },
	{ "protocol", "P",
	  "all, ip, ipv6, arp, 802.1Q, 802.1ad, mpls_uc or a number; default: all",
	  INTO(struct attach, opts.protocol), .parse = parse_protocol },
	{ "classid", "X:Y", "class of packets that match",
	  INTO(struct attach, opts.classid), .parse = parse_classid },
	{ "classify-only", NULL,
	  "the program returns a class, not a TC_ACT_* verdict",
	  INTO(struct attach, opts.flags), .bits = TCLINK_F_CLASSIFY_ONLY },
	{ "skip-hw", NULL, "never offload to hardware",
	  INTO(struct attach, opts.gen_flags), .bits = TCLINK_SKIP_HW },
	{ "skip-sw", NULL, "hardware only",
	  INTO(struct attach, opts.gen_flags), .bits = TCLINK_SKIP_SW },
	{ "backend", "B",
	  "link, tcx or netlink; default: any, the first of them that the kernel has and that can do what is asked for",
	  INTO(struct attach, opts.backend), .parse = parse_backend },
	{ "require", "G,...",
	  "only with these guarantees: owned, exclusive, atomic, compare-swap, pinnable, notified, offload, parents, classid, chain, blocks, priority, protocol",
	  INTO(struct attach, opts.require), .parse = parse_guarantees },
	{},
};

static bool attach_to_class(__u32 parent)
{
	return parent != TCLINK_INGRESS && parent != TCLINK_EGRESS;
}

static int attach_check_required(const struct attach *a, const char *verb)
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

/* A backend that is named must have what is asked of it. */
static int attach_check_backend(const struct attach *a, const char *verb)
{
	const struct tclink_attach_opts *o = &a->opts;
	__u32 protocol = o->protocol == ETH_P_ALL ? 0 : o->protocol;
	__u32 class = a->target.device && attach_to_class(a->target.parent);
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
	return attach_check_required(a, verb);
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
		rc = attach_check_backend(a, verb);
	if (a->pin)
		a->opts.require |= TCLINK_PINNABLE;
	return rc;
}

static int attach_view(struct tclink *link, struct view *view)
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
static int attach_prog_fd(struct attach *a, int prog_fd, __u32 ifindex)
{
	a->signals = signals_catch(&a->signals_before);
	if (a->signals < 0)
		return RC_FAILED;
	a->link = tclink_attach(prog_fd, ifindex, a->target.parent, &a->opts);
	if (!a->link)
		return RC_FAILED;
	if (!attach_view(a->link, &a->view))
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
	rc = attach_prog_fd(a, prog_fd, ifindex);
	close(prog_fd);
	return rc;
}
