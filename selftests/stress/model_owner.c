// SPDX-License-Identifier: GPL-2.0-only
/* Processes that make links and know what must be true of them. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "model.h"

struct held {
	int fd;			/* -1: none */
	int place;
	unsigned long ended;	/* events, when it was not there yet */
	unsigned long begun;	/* when it was there */
	bool severed;
	struct bpf_link_info info;
};

#define GHOSTS	32

struct owner {
	int n;
	struct prng *rnd;
	struct rtnl rt;
	int packet_fd;
	struct tag_counter counter[MODEL_PROGS];
	struct held held[MODEL_LINKS];
	/* Closed, but a visitor or a pin may have held them still. */
	__u32 ghost[GHOSTS];
	int ghosts;
};

static struct slot *slot_of(const struct owner *o, const struct held *h)
{
	return &sh->slot[o->n][h - o->held];
}

static void publish(struct owner *o, struct held *h, int prog)
{
	struct slot *s = slot_of(o, h);

	pthread_mutex_lock(&s->lock);
	s->id = h->info.id;
	s->place = h->place;
	s->priority = h->info.tc.priority;
	s->handle = h->info.tc.handle;
	s->prog = prog;
	s->certain = true;
	s->overlap = false;
	s->pending = 0;
	s->detaching = false;
	s->detached = false;
	pthread_mutex_unlock(&s->lock);
}

static void retire(struct owner *o, struct held *h)
{
	struct slot *s = slot_of(o, h);

	pthread_mutex_lock(&s->lock);
	s->id = 0;
	pthread_mutex_unlock(&s->lock);
	if (h->place == PLACE_PACKETS && !h->severed)
		o->ghost[o->ghosts++] = h->info.id;
	close(h->fd);
	h->fd = -1;
}

static bool live_by_id(__u32 id)
{
	struct bpf_link_info info;
	bool live;
	int fd;

	fd = bpf_link_get_fd_by_id(id);
	if (fd < 0)
		return false;
	live = !tc_link_info(fd, &info) && info.tc.ifindex;
	close(fd);
	return live;
}

/* Only that of a qdisc which a request still holds may be, for a moment. */
static bool both_live(const struct held *h, __u32 id)
{
	int tries = h->place == PLACE_QDISC ? 1000 : 1;

	while (tries--) {
		if (!live_by_id(id) || !live_by_id(h->info.id))
			return false;
		if (tries)
			usleep(5000);
	}
	return true;
}

/* Both live at a time is what must not be: a link never comes back to life. */
static void check_one_owner(struct owner *o, struct held *h)
{
	struct slot *s, *mine = slot_of(o, h);
	__u32 id;
	int i;

	for (i = 0; i < MODEL_OWNERS * MODEL_LINKS; i++) {
		s = &sh->slot[i / MODEL_LINKS][i % MODEL_LINKS];
		if (s == mine)
			continue;
		pthread_mutex_lock(&s->lock);
		id = s->place == h->place && s->handle == h->info.tc.handle &&
		     s->priority == h->info.tc.priority ? s->id : 0;
		pthread_mutex_unlock(&s->lock);
		if (id && both_live(h, id))
			finding("links %u and %u own one filter", id,
				h->info.id);
	}
}

static void create_failed(const struct tc_create *c, int place, int err,
			  bool quiet)
{
	static const int known[] = { ENODEV, EINVAL, ENOENT, EEXIST, 0 };
	static const int hardware[] = { EBUSY, EOPNOTSUPP, 0 };

	if (err == -EEXIST && c->handle)
		return;
	if (c->gen_flags & TCA_CLS_FLAGS_SKIP_SW &&
	    (err == -EINVAL || errno_in(err, hardware)))
		return;
	if (quiet || err == -EEXIST || !errno_in(err, known))
		finding("create at place %d, priority %u, handle %u: %s%s",
			place, c->priority, c->handle, strerror(-err),
			quiet ? " without a reason" : "");
}

