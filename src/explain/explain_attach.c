// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <string.h>
#include <linux/bpf.h>
#include <bpf/libbpf.h>

#include "backend/backend.h"
#include "base/internal.h"

#define MAX_PRIORITY 0xffff
#define MAX_PROTOCOL 0xffff
#define MAX_CHAIN 0x0fffffff

void explain_types(int err)
{
	if (err != -EOPNOTSUPP)
		log_say(err, "cannot read /sys/kernel/btf/vmlinux: %s",
			strerror(-err));
	else if (tc_types()->no_btf)
		log_say(-EOPNOTSUPP,
			"this kernel has no BTF in /sys/kernel/btf/vmlinux, without which TC links cannot be found; boot a kernel with CONFIG_DEBUG_INFO_BTF and the tclink series");
	else
		log_say(-EOPNOTSUPP,
			"this kernel has no BPF_LINK_TYPE_TC; boot a kernel with the tclink series");
}

/* Whether the reason is that prog_fd is no program of the right type. */
bool explain_prog(int err, int prog_fd)
{
	struct bpf_prog_info info;
	const char *type;

	if (prog_info_read(prog_fd, &info) || !fd_is(prog_fd, "bpf-prog")) {
		log_say(err, "descriptor %d is not a BPF program", prog_fd);
		return true;
	}
	if (info.type == BPF_PROG_TYPE_SCHED_CLS)
		return false;
	type = libbpf_bpf_prog_type_str(info.type);
	log_say(err,
		"program %u (%s) is of type %s; only sched_cls programs, SEC(\"tc\"), can be attached",
		info.id, info.name, type ? type : "unknown");
	return true;
}

static bool explain_flags(int err, const struct tclink_attach_opts *opts)
{
	const __u32 both = TCLINK_SKIP_SW | TCLINK_SKIP_HW;

	if (opts->flags & ~TCLINK_F_CLASSIFY_ONLY)
		log_say(err, "flags 0x%x has a bit that is not known",
			opts->flags);
	else if (opts->gen_flags & ~both)
		log_say(err,
			"gen_flags 0x%x has a bit other than TCLINK_SKIP_HW and TCLINK_SKIP_SW",
			opts->gen_flags);
	else if (opts->gen_flags == both)
		log_say(err,
			"TCLINK_SKIP_HW and TCLINK_SKIP_SW exclude each other");
	else if (opts->require & ~ALL_GUARANTEES)
		log_say(err, "require 0x%x has a bit that is no guarantee",
			opts->require);
	else if (opts->backend >= NR_BACKENDS)
		log_say(err, "there is no backend %u", opts->backend);
	else
		return false;
	return true;
}

static bool explain_ranges(int err, const struct tclink_attach_opts *opts)
{
	if (opts->priority > MAX_PRIORITY)
		log_say(err, "priority %u is over %u", opts->priority,
			MAX_PRIORITY);
	else if (opts->chain_index > MAX_CHAIN)
		log_say(err, "chain %u is over %u", opts->chain_index,
			MAX_CHAIN);
	else if (opts->protocol > MAX_PROTOCOL)
		log_say(err, "protocol 0x%x is over 0x%x", opts->protocol,
			MAX_PROTOCOL);
	else
		return false;
	return true;
}

/* Whether the request is wrong on any kernel. */
bool explain_mistake(int err, const struct request *req)
{
	if (explain_flags(err, &req->opts) || explain_ranges(err, &req->opts))
		return true;
	if (req->parent)
		return false;
	log_say(err,
		"parent is 0; name ingress, egress or a class such as 1:10");
	return true;
}

static bool explain_hardware(int err, const struct request *req)
{
	char target[NAME_LEN];

	if (!(req->opts.gen_flags & TCLINK_SKIP_SW))
		return false;
	log_say(err,
		"no hardware under %s takes this program, and TCLINK_SKIP_SW forbids to run it in software",
		name_target(req->ifindex, req->parent, target));
	return true;
}

