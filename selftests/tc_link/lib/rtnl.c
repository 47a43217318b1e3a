// SPDX-License-Identifier: GPL-2.0-only
/* The rtnetlink requests of the tests. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_gact.h>
#include <linux/veth.h>

#include "rtnl.h"

#define BUF_LEN	16384

struct req {
	char buf[BUF_LEN];
	struct nlmsghdr *nlh;
};

int rtnl_open(struct rtnl *rt)
{
	int one = 1;

	memset(rt, 0, sizeof(*rt));
	rt->nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!rt->nl)
		return -errno;
	mnl_socket_setsockopt(rt->nl, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(rt->nl, NETLINK_CAP_ACK, &one, sizeof(one));
	if (mnl_socket_bind(rt->nl, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	return 0;
}

void rtnl_close(struct rtnl *rt)
{
	if (rt->nl)
		mnl_socket_close(rt->nl);
	rt->nl = NULL;
}

static void *req_init(struct req *req, __u16 type, __u16 flags,
		      size_t hdr_len)
{
	req->nlh = mnl_nlmsg_put_header(req->buf);
	req->nlh->nlmsg_type = type;
	req->nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	return mnl_nlmsg_put_extra_header(req->nlh, hdr_len);
}

static struct tcmsg *req_init_tc(struct req *req, __u16 type,
				 __u16 flags, int ifindex, __u32 parent)
{
	struct tcmsg *tcm = req_init(req, type, flags, sizeof(*tcm));

	tcm->tcm_ifindex = ifindex;
	tcm->tcm_parent = parent;
	return tcm;
}

static int extack_cb(const struct nlattr *attr, void *data)
{
	struct rtnl *rt = data;

	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
		snprintf(rt->extack, sizeof(rt->extack), "%s",
			 mnl_attr_get_str(attr));
	return MNL_CB_OK;
}

static int ack_errno(struct rtnl *rt, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);

	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(nlh, sizeof(*err), extack_cb, rt);
	return err->error;
}

/* Send, and call cb for each message of the answer until it is complete. */
static int req_talk(struct rtnl *rt, struct req *req, mnl_cb_t cb, void *data)
{
	char buf[BUF_LEN];
	ssize_t len;

	rt->extack[0] = '\0';
	req->nlh->nlmsg_seq = ++rt->seq;
	/* A dump ends with NLMSG_DONE. Its flags are others' too, elsewhere. */
	if (!cb)
		req->nlh->nlmsg_flags |= NLM_F_ACK;
	if (mnl_socket_sendto(rt->nl, req->nlh, req->nlh->nlmsg_len) < 0)
		return -errno;

	while ((len = mnl_socket_recvfrom(rt->nl, buf, sizeof(buf))) > 0) {
		const struct nlmsghdr *nlh = (void *)buf;
		int left = len;

		for (; mnl_nlmsg_ok(nlh, left);
		     nlh = mnl_nlmsg_next(nlh, &left)) {
			if (nlh->nlmsg_seq != rt->seq)
				continue;
			if (nlh->nlmsg_type == NLMSG_ERROR)
				return ack_errno(rt, nlh);
			if (nlh->nlmsg_type == NLMSG_DONE)
				return 0;
			if (cb)
				cb(nlh, data);
		}
	}
	return len < 0 ? -errno : -EPIPE;
}

int rtnl_dump_raw(struct rtnl *rt, __u16 type, int ifindex, __u32 parent,
		  rtnl_cb_t cb, void *data)
{
	struct req req;

	req_init_tc(&req, type, NLM_F_DUMP, ifindex, parent);
	return req_talk(rt, &req, cb, data);
}