static void create(struct owner *o, struct held *h)
{
	static const __u32 flags[] = { 0, 0, TCA_CLS_FLAGS_SKIP_SW,
				       TCA_CLS_FLAGS_SKIP_HW };
	int prog = prng_below(o->rnd, MODEL_PROGS);
	struct tc_create c = {
		.prog_fd = o->counter[prog].fd,
		.priority = prng_below(o->rnd, 4),
		.handle = prng_below(o->rnd, 5),
	};
	struct place *p;

	h->place = prng_below(o->rnd, PLACES);
	p = &sh->place[h->place];
	if (h->place == PLACE_BLOCK)
		c.gen_flags = flags[prng_below(o->rnd, 4)];
	h->ended = atomic_load(&p->ev.ended);
	c.ifindex = atomic_load(&p->ifindex);
	c.parent = p->parent;
	c.chain_index = p->chain;
	h->fd = tc_link_create(&c);
	h->begun = atomic_load(&p->ev.begun);
	count(C_CREATE);
	if (h->fd < 0) {
		create_failed(&c, h->place, h->fd, h->begun == h->ended);
		h->fd = -1;
		return;
	}
	count(C_CREATED);
	h->severed = false;
	if (tc_link_info(h->fd, &h->info))
		finding("no info of a new link");
	publish(o, h, prog);
	check_one_owner(o, h);
}

/* What never changes. */
static bool same(const struct bpf_link_info *a, const struct bpf_link_info *b)
{
	return a->id == b->id && a->tc.parent == b->tc.parent &&
	       a->tc.handle == b->tc.handle &&
	       a->tc.priority == b->tc.priority &&
	       a->tc.chain_index == b->tc.chain_index &&
	       a->tc.protocol == b->tc.protocol &&
	       a->tc.netns_ino == b->tc.netns_ino &&
	       a->tc.block_index == b->tc.block_index;
}

/* A request on netlink that waits for RTNL holds the qdisc meanwhile: if that or
 * its device was deleted, the filters go when the request is done.
 */
static bool severed_soon(const struct held *h)
{
	struct bpf_link_info info;
	int i;

	for (i = 0; i < 1000; i++) {
		if (!tc_link_info(h->fd, &info) && !info.tc.ifindex)
			return true;
		usleep(5000);
	}
	return false;
}

/* Severed when it must be, and only then. Returns whether it is. */
static bool owner_check(struct owner *o, struct held *h, struct bpf_link_info *info)
{
	struct events *ev = &sh->place[h->place].ev;
	struct slot *s = slot_of(o, h), before;
	unsigned long severed;
	bool is;

	severed = atomic_load(&ev->severed);
	pthread_mutex_lock(&s->lock);
	before = *s;
	pthread_mutex_unlock(&s->lock);

	if (tc_link_info(h->fd, info))
		finding("link %u: no info", h->info.id);
	is = !info->tc.ifindex;
	count(C_INFO);

	pthread_mutex_lock(&s->lock);
	if (is && !s->detaching && !h->severed &&
	    atomic_load(&ev->begun) == h->ended)
		finding("link %u at place %d: severed by nothing", h->info.id,
			h->place);
	if (before.certain && s->certain && !before.pending &&
	    before.updates == s->updates &&
	    info->prog_id != sh->prog_id[o->n][s->prog])
		finding("link %u: program %u, not %u", h->info.id,
			info->prog_id, sh->prog_id[o->n][s->prog]);
	pthread_mutex_unlock(&s->lock);
	if (!is && h->place == PLACE_QDISC && severed > h->begun &&
	    !before.detached && !h->severed)
		is = severed_soon(h);
	if (!is && (severed > h->begun || before.detached || h->severed))
		finding("link %u at place %d: live, but event %lu (first %lu), detached %d, severed before %d",
			h->info.id, h->place, severed, h->begun + 1,
			before.detached, h->severed);
	if (!same(info, &h->info))
		finding("link %u: info changed", h->info.id);
	if (is && !h->severed)
		count(C_SEVERED);
	h->severed = is;
	return is;
}

static void check_poll(struct owner *o, struct held *h)
{
	struct bpf_link_info info;
	int hup;

	if (owner_check(o, h, &info)) {
		if (tc_link_poll(h->fd, 0) != POLLHUP)
			finding("link %u: severed, but no POLLHUP", info.id);
	} else {
		hup = tc_link_poll(h->fd, 0);
		if (hup && (hup != POLLHUP || !owner_check(o, h, &info)))
			finding("link %u: poll says %d, but it is live",
				info.id, hup);
	}
	count(C_POLL);
}

