// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#include "snapshot.h"

/* FNV-1a */
#define SUM_INIT	0xcbf29ce484222325ULL

static __u64 sum_add(__u64 sum, const void *data, size_t len)
{
	const unsigned char *p = data;

	while (len--)
		sum = (sum ^ *p++) * 0x100000001b3ULL;
	return sum;
}

/* Qdiscs and their statistics change by themselves: kind and place do not. */
static __u64 sum_qdisc(__u64 sum, const struct nlmsghdr *nlh)
{
	const struct tcmsg *tcm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *a;

	sum = sum_add(sum, &tcm->tcm_ifindex, sizeof(tcm->tcm_ifindex));
	sum = sum_add(sum, &tcm->tcm_handle, sizeof(tcm->tcm_handle));
	sum = sum_add(sum, &tcm->tcm_parent, sizeof(tcm->tcm_parent));
	mnl_attr_for_each(a, nlh, sizeof(*tcm))
		if (mnl_attr_get_type(a) == TCA_KIND)
			sum = sum_add(sum, a, a->nla_len);
	return sum;
}

static void dump_one(struct dumped *d, const struct nlmsghdr *nlh,
		     const struct tcmsg *wanted)
{
	const struct tcmsg *tcm = mnl_nlmsg_get_payload(nlh);

	if (nlh->nlmsg_type == RTM_NEWQDISC) {
		/* The kernel shows those of all devices. */
		if (tcm->tcm_ifindex != wanted->tcm_ifindex)
			return;
		d->sum = sum_qdisc(d->sum, nlh);
	} else {
		d->sum = sum_add(d->sum, tcm,
				 mnl_nlmsg_get_payload_len(nlh));
	}
	d->messages++;
}

static void dump(struct dumped *d, struct rtnl *rt, __u16 type, int ifindex,
		 __u32 parent)
{
	char buf[32768];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct tcmsg wanted = {
		.tcm_ifindex = ifindex,
		.tcm_parent = parent,
	};
	ssize_t len;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = ++rt->seq;
	memcpy(mnl_nlmsg_put_extra_header(nlh, sizeof(wanted)), &wanted,
	       sizeof(wanted));
	if (mnl_socket_sendto(rt->nl, nlh, nlh->nlmsg_len) < 0) {
		d->err = -errno;
		return;
	}
	while ((len = mnl_socket_recvfrom(rt->nl, buf, sizeof(buf))) > 0) {
		int left = len;

		for (nlh = (void *)buf; mnl_nlmsg_ok(nlh, left);
		     nlh = mnl_nlmsg_next(nlh, &left)) {
			if (nlh->nlmsg_seq != rt->seq)
				continue;
			if (nlh->nlmsg_type == NLMSG_DONE)
				return;
			if (nlh->nlmsg_type == NLMSG_ERROR) {
				d->err = ((struct nlmsgerr *)
					  mnl_nlmsg_get_payload(nlh))->error;
				return;
			}
			dump_one(d, nlh, &wanted);
		}
	}
	d->err = len < 0 ? -errno : -EPIPE;
}

int links_count(__u64 *sum)
{
	__u32 id = 0;
	int n = 0;

	*sum = SUM_INIT;
	while (!bpf_link_get_next_id(id, &id)) {
		*sum = sum_add(*sum, &id, sizeof(id));
		n++;
	}
	return n;
}

void state_take(struct state *s, struct rtnl *rt, const struct spot *p)
{
	int i;

	memset(s, 0, sizeof(*s));
	s->filters.sum = SUM_INIT;
	s->chains.sum = SUM_INIT;
	s->qdiscs.sum = SUM_INIT;
	dump(&s->filters, rt, RTM_GETTFILTER, p->ifindex, p->parent);
	dump(&s->chains, rt, RTM_GETCHAIN, p->ifindex, p->parent);
	for (i = 0; i < p->devices; i++)
		dump(&s->qdiscs, rt, RTM_GETQDISC, p->device[i], 0);
	s->links = links_count(&s->link_ids);
	for (i = 0; i < p->ports; i++)
		s->runs[i] = nsim_runs(i);
	s->next_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	close(s->next_fd);
}

const char *state_differs(const struct state *a, const struct state *b)
{
	if (memcmp(&a->filters, &b->filters, sizeof(a->filters)))
		return "filters";
	if (memcmp(&a->chains, &b->chains, sizeof(a->chains)))
		return "chains";
	if (memcmp(&a->qdiscs, &b->qdiscs, sizeof(a->qdiscs)))
		return "qdiscs";
	if (a->links != b->links || a->link_ids != b->link_ids)
		return "links";
	if (memcmp(a->runs, b->runs, sizeof(a->runs)))
		return "hardware";
	if (a->next_fd != b->next_fd)
		return "file descriptors";
	return NULL;
}
