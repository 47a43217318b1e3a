// SPDX-License-Identifier: GPL-2.0-only
/* What the model knows of a link, and what a dump shows of it. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#include "model.h"

/* After updates that overlapped, nobody knows which came last. */
static void update_ends(struct slot *s, int prog, int ret)
{
	if (!ret && !s->overlap) {
		s->prog = prog;
		s->certain = true;
	}
	if (!ret && s->overlap)
		s->certain = false;
	if (!--s->pending)
		s->overlap = false;
}

int slot_update(struct slot *s, __u32 id, int link_fd, int prog, int prog_fd,
		int expect_fd, int expect)
{
	bool known, alone;
	int ret, was;

	pthread_mutex_lock(&s->lock);
	if (s->id != id) {
		pthread_mutex_unlock(&s->lock);
		return -ENOENT;
	}
	s->pending++;
	s->updates++;
	if (s->pending > 1) {
		s->overlap = true;
		s->certain = false;
	}
	known = s->certain;
	was = s->prog;
	pthread_mutex_unlock(&s->lock);

	ret = tc_link_update(link_fd, prog_fd, expect_fd);

	pthread_mutex_lock(&s->lock);
	if (s->id == id) {
		alone = !s->overlap;
		update_ends(s, prog, ret);
		if (expect >= 0 && known && alone && !ret && expect != was)
			finding("link %u: update of another program than expected",
				id);
		if (expect >= 0 && known && alone && ret == -EPERM &&
		    expect == was)
			finding("link %u: update of the expected program refused",
				id);
	}
	pthread_mutex_unlock(&s->lock);
	return ret;
}

static void shown_options(const struct nlattr *options, struct shown *s)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, options) {
		if (mnl_attr_get_type(a) == TCA_BPF_ID)
			s->prog_id = mnl_attr_get_u32(a);
		if (mnl_attr_get_type(a) == TCA_BPF_LINK_ID)
			s->link_id = mnl_attr_get_u32(a);
	}
}

static void shown_one(const struct nlmsghdr *nlh, struct shown *s)
{
	const struct tcmsg *tcm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *a;

	memset(s, 0, sizeof(*s));
	s->handle = tcm->tcm_handle;
	s->priority = TC_H_MAJ(tcm->tcm_info) >> 16;
	mnl_attr_for_each(a, nlh, sizeof(*tcm)) {
		if (mnl_attr_get_type(a) == TCA_OPTIONS)
			shown_options(a, s);
		if (mnl_attr_get_type(a) == TCA_CHAIN)
			s->chain = mnl_attr_get_u32(a);
	}
}

struct shown_dump {
	struct shown *shown;
	int nr;
	int batch; /* messages that arrived as one */
	const struct nlmsghdr *last;
};

static int shown_add(const struct nlmsghdr *nlh, void *data)
{
	const struct tcmsg *tcm = mnl_nlmsg_get_payload(nlh);
	struct shown_dump *d = data;

	/* Each batch is read to the same place. */
	d->batch += d->last && nlh <= d->last;
	d->last = nlh;
	if (!tcm->tcm_handle || d->nr == SHOWN_MAX)
		return 0;
	shown_one(nlh, &d->shown[d->nr]);
	d->shown[d->nr++].batch = d->batch;
	return 0;
}

int shown_at(struct rtnl *rt, int ifindex, __u32 parent, struct shown *shown)
{
	struct shown_dump d = { .shown = shown };

	return rtnl_dump_raw(rt, RTM_GETTFILTER, ifindex, parent, shown_add,
			     &d) ?: d.nr;
}
