// SPDX-License-Identifier: GPL-2.0-only
/* Calls of bpf(2) on TC links, and rtnetlink messages about the filters that
 * they own, from a seed. The kernel must refuse what the rules forbid, and
 * whatever it is told, the links that no call is made on keep their filters.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#include "fuzz.h"
#include "runner.h"
#include "nsim.h"

/* Then all is taken down and built again. */
#define CALLS_A_ROUND	4096
#define CALLS_A_CHECK	64
#define CANARY_PRIO	5
#define CANARY_FD	1000
#define RECENT		16

struct canary {
	int fd;
	struct bpf_link_info info;
};

static struct tcenv env;
/* Makes the kernel send notifications, and reads none. */
static struct rtnl listener;
static struct nsim nsim;
static struct world world;
static struct canary canary[FUZZ_SPOTS];
static unsigned long calls, made, refused, netlink_ok, replaced, severings;
static unsigned long errnos[256];
static bool may_be_severed;
static char recent[RECENT][160];

static void die(const char *what, int err)
{
	printf("Bail out! %s: %s\n", what, strerror(-err));
	exit(1);
}

static void must(const char *what, int err)
{
	if (err < 0)
		die(what, err);
}

static void set_up_once(void)
{
	struct fuzz_spot *s = world.spot;

	must("namespace", tcenv_open(&env));
	must("netdevsim", nsim_open(&nsim, 1));
	must("up", rtnl_link_up(&env.rt, nsim.ifindex[0]));
	must("offload", nsim_set_tc_offload(nsim.ifindex[0], true));
	must("accept", nsim_set(0, "bpf_tc_non_bound_accept", true));
	must("listener", rtnl_monitor_open(&listener));
	rtnl_qdisc_del(&env.rt, env.dev, TC_H_CLSACT);
	memcpy(world.prog_fd, env.prog_fd, sizeof(world.prog_fd));
	s[0] = (struct fuzz_spot) { env.dev, TC_EGRESS, 0 };
	s[1] = (struct fuzz_spot) { env.dev, TC_INGRESS, 0 };
	s[2] = (struct fuzz_spot) { env.dev, TC_EGRESS, 3 };
	s[3] = (struct fuzz_spot) { env.dev, FUZZ_ROOT, 0 };
	s[4] = (struct fuzz_spot) { TCM_IFINDEX_MAGIC_BLOCK, FUZZ_BLOCK, 0 };
	s[5] = (struct fuzz_spot) { nsim.ifindex[0], TC_INGRESS, 0, true };
}

static void make_canary(int i)
{
	struct tc_create c = {
		.prog_fd = env.prog_fd[i % 3],
		.ifindex = world.spot[i].ifindex,
		.parent = world.spot[i].parent,
		.chain_index = world.spot[i].chain,
		.priority = CANARY_PRIO,
		.handle = 2,
	};
	int fd;

	fd = tc_link_create(&c);
	/* Somebody has its name, or its priority. */
	if (fd == -EEXIST || fd == -EINVAL) {
		canary[i].fd = -1;
		return;
	}
	must("canary", fd);
	canary[i].fd = fcntl(fd, F_DUPFD_CLOEXEC, CANARY_FD);
	must("canary", tc_link_info(canary[i].fd, &canary[i].info));
	close(fd);
}

static void fuzz_build(void)
{
	int i;

	must("clsact", rtnl_qdisc_add(&env.rt, env.dev, "clsact", TC_H_CLSACT,
				      TC_H_MAKE(TC_H_CLSACT, 0), NLM_F_EXCL));
	must("clsact", rtnl_qdisc_add(&env.rt, nsim.ifindex[0], "clsact",
				      TC_H_CLSACT, TC_H_MAKE(TC_H_CLSACT, 0),
				      NLM_F_EXCL));
	must("prio", rtnl_qdisc_add(&env.rt, env.dev, "prio", TC_H_ROOT,
				    FUZZ_ROOT, NLM_F_EXCL));
	must("block", rtnl_clsact_add_block(&env.rt, env.peer, FUZZ_BLOCK));
	for (i = 0; i < FUZZ_LINKS; i++)
		world.link[i] = -1;
	for (i = 0; i < FUZZ_SPOTS; i++)
		make_canary(i);
}

