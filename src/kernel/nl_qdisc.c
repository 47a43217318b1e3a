// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* What netlink tells of qdiscs and blocks, and making the clsact qdisc. */
#include <errno.h>
#include <string.h>
#include <linux/pkt_sched.h>
#include <tclink/tclink.h>

#include "kernel/netlink.h"

/* 1 if the device has no qdisc of this handle, 0 if it has, or -errno. */
int qdisc_missing(__u32 ifindex, __u32 handle)
{
	struct nl_request req;
	int err;

	nl_tc_request(&req, RTM_GETQDISC, 0, ifindex, 0)->tcm_handle = handle;
	err = nl_talk_once(&req, NULL, NULL);
	return err == -ENOENT ? 1 : err;
}

/* Return true if the qdisc with this handle is of a kind that has no classes. */
bool qdisc_classless(__u32 ifindex, __u32 handle)
{
	struct nl_request req;

	nl_tc_request(&req, RTM_GETTCLASS, 0, ifindex, 0)->tcm_handle =
		handle | 1;
	return nl_talk_once(&req, NULL, NULL) == -EINVAL;
}

struct block {
	__u32 ifindex; /* 0: any */
	__u16 attr;
	__u32 index; /* in: wanted, or 0 for any; out: found, or 0 */
	bool found;
};

static void qdisc_block_one(const struct nlmsghdr *nlh, void *data)
{
	const struct tcmsg *tcm = mnl_nlmsg_get_payload(nlh);
	struct block *b = data;
	const struct nlattr *a;
	__u32 index;

	if (b->ifindex && b->ifindex != (__u32)tcm->tcm_ifindex)
		return;
	mnl_attr_for_each(a, nlh, sizeof(*tcm)) {
		if ((b->attr ? mnl_attr_get_type(a) != b->attr :
			       mnl_attr_get_type(a) != TCA_INGRESS_BLOCK &&
				       mnl_attr_get_type(a) != TCA_EGRESS_BLOCK) ||
		    mnl_attr_validate(a, MNL_TYPE_U32) < 0)
			continue;
		index = mnl_attr_get_u32(a);
		if (b->index && b->index != index)
			continue;
		b->index = index;
		b->found = true;
	}
}

static int qdisc_block_find(struct block *b)
{
	struct nl_request req;
	int err;

	nl_tc_request(&req, RTM_GETQDISC, NLM_F_DUMP, b->ifindex, 0);
	err = nl_talk_once(&req, qdisc_block_one, b);
	if (err)
		return err;
	return b->found;
}

/* Index of the shared block at ingress or egress of a device, or 0. */
__u32 block_at(__u32 ifindex, __u32 parent)
{
	struct block b = {
		.ifindex = ifindex,
		.attr = parent == TCLINK_EGRESS ? TCA_EGRESS_BLOCK :
						  TCA_INGRESS_BLOCK,
	};

	return qdisc_block_find(&b) == 1 ? b.index : 0;
}

/* Return true if no device of the network namespace uses the block. */
bool block_missing(__u32 index)
{
	struct block b = { .index = index };

	return qdisc_block_find(&b) == 0;
}

struct kind {
	__u32 ifindex;
	bool ingress;
};

static void qdisc_kind_one(const struct nlmsghdr *nlh, void *data)
{
	const struct tcmsg *tcm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *a;
	struct kind *k = data;

	if (k->ifindex != (__u32)tcm->tcm_ifindex ||
	    tcm->tcm_parent != TC_H_INGRESS)
		return;
	mnl_attr_for_each(a, nlh, sizeof(*tcm))
		if (mnl_attr_get_type(a) == TCA_KIND &&
		    mnl_attr_validate(a, MNL_TYPE_NUL_STRING) >= 0)
			k->ingress = !strcmp(mnl_attr_get_str(a), "ingress");
}

/*
 * 1 if the device has the ingress qdisc in place of clsact, 0 if not, or
 * -errno. The dump is of all devices, so first ask what is cheap: ingress takes
 * any number for a class of its own, and clsact none but those of its sides.
 */
int qdisc_is_ingress(__u32 ifindex)
{
	struct kind k = { .ifindex = ifindex };
	struct nl_request req;
	int err;

	nl_tc_request(&req, RTM_GETTCLASS, 0, ifindex, 0)->tcm_handle =
		TC_H_MAJ(TC_H_INGRESS) | 1;
	err = nl_talk_once(&req, NULL, NULL);
	if (err == -ENOENT || err == -EINVAL)
		return 0;
	if (err)
		return err;
	nl_tc_request(&req, RTM_GETQDISC, NLM_F_DUMP, ifindex, 0);
	err = nl_talk_once(&req, qdisc_kind_one, &k);
	return err ? err : k.ingress;
}

/* A qdisc that someone else has made serves as well. */
int clsact_create(__u32 ifindex)
{
	struct nl_request req;
	struct tcmsg *tcm;
	int err;

	tcm = nl_tc_request(&req, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL,
			    ifindex, TC_H_CLSACT);
	tcm->tcm_handle = TC_H_MAJ(TC_H_CLSACT);
	mnl_attr_put_strz(&req.nh, TCA_KIND, "clsact");
	err = nl_talk_once(&req, NULL, NULL);
	return err == -EEXIST ? 0 : err;
}
