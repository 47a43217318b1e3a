// SPDX-License-Identifier: GPL-2.0-only
/* Fault injection: each allocation in turn fails, of those that are made on the
 * path of an operation. It fails with it, and all is as before, or it works.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

#include "fault.h"
#include "fail_nth.h"
#include "runner.h"
#include "stress.h"

#define MAX_POINTS	1000
/* So many times in a row no such allocation: there are no more. */
#define MISSES		2
/* Which worker does the work is not ours to say. */
#define MISSES_WORKERS	6

static const struct target targets[] = {
	{ "device", 0, false, 0, 3, true },
	{ "block", 0, true, 0, 3 },
	{ "hw_device", 1, false, 0, 0 },
	{ "hw_device_skip_sw", 1, false, TCA_CLS_FLAGS_SKIP_SW, 0 },
	{ "hw_block", 2, true, 0, 0 },
	{ "hw_block_skip_sw", 2, true, TCA_CLS_FLAGS_SKIP_SW, 0, true },
};

#define TARGETS		(sizeof(targets) / sizeof(targets[0]))

static unsigned long total_points, total_failed;

static void die(const char *what, int err)
{
	printf("Bail out! %s: %s\n", what, strerror(-err));
	exit(1);
}

void must(const char *what, int err)
{
	if (err < 0)
		die(what, err);
}

static void open_netlink(struct rtnl *rt)
{
	struct timeval tv = { .tv_sec = 10 };

	must("netlink", rtnl_open(rt));
	setsockopt(mnl_socket_get_fd(rt->nl), SOL_SOCKET, SO_RCVTIMEO, &tv,
		   sizeof(tv));
}

static void add_veth(struct fault *f)
{
	must("veth", rtnl_veth_add(&f->env.rt, "veth0", "veth1"));
	f->env.dev = if_nametoindex("veth0");
	must("up", rtnl_link_up(&f->env.rt, f->env.dev));
	f->place.device[0] = f->env.dev;
	f->place.ifindex = f->env.dev;
	f->c.ifindex = f->env.dev;
}

/* The last operation may have left it there, or not. */
static void join(struct fault *f, int i)
{
	int dev = f->place.device[i], err;

	if (f->target->block)
		err = rtnl_clsact_add_block(&f->env.rt, dev, FAULT_BLOCK);
	else
		err = rtnl_qdisc_add(&f->env.rt, dev, "clsact", TC_H_CLSACT,
				     TC_H_MAKE(TC_H_CLSACT, 0), NLM_F_EXCL);
	if (err != -EEXIST)
		must("clsact", err);
	f->member[i] = true;
}

static void set_up_hardware(struct fault *f)
{
	int i;

	must("netdevsim", nsim_open(&f->nsim, f->target->ports));
	f->place.ports = f->nsim.ports;
	f->place.devices = f->nsim.ports;
	for (i = 0; i < f->nsim.ports; i++) {
		f->place.device[i] = f->nsim.ifindex[i];
		must("up", rtnl_link_up(&f->env.rt, f->nsim.ifindex[i]));
		must("hw-tc-offload",
		     nsim_set_tc_offload(f->nsim.ifindex[i], true));
		must("accept", nsim_set(i, "bpf_tc_non_bound_accept", true));
	}
}

static void fault_set_up(struct fault *f, const struct target *t)
{
	memset(f, 0, sizeof(*f));
	f->target = t;
	f->link = -1;
	f->second = -1;
	must("namespace", tcenv_open(&f->env));
	open_netlink(&f->rt);
	must("monitor", rtnl_monitor_open(&f->mon));
	f->place.devices = 1;
	f->place.device[0] = f->env.dev;
	if (t->ports)
		set_up_hardware(f);
	else
		must("clsact", rtnl_qdisc_del(&f->env.rt, f->env.dev,
					      TC_H_CLSACT));
	f->place.ifindex = t->block ? TCM_IFINDEX_MAGIC_BLOCK :
				      f->place.device[0];
	f->place.parent = t->block ? FAULT_BLOCK : TC_INGRESS;
	f->c = (struct tc_create) {
		.prog_fd = f->env.prog_fd[0],
		.ifindex = f->place.ifindex,
		.parent = f->place.parent,
		.gen_flags = t->gen_flags,
		.chain_index = t->chain,
	};
}

/* Loading the classifier's module is another matter. */
static void load_module(struct fault *f)
{
	int i;

	for (i = 0; i < f->place.devices; i++)
		join(f, i);
	f->link = tc_link_create(&f->c);
	must("first link", f->link);
}

static bool fault_tear_down(struct fault *f)
{
	bool gone = true;
	int i;

	if (f->link >= 0)
		close(f->link);
	rtnl_close(&f->rt);
	rtnl_close(&f->mon);
	nsim_close(&f->nsim);
	tcenv_close(&f->env);
	for (i = 0; i < 3; i++)
		gone = gone && prog_gone(f->env.prog_id[i]);
	return gone;
}

