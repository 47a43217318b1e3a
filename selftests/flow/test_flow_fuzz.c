// SPDX-License-Identifier: GPL-2.0-only
/*
 * Malformed packets through BPF_PROG_TEST_RUN: whatever they are, the program
 * chooses one of the classes that it may choose, and counts the packet for it.
 *
 *	FLOW_FUZZ	how many packets (4000)
 *	FLOW_SEED	of the packets (from the clock)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>

#include "flow.h"
#include "flow.skel.h"
#include "packets.h"
#include "runner.h"

#define BASE 0x10100U
#define MINOR (BASE & 0xffff)
#define DIVISOR 251U

/* What needs no type information of the kernel */
#define ALL_KEYS (((1U << FLOW_NR_KEYS) - 1) & ~(1U << FLOW_KEY_SKUID) & \
		  ~(1U << FLOW_KEY_SKGID) & ~(0x1fU << FLOW_KEY_NFCT))
#define HASH_5 0x1fU

static void set_keys(struct flow_set *set, __u32 mode, __u32 keys)
{
	int i;

	set->mode = mode;
	set->keys = keys;
	set->key = __builtin_ctz(keys);
	set->divisor = DIVISOR;
	set->modulo = 1;
	set->baseclass = BASE;
	set->major = BASE & 0xffff0000;
	set->headers = !!(keys & FLOW_HEADER_KEYS);
	set->ports = !!(keys & FLOW_PORT_KEYS);
	set->seed = 0x1234567890abcdef;
	for (i = 0; i < FLOW_NR_KEYS; i++)
		set->hashed[i] = keys >> i & 1;
}

static struct flow *fuzz_load(__u32 mode, __u32 keys)
{
	struct flow *skel = flow__open();

	if (!skel)
		return NULL;
	set_keys(&skel->rodata_set->parameters, mode, keys);
	if (!flow__load(skel))
		return skel;
	flow__destroy(skel);
	return NULL;
}

static void fuzz_dump(const struct packet *p)
{
	int i;

	printf("# ");
	for (i = 0; i < p->len; i++)
		printf("%02x", p->data[i]);
	printf("\n");
}

static int classify(const struct flow *skel, const struct packet *p,
		    __u32 *class)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = p->data,
		    .data_size_in = p->len, .repeat = 1);
	int err;

	err = bpf_prog_test_run_opts(bpf_program__fd(skel->progs.flow), &opts);
	*class = opts.retval;
	return err;
}

/* Some kernels let no IP packet in that has no whole header. */
static bool too_short(const struct packet *p)
{
	int type = p->data[12] << 8 | p->data[13];

	return (type == ETH_P_IP && p->len < ETH_HLEN + 20) ||
	       (type == ETH_P_IPV6 && p->len < ETH_HLEN + 40);
}

/* Without an address or a port, src and proto-src are the socket's, which is
 * another one in each run.
 */
static int try_packet(const struct flow *skel, const struct packet *p,
		      bool repeats)
{
	const struct flow_count *counts = skel->bss->counts;
	__u64 before[DIVISOR], wrong = 0;
	__u32 class, again;
	int i, err;

	for (i = 0; i < DIVISOR; i++)
		before[i] = counts[MINOR + i].packets;
	err = classify(skel, p, &class) ?: classify(skel, p, &again);
	if (err) {
		printf("# test run: %s\n", strerror(-err));
		return err;
	}
	if (class < BASE || class >= BASE + DIVISOR || again < BASE ||
	    again >= BASE + DIVISOR || (repeats && class != again)) {
		printf("# class %x, then %x\n", class, again);
		return -EINVAL;
	}
	before[class - BASE]++;
	before[again - BASE]++;
	for (i = 0; i < DIVISOR; i++)
		wrong |= counts[MINOR + i].packets ^ before[i];
	if (!wrong)
		return 0;
	printf("# not counted for its class, %x\n", class);
	return -EINVAL;
}

