// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * A cls_bpf filter that anybody may change. The program id tells whether it
 * is still the one that was attached here; what is not is left alone.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf.h>

#include "backend/backend.h"
#include "base/internal.h"
#include "kernel/netlink.h"

#define FILTER_NAME_LEN 64

struct nl_filter {
	pthread_mutex_t lock; /* of all that follows */
	struct nl nl; /* opened when attaching, so of that namespace */
	__u32 netns_ino;
	bool severed; /* once it is, it stays so */
	struct tc_filter last; /* as it was last seen */
	__u32 maybe_id; /* of a program that may have replaced it, or 0 */
};

static void filter_keep(const struct nlmsghdr *nlh, void *data)
{
	if (nlh->nlmsg_type == RTM_NEWTFILTER)
		tc_filter_parse(nlh, data);
}

/* How tc(8) names its filters: NAME:[WHAT] */
static int filter_name(int prog_fd, char buf[FILTER_NAME_LEN])
{
	struct bpf_prog_info info;
	int err = prog_info_read(prog_fd, &info);

	if (!err)
		snprintf(buf, FILTER_NAME_LEN, "%s:[%u]", info.name, info.id);
	return err;
}

static int filter_put(struct nl_request *req, int prog_fd, __u32 classid,
		      __u32 flags, __u32 gen_flags)
{
	struct nlattr *options;
	char name[FILTER_NAME_LEN];
	int err;

	err = filter_name(prog_fd, name);
	if (err)
		return err;
	options = mnl_attr_nest_start(&req->nh, TCA_OPTIONS);
	mnl_attr_put_u32(&req->nh, TCA_BPF_FD, prog_fd);
	mnl_attr_put_strz(&req->nh, TCA_BPF_NAME, name);
	if (classid)
		mnl_attr_put_u32(&req->nh, TCA_BPF_CLASSID, classid);
	mnl_attr_put_u32(&req->nh, TCA_BPF_FLAGS, flags);
	if (gen_flags)
		mnl_attr_put_u32(&req->nh, TCA_BPF_FLAGS_GEN, gen_flags);
	mnl_attr_nest_end(&req->nh, options);
	return 0;
}

struct filter_search {
	struct tc_filter wanted; /* 0 in what the kernel was to allocate */
	struct tc_filter found;
	unsigned int nr;
};

static bool filter_search_one(const struct tc_filter *f, void *data)
{
	const struct tc_filter *w = &((struct filter_search *)data)->wanted;
	struct filter_search *s = data;

	if (f->prog_id != w->prog_id || f->link_id ||
	    f->chain_index != w->chain_index || f->protocol != w->protocol ||
	    (w->priority && f->priority != w->priority) ||
	    (w->handle && f->handle != w->handle))
		return true;
	s->found = *f;
	s->nr++;
	return true;
}

/*
 * The answer is lost. A filter with this program, if it is the only one there,
 * is what was made, and of two nobody knows which.
 */
static int filter_search(struct nl_filter *f, const struct tc_filter *wanted,
			 int prog_fd)
{
	struct filter_search s = { .wanted = *wanted };
	struct bpf_prog_info info;

	if (prog_info_read(prog_fd, &info))
		return -ENOBUFS;
	s.wanted.prog_id = info.id;
	if (tc_filter_dump(wanted->ifindex, wanted->parent, filter_search_one, &s) ||
	    s.nr != 1)
		return -ENOBUFS;
	f->last = s.found;
	/* As in the echo, which a dump need not repeat */
	f->last.ifindex = wanted->ifindex;
	f->last.parent = wanted->parent;
	return 0;
}

/* What the kernel allocated comes back in the echo, before the answer. */
static int filter_create(struct nl_filter *f, const struct request *r)
{
	const struct tclink_attach_opts *opts = &r->opts;
	struct tc_filter wanted = {
		.ifindex = r->ifindex,
		.parent = r->parent,
		.handle = opts->handle,
		.priority = opts->priority,
		.chain_index = opts->chain_index,
		.protocol = opts->protocol ? opts->protocol : ETH_P_ALL,
	};
	struct nl_request req;
	int err;

	tc_filter_request(&req, RTM_NEWTFILTER,
			  NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO, &wanted);
	err = filter_put(&req, r->prog_fd, opts->classid,
			 opts->flags & TCLINK_F_CLASSIFY_ONLY ?
				 0 :
				 TCA_BPF_FLAG_ACT_DIRECT,
			 opts->gen_flags);
	if (err)
		return err;
	err = nl_talk(&f->nl, &req, filter_keep, &f->last);
	/* The kernel had no memory for the echo, or for any answer. */
	if (err == -ENOBUFS || (!err && !f->last.handle))
		err = filter_search(f, &wanted, r->prog_fd);
	return err;
}

