// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Why a filter was refused, asked for by a TC link or by netlink. */
#include <string.h>

#include "base/internal.h"
#include "explain/explain.h"

static bool explain_hardware(int err, const struct request *req,
			     const char *target)
{
	if (!(req->opts.gen_flags & TCLINK_SKIP_SW))
		return false;
	log_say(err,
		"no hardware under %s takes this program, and TCLINK_SKIP_SW forbids running it in software",
		target);
	return true;
}

static bool explain_tc_bound(int err, const struct request *req)
{
	return explain_bound(err, req->prog_fd, req->ifindex,
			     req->opts.gen_flags);
}

static void explain_tc_einval(int err, const struct request *req,
			      const char *target)
{
	if (explain_target(err, req, target) || explain_tc_bound(err, req) ||
	    explain_priority(err, req, target) ||
	    explain_template(err, req, target) ||
	    explain_hardware(err, req, target))
		return;
	log_say(err, "the kernel refused the program for %s: %s", target,
		req->extack[0] ? req->extack : "it gives no reason");
}

static void explain_tc_enoent(int err, const struct request *req,
			      const char *target)
{
	char device[NAME_LEN];

	/* On clsact there are no classes that could be missing. */
	if (request_on_clsact(req) && req->parent == TCLINK_EGRESS &&
	    qdisc_is_ingress(req->ifindex) == 1)
		log_say(err,
			"%s has the ingress qdisc, which has no egress; replace it by clsact",
			name_device(req->ifindex, device));
	else if (req->ifindex == TCLINK_BLOCK || request_on_clsact(req))
		log_say(err,
			"the kernel has neither cls_bpf built in nor the modules cls_bpf and sch_ingress, which %s needs",
			target);
	else
		log_say(err, "there is no class for %s; see 'tc class show'",
			target);
}

static void explain_tc_eopnotsupp(int err, const struct request *req,
				  const char *target)
{
	__u32 block = 0;

	if (request_on_clsact(req))
		block = block_at(req->ifindex, req->parent);
	if (block)
		log_say(err,
			"%s uses the shared block %u; attach to the block instead",
			target, block);
	else if (!explain_tc_bound(err, req) &&
		 !explain_hardware(err, req, target))
		log_say(err, "the kernel cannot attach to %s: %s", target,
			req->extack[0] ? req->extack :
					 "the qdisc takes no filters there");
}

bool explain_tc(int err, const struct request *req, const char *target)
{
	switch (err) {
	case -EPERM:
		log_say(err,
			"attaching to %s needs CAP_NET_ADMIN over the user namespace of the network namespace",
			target);
		return true;
	case -EINVAL:
		explain_tc_einval(err, req, target);
		return true;
	case -EEXIST:
		explain_holder(err, req, target);
		return true;
	case -ENOENT:
		explain_tc_enoent(err, req, target);
		return true;
	case -EOPNOTSUPP:
		explain_tc_eopnotsupp(err, req, target);
		return true;
	case -ENOSPC:
		return explain_priority(err, req, target);
	default:
		return false;
	}
}