/* Anything at all, behind addresses; some EtherTypes lead into a dissector. */
static void build_noise(struct packet *p)
{
	static const __u16 types[] = { ETH_P_IP, ETH_P_IPV6, ETH_P_8021Q,
				       ETH_P_8021AD, ETH_P_PPP_SES,
				       ETH_P_BATMAN, 0x892f, ETH_P_MPLS_UC };
	__u16 type = types[packet_below(8)];
	int i;

	p->protocol = type;
	p->len = ETH_HLEN + 1 + packet_below(PACKET_MAX - ETH_HLEN - 1);
	for (i = 0; i < p->len; i++)
		p->data[i] = packet_random();
	p->data[12] = type >> 8;
	p->data[13] = type;
	if (type == ETH_P_IPV6 && packet_below(2))
		p->data[20] = packet_below(2) ? 60 : 0;
	if (type == ETH_P_IP && packet_below(2))
		p->data[14] = 0x40 | packet_below(16);
}

/* Headers that name themselves as the next ones, to the end of the packet */
static void build_endless(struct packet *p)
{
	static const struct {
		__u16 type;
		__u8 unit[8];
		int first, len;
	} chains[] = {
		{ ETH_P_8021Q, { 0, 1, 0x81, 0x00 }, 0, 4 },
		{ ETH_P_IPV6, { 60, 0, 0, 0, 0, 0, 0, 0 }, 40, 8 },
		{ ETH_P_IPV6, { 43, 0, 0, 0, 0, 0, 0, 0 }, 40, 8 },
		{ 0x892f, { 0, 0, 0, 0, 0x89, 0x2f }, 0, 6 },
		{ ETH_P_MPLS_UC, { 0, 0, 0, 0 }, 0, 4 },
	};
	int kind = packet_below(5), i;

	p->protocol = chains[kind].type;
	p->len = PACKET_MAX - packet_below(16);
	memset(p->data, 0x44, p->len);
	p->data[12] = p->protocol >> 8;
	p->data[13] = p->protocol;
	p->data[ETH_HLEN + 6] = chains[kind].unit[0];
	for (i = ETH_HLEN + chains[kind].first; i < p->len; i++)
		p->data[i] = chains[kind].unit[(i - ETH_HLEN -
						chains[kind].first) %
					       chains[kind].len];
}

static void fuzz_build(struct packet *p)
{
	switch (packet_below(4)) {
	case 0:
		build_noise(p);
		return;
	case 1:
		build_endless(p);
		return;
	}
	packet_choose_base();
	packet_kinds[packet_below(packet_nr_kinds)].build(p);
	/* A key that is random, of TIPC, is not the same again. */
	if (p->protocol == ETH_P_TIPC)
		p->data[ETH_HLEN] &= 0xf1;
	if (packet_below(2) && p->len > ETH_HLEN + 1)
		p->len -= packet_below(p->len - ETH_HLEN);
}

/* Keys whose value may be a socket's */
#define SOCKET_KEYS (1 << FLOW_KEY_SRC | 1 << FLOW_KEY_PROTO_SRC)

static int fuzz(__u32 mode, __u32 keys, int count)
{
	struct flow *skel = fuzz_load(mode, keys);
	struct packet p;
	int i, err = 0;

	if (!skel)
		return -errno;
	for (i = 0; !err && i < count; i++) {
		do {
			fuzz_build(&p);
		} while (too_short(&p));
		err = try_packet(skel, &p, !(keys & SOCKET_KEYS));
		if (err)
			fuzz_dump(&p);
	}
	flow__destroy(skel);
	return err;
}

int main(void)
{
	static const struct {
		const char *name;
		__u32 mode, keys;
	} tests[] = {
		{ "all keys", FLOW_MODE_HASH, ALL_KEYS },
		{ "five keys", FLOW_MODE_HASH, HASH_5 },
		{ "dst and rxhash", FLOW_MODE_HASH,
		  1 << FLOW_KEY_DST | 1 << FLOW_KEY_RXHASH },
		{ "proto-dst", FLOW_MODE_MAP, 1 << FLOW_KEY_PROTO_DST },
	};
	const char *packets = getenv("FLOW_FUZZ");
	const char *seed = getenv("FLOW_SEED");
	__u64 first = seed ? strtoull(seed, NULL, 0) : time(NULL);
	int i, err, count;

	count = (packets ? atoi(packets) : 4000) / 4;
	packet_seed(first);
	printf("# FLOW_SEED=%llu\n", (unsigned long long)first);
	for (i = 0; i < 4; i++) {
		err = fuzz(tests[i].mode, tests[i].keys, count);
		tap_result(!err, "%s: %d packets", tests[i].name, count);
	}
	return tap_done();
}
