// SPDX-License-Identifier: GPL-2.0-only
/*
 * tclink flow and the kernel's flow classifier, in map mode: the same class for
 * the same packet, for each key and for packets of all kinds.
 *
 * A packet without an address or port has a value made up of addresses of the
 * kernel under a secret, another one in either classifier. For those packets,
 * and for the key nfct, the test is that packets of the same flow, and so with
 * the same value, go together in both: in one cell of the grid, wherever that
 * is.
 *
 *	FLOW_PACKETS	how many for each key, at least (200)
 *	FLOW_SETS	with how many sets of parameters (1)
 *	FLOW_ALL	all keys, not one of each sort
 *	FLOW_EACH	look at each kind of packet by itself
 *	FLOW_SEED	of the packets (from the clock)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <libgen.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <sys/fsuid.h>
#include <sys/socket.h>

#include "class_grid.h"
#include "testnet.h"
#include "packets.h"
#include "runner.h"

struct key {
	const char *name;
	int bits;		/* of its values here */
	unsigned int needs;	/* HAS_* of packets that have one */
	bool tracked;
	bool brief;		/* without FLOW_ALL, too */
	int (*more)(struct grid *g, struct net *n, __u64 *packets);
};

static struct packet *batch;
static int packets_wanted, sets_wanted;
static __u64 compared, differing;

