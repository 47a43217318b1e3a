// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* What is missing, or in the way, where a filter should go. */
#include <stdio.h>
#include <string.h>
#include <linux/if_ether.h>
#include <linux/pkt_sched.h>

#include "base/internal.h"
#include "explain/explain.h"

/* The first of the priorities that the kernel allocates */
#define FIRST_ALLOCATED 0x8000

void explain_no_device(int err, __u32 ifindex)
{
	log_say(err,
		"there is no device with ifindex %u in this network namespace",
		ifindex);
}

/* The device lacks the qdisc, or the network namespace the block. */
bool explain_target(int err, const struct request *req, const char *target)
{
	__u32 qdisc = TC_H_MAJ(req->parent);
	char point[NAME_LEN];

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

struct place_search {
	const struct request *req;
	__u32 priority;
	bool by_handle;
	bool found;
	struct tc_filter filter;
};

static bool place_search_one(const struct tc_filter *f, void *data)
{
	struct place_search *s = data;

	if (f->chain_index != s->req->opts.chain_index ||
	    f->priority != s->priority ||
	    (s->by_handle && f->handle != s->req->opts.handle))
		return true;
	s->found = true;
	s->filter = *f;
	return false;
}

static int place_search_run(struct place_search *s)
{
	return tc_filter_dump(s->req->ifindex, s->req->parent, place_search_one, s);
}

static __u32 place_protocol(const struct request *req)
{
	return req->opts.protocol ? req->opts.protocol : ETH_P_ALL;
}

/* The priority belongs to another kind or another protocol. */
bool explain_priority(int err, const struct request *req, const char *target)
{
	const struct tclink_attach_opts *opts = &req->opts;
	struct place_search s = { .req = req, .priority = opts->priority };

	if (!opts->priority)
		s.priority = FIRST_ALLOCATED;
	if (place_search_run(&s) || !s.found)
		return false;
	if (!opts->priority)
		log_say(err,
			"no priority is left for the kernel to allocate in chain %u of %s; name one",
			opts->chain_index, target);
	else if (strcmp(s.filter.kind, "bpf"))
		log_say(err,
			"priority %u in chain %u of %s belongs to filters of kind %s; choose another priority",
			opts->priority, opts->chain_index, target,
			s.filter.kind);
	else if (s.filter.protocol != place_protocol(req))
		log_say(err,
			"priority %u in chain %u of %s belongs to filters of protocol 0x%x, not 0x%x; choose another priority",
			opts->priority, opts->chain_index, target,
			s.filter.protocol, place_protocol(req));
	else
		return false;
	return true;
}

/* The chain is reserved for another kind. */
bool explain_template(int err, const struct request *req, const char *target)
{
	char kind[16];

	if (tc_chain_template(req->ifindex, req->parent,
			      req->opts.chain_index, kind) ||
	    !kind[0] || !strcmp(kind, "bpf"))
		return false;
	log_say(err,
		"chain %u of %s has a template of kind %s and takes no other; choose another chain",
		req->opts.chain_index, target, kind);
	return true;
}

/* Who has the filter that is in the way */
void explain_holder(int err, const struct request *req, const char *target)
{
	struct place_search s = {
		.req = req,
		.priority = req->opts.priority,
		.by_handle = true,
	};
	char prog[NAME_LEN], owner[2 * NAME_LEN];

	if (place_search_run(&s) || !s.found)
		snprintf(owner, sizeof(owner), "whose owner is unknown");
	else if (s.filter.link_id)
		snprintf(owner, sizeof(owner), "owned by link %u, program %s",
			 s.filter.link_id, name_prog(s.filter.prog_id, prog));
	else
		snprintf(owner, sizeof(owner), "made by netlink, program %s",
			 name_prog(s.filter.prog_id, prog));
	log_say(err,
		"%s has a filter with priority %u and handle 0x%x already, %s; choose another handle or priority, or 0 to let the kernel choose",
		target, req->opts.priority, req->opts.handle, owner);
}
