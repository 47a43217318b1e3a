// SPDX-License-Identifier: GPL-2.0-only
/* Processes that interfere with the links of the owners. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/rtnetlink.h>

#include "model.h"
#include "nsim.h"

/* An event that severs what is at these places, a bit each. */
static void begin(unsigned int places)
{
	int i;

	for (i = 0; i < PLACES; i++)
		if (places & 1U << i)
			atomic_fetch_add(&sh->place[i].ev.begun, 1);
}

static void severed(unsigned int places)
{
	struct events *ev;
	int i;

	for (i = 0; i < PLACES; i++) {
		ev = &sh->place[i].ev;
		if (places & 1U << i)
			atomic_store(&ev->severed, atomic_load(&ev->begun));
	}
}

static void end(unsigned int places)
{
	struct events *ev;
	int i;

	for (i = 0; i < PLACES; i++) {
		ev = &sh->place[i].ev;
		if (places & 1U << i)
			atomic_store(&ev->ended, atomic_load(&ev->begun));
	}
	count(C_EVENTS);
}

#define BIT(n)		(1U << (n))
#define ON_CLSACT	(BIT(PLACE_PACKETS) | BIT(PLACE_INGRESS) | \
			 BIT(PLACE_CHAIN))

static void worked(const char *what, int err)
{
	if (err)
		finding("%s: %s", what, strerror(-err));
}

/* A request on netlink that looks at the filters holds the qdisc meanwhile. */
static void del_qdisc(struct rtnl *rt, int ifindex, __u32 parent)
{
	int err;

	do {
		err = rtnl_qdisc_del(rt, ifindex, parent);
	} while (err == -EBUSY);
	worked("qdisc delete", err);
}

static void add_clsact(struct rtnl *rt)
{
	worked("clsact", rtnl_qdisc_add(rt, sh->dev[0], "clsact", TC_H_CLSACT,
					TC_H_MAKE(TC_H_CLSACT, 0),
					NLM_F_EXCL));
}

static void event_clsact(struct rtnl *rt)
{
	begin(ON_CLSACT);
	del_qdisc(rt, sh->dev[0], TC_H_CLSACT);
	severed(ON_CLSACT);
	add_clsact(rt);
	end(ON_CLSACT);
}

static int new_veth(struct rtnl *rt, const char *name, const char *peer)
{
	worked("veth", rtnl_veth_add(rt, name, peer));
	worked("up", rtnl_link_up(rt, if_nametoindex(name)));
	worked("up", rtnl_link_up(rt, if_nametoindex(peer)));
	return if_nametoindex(name);
}

static void event_device(struct rtnl *rt)
{
	begin(ON_CLSACT);
	worked("device delete", rtnl_link_del(rt, sh->dev[0]));
	severed(ON_CLSACT);
	sh->dev[0] = new_veth(rt, "veth0", "veth1");
	add_clsact(rt);
	atomic_store(&sh->place[PLACE_PACKETS].ifindex, sh->dev[0]);
	atomic_store(&sh->place[PLACE_INGRESS].ifindex, sh->dev[0]);
	atomic_store(&sh->place[PLACE_CHAIN].ifindex, sh->dev[0]);
	end(ON_CLSACT);
}

static void event_chain(struct rtnl *rt, struct prng *rnd)
{
	int place = prng_below(rnd, PLACES);
	struct place *p = &sh->place[place];
	int err;

	begin(BIT(place));
	err = rtnl_chain(rt, RTM_DELCHAIN, p->ifindex, p->parent, p->chain,
			 NULL);
	if (!err)
		severed(BIT(place));
	else if (err != -ENOENT && err != -EINVAL)
		finding("chain delete: %s", strerror(-err));
	end(BIT(place));
}

static void event_root(struct rtnl *rt, struct prng *rnd)
{
	struct place *p = &sh->place[PLACE_QDISC];

	begin(BIT(PLACE_QDISC));
	if (prng_below(rnd, 2)) {
		worked("device delete", rtnl_link_del(rt, sh->dev[1]));
		sh->dev[1] = new_veth(rt, "veth2", "veth3");
	} else {
		del_qdisc(rt, sh->dev[1], TC_H_ROOT);
	}
	severed(BIT(PLACE_QDISC));
	worked("prio", rtnl_qdisc_add(rt, sh->dev[1], "prio", TC_H_ROOT,
				      MODEL_ROOT, NLM_F_EXCL));
	atomic_store(&p->ifindex, sh->dev[1]);
	end(BIT(PLACE_QDISC));
}

