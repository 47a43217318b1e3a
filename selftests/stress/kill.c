// SPDX-License-Identifier: GPL-2.0-only
/* The owner of links is killed wherever it may be. What it did not pin is gone,
 * and what it pinned, the next one finds as it was: live, and its own.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "snapshot.h"
#include "runner.h"
#include "stress.h"
#include "tclib.h"

#define DIR_NAME	"/sys/fs/bpf/tclink-kill"
#define LINKS		6

enum doing { RECOVER, CREATE, UPDATE, PIN, UNPIN, DETACH, CLOSE, DOINGS };

static const char *const doing_names[DOINGS] = {
	"recover", "create", "update", "pin", "unpin", "detach", "close",
};

static struct shared {
	atomic_ulong steps;
	atomic_int doing;
	atomic_int wrong;	/* what the owner saw, errno */
} *sh;

static struct tcenv env;
static unsigned long landed[DOINGS], recovered, pinned, found_severed;

struct owned {
	int fd;
	bool pinned;
	bool detached;
};

static void pin_path(char *path, int n)
{
	sprintf(path, DIR_NAME "/%d", n);
}

static void wrong(enum doing doing, int err)
{
	/* A pin that was found may be of a severed link. */
	if (err && err != -ENOLINK)
		atomic_store(&sh->wrong, doing << 16 | -err);
}

static void do_one(struct prng *rnd, struct owned *o, int n)
{
	static const enum doing next[] = { UPDATE, UPDATE, UPDATE, PIN, PIN,
					   UNPIN, DETACH, CLOSE };
	struct tc_create c = {
		.ifindex = env.dev,
		.parent = TC_EGRESS,
		.priority = n + 1,
		.handle = 1,
	};
	enum doing doing = o->fd < 0 ? CREATE : next[prng_below(rnd, 8)];
	int prog = env.prog_fd[prng_below(rnd, 2)];
	char path[64];
	int err;

	pin_path(path, n);
	/* Of no more use; and a name is taken as long as the pin is there. */
	if (o->detached)
		doing = CLOSE;
	if (o->pinned && doing == CLOSE)
		doing = UNPIN;
	atomic_store(&sh->doing, doing);
	switch (doing) {
	case CREATE:
		c.prog_fd = prog;
		o->detached = false;
		o->fd = tc_link_create(&c);
		/* What an unlinked pin held goes a little later. */
		if (o->fd < 0 && o->fd != -EEXIST)
			wrong(doing, o->fd);
		break;
	case UPDATE:
		err = tc_link_update(o->fd, prog, -1);
		o->detached = err == -ENOLINK;
		wrong(doing, err);
		break;
	case PIN:
		if (!o->pinned && bpf_obj_pin(o->fd, path))
			wrong(doing, -errno);
		o->pinned = true;
		break;
	case UNPIN:
		if (o->pinned && unlink(path))
			wrong(doing, -errno);
		o->pinned = false;
		break;
	case DETACH:
		wrong(doing, tc_link_detach(o->fd));
		o->detached = true;
		break;
	default:
		close(o->fd);
		o->fd = -1;
	}
}

/* What the agent that was killed has left. */
static void recover(struct owned *owned)
{
	char path[64];
	int i;

	for (i = 0; i < LINKS; i++) {
		pin_path(path, i);
		owned[i].fd = bpf_obj_get(path);
		owned[i].pinned = owned[i].fd >= 0;
		owned[i].detached = false;
		if (owned[i].fd < 0 && errno != ENOENT)
			wrong(RECOVER, -errno);
	}
}

static void owner(struct prng *rnd)
{
	struct owned owned[LINKS];
	int n;

	atomic_store(&sh->doing, RECOVER);
	recover(owned);
	while (1) {
		n = prng_below(rnd, LINKS);
		do_one(rnd, &owned[n], n);
		atomic_fetch_add(&sh->steps, 1);
	}
}

