// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* What netlink tells of filters and chains. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>

#include "kernel/netlink.h"

static void tc_get_u32(const struct nlattr *a, __u32 *value)
{
	if (mnl_attr_validate(a, MNL_TYPE_U32) >= 0)
		*value = mnl_attr_get_u32(a);
}

static void tc_get_kind(const struct nlattr *a, char kind[16])
{
	if (mnl_attr_validate(a, MNL_TYPE_NUL_STRING) >= 0)
		snprintf(kind, 16, "%s", mnl_attr_get_str(a));
}

static void tc_parse_bpf(const struct nlattr *options, struct tc_filter *f)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, options) {
		switch (mnl_attr_get_type(a)) {
		case TCA_BPF_ID:
			tc_get_u32(a, &f->prog_id);
			break;
		case UAPI_TCA_BPF_LINK_ID:
			/* Elsewhere the number is of another attribute. */
			if (!tc_types()->err)
				tc_get_u32(a, &f->link_id);
			break;
		case TCA_BPF_CLASSID:
			tc_get_u32(a, &f->classid);
			break;
		case TCA_BPF_FLAGS:
			tc_get_u32(a, &f->flags);
			break;
		case TCA_BPF_FLAGS_GEN:
			tc_get_u32(a, &f->gen_flags);
			break;
		}
	}
}

void tc_filter_parse(const struct nlmsghdr *nlh, struct tc_filter *f)
{
	const struct tcmsg *tcm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *a, *options = NULL;

	memset(f, 0, sizeof(*f));
	f->ifindex = tcm->tcm_ifindex;
	f->parent = tcm->tcm_parent;
	f->handle = tcm->tcm_handle;
	f->priority = TC_H_MAJ(tcm->tcm_info) >> 16;
	f->protocol = ntohs(TC_H_MIN(tcm->tcm_info));
	mnl_attr_for_each(a, nlh, sizeof(*tcm)) {
		switch (mnl_attr_get_type(a)) {
		case TCA_KIND:
			tc_get_kind(a, f->kind);
			break;
		case TCA_CHAIN:
			tc_get_u32(a, &f->chain_index);
			break;
		case TCA_OPTIONS:
			options = a;
			break;
		}
	}
	if (options && !strcmp(f->kind, "bpf"))
		tc_parse_bpf(options, f);
}

void tc_filter_request(struct nl_request *req, __u16 type, __u16 flags,
		       const struct tc_filter *f)
{
	struct tcmsg *tcm;

	tcm = nl_tc_request(req, type, flags, f->ifindex, f->parent);
	tcm->tcm_handle = f->handle;
	tcm->tcm_info = TC_H_MAKE(f->priority << 16, htons(f->protocol));
	if (f->chain_index)
		mnl_attr_put_u32(&req->nh, TCA_CHAIN, f->chain_index);
	mnl_attr_put_strz(&req->nh, TCA_KIND, "bpf");
}

struct dump {
	tc_filter_fn fn;
	void *data;
	bool enough;
};

static void tc_dump_one(const struct nlmsghdr *nlh, void *data)
{
	struct dump *d = data;
	struct tc_filter f;

	if (d->enough || nlh->nlmsg_type != RTM_NEWTFILTER)
		return;
	tc_filter_parse(nlh, &f);
	d->enough = !d->fn(&f, d->data);
}

int tc_filter_dump(__u32 ifindex, __u32 parent, tc_filter_fn fn, void *data)
{
	struct dump d = { .fn = fn, .data = data };
	struct nl_request req;

	nl_tc_request(&req, RTM_GETTFILTER, NLM_F_DUMP, ifindex, parent);
	return nl_talk_once(&req, tc_dump_one, &d);
}

struct chain {
	__u32 index;
	char *kind;
};

static void tc_chain_one(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *a, *kind = NULL;
	struct chain *c = data;
	__u32 index = 0;

	if (nlh->nlmsg_type != RTM_NEWCHAIN)
		return;
	mnl_attr_for_each(a, nlh, sizeof(struct tcmsg)) {
		if (mnl_attr_get_type(a) == TCA_CHAIN)
			tc_get_u32(a, &index);
		if (mnl_attr_get_type(a) == TCA_KIND)
			kind = a;
	}
	if (kind && index == c->index)
		tc_get_kind(kind, c->kind);
}

int tc_chain_template(__u32 ifindex, __u32 parent, __u32 chain_index,
		      char kind[16])
{
	struct chain c = { .index = chain_index, .kind = kind };
	struct nl_request req;

	kind[0] = '\0';
	nl_tc_request(&req, RTM_GETCHAIN, NLM_F_DUMP, ifindex, parent);
	return nl_talk_once(&req, tc_chain_one, &c);
}