int rtnl_veth_add(struct rtnl *rt, const char *name, const char *peer)
{
	struct nlattr *linkinfo, *data, *pinfo;
	struct req req;

	req_init(&req, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
		 sizeof(struct ifinfomsg));
	mnl_attr_put_strz(req.nlh, IFLA_IFNAME, name);
	linkinfo = mnl_attr_nest_start(req.nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(req.nlh, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(req.nlh, IFLA_INFO_DATA);
	pinfo = mnl_attr_nest_start(req.nlh, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(req.nlh, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(req.nlh, IFLA_IFNAME, peer);
	mnl_attr_nest_end(req.nlh, pinfo);
	mnl_attr_nest_end(req.nlh, data);
	mnl_attr_nest_end(req.nlh, linkinfo);
	return req_talk(rt, &req, NULL, NULL);
}

int rtnl_link_up(struct rtnl *rt, int ifindex)
{
	struct ifinfomsg *ifi;
	struct req req;

	ifi = req_init(&req, RTM_NEWLINK, 0, sizeof(*ifi));
	ifi->ifi_index = ifindex;
	ifi->ifi_flags = IFF_UP;
	ifi->ifi_change = IFF_UP;
	return req_talk(rt, &req, NULL, NULL);
}

int rtnl_link_del(struct rtnl *rt, int ifindex)
{
	struct ifinfomsg *ifi;
	struct req req;

	ifi = req_init(&req, RTM_DELLINK, 0, sizeof(*ifi));
	ifi->ifi_index = ifindex;
	return req_talk(rt, &req, NULL, NULL);
}

int rtnl_link_set_netns(struct rtnl *rt, int ifindex, int netns_fd)
{
	struct ifinfomsg *ifi;
	struct req req;

	ifi = req_init(&req, RTM_NEWLINK, 0, sizeof(*ifi));
	ifi->ifi_index = ifindex;
	mnl_attr_put_u32(req.nlh, IFLA_NET_NS_FD, netns_fd);
	return req_talk(rt, &req, NULL, NULL);
}

int rtnl_qdisc_add(struct rtnl *rt, int ifindex, const char *kind,
		   __u32 parent, __u32 handle, __u16 flags)
{
	const struct tc_prio_qopt prio = {
		.bands = 3,
		.priomap = { 1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1 },
	};
	const struct tc_htb_glob htb = { .version = 3, .rate2quantum = 10 };
	struct nlattr *options;
	struct tcmsg *tcm;
	struct req req;

	tcm = req_init_tc(&req, RTM_NEWQDISC, NLM_F_CREATE | flags, ifindex,
			  parent);
	tcm->tcm_handle = handle;
	mnl_attr_put_strz(req.nlh, TCA_KIND, kind);
	if (!strcmp(kind, "prio"))
		mnl_attr_put(req.nlh, TCA_OPTIONS, sizeof(prio), &prio);
	if (!strcmp(kind, "htb")) {
		options = mnl_attr_nest_start(req.nlh, TCA_OPTIONS);
		mnl_attr_put(req.nlh, TCA_HTB_INIT, sizeof(htb), &htb);
		mnl_attr_nest_end(req.nlh, options);
	}
	return req_talk(rt, &req, NULL, NULL);
}

int rtnl_clsact_add_block(struct rtnl *rt, int ifindex, __u32 block)
{
	struct tcmsg *tcm;
	struct req req;

	tcm = req_init_tc(&req, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL,
			  ifindex, TC_H_CLSACT);
	tcm->tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0);
	mnl_attr_put_strz(req.nlh, TCA_KIND, "clsact");
	mnl_attr_put_u32(req.nlh, TCA_INGRESS_BLOCK, block);
	return req_talk(rt, &req, NULL, NULL);
}

/* Fast enough to never hold a packet back. */
int rtnl_htb_class_add(struct rtnl *rt, int ifindex, __u32 parent,
		       __u32 classid)
{
	const struct tc_ratespec rate = {
		.linklayer = TC_LINKLAYER_ETHERNET,
		.rate = 1000000000,
	};
	const struct tc_htb_opt opt = {
		.rate = rate,
		.ceil = rate,
		.buffer = 1000000,
		.cbuffer = 1000000,
		.quantum = 1500,
	};
	struct nlattr *options;
	struct tcmsg *tcm;
	struct req req;

	tcm = req_init_tc(&req, RTM_NEWTCLASS, NLM_F_CREATE | NLM_F_EXCL,
			  ifindex, parent);
	tcm->tcm_handle = classid;
	mnl_attr_put_strz(req.nlh, TCA_KIND, "htb");
	options = mnl_attr_nest_start(req.nlh, TCA_OPTIONS);
	mnl_attr_put(req.nlh, TCA_HTB_PARMS, sizeof(opt), &opt);
	mnl_attr_nest_end(req.nlh, options);
	return req_talk(rt, &req, NULL, NULL);
}

int rtnl_class_add(struct rtnl *rt, int ifindex, __u32 classid)
{
	struct nlattr *options;
	struct tcmsg *tcm;
	struct req req;

	tcm = req_init_tc(&req, RTM_NEWTCLASS, NLM_F_CREATE | NLM_F_EXCL,
			  ifindex, TC_H_MAJ(classid));
	tcm->tcm_handle = classid;
	mnl_attr_put_strz(req.nlh, TCA_KIND, "drr");
	options = mnl_attr_nest_start(req.nlh, TCA_OPTIONS);
	mnl_attr_put_u32(req.nlh, TCA_DRR_QUANTUM, 1500);
	mnl_attr_nest_end(req.nlh, options);
	return req_talk(rt, &req, NULL, NULL);
}

int rtnl_class_del(struct rtnl *rt, int ifindex, __u32 classid)
{
	struct tcmsg *tcm;
	struct req req;

	tcm = req_init_tc(&req, RTM_DELTCLASS, 0, ifindex, 0);
	tcm->tcm_handle = classid;
	return req_talk(rt, &req, NULL, NULL);
}

struct class_packets {
	__u32 classid;
	int packets;
};

static int class_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct tcmsg *tcm = mnl_nlmsg_get_payload(nlh);
	struct class_packets *c = data;
	const struct tc_stats *stats;
	const struct nlattr *a;

	if (tcm->tcm_handle != c->classid)
		return MNL_CB_OK;
	mnl_attr_for_each(a, nlh, sizeof(*tcm)) {
		if (mnl_attr_get_type(a) != TCA_STATS)
			continue;
		stats = mnl_attr_get_payload(a);
		c->packets = stats->packets;
	}
	return MNL_CB_OK;
}

int rtnl_class_packets(struct rtnl *rt, int ifindex, __u32 classid)
{
	struct class_packets c = { .classid = classid, .packets = -ENOENT };

	return rtnl_dump_raw(rt, RTM_GETTCLASS, ifindex, 0, class_cb, &c) ?:
	       c.packets;
}

int rtnl_qdisc_del(struct rtnl *rt, int ifindex, __u32 parent)
{
	struct req req;

	req_init_tc(&req, RTM_DELQDISC, 0, ifindex, parent);
	return req_talk(rt, &req, NULL, NULL);
}

static void req_init_filter(struct req *req, __u16 type, __u16 flags,
			    const struct rtnl_filter *f)
{
	struct tcmsg *tcm;
	__u16 proto;

	tcm = req_init_tc(req, type, flags, f->ifindex, f->parent);
	tcm->tcm_handle = f->handle;
	/* A flush names neither priority nor protocol. */
	proto = f->prio || f->kind ? htons(f->protocol ?: ETH_P_ALL) : 0;
	tcm->tcm_info = TC_H_MAKE(f->prio << 16, proto);
	if (f->chain)
		mnl_attr_put_u32(req->nlh, TCA_CHAIN, f->chain);
	if (f->kind)
		mnl_attr_put_strz(req->nlh, TCA_KIND, f->kind);
}

/* Each kind has a number of its own for its actions. */
static const struct {
	const char *kind;
	__u16 act;
} kinds[] = {
	{ "bpf", TCA_BPF_ACT },
	{ "flower", TCA_FLOWER_ACT },
	{ "matchall", TCA_MATCHALL_ACT },
	{ "u32", TCA_U32_ACT },
	{}
};

static void put_action(struct nlmsghdr *nlh, const struct rtnl_filter *f)
{
	const struct tc_gact gact = { .action = f->gact };
	struct nlattr *acts, *act, *options;
	unsigned int i = 0;

	while (kinds[i].kind && strcmp(kinds[i].kind, f->kind))
		i++;
	acts = mnl_attr_nest_start(nlh, kinds[i].act);
	act = mnl_attr_nest_start(nlh, 1);
	mnl_attr_put_strz(nlh, TCA_ACT_KIND, f->action);
	if (!strcmp(f->action, "gact")) {
		options = mnl_attr_nest_start(nlh, TCA_ACT_OPTIONS);
		mnl_attr_put(nlh, TCA_GACT_PARMS, sizeof(gact), &gact);
		mnl_attr_nest_end(nlh, options);
	}
	mnl_attr_nest_end(nlh, act);
	mnl_attr_nest_end(nlh, acts);
}

/* One key that matches whatever there is. */
static void put_u32_sel(struct nlmsghdr *nlh)
{
	struct {
		struct tc_u32_sel sel;
		struct tc_u32_key key;
	} any = { .sel.nkeys = 1, .sel.flags = TC_U32_TERMINAL };

	mnl_attr_put(nlh, TCA_U32_SEL, sizeof(any), &any);
}

int rtnl_filter_new(struct rtnl *rt, const struct rtnl_filter *f,
		    __u16 flags)
{
	struct nlattr *options;
	struct req req;

	req_init_filter(&req, RTM_NEWTFILTER, flags, f);
	options = mnl_attr_nest_start(req.nlh, TCA_OPTIONS);
	if (f->kind && !strcmp(f->kind, "bpf")) {
		mnl_attr_put_u32(req.nlh, TCA_BPF_FD, f->prog_fd);
		mnl_attr_put_strz(req.nlh, TCA_BPF_NAME, "netlink");
		mnl_attr_put_u32(req.nlh, TCA_BPF_FLAGS,
				 TCA_BPF_FLAG_ACT_DIRECT);
	}
	if (f->kind && !strcmp(f->kind, "u32"))
		put_u32_sel(req.nlh);
	if (f->action)
		put_action(req.nlh, f);
	mnl_attr_nest_end(req.nlh, options);
	return req_talk(rt, &req, NULL, NULL);
}

int rtnl_filter_del(struct rtnl *rt, const struct rtnl_filter *f)
{
	struct req req;

	req_init_filter(&req, RTM_DELTFILTER, 0, f);
	return req_talk(rt, &req, NULL, NULL);
}

int rtnl_chain(struct rtnl *rt, __u16 type, int ifindex, __u32 parent,
	       __u32 chain, const char *tmplt_kind)
{
	struct req req;

	req_init_tc(&req, type, type == RTM_NEWCHAIN ? NLM_F_CREATE : 0,
		    ifindex, parent);
	mnl_attr_put_u32(req.nlh, TCA_CHAIN, chain);
	if (tmplt_kind) {
		mnl_attr_put_strz(req.nlh, TCA_KIND, tmplt_kind);
		mnl_attr_nest_end(req.nlh, mnl_attr_nest_start(req.nlh,
							       TCA_OPTIONS));
	}
	return req_talk(rt, &req, NULL, NULL);
}

static void seen_options(const struct nlattr *options, struct rtnl_seen *seen)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, options) {
		switch (mnl_attr_get_type(a)) {
		case TCA_BPF_ID:
			seen->prog_id = mnl_attr_get_u32(a);
			break;
		case TCA_BPF_LINK_ID:
			seen->link_id = mnl_attr_get_u32(a);
			break;
		case TCA_BPF_FLAGS_GEN:
			seen->gen_flags = mnl_attr_get_u32(a);
			break;
		case TCA_BPF_IN_HW_COUNT:
			seen->in_hw_count = mnl_attr_get_u32(a);
			break;
		}
	}
}