/* If it is the last one, what is at the block is severed. */
static void event_block(struct rtnl *rt)
{
	begin(BIT(PLACE_BLOCK));
	del_qdisc(rt, sh->dev[2], TC_H_CLSACT);
	/* A filter for hardware only keeps out one that does not take it. */
	while (rtnl_clsact_add_block(rt, sh->dev[2], MODEL_BLOCK) &&
	       !atomic_load(&sh->stop))
		usleep(1000);
	end(BIT(PLACE_BLOCK));
}

/* Most of the time RTNL is for the others, however slow the machine is. */
static void leave_time(double since, struct prng *rnd)
{
	double end = now() + 4 * (now() - since) + prng_below(rnd, 20) / 1e3;

	while (now() < end && go_on())
		usleep(1000);
}

void disturb_events(struct prng *rnd)
{
	struct rtnl rt;
	double start;

	if (rtnl_open(&rt))
		finding("no netlink");
	while (go_on()) {
		start = now();
		switch (prng_below(rnd, 8)) {
		case 0:
		case 1:
			event_clsact(&rt);
			break;
		case 2:
			event_device(&rt);
			break;
		case 3:
			event_root(&rt, rnd);
			break;
		case 4:
			event_block(&rt);
			break;
		default:
			event_chain(&rt, rnd);
		}
		leave_time(start, rnd);
	}
}

static int one_request(struct rtnl *rt, struct rtnl_filter *f,
		       struct prng *rnd)
{
	switch (prng_below(rnd, 8)) {
	case 0:
	case 1:
		return rtnl_filter_new(rt, f, NLM_F_CREATE | NLM_F_EXCL);
	case 2:
		return rtnl_filter_new(rt, f, NLM_F_CREATE);
	case 3:
		return rtnl_filter_new(rt, f, 0);
	case 4:
		f->handle = 0;
		return rtnl_filter_del(rt, f);
	case 5:
		f->handle = 0;
		f->prio = 0;
		f->kind = NULL;
		return rtnl_filter_del(rt, f);
	default:
		return rtnl_filter_del(rt, f);
	}
}

void disturb_netlink(struct prng *rnd)
{
	static const int known[] = { EEXIST, EPERM, ENOENT, ENODEV, EINVAL, 0 };
	struct tag_counter counter;
	struct rtnl rt;
	int err;

	if (rtnl_open(&rt) || tag_counter_open(&counter))
		finding("no netlink or no program");
	while (go_on()) {
		struct place *p = &sh->place[prng_below(rnd, PLACES)];
		struct rtnl_filter f = {
			.ifindex = atomic_load(&p->ifindex),
			.parent = p->parent,
			.chain = p->chain,
			.prio = 1 + prng_below(rnd, 4),
			.handle = prng_below(rnd, 5),
			.kind = "bpf",
			.prog_fd = counter.fd,
		};

		err = one_request(&rt, &f, rnd);
		count(C_NETLINK);
		if (err == -EPERM) {
			count(C_REFUSED);
			if (!strstr(rt.extack, "owned by BPF link"))
				finding("EPERM, and extack says '%s'",
					rt.extack);
		} else if (err && !errno_in(err, known)) {
			finding("netlink request: %s", strerror(-err));
		}
	}
}

void disturb_hardware(struct prng *rnd)
{
	static const char accept[] = "bpf_tc_non_bound_accept";
	bool member = true, on;
	struct rtnl rt;
	int port, dev;
	double start;

	if (rtnl_open(&rt))
		finding("no netlink");
	/* The other port comes behind the first one. */
	dev = sh->dev[2] + 1;
	while (go_on()) {
		start = now();
		port = prng_below(rnd, 2);
		on = prng_below(rnd, 3);
		switch (prng_below(rnd, 8)) {
		case 0:
			nsim_set_tc_offload(sh->dev[2] + port, on);
			break;
		case 1:
			if (member)
				del_qdisc(&rt, dev, TC_H_CLSACT);
			member = !rtnl_clsact_add_block(&rt, dev, MODEL_BLOCK);
			break;
		default:
			nsim_set(port, accept, on);
		}
		count(C_HARDWARE);
		leave_time(start, rnd);
	}
}