static void explain_einval(int err, const struct request *req)
{
	char target[NAME_LEN];

	if (explain_prog(err, req->prog_fd) || explain_target(err, req) ||
	    explain_bound(err, req->prog_fd, req->ifindex,
			  req->opts.gen_flags) ||
	    explain_priority(err, req) || explain_template(err, req))
		return;
	if (!explain_hardware(err, req))
		log_say(err, "the kernel refused the program for %s: %s",
			name_target(req->ifindex, req->parent, target),
			req->extack[0] ? req->extack : "it gives no reason");
}

static void explain_enoent(int err, const struct request *req)
{
	char target[NAME_LEN];

	name_target(req->ifindex, req->parent, target);
	/* On clsact there are no classes that could be missing. */
	if (request_on_clsact(req) && req->parent == TCLINK_EGRESS &&
	    qdisc_is_ingress(req->ifindex) == 1)
		log_say(err,
			"%s has the ingress qdisc, which has no egress; replace it by clsact",
			name_device(req->ifindex, target));
	else if (req->ifindex == TCLINK_BLOCK || request_on_clsact(req))
		log_say(err,
			"the kernel has neither cls_bpf built in nor the modules cls_bpf and sch_ingress, which %s needs",
			target);
	else
		log_say(err, "there is no class for %s; see 'tc class show'",
			target);
}

static void explain_eopnotsupp(int err, const struct request *req)
{
	char target[NAME_LEN];
	__u32 block = 0;

	name_target(req->ifindex, req->parent, target);
	if (request_on_clsact(req))
		block = block_at(req->ifindex, req->parent);
	if (block)
		log_say(err,
			"%s uses the shared block %u; attach to the block instead",
			target, block);
	else if (!explain_bound(err, req->prog_fd, req->ifindex,
				req->opts.gen_flags) &&
		 !explain_hardware(err, req))
		log_say(err, "the kernel cannot attach to %s: %s", target,
			req->extack[0] ? req->extack :
					 "the qdisc takes no filters there");
}

/* Of tcx only a security module says it. */
static void explain_eperm(int err, const struct backend_ops *ops,
			  const struct request *req)
{
	char target[NAME_LEN];

	name_target(req->ifindex, req->parent, target);
	if (ops == &backend_tcx)
		log_say(err,
			"attaching to %s by tcx is not permitted; see what your security modules say",
			target);
	else
		log_say(err,
			"attaching to %s needs CAP_NET_ADMIN over the user namespace of the network namespace",
			target);
}

static bool explain_errno(int err, const struct backend_ops *ops,
			  const struct request *req)
{
	switch (err) {
	case -ENODEV:
		explain_no_device(err, req->ifindex);
		return true;
	case -EPERM:
		explain_eperm(err, ops, req);
		return true;
	case -EBADF:
		log_say(err, "descriptor %d is not open", req->prog_fd);
		return true;
	default:
		return false;
	}
}

/* What only the kernel side of TC can say */
static bool explain_tc(int err, const struct request *req)
{
	switch (err) {
	case -EINVAL:
		explain_einval(err, req);
		return true;
	case -EEXIST:
		explain_holder(err, req);
		return true;
	case -ENOENT:
		explain_enoent(err, req);
		return true;
	case -EOPNOTSUPP:
		explain_eopnotsupp(err, req);
		return true;
	case -ENOSPC:
		return explain_priority(err, req);
	default:
		return false;
	}
}

void explain_attach(int err, const struct backend_ops *ops,
		    const struct request *req)
{
	char target[NAME_LEN];

	if (!log_wanted() || explain_errno(err, ops, req))
		return;
	if (ops == &backend_tcx ? explain_tcx(err, req) : explain_tc(err, req))
		return;
	log_say(err, "attaching to %s failed: %s",
		name_target(req->ifindex, req->parent, target),
		req->extack[0] ? req->extack : strerror(-err));
}

void explain_clsact(int err, __u32 ifindex)
{
	char target[NAME_LEN];

	log_say(err, "cannot create the missing clsact qdisc for %s: %s",
		name_target(ifindex, TCLINK_INGRESS, target), strerror(-err));
}