static int dump_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct tcmsg *tcm = mnl_nlmsg_get_payload(nlh);
	struct rtnl_seen *seen = data;
	const struct nlattr *a;

	if (nlh->nlmsg_type == RTM_NEWCHAIN) {
		seen->chains++;
		return MNL_CB_OK;
	}
	if (!tcm->tcm_handle) {
		seen->protos++;
		return MNL_CB_OK;
	}
	seen->filters++;
	if (tcm->tcm_handle != seen->handle)
		return MNL_CB_OK;
	mnl_attr_for_each(a, nlh, sizeof(*tcm))
		if (mnl_attr_get_type(a) == TCA_OPTIONS)
			seen_options(a, seen);
	return MNL_CB_OK;
}

int rtnl_dump(struct rtnl *rt, int ifindex, __u32 parent,
	      struct rtnl_seen *seen)
{
	__u32 handle = seen->handle;

	memset(seen, 0, sizeof(*seen));
	seen->handle = handle;
	return rtnl_dump_raw(rt, RTM_GETTFILTER, ifindex, parent, dump_cb,
			     seen) ?:
	       rtnl_dump_raw(rt, RTM_GETCHAIN, ifindex, parent, dump_cb, seen);
}

int rtnl_monitor_open(struct rtnl *rt)
{
	int group = RTNLGRP_TC;
	int err = rtnl_open(rt);

	if (err)
		return err;
	if (mnl_socket_setsockopt(rt->nl, NETLINK_ADD_MEMBERSHIP, &group,
				  sizeof(group)))
		return -errno;
	if (fcntl(mnl_socket_get_fd(rt->nl), F_SETFL, O_NONBLOCK))
		return -errno;
	return 0;
}

int rtnl_monitor_count(struct rtnl *rt, int ifindex, __u16 type,
		       __u32 *link_id)
{
	struct rtnl_seen seen = {};
	const struct nlattr *a;
	char buf[BUF_LEN];
	int count = 0;
	ssize_t len;

	while ((len = mnl_socket_recvfrom(rt->nl, buf, sizeof(buf))) > 0) {
		const struct nlmsghdr *nlh = (void *)buf;
		const struct tcmsg *tcm;
		int left = len;

		for (; mnl_nlmsg_ok(nlh, left);
		     nlh = mnl_nlmsg_next(nlh, &left)) {
			tcm = mnl_nlmsg_get_payload(nlh);
			if (nlh->nlmsg_type != type ||
			    tcm->tcm_ifindex != ifindex)
				continue;
			count++;
			mnl_attr_for_each(a, nlh, sizeof(*tcm))
				if (mnl_attr_get_type(a) == TCA_OPTIONS)
					seen_options(a, &seen);
		}
	}
	if (link_id)
		*link_id = seen.link_id;
	return count;
}