static int link_in_new_netns(struct tag_counter *counter)
{
	struct tc_create c = { .prog_fd = counter->fd, .parent = TC_EGRESS };
	struct rtnl rt;
	int link;

	if (unshare(CLONE_NEWNET) || rtnl_open(&rt))
		return -EIO;
	c.ifindex = new_veth(&rt, "own0", "own1");
	worked("clsact", rtnl_qdisc_add(&rt, c.ifindex, "clsact", TC_H_CLSACT,
					TC_H_MAKE(TC_H_CLSACT, 0),
					NLM_F_EXCL));
	link = tc_link_create(&c);
	rtnl_close(&rt);
	return link;
}

/* Namespaces that come, and go under a link, or with it. */
void disturb_netns(struct prng *rnd)
{
	struct bpf_link_info info;
	struct tag_counter counter;
	double start;
	int link;

	if (tag_counter_open(&counter))
		finding("no program");
	while (go_on()) {
		start = now();
		link = link_in_new_netns(&counter);
		if (link < 0)
			finding("create in a new namespace: %s",
				strerror(-link));
		if (unshare(CLONE_NEWNET))
			finding("no namespace");
		if (prng_below(rnd, 2)) {
			if (tc_link_poll(link, 60000) != POLLHUP)
				finding("namespace gone, link not severed");
			else if (tc_link_info(link, &info) || info.tc.ifindex ||
				 !info.tc.netns_ino)
				finding("info of a link without namespace");
		}
		close(link);
		count(C_NETNS);
		leave_time(start, rnd);
	}
}

/* No name twice, and no link twice. */
static void check_dump(struct rtnl *rt, const struct place *p)
{
	struct shown shown[SHOWN_MAX], *a, *b;
	int n = shown_at(rt, p->ifindex, p->parent, shown);

	for (a = shown; a < shown + n; a++)
		for (b = shown; b < a; b++) {
			if (a->batch != b->batch)
				continue;
			if (a->chain == b->chain && a->handle == b->handle &&
			    a->priority == b->priority)
				finding("two filters of one name");
			if (a->link_id && a->link_id == b->link_id)
				finding("link %u owns two filters", a->link_id);
		}
	count(C_DUMP);
}

static void visit_update(struct prng *rnd, struct slot *s, int owner,
			 __u32 id, int fd)
{
	int prog = prng_below(rnd, MODEL_PROGS);
	int prog_fd = bpf_prog_get_fd_by_id(sh->prog_id[owner][prog]);

	if (prog_fd < 0)
		return;
	slot_update(s, id, fd, prog, prog_fd, -1, -1);
	close(prog_fd);
	count(C_UPDATE);
}

static void visit_detach(struct slot *s, __u32 id, int fd)
{
	bool still;

	pthread_mutex_lock(&s->lock);
	still = s->id == id;
	if (still)
		s->detaching = true;
	pthread_mutex_unlock(&s->lock);
	if (!still)
		return;
	if (tc_link_detach(fd))
		finding("link %u: detach by another", id);
	pthread_mutex_lock(&s->lock);
	if (s->id == id)
		s->detached = true;
	pthread_mutex_unlock(&s->lock);
	count(C_DETACH);
}

static void visit(struct prng *rnd)
{
	int owner = prng_below(rnd, MODEL_OWNERS);
	struct slot *s = &sh->slot[owner][prng_below(rnd, MODEL_LINKS)];
	struct bpf_link_info info;
	__u32 id;
	int fd;

	pthread_mutex_lock(&s->lock);
	id = s->id;
	pthread_mutex_unlock(&s->lock);
	if (!id) {
		usleep(1000);
		return;
	}
	fd = bpf_link_get_fd_by_id(id);
	count(C_BY_ID);
	if (fd < 0)
		return;
	switch (prng_below(rnd, 16)) {
	case 0:
		visit_detach(s, id, fd);
		break;
	case 1 ... 5:
		visit_update(rnd, s, owner, id, fd);
		break;
	default:
		if (tc_link_info(fd, &info) || info.id != id)
			finding("link %u: no info by ID", id);
		if (!info.tc.ifindex && tc_link_poll(fd, 0) != POLLHUP)
			finding("link %u: severed, and no POLLHUP", id);
		count(C_INFO);
	}
	close(fd);
}

void disturb_visitor(struct prng *rnd)
{
	struct rtnl rt;

	if (rtnl_open(&rt))
		finding("no netlink");
	while (go_on()) {
		if (prng_below(rnd, 8))
			visit(rnd);
		else
			check_dump(&rt, &sh->place[prng_below(rnd, PLACES)]);
	}
}