/* Say what is wrong, as a part of the result that follows. */
#define wrong(fmt, ...)                                          \
	({                                                       \
		printf("# " fmt "\n", ##__VA_ARGS__);            \
		-EINVAL;                                         \
	})

enum batch_flags {
	STRIP = 1,		/* nothing behind the tags */
	SAME_SOCKET = 2,
};

/* One kind of packet, and how it comes to the qdisc */
struct how {
	const struct packet_kind *kind;
	bool forwarded;
	int tags;
};

/* Every packet is in the diagonal, or in a cell that the same packets without
 * anything in them are in.
 */
static int check_cells(const struct grid *g, const struct grid *without,
		       const char *what)
{
	__u64 differ = 0;
	int i, j;

	for (i = 0; i < GRID; i++)
		for (j = 0; j < GRID; j++)
			if (i != j && !(without && without->packets[i][j]))
				differ += g->packets[i][j];
	differing += differ;
	if (!differ)
		return 0;
	for (i = 0; i < GRID * GRID; i++)
		if (g->packets[i / GRID][i % GRID])
			printf("#   row %d, column %d: %llu%s\n", i / GRID,
			       i % GRID,
			       (unsigned long long)g->packets[i / GRID][i % GRID],
			       without && without->packets[i / GRID][i % GRID] ?
				       ", as the empty ones" : "");
	return wrong("%s: %llu differ", what, (unsigned long long)differ);
}

/* A packet socket takes the network header to be behind the tags, and so the
 * dissector begins in the wrong place. That is how it is, for both.
 */
static bool has_value(const struct key *key, const struct how *how)
{
	if (!key->needs)
		return true;
	if (how->tags == 2 || how->kind->has & MAY_HAVE_ANY)
		return false;
	if (how->kind->has & IN_TAG && !how->forwarded)
		return false;
	return (how->kind->has & key->needs) == key->needs;
}

/* What cannot be forwarded or tracked does not arrive. */
static bool may_be_lost(const struct key *key, const struct how *how)
{
	if (key->tracked && how->forwarded)
		return !(how->kind->has & HAS_PORTS);
	return how->forwarded && how->kind->has & MAY_HAVE_ANY;
}

static void build_batch(const struct how *how, int count)
{
	int i;

	packet_choose_base();
	for (i = 0; i < count; i++) {
		how->kind->build(&batch[i]);
		batch[i].paged = !(how->kind->has & MAY_HAVE_ANY) &&
				 packet_below(8) == 0;
	}
}

static int send_batch(struct net *n, const struct how *how, int count,
		      int flags)
{
	struct packet p;
	int i;

	net_prepare(n, how->tags, true);
	for (i = 0; i < count; i++) {
		p = batch[i];
		if (flags & STRIP)
			packet_strip(&p);
		if (!net_send(n, &p, how->forwarded,
			      flags & SAME_SOCKET ? 0 : i))
			return wrong("cannot send: %s", strerror(errno));
	}
	return 0;
}

/* Send packets of all these kinds and wait for them. */
static int send_kinds(struct grid *g, struct net *n, const struct key *key,
		      const struct how *hows, int nr, int count, int flags)
{
	__u64 wanted = 0, lossy = 0;
	int i, err = grid_start(g);

	for (i = 0; !err && i < nr; i++) {
		build_batch(&hows[i], count);
		err = send_batch(n, &hows[i], count, flags);
		wanted += count;
		lossy += may_be_lost(key, &hows[i]) ? count : 0;
	}
	err = err ?: grid_read(g, wanted, wanted - lossy);
	if (err || (grid_total(g) <= wanted && grid_total(g) + lossy >= wanted))
		return err;
	return wrong("%s: %llu of %llu arrived", key->name,
		     (unsigned long long)grid_total(g),
		     (unsigned long long)wanted);
}

/* Kinds that have a value are in the diagonal; the others there or where the
 * same packets go that are cut off behind the tags, which needs the same
 * packets to be built twice.
 */
static int compare_some(struct grid *g, struct net *n, const struct key *key,
			const struct how *hows, int nr, int count, bool value)
{
	struct grid without = *g;
	__u64 seed = packet_random();
	int err;

	if (!nr)
		return 0;
	packet_seed(seed);
	if (!value) {
		err = send_kinds(&without, n, key, hows, nr, count,
				 SAME_SOCKET | STRIP);
		if (err)
			return err;
		packet_seed(seed);
	}
	err = send_kinds(g, n, key, hows, nr, count, value ? 0 : SAME_SOCKET);
	if (err)
		return err;
	compared += grid_total(g);
	return check_cells(g, value ? NULL : &without, key->name);
}

static bool one_by_one;

/* Together, for it is faster; if that fails, find out which kind it is. */
static int compare_each(struct grid *g, struct net *n, const struct key *key,
			const struct how *hows, int nr, int count, bool value)
{
	int i, err = 0;

	if (!one_by_one)
		err = compare_some(g, n, key, hows, nr, count, value);
	if (!one_by_one && !err)
		return 0;
	for (i = 0; i < nr; i++)
		if (compare_some(g, n, key, &hows[i], 1, count, value)) {
			err = -EINVAL;
			printf("# that was %s, %s, %d tags\n",
			       hows[i].kind->name,
			       hows[i].forwarded ? "forwarded" : "sent",
			       hows[i].tags);
		}
	return err;
}

static int compare_kinds(struct grid *g, struct net *n, const struct key *key,
			 int count)
{
	struct how with[packet_nr_kinds], without[packet_nr_kinds], how;
	int kind, nr_with = 0, nr_without = 0;

	for (kind = 0; kind < packet_nr_kinds; kind++) {
		how.kind = &packet_kinds[kind];
		how.forwarded = packet_below(key->tracked ? 4 : 2);
		/* Tracking drops packets that are cut off behind the tags, so
		 * those with 2 could not be compared with them.
		 */
		how.tags = packet_below(how.forwarded && !key->tracked ? 3 : 2);
		/* Tracking puts fragments together. */
		if (key->tracked && how.kind->has & FRAGMENT)
			continue;
		if (has_value(key, &how))
			with[nr_with++] = how;
		else
			without[nr_without++] = how;
	}
	return compare_each(g, n, key, with, nr_with, count, true) ?:
	       compare_each(g, n, key, without, nr_without, count, false);
}

/* A divisor that is a power of 2 and one that is not, all bits of the value in
 * one way or another
 */
static int choose_words(char *words, size_t size, const struct key *key)
{
	static int number;
	static const int divisors[] = { 15, 13, 11, 7 };

	if (number++ & 1)
		return snprintf(words, size, "map key %s rshift %d divisor 16",
				key->name, packet_below(key->bits - 3));
	return snprintf(words, size,
			"map key %s and 0x%x xor 0x%x rshift %d addend 0x%x divisor %d",
			key->name, packet_random() | packet_random(),
			packet_random(), packet_below(4), packet_random(),
			divisors[packet_below(4)]);
}

static int compare_key(struct grid *g, struct net *n, const struct key *key)
{
	int count = packets_wanted / packet_nr_kinds / sets_wanted + 1;
	int batches = 0, err = 0;
	char words[256];
	__u64 more = 0;

	compared = differing = 0;
	do {
		choose_words(words, sizeof(words), key);
		err = grid_classify(NET_DEVICE, words) ?:
		      compare_kinds(g, n, key, count);
		if (!err && key->more)
			err = key->more(g, n, &more);
		if (err)
			printf("# with %s\n", words);
		batches++;
	} while (!err && batches < sets_wanted);
	printf("# %s: %llu packets compared, %llu of them from sockets of their own, %llu differ, %d sets of parameters\n",
	       key->name, (unsigned long long)(compared + more),
	       (unsigned long long)more, (unsigned long long)differing,
	       batches);
	return err;
}

/* UDP through the routing table, by users of their own */
static int udp_flows(struct grid *g, struct net *n, __u64 *packets)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int i, fd, err, count = packets_wanted / 8;

	err = grid_start(g);
	net_prepare(n, 0, false);
	for (i = 0; !err && i < count; i++) {
		setfsuid(2000 + i);
		setfsgid(3000 + i);
		fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		to.sin_addr.s_addr =
			htonl(10 << 24 | (1 + packet_below(NET_REALMS)) << 16 |
			      (packet_random() & 0xffff));
		to.sin_port = htons(1 + packet_below(65535));
		if (fd < 0 || sendto(fd, "flow", 4, 0, (void *)&to,
				     sizeof(to)) != 4)
			err = wrong("UDP: %s", strerror(errno));
		close(fd);
	}
	setfsuid(0);
	setfsgid(0);
	err = err ?: grid_read(g, count, count);
	if (!err && grid_total(g) != count)
		err = wrong("UDP: %llu of %d arrived",
			    (unsigned long long)grid_total(g), count);
	*packets += count;
	return err ?: check_cells(g, NULL, "UDP");
}

