// SPDX-License-Identifier: GPL-2.0-only
/* Takes checksums of what dumps show, and compares them with earlier ones. */
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

struct snapshot_dump {
	struct dumped *sums;
	int ifindex;
};

static int snapshot_add(const struct nlmsghdr *nlh, void *data)
{
	const struct tcmsg *tcm = mnl_nlmsg_get_payload(nlh);
	const struct snapshot_dump *dump = data;
	struct dumped *d = dump->sums;

	if (nlh->nlmsg_type == RTM_NEWQDISC) {
		/* The kernel shows those of all devices. */
		if (tcm->tcm_ifindex != dump->ifindex)
			return 0;
		d->sum = sum_qdisc(d->sum, nlh);
	} else {
		d->sum = sum_add(d->sum, tcm, mnl_nlmsg_get_payload_len(nlh));
	}
	d->messages++;
	return 0;
}

static void snapshot_dump(struct dumped *d, struct rtnl *rt, __u16 type,
			  int ifindex, __u32 parent)
{
	struct snapshot_dump dump = { d, ifindex };

	d->err = rtnl_dump_raw(rt, type, ifindex, parent, snapshot_add, &dump);
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

void snapshot_take(struct snapshot *s, struct rtnl *rt,
		   const struct snapshot_place *p)
{
	int i;

	memset(s, 0, sizeof(*s));
	s->filters.sum = SUM_INIT;
	s->chains.sum = SUM_INIT;
	s->qdiscs.sum = SUM_INIT;
	snapshot_dump(&s->filters, rt, RTM_GETTFILTER, p->ifindex, p->parent);
	snapshot_dump(&s->chains, rt, RTM_GETCHAIN, p->ifindex, p->parent);
	for (i = 0; i < p->devices; i++)
		snapshot_dump(&s->qdiscs, rt, RTM_GETQDISC, p->device[i], 0);
	s->links = links_count(&s->link_ids);
	for (i = 0; i < p->ports; i++)
		s->runs[i] = nsim_runs(i);
	s->next_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	close(s->next_fd);
}

const char *snapshot_differs(const struct snapshot *a, const struct snapshot *b)
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