/* Either after some time, or when it has come so far. */
static void kill_somewhere(pid_t pid, struct prng *rnd)
{
	unsigned long steps = prng_below(rnd, 30);
	int us = prng_below(rnd, 8000);
	double start = now();

	if (prng_below(rnd, 2)) {
		while (!atomic_load(&sh->steps) && now() - start < 10)
			sched_yield();
		usleep(us);
	} else {
		while (atomic_load(&sh->steps) < steps && now() - start < 10)
			sched_yield();
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	landed[atomic_load(&sh->doing)]++;
}

/* An agent opens each pin: live and able to change, or severed for good. */
static const char *check_pin(int fd, int n, bool *live)
{
	struct rtnl_seen seen = { .handle = 1 };
	struct bpf_link_info info;
	int ret;

	if (tc_link_info(fd, &info))
		return "no info";
	*live = info.tc.ifindex;
	ret = tc_link_update(fd, env.prog_fd[0], -1);
	if (!*live) {
		found_severed++;
		return ret == -ENOLINK && tc_link_poll(fd, 0) == POLLHUP ?
			NULL : "neither live nor severed";
	}
	if (ret)
		return "cannot be updated";
	if (info.tc.priority != n + 1 || info.tc.ifindex != env.dev)
		return "not what was pinned";
	if (rtnl_dump(&env.rt, env.dev, TC_EGRESS, &seen) || !seen.link_id)
		return "no owner in the dump";
	return NULL;
}

/* Wait for what is released behind a pin. */
static bool kill_settle(int pins, int live)
{
	struct rtnl_seen seen = {};
	__u64 sum;
	int i, links = -1;

	for (i = 0; i < 2000; i++) {
		links = links_count(&sum);
		if (!rtnl_dump(&env.rt, env.dev, TC_EGRESS, &seen) &&
		    links == pins && seen.filters == live &&
		    seen.protos == live)
			return true;
		usleep(2000);
	}
	printf("# %d pins, %d live, but %d links, %d filters, %d priorities\n",
	       pins, live, links, seen.filters, seen.protos);
	return false;
}

static bool check_all(void)
{
	int fd, i, pins = 0, live = 0;
	const char *bad;
	char path[64];
	bool is;

	for (i = 0; i < LINKS; i++) {
		pin_path(path, i);
		fd = bpf_obj_get(path);
		if (fd < 0)
			continue;
		pins++;
		bad = check_pin(fd, i, &is);
		close(fd);
		if (bad) {
			printf("# pin %d: %s\n", i, bad);
			return false;
		}
		live += is;
	}
	pinned += pins;
	recovered += live;
	if (atomic_load(&sh->wrong)) {
		printf("# the owner: %s: %s\n",
		       doing_names[atomic_load(&sh->wrong) >> 16],
		       strerror(atomic_load(&sh->wrong) & 0xffff));
		return false;
	}
	if (!kill_settle(pins, live))
		return false;
	/* A frame passes all that are live, and they run what was put there. */
	tcenv_reset(&env);
	tcenv_send(&env, TC_EGRESS, 1);
	return tcenv_seen(&env, 0) == live && !tcenv_seen(&env, 1);
}

static bool round_ok(struct prng *rnd, int n, __u64 seed)
{
	struct prng own;
	pid_t pid;

	atomic_store(&sh->steps, 0);
	atomic_store(&sh->doing, RECOVER);
	pid = fork();
	if (!pid) {
		prng_init(&own, seed, n + 1);
		owner(&own);
	}
	kill_somewhere(pid, rnd);
	return check_all();
}

static void unpin_all(void)
{
	char path[64];
	int i;

	for (i = 0; i < LINKS; i++) {
		pin_path(path, i);
		unlink(path);
	}
}

static bool progs_gone(void)
{
	int i;

	for (i = 0; i < 3; i++)
		if (!prog_gone(env.prog_id[i]))
			return false;
	return true;
}

int main(int argc, char **argv)
{
	struct bounds b = { .ops = 30, .seconds = 10 };
	unsigned long kills = 0;
	struct prng rnd;
	bool ok = true;
	double start;
	int i;

	bounds_parse(&b, argc, argv);
	prng_init(&rnd, b.seed, 0);
	sh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE,
		  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (sh == MAP_FAILED || tcenv_open(&env))
		return 1;
	mkdir(DIR_NAME, 0700);
	unpin_all();
	start = now();
	while (ok && kills < b.ops && now() - start < b.seconds)
		ok = round_ok(&rnd, kills++, b.seed);
	printf("# kill: %lu kills in %.1f s, seed %llu; %lu pins found, %lu live, %lu severed\n",
	       kills, now() - start, (unsigned long long)b.seed, pinned,
	       recovered, found_severed);
	for (i = 0; i < DOINGS; i++)
		printf("#   %6lu during %s\n", landed[i], doing_names[i]);
	tap_result(ok, "each time, what is pinned is there, and nothing else");
	unpin_all();
	tap_result(kill_settle(0, 0), "no link and no filter is left");
	rmdir(DIR_NAME);
	tcenv_close(&env);
	tap_result(progs_gone(), "no program is left");
	return tap_done();
}