static void take_down(void)
{
	int i;

	for (i = 0; i < FUZZ_LINKS; i++)
		if (world.link[i] >= 0)
			close(world.link[i]);
	for (i = 0; i < FUZZ_SPOTS; i++)
		if (canary[i].fd >= 0)
			close(canary[i].fd);
	rtnl_qdisc_del(&env.rt, env.dev, TC_H_CLSACT);
	rtnl_qdisc_del(&env.rt, env.dev, TC_H_ROOT);
	rtnl_qdisc_del(&env.rt, env.peer, TC_H_CLSACT);
	rtnl_qdisc_del(&env.rt, nsim.ifindex[0], TC_H_CLSACT);
}

static void show_recent(void)
{
	unsigned long i;

	for (i = calls > RECENT ? calls - RECENT : 0; i < calls; i++)
		printf("# call %s\n", recent[i % RECENT]);
}

static bool check_canary(int i)
{
	struct bpf_link_info info, *was = &canary[i].info;

	if (canary[i].fd < 0)
		return true;
	if (tc_link_info(canary[i].fd, &info)) {
		printf("# no info\n");
		return false;
	}
	if (!info.tc.ifindex && may_be_severed) {
		severings++;
		close(canary[i].fd);
		make_canary(i);
		return true;
	}
	/* Hardware comes and goes with the filters of others. */
	info.tc.gen_flags = was->tc.gen_flags;
	info.tc.in_hw_count = was->tc.in_hw_count;
	if (!memcmp(&info, was, sizeof(info)) &&
	    !tc_link_poll(canary[i].fd, 0))
		return true;
	printf("# the link at spot %d changed: ifindex %u, program %u; was %u, %u\n",
	       i, info.tc.ifindex, info.prog_id, was->tc.ifindex,
	       was->prog_id);
	return false;
}

static bool check_canaries(void)
{
	bool ok = true;
	int i;

	for (i = 0; i < FUZZ_SPOTS; i++)
		ok = check_canary(i) && ok;
	may_be_severed = false;
	return ok;
}

/* What was asked for is what there is. */
static bool check_created(const struct bpf_call *c, int fd)
{
	const union bpf_attr *a = &c->attr;
	struct bpf_link_info info;

	if (c->size < sizeof(*a) || a->link_create.attach_type != BPF_TC)
		return true;
	if (tc_link_info(fd, &info))
		return false;
	/* Traffic, filters and chains may be gone already, but not here. */
	return info.tc.ifindex == a->link_create.target_ifindex &&
	       info.tc.parent == a->link_create.tc.parent &&
	       info.tc.chain_index == a->link_create.tc.chain_index &&
	       info.tc.classid == a->link_create.tc.classid &&
	       info.tc.flags == a->link_create.flags &&
	       (!a->link_create.tc.handle ||
		info.tc.handle == a->link_create.tc.handle) &&
	       (!a->link_create.tc.priority ||
		info.tc.priority == a->link_create.tc.priority);
}

static bool call_bpf(struct prng *rnd)
{
	static struct bpf_call c;
	int ret, slot = prng_below(rnd, FUZZ_LINKS);
	__u32 dice = prng_below(rnd, 16);
	const char *forbidden;

	if (dice < 9)
		fuzz_create(&world, rnd, &c);
	else if (dice < 14)
		fuzz_update(&world, rnd, &c);
	else
		fuzz_detach(&world, rnd, &c);
	forbidden = fuzz_must_fail(&world, &c);
	ret = syscall(__NR_bpf, c.cmd, &c.attr, c.size);
	ret = ret < 0 ? -errno : ret;
	snprintf(recent[calls % RECENT], sizeof(recent[0]),
		 "%lu: bpf(%d, size %u) = %d", calls, c.cmd, c.size, ret);
	if (ret < 0) {
		refused++;
		errnos[-ret & 0xff]++;
		return true;
	}
	made++;
	if (forbidden) {
		printf("# allowed in spite of: %s\n", forbidden);
		return false;
	}
	if (c.cmd != BPF_LINK_CREATE)
		return true;
	if (!check_created(&c, ret)) {
		printf("# created, but not as asked for\n");
		return false;
	}
	if (world.link[slot] >= 0) {
		close(world.link[slot]);
		replaced++;
	}
	world.link[slot] = ret;
	return ret < FUZZ_FDS;
}