/* The old ingress qdisc takes egress for another name of its ingress. */
static int filter_check_egress(const struct request *r)
{
	int ret;

	if (r->ifindex == TCLINK_BLOCK || r->parent != TCLINK_EGRESS)
		return 0;
	ret = qdisc_is_ingress(r->ifindex);
	return ret > 0 ? -ENOENT : ret;
}

static void filter_free(struct nl_filter *f)
{
	nl_close(&f->nl);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

static int netlink_attach(struct tclink *link, struct request *req)
{
	struct nl_filter *f = calloc(1, sizeof(*f));
	int err;

	if (!f)
		return -ENOMEM;
	pthread_mutex_init(&f->lock, NULL);
	err = nl_open(&f->nl);
	if (!err)
		err = filter_check_egress(req);
	if (!err)
		err = filter_create(f, req);
	if (err) {
		snprintf(req->extack, sizeof(req->extack), "%s", f->nl.extack);
		filter_free(f);
		return err;
	}
	f->netns_ino = netns_current();
	link->data = f;
	return 0;
}

/* Return true if asking for the filter failed because there is none. */
static bool filter_is_gone(int err)
{
	switch (err) {
	case -ENOENT: /* no such filter, priority, or class */
	case -EINVAL: /* no such chain, qdisc or block, or another kind */
	case -ENODEV:
	case -EOPNOTSUPP: /* a qdisc with a shared block in place of it */
		return true;
	default:
		return false;
	}
}

static int filter_sever(struct nl_filter *f)
{
	f->severed = true;
	return -ENOLINK;
}

/* 0 if the filter is there and runs the program that was attached here. */
static int filter_look(struct nl_filter *f)
{
	struct tc_filter seen = {};
	struct nl_request req;
	int err;

	if (f->severed)
		return -ENOLINK;
	tc_filter_request(&req, RTM_GETTFILTER, 0, &f->last);
	err = nl_talk(&f->nl, &req, filter_keep, &seen);
	if (filter_is_gone(err))
		return filter_sever(f);
	if (err)
		return err;
	if (!seen.prog_id || seen.link_id ||
	    (seen.prog_id != f->last.prog_id && seen.prog_id != f->maybe_id))
		return filter_sever(f);
	f->last = seen;
	f->maybe_id = 0;
	return 0;
}

/* 0 if old_prog_fd is the attached program */
static int filter_expect_old(const struct nl_filter *f, int old_prog_fd)
{
	struct bpf_prog_info info;
	int err;

	err = prog_info_read(old_prog_fd, &info);
	if (err)
		return err;
	if (!fd_is(old_prog_fd, "bpf-prog"))
		return -EINVAL;
	return info.id == f->last.prog_id ? 0 : -EPERM;
}

/* Looking again tells better than this error if it is gone. */
static int filter_replace_failed(struct nl_filter *f, int err, __u32 new_id)
{
	int look;

	if (err == -EPERM || err == -ENOMEM)
		return err;
	if (err == -ENOBUFS)
		f->maybe_id = new_id;
	look = filter_look(f);
	if (look == -ENOLINK)
		return look;
	/* The answer was lost, and the kernel did it. */
	if (!look && err == -ENOBUFS && f->last.prog_id == new_id)
		return 0;
	return err;
}

/* Without NLM_F_CREATE a filter that is gone by now is not made anew. */
static int filter_replace(struct nl_filter *f, int prog_fd, __u32 new_id)
{
	const __u32 can_set = TCLINK_SKIP_HW | TCLINK_SKIP_SW;
	struct tc_filter seen = {};
	struct nl_request req;
	int err;

	tc_filter_request(&req, RTM_NEWTFILTER, NLM_F_REPLACE | NLM_F_ECHO,
			  &f->last);
	err = filter_put(&req, prog_fd, f->last.classid, f->last.flags,
			 f->last.gen_flags & can_set);
	if (err)
		return err;
	err = nl_talk(&f->nl, &req, filter_keep, &seen);
	if (err)
		return err;
	if (seen.prog_id)
		f->last = seen;
	else
		f->last.prog_id = new_id; /* there was no memory for the echo */
	return 0;
}

static int netlink_update(struct tclink *link, struct update *u)
{
	struct nl_filter *f = link->data;
	struct bpf_prog_info new;
	int err;

	pthread_mutex_lock(&f->lock);
	err = filter_look(f);
	if (!err && u->opts.flags & TCLINK_F_EXPECT_OLD)
		err = filter_expect_old(f, u->opts.old_prog_fd);
	if (!err)
		err = prog_info_read(u->prog_fd, &new);
	if (!err) {
		err = filter_replace(f, u->prog_fd, new.id);
		snprintf(u->extack, sizeof(u->extack), "%s", f->nl.extack);
		if (err)
			err = filter_replace_failed(f, err, new.id);
	}
	pthread_mutex_unlock(&f->lock);
	return err;
}

static int filter_delete(struct nl_filter *f)
{
	struct nl_request req;
	int err;

	err = filter_look(f);
	if (err)
		return err == -ENOLINK ? 0 : err;
	tc_filter_request(&req, RTM_DELTFILTER, 0, &f->last);
	err = nl_talk(&f->nl, &req, NULL, NULL);
	if (err && !filter_is_gone(err))
		return err;
	filter_sever(f);
	return 0;
}

static int netlink_detach(struct tclink *link)
{
	struct nl_filter *f = link->data;
	int err;

	pthread_mutex_lock(&f->lock);
	err = filter_delete(f);
	pthread_mutex_unlock(&f->lock);
	return err;
}

static void filter_fill_info(const struct nl_filter *f,
			     struct tclink_info *info)
{
	const struct tc_filter *last = &f->last;

	info->prog_id = last->prog_id;
	info->severed = f->severed;
	info->ifindex = f->severed ? 0 : last->ifindex;
	info->parent = last->parent;
	info->handle = last->handle;
	info->priority = last->priority;
	info->chain_index = last->chain_index;
	info->protocol = last->protocol;
	info->classid = last->classid;
	info->gen_flags = last->gen_flags;
	if (f->severed) {
		info->gen_flags &= ~TCLINK_IN_HW;
		info->gen_flags |= TCLINK_NOT_IN_HW;
	}
	if (last->ifindex == TCLINK_BLOCK)
		info->block_index = last->parent;
	info->netns_ino = f->netns_ino;
	if (!(last->flags & TCA_BPF_FLAG_ACT_DIRECT))
		info->flags |= TCLINK_F_CLASSIFY_ONLY;
}

static int netlink_info(const struct tclink *link, struct tclink_info *info)
{
	struct nl_filter *f = link->data;
	int err;

	pthread_mutex_lock(&f->lock);
	err = filter_look(f);
	if (err == -ENOLINK)
		err = 0;
	if (!err)
		filter_fill_info(f, info);
	pthread_mutex_unlock(&f->lock);
	return err;
}

static int netlink_close(struct tclink *link)
{
	filter_free(link->data);
	return 0;
}

/* Every kernel has netlink. That it has cls_bpf shows when attaching. */
static int netlink_have(void)
{
	return 0;
}

static int netlink_probe(int prog_fd)
{
	(void)prog_fd;
	return YES;
}

const struct backend_ops backend_netlink = {
	.name		= "netlink",
	.id		= TCLINK_BACKEND_NETLINK,
	.guarantees	= TCLINK_ATOMIC | TCLINK_OFFLOAD | TCLINK_PARENTS |
			  TCLINK_CLASSID | TCLINK_CHAIN | TCLINK_BLOCKS |
			  TCLINK_PRIORITY | TCLINK_PROTOCOL,
	.needs_clsact	= true,
	.kernel		= "CONFIG_NET_CLS_BPF",
	.have		= netlink_have,
	.probe		= netlink_probe,
	.attach		= netlink_attach,
	.update		= netlink_update,
	.detach		= netlink_detach,
	.info		= netlink_info,
	.wait		= wait_look,
	.close		= netlink_close,
};
