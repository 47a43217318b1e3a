// SPDX-License-Identifier: GPL-2.0-only
/*
 * tclink flow and the kernel's flow classifier, in hash mode. Their classes
 * cannot be the same, for the seed of the kernel's hash is known to nobody.
 * But flows have to spread over the classes as evenly, stay where they are
 * within a period, and move after it.
 *
 *	FLOW_HASHED	how many flows to spread, of each sort (2048)
 *	FLOW_SEED	of the packets (from the clock)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libgen.h>

#include "class_grid.h"
#include "testnet.h"
#include "packets.h"
#include "runner.h"

#define CLASSES (GRID * GRID)
#define FLOWS 12
#define FIRST_PERIOD 6		/* seconds; twice as many if that is too short */
#define LAST_PERIOD 48
#define KEYS "hash keys src,dst,proto,proto-src,proto-dst"
/* What a good hash exceeds less than once in 10,000 times: chi-squared with 255
 * degrees of freedom
 */
#define CHI2_MAX 347.0
#define PIN "/sys/fs/bpf/flow_hash"

static struct grid grid;
static struct net net;
static int flows_wanted;

#define wrong(fmt, ...)                               \
	({                                            \
		printf("# " fmt "\n", ##__VA_ARGS__); \
		-EINVAL;                              \
	})

struct flow {
	__u32 src, dst;
	__u16 sport, dport;
};

/* Clients of a network, one port after the other: what is most alike in real
 * traffic
 */
static struct flow flow_in_order(int i)
{
	return (struct flow){ 0x0a000000 + i / 16, 0xc6336401,
			      32768 + i % 16, 443 };
}

static struct flow flow_at_random(int i)
{
	return (struct flow){ packet_random(), packet_random(),
			      packet_random(), packet_random() };
}

static bool send_flow(const struct flow *f)
{
	struct packet p;

	packet_udp(&p, f->src, f->dst, f->sport, f->dport);
	return net_send(&net, &p, false, 0);
}

static double chi_squared(const struct grid *g, int count)
{
	double expected = (double)count / CLASSES, sum = 0, difference;
	int i;

	for (i = 0; i < CLASSES; i++) {
		difference = g->packets[i / GRID][i % GRID] - expected;
		sum += difference * difference / expected;
	}
	return sum;
}

static int spread(struct flow (*flow)(int i), double *chi2)
{
	int i, err = grid_start(&grid);
	struct flow f;

	for (i = 0; !err && i < flows_wanted; i++) {
		f = flow(i);
		if (!send_flow(&f))
			err = wrong("cannot send: %s", strerror(errno));
	}
	err = err ?: grid_read(&grid, flows_wanted, flows_wanted);
	if (!err && grid_total(&grid) != flows_wanted)
		err = wrong("%llu of %d arrived",
			    (unsigned long long)grid_total(&grid),
			    flows_wanted);
	*chi2 = chi_squared(&grid, flows_wanted);
	return err;
}

static int spread_both(const char *name, double chi2[2])
{
	int err;

	err = spread(flow_in_order, &chi2[0]) ?:
	      spread(flow_at_random, &chi2[1]);
	printf("# %s: %d flows to %d classes, chi-squared %.1f in order, %.1f at random\n",
	       name, flows_wanted, CLASSES, chi2[0], chi2[1]);
	return err;
}

static int test_spread(void)
{
	const char *words = "handle 1 flow " KEYS " divisor 256 baseclass 1:100";
	double ours[2], theirs[2];
	int err;

	err = shell("tc filter add dev v0 parent 1: protocol all prio 5 %s",
		    words) ?:
	      spread_both("cls_flow", theirs) ?:
	      shell("tc filter del dev v0 parent 1: prio 5") ?:
	      shell("$TCLINK_CMD flow dev v0 parent 1: prio 5 %s pin " PIN,
		    words) ?:
	      spread_both("tclink flow", ours);
	unlink(PIN);
	if (err)
		return err;
	return ours[0] < CHI2_MAX && ours[1] < CHI2_MAX ?
		       0 : wrong("not below %.0f", CHI2_MAX);
}

/* Where each flow goes; three packets of a flow go together. */
static int find_cells(int cells[FLOWS])
{
	struct flow f;
	int i, err = 0;

	for (i = 0; !err && i < FLOWS; i++) {
		f = flow_in_order(i * 5);
		err = grid_start(&grid);
		if (!err && !(send_flow(&f) && send_flow(&f) && send_flow(&f)))
			err = wrong("cannot send: %s", strerror(errno));
		err = err ?: grid_read(&grid, 3, 3);
		cells[i] = grid_cell(&grid);
	}
	return err;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void sleep_until(double when)
{
	while (now() < when)
		usleep(20000);
}

struct moved {
	int rows, columns, split;
};

static struct moved cells_compare(const int *a, const int *b)
{
	struct moved moved = {};
	int i;

	for (i = 0; i < FLOWS; i++) {
		moved.split += a[i] < 0 || b[i] < 0;
		moved.rows += a[i] / GRID != b[i] / GRID;
		moved.columns += a[i] % GRID != b[i] % GRID;
	}
	return moved;
}

/* The first period begins for either when its filter is set, which is not
 * before start. False if it took too long to tell.
 */
static bool within_period(double start, int period, int first[FLOWS],
			  struct moved *moved, int *err)
{
	int second[FLOWS];

	*err = find_cells(first) ?: find_cells(second);
	*moved = cells_compare(first, second);
	return now() < start + period - 0.5;
}

static int test_period(void)
{
	int first[FLOWS], later[FLOWS], err, period = FIRST_PERIOD;
	struct moved within, after;
	char words[128];
	double start;

	for (;; period *= 2) {
		snprintf(words, sizeof(words), KEYS " divisor 16 perturb %d",
			 period);
		start = now();
		err = grid_classify(NET_DEVICE, words);
		if (err || within_period(start, period, first, &within, &err))
			break;
		if (period >= LAST_PERIOD)
			return wrong("too slow to see one period");
	}
	if (err)
		return err;
	if (within.rows || within.columns || within.split)
		return wrong("within a period, %d of %d flows moved by tclink flow, %d by cls_flow, %d split",
			     within.rows, FLOWS, within.columns, within.split);
	sleep_until(now() + period + 1);
	err = find_cells(later);
	after = cells_compare(first, later);
	printf("# within a period of %d s, no flow moved; after it, %d of %d by tclink flow, %d by cls_flow\n",
	       period, after.rows, FLOWS, after.columns);
	if (!err && (after.rows < FLOWS / 2 || after.columns < FLOWS / 2))
		return wrong("that is too few");
	return err;
}

/* A filter that is given other parameters keeps its hash, if not the word for
 * another one.
 */
static int test_same_hash(void)
{
	int first[FLOWS], later[FLOWS], err;
	struct moved moved;

	err = grid_classify(NET_DEVICE, KEYS " divisor 16 perturb 0") ?:
	      find_cells(first) ?:
	      shell("$TCLINK_CMD flow change pin /sys/fs/bpf/grid keys src,dst divisor 7") ?:
	      shell("$TCLINK_CMD flow change pin /sys/fs/bpf/grid keys src,dst,proto,proto-src,proto-dst divisor 16") ?:
	      find_cells(later);
	moved = cells_compare(first, later);
	if (!err && (moved.rows || moved.split))
		return wrong("%d flows moved", moved.rows);
	return err;
}

int main(int argc, char **argv)
{
	const char *flows = getenv("FLOW_HASHED");
	const char *seed = getenv("FLOW_SEED");
	__u64 first = seed ? strtoull(seed, NULL, 0) : time(NULL);
	char path[4096];
	int err;

	flows_wanted = flows ? atoi(flows) : 2048;
	snprintf(path, sizeof(path), "%s/../src/tclink", dirname(argv[0]));
	setenv("TCLINK_CMD", path, 0);
	packet_seed(first);
	printf("# FLOW_SEED=%llu\n", (unsigned long long)first);
	unlink("/sys/fs/bpf/grid");
	err = net_open(&net) ?: grid_open(&grid, NET_DEVICE);
	if (err) {
		printf("Bail out! No network: %s\n", strerror(-err));
		return 1;
	}
	tap_result(!test_spread(), "spread");
	tap_result(!test_period(), "period");
	tap_result(!test_same_hash(), "same hash");
	unlink("/sys/fs/bpf/grid");
	return tap_done();
}
