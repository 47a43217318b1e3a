// SPDX-License-Identifier: GPL-2.0-only
/* The model: starts owners and disturbers, and says what was found. */
#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model.h"
#include "runner.h"
#include "nsim.h"
#include "snapshot.h"

struct shared *sh;

static const char *const count_names[C_KINDS] = {
	"creates", "created", "updates", "updated", "detaches", "closes",
	"pins", "infos", "fdinfos", "polls", "opened by id", "frames judged",
	"found in dumps", "found severed", "netlink requests",
	"refused for a link", "dumps", "severing events", "hardware switches",
	"namespaces",
};

void finding(const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	printf("# FINDING after %lu operations: %s\n", atomic_load(&sh->ops),
	       text);
	fflush(stdout);
	atomic_fetch_add(&sh->findings, 1);
	atomic_store(&sh->stop, true);
}

void count(enum counted what)
{
	atomic_fetch_add(&sh->count[what], 1);
	atomic_fetch_add(&sh->ops, 1);
}

bool go_on(void)
{
	const struct bounds *b = &sh->bounds;

	if (atomic_load(&sh->stop))
		return false;
	if ((b->ops && atomic_load(&sh->ops) >= b->ops) ||
	    (b->seconds && now() - sh->start >= b->seconds))
		atomic_store(&sh->stop, true);
	return true;
}

bool errno_in(int err, const int *list)
{
	for (; *list; list++)
		if (err == -*list)
			return true;
	return false;
}

static void must(const char *what, int err)
{
	if (err < 0) {
		printf("Bail out! %s: %s\n", what, strerror(-err));
		exit(1);
	}
}

static void set_up_places(struct tcenv *env, struct nsim *nsim)
{
	int i;

	must("veth", rtnl_veth_add(&env->rt, "veth2", "veth3"));
	sh->dev[0] = env->dev;
	sh->dev[1] = if_nametoindex("veth2");
	must("up", rtnl_link_up(&env->rt, sh->dev[1]));
	must("up", rtnl_link_up(&env->rt, if_nametoindex("veth3")));
	must("prio", rtnl_qdisc_add(&env->rt, sh->dev[1], "prio", TC_H_ROOT,
				    MODEL_ROOT, NLM_F_EXCL));
	must("netdevsim", nsim_open(nsim, 2));
	for (i = 0; i < nsim->ports; i++) {
		must("up", rtnl_link_up(&env->rt, nsim->ifindex[i]));
		nsim_set_tc_offload(nsim->ifindex[i], true);
		nsim_set(i, "bpf_tc_non_bound_accept", true);
		must("block", rtnl_clsact_add_block(&env->rt, nsim->ifindex[i],
						    MODEL_BLOCK));
	}
	sh->dev[2] = nsim->ifindex[0];
	sh->place[PLACE_PACKETS] = (struct place) { env->dev, TC_EGRESS };
	sh->place[PLACE_INGRESS] = (struct place) { env->dev, TC_INGRESS };
	sh->place[PLACE_CHAIN] = (struct place) { env->dev, TC_EGRESS, 7 };
	sh->place[PLACE_QDISC] = (struct place) { sh->dev[1], MODEL_ROOT };
	sh->place[PLACE_BLOCK] = (struct place) { TCM_IFINDEX_MAGIC_BLOCK,
						  MODEL_BLOCK };
}

static void init_slots(void)
{
	pthread_mutexattr_t attr;
	int w, l;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	for (w = 0; w < MODEL_OWNERS; w++)
		for (l = 0; l < MODEL_LINKS; l++)
			pthread_mutex_init(&sh->slot[w][l].lock, &attr);
}

static const struct {
	const char *name;
	void (*run)(struct prng *rnd);
} disturbers[] = {
	{ "events", disturb_events },
	{ "netlink", disturb_netlink },
	{ "hardware", disturb_hardware },
	{ "netns", disturb_netns },
	{ "visitor", disturb_visitor },
};

#define DISTURBERS	(int)(sizeof(disturbers) / sizeof(disturbers[0]))

static pid_t start(int n)
{
	struct prng rnd;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid)
		return pid;
	prng_init(&rnd, sh->bounds.seed, n);
	if (n < MODEL_OWNERS)
		owner_run(n, &rnd);
	else
		disturbers[n - MODEL_OWNERS].run(&rnd);
	exit(0);
}

/* Those that do not end hang in the kernel. */
static void run_all(void)
{
	pid_t pid[MODEL_OWNERS + DISTURBERS];
	int i, status;

	for (i = 0; i < MODEL_OWNERS + DISTURBERS; i++)
		pid[i] = start(i);
	for (i = 0; i < MODEL_OWNERS + DISTURBERS; i++) {
		waitpid(pid[i], &status, 0);
		if (!WIFEXITED(status) || WEXITSTATUS(status))
			finding("process %d ended with status %#x", i, status);
	}
}

/* Netlink's own are still there. */
static int owned_at(struct rtnl *rt, const struct place *p)
{
	struct shown shown[SHOWN_MAX];
	int i, n, owned = 0;

	n = shown_at(rt, p->ifindex, p->parent, shown);
	for (i = 0; i < n; i++)
		owned += shown[i].link_id != 0;
	return n < 0 ? n : owned;
}

static bool places_clean(struct rtnl *rt)
{
	int i, n;

	for (i = 0; i < PLACES; i++) {
		n = owned_at(rt, &sh->place[i]);
		if (n) {
			printf("# place %d: %d filters of links\n", i, n);
			return false;
		}
	}
	return true;
}

static bool no_links(void)
{
	__u64 sum;
	int i;

	for (i = 0; i < 500; i++) {
		if (!links_count(&sum))
			return true;
		usleep(10000);
	}
	return false;
}

static bool progs_gone(void)
{
	int w, p;

	for (w = 0; w < MODEL_OWNERS; w++)
		for (p = 0; p < MODEL_PROGS; p++)
			if (sh->prog_id[w][p] && !prog_gone(sh->prog_id[w][p]))
				return false;
	return true;
}

static void model_report(void)
{
	double seconds = now() - sh->start;
	int i;

	printf("# model: %lu operations in %.1f s, seed %llu:\n",
	       atomic_load(&sh->ops), seconds,
	       (unsigned long long)sh->bounds.seed);
	for (i = 0; i < C_KINDS; i++)
		printf("#   %8lu %s\n", atomic_load(&sh->count[i]),
		       count_names[i]);
}

int main(int argc, char **argv)
{
	struct nsim nsim;
	struct tcenv env;
	int i;

	sh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE,
		  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (sh == MAP_FAILED)
		return 1;
	sh->bounds = (struct bounds) { .ops = 20000, .seconds = 6 };
	bounds_parse(&sh->bounds, argc, argv);
	must("namespace", tcenv_open(&env));
	set_up_places(&env, &nsim);
	init_slots();
	printf("# seed %llu\n", (unsigned long long)sh->bounds.seed);
	sh->start = now();
	run_all();
	model_report();
	tap_result(!atomic_load(&sh->findings), "nothing found");
	tap_result(no_links(), "no link is left");
	tap_result(places_clean(&env.rt), "no filter is left");
	rtnl_link_del(&env.rt, sh->dev[0]);
	rtnl_link_del(&env.rt, sh->dev[1]);
	for (i = 0; i < 2; i++)
		rtnl_qdisc_del(&env.rt, nsim.ifindex[i], TC_H_CLSACT);
	tap_result(!nsim_runs(0) && !nsim_runs(1), "no hardware runs any");
	tap_result(progs_gone(), "no program is left");
	nsim_close(&nsim);
	tcenv_close(&env);
	return tap_done();
}