static void read_fdinfo(struct fault *f)
{
	int fd;

	snprintf(f->fdinfo_path, sizeof(f->fdinfo_path), "/proc/self/fdinfo/%d",
		 f->link);
	memset(f->fdinfo, 0, sizeof(f->fdinfo));
	fd = open(f->fdinfo_path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, f->fdinfo, sizeof(f->fdinfo) - 1) <= 0)
		die("fdinfo", -errno);
	close(fd);
}

/* What the operation starts from. */
static void establish(struct fault *f, const struct op *op)
{
	int i, last = f->place.devices - 1;
	__u32 id;

	rtnl_monitor_count(&f->mon, 0, 0, &id);
	if (f->link >= 0)
		close(f->link);
	f->link = -1;
	f->runs_prog = 0;
	if (op->flags & OP_VETH && !if_nametoindex("veth0"))
		add_veth(f);
	for (i = 0; i <= last; i++)
		if (!f->member[i] && !(op->flags & OP_JOIN && i == last))
			join(f, i);
	if (op->flags & OP_JOIN && f->member[last]) {
		rtnl_qdisc_del(&f->env.rt, f->place.device[last], TC_H_CLSACT);
		f->member[last] = false;
	}
	if (op->prepare)
		op->prepare(f);
	if (!op->from_live)
		return;
	if (f->link < 0)
		f->link = tc_link_create(&f->c);
	must("create", f->link);
	must("info", tc_link_info(f->link, &f->info));
	read_fdinfo(f);
}

/* How many ports run the program, -1 if one runs another. */
static int running(const struct fault *f, __u32 id)
{
	unsigned int runs;
	int i, n = 0;

	for (i = 0; i < f->nsim.ports; i++) {
		runs = nsim_runs(i);
		if (runs && runs != id)
			return -1;
		n += runs == id;
	}
	return n;
}

static int members(const struct fault *f)
{
	int i, n = 0;

	for (i = 0; i < f->place.devices; i++)
		n += f->member[i];
	return n;
}

static const char *check_live(struct fault *f, const struct rtnl_seen *seen,
			      const struct bpf_link_info *info)
{
	__u32 id = f->env.prog_id[f->runs_prog];
	int hw = running(f, id);
	__u32 flag = hw > 0 ? TCA_CLS_FLAGS_IN_HW : TCA_CLS_FLAGS_NOT_IN_HW;

	if (info->tc.ifindex != f->c.ifindex)
		return "severed";
	if (info->prog_id != id || seen->prog_id != id)
		return "another program";
	if (seen->filters != 1 || seen->protos != 1 || seen->chains != 1)
		return "not one filter";
	if (seen->link_id != info->id)
		return "another owner";
	if (hw < 0)
		return "hardware runs another program";
	if (info->tc.in_hw_count != hw || seen->in_hw_count != hw)
		return "in_hw_count is wrong";
	if (info->tc.gen_flags != (f->c.gen_flags | flag) ||
	    seen->gen_flags != info->tc.gen_flags)
		return "gen_flags are wrong";
	if (f->c.gen_flags & TCA_CLS_FLAGS_SKIP_SW && hw != members(f))
		return "skip_sw, but not in all hardware";
	return NULL;
}

static const char *check_none(struct fault *f, const struct rtnl_seen *seen)
{
	int i;

	for (i = 0; i < f->nsim.ports; i++)
		if (nsim_runs(i))
			return "hardware still runs it";
	if (seen->filters || seen->protos || seen->chains)
		return "something of the filter is left";
	return NULL;
}

static const char *fault_check(struct fault *f, enum outcome want)
{
	struct rtnl_seen seen = { .handle = 1 };
	struct bpf_link_info info = {};
	bool there = if_nametoindex("veth0") || f->target->ports;
	const char *bad;
	__u64 sum;

	if (there && rtnl_dump(&f->env.rt, f->place.ifindex, f->place.parent,
			       &seen))
		return "no dump";
	if (f->link < 0)
		return links_count(&sum) ? "a link is left" :
		       want != NOTHING ? "no link" : check_none(f, &seen);
	if (tc_link_info(f->link, &info))
		return "no info";
	if (want == LIVE)
		bad = check_live(f, &seen, &info);
	else if (info.tc.ifindex)
		bad = "not severed";
	else
		bad = check_none(f, &seen);
	if (!bad && (tc_link_poll(f->link, 0) == POLLHUP) != (want == SEVERED))
		bad = "poll is wrong";
	return bad;
}

static enum outcome expected(const struct fault *f, const struct op *op)
{
	return op->flags & OP_LEAVE && f->place.devices > 1 ? LIVE : op->then;
}

/* Failure leaves all as it was. If only the answer on netlink was lost, it may
 * also be done.
 */
