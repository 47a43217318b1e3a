// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <linux/if_ether.h>

#include "backend/backend.h"
#include "base/internal.h"

static const struct backend_ops *const backends[NR_BACKENDS] = {
	[TCLINK_BACKEND_LINK] = &backend_link,
	[TCLINK_BACKEND_TCX] = &backend_tcx,
	[TCLINK_BACKEND_NETLINK] = &backend_netlink,
};

/* In the order of the bits */
static const char *const guarantee_names[] = {
	"owned",   "exclusive", "atomic",  "compare-swap", "pinnable",
	"notified", "offload",	"parents", "classid",	   "chain",
	"blocks",  "priority",	"protocol",
};

const struct backend_ops *backend_by_id(__u32 id)
{
	return id < NR_BACKENDS ? backends[id] : NULL;
}

__u32 tclink_backend_guarantees(__u32 backend)
{
	const struct backend_ops *ops = backend_by_id(backend);

	return ops ? ops->guarantees : 0;
}

const char *tclink_backend_name(__u32 backend)
{
	const struct backend_ops *ops = backend_by_id(backend);

	if (backend == TCLINK_BACKEND_ANY)
		return "any";
	return ops ? ops->name : tclink_err_ptr(-EINVAL);
}

const char *tclink_guarantee_name(__u32 guarantee)
{
	int bit = __builtin_ffs(guarantee) - 1;

	if (!guarantee || guarantee & (guarantee - 1) ||
	    guarantee & ~ALL_GUARANTEES)
		return tclink_err_ptr(-EINVAL);
	return guarantee_names[bit];
}

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