static void check_fdinfo(struct owner *o, struct held *h)
{
	bool severed = h->severed;
	char path[64], buf[1024] = {};
	const char *p;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", h->fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, buf, sizeof(buf) - 1) <= 0)
		finding("link %u: no fdinfo", h->info.id);
	close(fd);
	p = strstr(buf, "\nifindex:\t");
	if (!p || (severed && strncmp(p, "\nifindex:\t0\n", 12)))
		finding("link %u: fdinfo of a severed one: %s", h->info.id,
			buf);
	count(C_FDINFO);
}

static void owner_update(struct owner *o, struct held *h)
{
	static const int known[] = { ENOLINK, EPERM, 0 };
	static const int hardware[] = { EOPNOTSUPP, EBUSY, EINVAL, 0 };
	int expect = prng_below(o->rnd, 2 * MODEL_PROGS) - MODEL_PROGS;
	int prog = prng_below(o->rnd, MODEL_PROGS);
	struct bpf_link_info info;
	bool was = h->severed;
	int ret;

	ret = slot_update(slot_of(o, h), h->info.id, h->fd, prog,
			  o->counter[prog].fd,
			  expect < 0 ? -1 : o->counter[expect].fd, expect);
	count(C_UPDATE);
	if (!ret) {
		count(C_UPDATED);
		if (was)
			finding("link %u: severed, but updated", h->info.id);
		return;
	}
	if (ret == -ENOLINK && !owner_check(o, h, &info))
		finding("link %u: live, but ENOLINK", h->info.id);
	if (errno_in(ret, known) ||
	    (h->place == PLACE_BLOCK && errno_in(ret, hardware)))
		return;
	finding("link %u: update: %s", h->info.id, strerror(-ret));
}

static void detach(struct owner *o, struct held *h)
{
	struct slot *s = slot_of(o, h);
	struct bpf_link_info info;
	int ret;

	pthread_mutex_lock(&s->lock);
	s->detaching = true;
	pthread_mutex_unlock(&s->lock);
	ret = tc_link_detach(h->fd);
	pthread_mutex_lock(&s->lock);
	s->detached = true;
	pthread_mutex_unlock(&s->lock);
	if (ret)
		finding("link %u: detach: %s", h->info.id, strerror(-ret));
	if (!owner_check(o, h, &info))
		finding("link %u: live after detach", h->info.id);
	count(C_DETACH);
}

static void pin(struct owner *o, struct held *h)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), MODEL_PIN, o->n, (int)(h - o->held));
	if (bpf_obj_pin(h->fd, path))
		finding("link %u: pin: %s", h->info.id, strerror(errno));
	fd = bpf_obj_get(path);
	if (fd < 0)
		finding("link %u: cannot open its pin", h->info.id);
	/* The pin holds it, then the other file descriptor. */
	close(h->fd);
	h->fd = fd;
	unlink(path);
	count(C_PIN);
}

/* How often a dump shows the link, or -1 if it does not tell. */
static int count_shown(struct owner *o, struct held *h, int ifindex)
{
	struct shown shown[SHOWN_MAX], *s;
	int n, found = 0;

	n = shown_at(&o->rt, ifindex, h->info.tc.parent, shown);
	for (s = shown; s < shown + n; s++) {
		if (s->link_id != h->info.id)
			continue;
		found++;
		if (s->chain != h->info.tc.chain_index ||
		    s->priority != h->info.tc.priority ||
		    s->handle != h->info.tc.handle)
			finding("link %u: filter at another place", s->link_id);
	}
	if (n < 0 || n > SHOWN_AT_ONCE || (n && shown[n - 1].batch))
		return -1;
	return found;
}

/* In the dump if and only if it is live. */
static void find(struct owner *o, struct held *h)
{
	int ifindex = atomic_load(&sh->place[h->place].ifindex), found;
	struct bpf_link_info info;
	bool severed;

	severed = owner_check(o, h, &info);
	found = count_shown(o, h, severed ? ifindex : info.tc.ifindex);
	count(C_FOUND);
	if (found < 0)
		return;
	if (severed ? !found : found == 1 || owner_check(o, h, &info))
		return;
	if (severed || found > 1 || !severed_soon(h))
		finding("link %u: %s, and %d filters", info.id,
			severed ? "severed" : "live", found);
}

