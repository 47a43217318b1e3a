// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* What is missing, or in the way, where a filter was to be attached. */
#include <stdio.h>
#include <string.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_sched.h>
#include <net/if.h>

#include "backend/backend.h"
#include "base/internal.h"
#include "kernel/netlink.h"

/* The first of the priorities that the kernel allocates */
#define FIRST_ALLOCATED 0x8000

void explain_no_device(int err, __u32 ifindex)
{
	log_say(err,
		"there is no device with ifindex %u in this network namespace",
		ifindex);
}

/* Whether the device lacks the qdisc, or the network namespace the block. */
bool explain_target(int err, const struct request *req)
{
	__u32 qdisc = TC_H_MAJ(req->parent);
	char point[NAME_LEN], target[NAME_LEN];

	name_target(req->ifindex, req->parent, target);
	if (req->ifindex == TCLINK_BLOCK) {
		if (!block_missing(req->parent))
			return false;
		log_say(err,
			"there is no shared %s; make one with 'tc qdisc add dev DEV ingress_block %u clsact'",
			target, req->parent);
		return true;
	}
	if (qdisc_missing(req->ifindex, qdisc) == 1)
		log_say(err, "there is no qdisc %s for %s; see 'tc qdisc show'",
			name_parent(qdisc, point), target);
	else if (!request_on_clsact(req) &&
		 qdisc_classless(req->ifindex, qdisc))
		log_say(err,
			"the qdisc %s of %s has no classes, and so takes no filters",
			name_parent(qdisc, point), target);
	else
		return false;
	return true;
}

/* A program can be bound to a device, whose hardware alone can run it. */
bool explain_bound(int err, int prog_fd, __u32 ifindex, __u32 gen_flags)
{
	char prog[NAME_LEN], device[NAME_LEN];
	struct bpf_prog_info info;

	if (prog_info_read(prog_fd, &info) || !info.ifindex)
		return false;
	snprintf(prog, sizeof(prog), "%u (%s)", info.id, info.name);
	name_device(info.ifindex, device);
	if (!(gen_flags & TCLINK_SKIP_SW))
		log_say(err,
			"program %s is bound to %s and runs in its hardware only; attach it with TCLINK_SKIP_SW",
			prog, device);
	else if (info.ifindex != ifindex && ifindex != TCLINK_BLOCK)
		log_say(err,
			"program %s is bound to %s; it can be attached to no other device",
			prog, device);
	else
		return false;
	return true;
}

struct search {
	const struct request *req;
	__u32 priority;
	bool by_handle;
	bool found;
	struct tc_filter filter;
};

static bool search_one(const struct tc_filter *f, void *data)
{
	struct search *s = data;

	if (f->chain_index != s->req->opts.chain_index ||
	    f->priority != s->priority ||
	    (s->by_handle && f->handle != s->req->opts.handle))
		return true;
	s->found = true;
	s->filter = *f;
	return false;
}

static int search_run(struct search *s)
{
	return tc_filter_dump(s->req->ifindex, s->req->parent, search_one, s);
}

static __u32 protocol_of(const struct request *req)
{
	return req->opts.protocol ? req->opts.protocol : ETH_P_ALL;
}

/* Whether the priority belongs to another kind or another protocol. */
bool explain_priority(int err, const struct request *req)
{
	const struct tclink_attach_opts *opts = &req->opts;
	struct search s = { .req = req, .priority = opts->priority };
	char target[NAME_LEN];

	if (!opts->priority)
		s.priority = FIRST_ALLOCATED;
	if (search_run(&s) || !s.found)
		return false;
	name_target(req->ifindex, req->parent, target);
	if (!opts->priority)
		log_say(err,
			"no priority is left for the kernel to allocate in chain %u of %s; name one",
			opts->chain_index, target);
	else if (strcmp(s.filter.kind, "bpf"))
		log_say(err,
			"priority %u in chain %u of %s belongs to filters of kind %s; choose another priority",
			opts->priority, opts->chain_index, target,
			s.filter.kind);
	else if (s.filter.protocol != protocol_of(req))
		log_say(err,
			"priority %u in chain %u of %s belongs to filters of protocol 0x%x, not 0x%x; choose another priority",
			opts->priority, opts->chain_index, target,
			s.filter.protocol, protocol_of(req));
	else
		return false;
	return true;
}

/* Whether the chain is reserved for another kind. */
bool explain_template(int err, const struct request *req)
{
	char target[NAME_LEN], kind[16];

	if (tc_chain_template(req->ifindex, req->parent,
			      req->opts.chain_index, kind) ||
	    !kind[0] || !strcmp(kind, "bpf"))
		return false;
	log_say(err,
		"chain %u of %s has a template of kind %s and takes no other; choose another chain",
		req->opts.chain_index,
		name_target(req->ifindex, req->parent, target), kind);
	return true;
}

/* Who has the filter that is in the way */
void explain_holder(int err, const struct request *req)
{
	struct search s = {
		.req = req,
		.priority = req->opts.priority,
		.by_handle = true,
	};
	char target[NAME_LEN], prog[NAME_LEN], owner[2 * NAME_LEN];

	if (search_run(&s) || !s.found)
		snprintf(owner, sizeof(owner), "whose owner is unknown");
	else if (s.filter.link_id)
		snprintf(owner, sizeof(owner), "owned by link %u, program %s",
			 s.filter.link_id, name_prog(s.filter.prog_id, prog));
	else
		snprintf(owner, sizeof(owner), "made by netlink, program %s",
			 name_prog(s.filter.prog_id, prog));
	log_say(err,
		"%s has a filter with priority %u and handle 0x%x already, %s; choose another handle or priority, or 0 to let the kernel choose",
		name_target(req->ifindex, req->parent, target),
		req->opts.priority, req->opts.handle, owner);
}