static const char *judge(struct fault *f, const struct op *op, int ret,
			 const struct snapshot *before)
{
	enum outcome want = expected(f, op);
	const char *differs;
	struct snapshot after;

	if (ret && ret != -ENOMEM && ret != -ENOBUFS && ret != -op->also)
		return strerror(-ret);
	if (ret && op->flags & OP_MUST_WORK)
		return "failed";
	if (ret < 0 || want == AS_BEFORE) {
		snapshot_take(&after, &f->env.rt, &f->place);
		differs = snapshot_differs(before, &after);
		if (!differs || !(ret < 0 && op->flags & OP_NETLINK))
			return differs;
	}
	return want == AS_BEFORE ? "done by halves" : fault_check(f, want);
}

/* Returns whether there was such an allocation. */
static bool one_point(struct fault *f, const struct op *op, unsigned int nth,
		      int *ret, const char **bad)
{
	struct snapshot before;
	bool hit;

	establish(f, op);
	*bad = NULL;
	/* What was prepared may be elsewhere. */
	if (!op->prepare)
		*bad = fault_check(f, op->from_live ? LIVE : NOTHING);
	if (*bad) {
		*ret = 0;
		return true;
	}
	snapshot_take(&before, &f->env.rt, &f->place);
	fail_nth_begin(op->flags & OP_WORKERS ? FAIL_WORKERS : FAIL_SELF,
		     nth);
	*ret = op->run(f);
	hit = fail_nth_end();
	if (*ret < 0 && op->flags & OP_NETLINK) {
		rtnl_close(&f->rt);
		open_netlink(&f->rt);
	}
	if (op->undo)
		op->undo(f);
	if (*ret < 0)
		f->runs_prog = 0;
	*bad = judge(f, op, *ret, &before);
	return hit;
}

/* All points of one kind; returns how many, or -1. */
static int fault_sweep(struct fault *f, const struct op *op, enum fail_what what,
		 int *failed)
{
	int most = op->flags & OP_WORKERS ? MISSES_WORKERS : MISSES;
	int nth, ret, misses = 0, points = 0;
	const char *bad;
	bool hit;

	must("debugfs", fail_nth_choose(what));
	for (nth = 1; nth <= MAX_POINTS && misses < most; nth++) {
		hit = one_point(f, op, nth, &ret, &bad);
		if (bad || (ret && !hit)) {
			printf("# %s %s: %s allocation %d%s, returned %d: %s\n",
			       f->target->name, op->name, fail_names[what],
			       nth, hit ? "" : " (not reached)", ret,
			       bad ?: "failed by itself");
			return -1;
		}
		points += hit;
		misses = hit ? 0 : misses + 1;
		*failed += ret < 0;
	}
	return points;
}

static bool applies(const struct target *t, const struct op *op)
{
	if (op->flags & OP_VETH && (t->ports || t->block))
		return false;
	if (op->flags & OP_SOFT && t->ports)
		return false;
	return !(op->flags & OP_BLOCK) || (t->block && t->ports);
}

static void test_op(struct fault *f, const struct op *op)
{
	int points[FAIL_KINDS], failed = 0;
	double start = now();
	bool ok = true;
	int i;

	for (i = 0; i < FAIL_KINDS; i++) {
		points[i] = fault_sweep(f, op, i, &failed);
		ok = ok && points[i] >= 0;
		if (points[i] > 0)
			total_points += points[i];
	}
	total_failed += failed;
	/* Work like that allocates: else it is not the workers that do it. */
	if (op->flags & OP_WORKERS && points[FAIL_SLAB] <= 0)
		ok = false;
	tap_result(ok, "%s.%s: %d slab, %d page; %d failed it; %.1f s",
		   f->target->name, op->name, points[FAIL_SLAB],
		   points[FAIL_PAGE], failed, now() - start);
}

/* Arguments: a target or "all", an operation. Without any, what all paths are in
 * but one by one.
 */
static bool chosen_target(const struct target *t, int argc, char **argv)
{
	if (argc < 2)
		return t->in_short;
	return !strcmp(argv[1], "all") || !strcmp(argv[1], t->name);
}

static bool chosen_op(const struct target *t, const struct op *op, int argc,
		      char **argv)
{
	/* A device takes its time to go. */
	if (argc < 2 && op->flags & OP_VETH)
		return false;
	return applies(t, op) && (argc < 3 || !strcmp(argv[2], op->name));
}

int main(int argc, char **argv)
{
	const struct op *op;
	struct fault f;
	unsigned int t;
	int err;

	setlinebuf(stdout);
	err = fail_nth_open();
	if (err) {
		tap_result(false, "fault injection: %s", strerror(-err));
		return tap_done();
	}
	/* Page faults of ours are not what is to fail. */
	mlockall(MCL_CURRENT | MCL_FUTURE);
	for (t = 0; t < TARGETS; t++) {
		if (!chosen_target(&targets[t], argc, argv))
			continue;
		fault_set_up(&f, &targets[t]);
		load_module(&f);
		for (op = fault_ops; op->name; op++)
			if (chosen_op(&targets[t], op, argc, argv))
				test_op(&f, op);
		tap_result(fault_tear_down(&f), "%s: no program is left",
			   targets[t].name);
	}
	printf("# fault: %lu points, %lu failed the operation\n", total_points,
	       total_failed);
	return tap_done();
}