/* A ghost that no dump shows is gone. */
static void forget_ghosts(struct owner *o, int ifindex)
{
	struct shown shown[SHOWN_MAX];
	int i, j, n, left = 0;

	if (!o->ghosts)
		return;
	n = shown_at(&o->rt, ifindex, TC_EGRESS, shown);
	if (n < 0 || n > SHOWN_AT_ONCE || (n && shown[n - 1].batch))
		return;
	for (i = 0; i < o->ghosts; i++) {
		for (j = 0; j < n; j++)
			if (shown[j].link_id == o->ghost[i])
				break;
		if (j < n)
			o->ghost[left++] = o->ghost[i];
	}
	o->ghosts = left;
}

struct expected {
	int least;
	int most;
	int of_prog[MODEL_PROGS];
	bool certain;
	unsigned int updates;
};

/* How many of the filters that a frame passes are ours? Those that are severed
 * do not come back, those that are live after it have been before.
 */
static void expect_hits(struct owner *o, int ifindex, struct expected *e)
{
	struct bpf_link_info info;
	struct held *h;
	struct slot *s;

	memset(e, 0, sizeof(*e));
	e->certain = true;
	for (h = o->held; h < o->held + MODEL_LINKS; h++) {
		if (h->fd < 0 || h->place != PLACE_PACKETS)
			continue;
		if (owner_check(o, h, &info) || info.tc.ifindex != ifindex)
			continue;
		s = slot_of(o, h);
		pthread_mutex_lock(&s->lock);
		e->of_prog[s->prog]++;
		e->updates += s->updates;
		e->certain = e->certain && s->certain && !s->pending;
		pthread_mutex_unlock(&s->lock);
		e->least++;
	}
	e->most = e->least + o->ghosts;
}

static void judge_frame(struct owner *o)
{
	int ifindex = atomic_load(&sh->place[PLACE_PACKETS].ifindex);
	struct expected before, after;
	__u64 was[MODEL_PROGS], hits, sum = 0;
	bool exact;
	int i;

	forget_ghosts(o, ifindex);
	for (i = 0; i < MODEL_PROGS; i++)
		was[i] = o->counter[i].count[o->n];
	expect_hits(o, ifindex, &before);
	if (send_frames(o->packet_fd, ifindex, o->n, 1))
		return;
	expect_hits(o, ifindex, &after);
	count(C_FRAMES);
	exact = before.certain && after.certain &&
		before.updates == after.updates && before.most == after.least;
	for (i = 0; i < MODEL_PROGS; i++) {
		hits = o->counter[i].count[o->n] - was[i];
		sum += hits;
		if (exact && hits != before.of_prog[i])
			finding("owner %d: %llu hits of program %d, not %d",
				o->n, hits, i, before.of_prog[i]);
	}
	if (sum < after.least || sum > before.most)
		finding("owner %d: %llu hits, not %d to %d", o->n, sum,
			after.least, before.most);
}

static void one_op(struct owner *o)
{
	struct held *h = &o->held[prng_below(o->rnd, MODEL_LINKS)];
	__u32 dice = prng_below(o->rnd, 100);

	if (h->fd < 0)
		create(o, h);
	else if (dice < 25)
		owner_update(o, h);
	else if (dice < 40)
		judge_frame(o);
	else if (dice < 60)
		check_poll(o, h);
	else if (dice < 70)
		check_fdinfo(o, h);
	else if (dice < 77)
		find(o, h);
	else if (dice < 80)
		detach(o, h);
	else if (dice < 84)
		pin(o, h);
	else if (o->ghosts == GHOSTS - MODEL_LINKS)
		judge_frame(o);
	else if (dice < 90 || h->severed) {
		retire(o, h);
		count(C_CLOSE);
	}
}

void owner_run(int n, struct prng *rnd)
{
	struct owner o = { .n = n, .rnd = rnd };
	int i;

	if (rtnl_open(&o.rt))
		finding("owner %d: no netlink", n);
	o.packet_fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	for (i = 0; i < MODEL_PROGS; i++) {
		if (tag_counter_open(&o.counter[i]))
			finding("owner %d: no program", n);
		sh->prog_id[n][i] = o.counter[i].id;
	}
	for (i = 0; i < MODEL_LINKS; i++)
		o.held[i].fd = -1;
	while (go_on())
		one_op(&o);
	for (i = 0; i < MODEL_LINKS; i++)
		if (o.held[i].fd >= 0)
			retire(&o, &o.held[i]);
}