/* A listener's answer belongs to a request, and that to the listener. */
static int syn_acks(struct grid *g, struct net *n, __u64 *packets)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int i, err, fd, count = 100;
	struct packet p;

	setfsuid(4321);
	setfsgid(54321);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setfsuid(0);
	setfsgid(0);
	at.sin_addr.s_addr = htonl(0x0a000001);
	if (fd < 0 || bind(fd, (void *)&at, sizeof(at)) || listen(fd, 4096) ||
	    getsockname(fd, (void *)&at, &len))
		return wrong("cannot listen: %s", strerror(errno));
	net_prepare(n, 0, false);
	err = grid_start(g);
	for (i = 0; !err && i < count; i++) {
		packet_tcp_syn(&p, n->mac, 0x0a010001 + i, 0x0a000001,
			       1024 + i, ntohs(at.sin_port), packet_random());
		if (!net_send_back(n, &p))
			err = wrong("SYN: %s", strerror(errno));
	}
	err = err ?: grid_read(g, count, count);
	close(fd);
	/* Answers are repeated after a second. */
	if (!err && grid_total(g) < count)
		err = wrong("SYN: %llu of %d answered",
			    (unsigned long long)grid_total(g), count);
	*packets += count;
	return err ?: check_cells(g, NULL, "SYN-ACK");
}

static int sockets(struct grid *g, struct net *n, __u64 *packets)
{
	return udp_flows(g, n, packets) ?: syn_acks(g, n, packets);
}

#define BOTH_WAYS 8

/* The answers go to the address that the connection was given. */
static int send_connection(struct net *n, int i)
{
	__u32 src = 0x0a630000 + i, dst = 0xc6336400 + packet_below(250);
	struct packet there, back;
	int j;

	packet_udp(&there, src, dst, 1024 + i, 5000 + i);
	packet_udp(&back, dst, NET_NAT, 5000 + i, 1024 + i);
	for (j = 0; j < BOTH_WAYS; j++)
		if (!net_send(n, j & 1 ? &back : &there, true, j))
			return wrong("connection: %s", strerror(errno));
	return 0;
}