static bool call_netlink(struct prng *rnd)
{
	char msg[FUZZ_MSG] __attribute__((aligned(4)));
	struct nlmsghdr *nlh = (void *)msg;
	char answer[32768];
	struct tcmsg *tcm;
	int err = 0;
	ssize_t len;

	fuzz_netlink(&world, rnd, nlh);
	tcm = mnl_nlmsg_get_payload(nlh);
	snprintf(recent[calls % RECENT], sizeof(recent[0]),
		 "%lu: netlink type %u flags %#x ifindex %d parent %#x handle %#x info %#x",
		 calls, nlh->nlmsg_type, nlh->nlmsg_flags, tcm->tcm_ifindex,
		 tcm->tcm_parent, tcm->tcm_handle, tcm->tcm_info);
	if (nlh->nlmsg_type == RTM_DELCHAIN)
		may_be_severed = true;
	if (mnl_socket_sendto(env.rt.nl, nlh, nlh->nlmsg_len) < 0)
		return true;
	/* The answers are there when the call returns. */
	while ((len = recv(mnl_socket_get_fd(env.rt.nl), answer,
			   sizeof(answer), MSG_DONTWAIT)) > 0) {
		nlh = (void *)answer;
		if (nlh->nlmsg_type == NLMSG_ERROR)
			err = ((struct nlmsgerr *)
			       mnl_nlmsg_get_payload(nlh))->error;
	}
	if (err)
		errnos[-err & 0xff]++;
	else
		netlink_ok++;
	return true;
}

static bool one_call(struct prng *rnd)
{
	bool ok;

	ok = prng_below(rnd, 3) ? call_bpf(rnd) : call_netlink(rnd);
	calls++;
	if (calls % CALLS_A_CHECK == 0)
		ok = check_canaries() && ok;
	return ok;
}

/* Each round starts from the same state, and its seed repeats it. */
static bool fuzz_run(const struct bounds *b)
{
	double start = now(), said = start;
	__u64 round = b->seed;
	struct prng rnd;
	bool ok = true;

	while (ok && calls < b->ops && now() - start < b->seconds) {
		prng_init(&rnd, round, 0);
		fuzz_build();
		do {
			ok = one_call(&rnd);
		} while (ok && calls % CALLS_A_ROUND &&
			 now() - start < b->seconds);
		if (!ok)
			printf("# FINDING: repeat with --seed %llu --ops 1\n",
			       (unsigned long long)round);
		take_down();
		round++;
		if (now() - said > 20) {
			said = now();
			printf("# %lu calls, next seed %llu\n", calls,
			       (unsigned long long)round);
		}
	}
	if (!ok)
		show_recent();
	printf("# fuzz: %lu calls in %.1f s, seeds %llu to %llu\n", calls,
	       now() - start, (unsigned long long)b->seed,
	       (unsigned long long)round - 1);
	return ok;
}

static void fuzz_report(void)
{
	int i;

	printf("# bpf(2): %lu worked, %lu refused; netlink: %lu worked; links given up for others %lu, chains deleted under %lu\n",
	       made, refused, netlink_ok, replaced, severings);
	for (i = 0; i < 256; i++)
		if (errnos[i])
			printf("#   %8lu %s\n", errnos[i], strerror(i));
}

#define MODPROBE	"/proc/sys/kernel/modprobe"

/* To look for a module by each name made up takes longer than all else. */
static void switch_modules(bool on)
{
	static char path[256];
	int fd;

	if (on) {
		write_file(MODPROBE, path);
		return;
	}
	fd = open(MODPROBE, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, path, sizeof(path) - 1) < 0)
		die(MODPROBE, -errno);
	close(fd);
	write_file(MODPROBE, "\n");
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
	struct bounds b = { .seed = 1, .ops = 12288, .seconds = 5 };
	struct rlimit files = { 4096, 4096 };

	bounds_parse(&b, argc, argv);
	setrlimit(RLIMIT_NOFILE, &files);
	set_up_once();
	/* Loads the classifier. */
	fuzz_build();
	take_down();
	switch_modules(false);
	tap_result(fuzz_run(&b), "what must fail fails, and the links of others stay");
	switch_modules(true);
	fuzz_report();
	tap_result(!nsim_runs(0), "no hardware runs any");
	nsim_close(&nsim);
	rtnl_close(&listener);
	tcenv_close(&env);
	tap_result(progs_gone(), "no program is left");
	return tap_done();
}