/* As many connections, beginning with this one */
static int send_connections(struct grid *g, struct net *n, int first, int count)
{
	int i, err = grid_start(g);

	for (i = first; !err && i < first + count; i++)
		err = send_connection(n, i);
	err = err ?: grid_read(g, count * BOTH_WAYS, count * BOTH_WAYS);
	if (err || grid_total(g) == count * BOTH_WAYS)
		return err;
	return wrong("connections: %llu of %d packets arrived",
		     (unsigned long long)grid_total(g), count * BOTH_WAYS);
}

static int connections(struct grid *g, struct net *n, __u64 *packets)
{
	int err, count = packets_wanted / BOTH_WAYS / 4;
	static int first;

	net_prepare(n, 0, false);
	err = send_connections(g, n, first, count);
	first += count;
	*packets += count * BOTH_WAYS;
	return err ?: check_cells(g, NULL, "connections");
}

/* Nothing left of the parameters before */
#define PLAIN(key) "map key " key " and 0xffffffff rshift 0 addend 0 divisor 16"

/* One cell for all packets of a flow; by how many rows and columns there are
 * for all flows, the value depends on the flow.
 */
static int check_flows(struct grid *g, const int *cells, int count)
{
	int i, rows = 0, columns = 0;

	for (i = 0; i < count; i++) {
		rows |= 1 << cells[i] / GRID;
		columns |= 1 << cells[i] % GRID;
	}
	rows = __builtin_popcount(rows);
	columns = __builtin_popcount(columns);
	printf("# %d flows, %d and %d classes\n", count, rows, columns);
	return rows > 1 && columns > 1 ? 0 : wrong("all in one class");
}

static int one_cell(const struct grid *g, int *cell)
{
	*cell = grid_cell(g);
	return *cell >= 0 ? 0 : wrong("a flow is in several cells");
}

/* The key nfct is the connection's address. */
static int compare_connections(struct grid *g, struct net *n)
{
	int i, cells[24], err;

	err = grid_classify(NET_DEVICE, PLAIN("nfct"));
	net_prepare(n, 0, false);
	for (i = 0; !err && i < 24; i++)
		err = send_connections(g, n, 40000 + i, 1) ?:
		      one_cell(g, &cells[i]);
	return err ?: check_flows(g, cells, 24);
}

/* Without ports, proto-src is the socket's address and proto-dst the route's;
 * to realm 1 to 8, each of which has a route.
 */
static int raw_flow(struct grid *g, int realm, int fd)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int j, err;

	err = grid_start(g);
	for (j = 0; !err && j < 8; j++) {
		to.sin_addr.s_addr = htonl(10 << 24 | realm << 16 |
					   packet_below(65536));
		if (sendto(fd, "flow", 4, 0, (void *)&to, sizeof(to)) != 4)
			err = wrong("raw: %s", strerror(errno));
	}
	return err ?: grid_read(g, 8, 8);
}

static int compare_raw(struct grid *g, struct net *n, const char *key)
{
	int i, fd, cells[NET_REALMS], err;
	char words[128];

	snprintf(words, sizeof(words), PLAIN("%s"), key);
	err = grid_classify(NET_DEVICE, words);
	net_prepare(n, 0, false);
	for (i = 0; !err && i < NET_REALMS; i++) {
		fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, 253);
		err = fd < 0 ? wrong("raw: %s", strerror(errno)) :
			       raw_flow(g, i + 1, fd);
		close(fd);
		err = err ?: one_cell(g, &cells[i]);
	}
	return err ?: check_flows(g, cells, NET_REALMS);
}

/* Without an address, dst is the route's address and the protocol. */
static int compare_protocols(struct grid *g, struct net *n)
{
	int i, j, cells[8], err;
	struct packet p;

	err = grid_classify(NET_DEVICE, PLAIN("dst"));
	net_prepare(n, 0, false);
	for (i = 0; !err && i < 8; i++) {
		packet_other(&p, 0x9001 + 0x111 * i);
		err = grid_start(g);
		for (j = 0; !err && j < 4; j++)
			if (!net_send(n, &p, j & 1, j))
				err = wrong("other: %s", strerror(errno));
		err = err ?: grid_read(g, 4, 4) ?: one_cell(g, &cells[i]);
	}
	return err ?: check_flows(g, cells, 8);
}

/* A device that puts tags in by itself has them beside the frame, others in
 * it.
 */
static int compare_vlan(struct grid *g, struct net *n, const struct key *key)
{
	int err;

	err = net_offload_tags(true) ?: compare_key(g, n, key);
	printf("# vlan-tag: on a device that is handed frames with tags:\n");
	err = err ?: net_offload_tags(false) ?: compare_key(g, n, key);
	return err ?: net_offload_tags(true);
}

static const struct key keys[] = {
	{ "src", 32, HAS_SRC, .brief = true },
	{ "dst", 32, HAS_DST },
	{ "proto", 8 },
	{ "proto-src", 16, HAS_PORTS },
	{ "proto-dst", 16, HAS_PORTS, .brief = true },
	{ "iif", 21 },
	{ "priority", 32 },
	{ "mark", 32, .brief = true },
	{ "rt-classid", 6, .more = udp_flows },
	{ "sk-uid", 13, .brief = true, .more = sockets },
	{ "sk-gid", 16, .more = sockets },
	{ "vlan-tag", 12, .brief = true },
	{ "rxhash", 32 },
	{ "nfct-src", 32, HAS_SRC, true, true, connections },
	{ "nfct-dst", 32, HAS_DST, true, .more = connections },
	{ "nfct-proto-src", 16, HAS_PORTS, true, .more = connections },
	{ "nfct-proto-dst", 16, HAS_PORTS, true, .more = connections },
};

#define NR_KEYS (sizeof(keys) / sizeof(keys[0]))

static struct grid grid;
static struct net net;
static const char untracked[] = "this kernel has no connection tracking";

static bool wanted(const struct key *key, const char *only)
{
	if (only)
		return !strcmp(only, key->name);
	return key->brief || getenv("FLOW_ALL");
}

static void run_key(const struct key *key, bool tracked)
{
	if (key->tracked && !tracked)
		tap_skip(untracked, "%s", key->name);
	else if (!strcmp(key->name, "vlan-tag"))
		tap_result(!compare_vlan(&grid, &net, key), "%s", key->name);
	else
		tap_result(!compare_key(&grid, &net, key), "%s", key->name);
}

static void run_keys(const char *only)
{
	bool tracked = false, can_track = true;
	size_t i;

	for (i = 0; i < NR_KEYS; i++) {
		if (!wanted(&keys[i], only))
			continue;
		if (keys[i].tracked && !tracked && can_track)
			can_track = tracked = !net_track();
		run_key(&keys[i], tracked);
	}
	if (only)
		return;
	if (tracked)
		tap_result(!compare_connections(&grid, &net), "nfct");
	else
		tap_skip(untracked, "nfct");
	tap_result(!compare_protocols(&grid, &net), "dst without addresses");
	if (!getenv("FLOW_ALL"))
		return;
	tap_result(!compare_raw(&grid, &net, "proto-src"), "proto-src without ports");
	tap_result(!compare_raw(&grid, &net, "proto-dst"), "proto-dst without ports");
}

/* The command is where this was built, unless the environment says where. */
static void find_command(char *self)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/../src/tclink", dirname(self));
	setenv("TCLINK_CMD", path, 0);
}

int main(int argc, char **argv)
{
	const char *packets = getenv("FLOW_PACKETS");
	const char *sets = getenv("FLOW_SETS");
	const char *seed = getenv("FLOW_SEED");
	__u64 first = seed ? strtoull(seed, NULL, 0) : time(NULL);
	int err;

	packets_wanted = packets ? atoi(packets) : 200;
	sets_wanted = sets ? atoi(sets) : 1;
	one_by_one = getenv("FLOW_EACH");
	batch = calloc(packets_wanted, sizeof(*batch));
	find_command(argv[0]);
	packet_seed(first);
	printf("# FLOW_SEED=%llu\n", (unsigned long long)first);
	unlink("/sys/fs/bpf/grid");
	err = net_open(&net) ?: grid_open(&grid, NET_DEVICE);
	if (err)
		printf("Bail out! No network: %s\n", strerror(-err));
	else
		run_keys(argc > 1 ? argv[1] : NULL);
	unlink("/sys/fs/bpf/grid");
	return err ? 1 : tap_done();
}
