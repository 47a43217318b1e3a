/* SPDX-License-Identifier: GPL-2.0-only */
/* The stress test with a model: what its processes share.
 *
 * Owners make links, and have others interfere: disturbers that delete what filters
 * hang on, change filters through netlink, switch hardware off and on, and use
 * the links of others by their IDs. Nothing that is tested is serialised. What
 * must be true follows from counting each event that can sever a link before it
 * begins and after it ended:
 *
 * - A link that was there before an event began is severed when it has ended.
 * - A link is severed only if such an event was not over when it was made.
 */
#ifndef TCLINK_STRESS_MODEL_H
#define TCLINK_STRESS_MODEL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "tag_counter.h"
#include "stress.h"
#include "tclib.h"

#define MODEL_BLOCK	5
#define MODEL_ROOT	0x10000
#define MODEL_OWNERS	3
#define MODEL_LINKS	4
#define MODEL_PROGS	3
#define MODEL_PIN	"/sys/fs/bpf/tclink-model-%d-%d"

/* There is one process for the events of a place, so they come one by one. */
struct events {
	atomic_ulong begun;
	atomic_ulong ended;
	/* The last one that ended and severed what was there. */
	atomic_ulong severed;
};

enum {
	PLACE_PACKETS,		/* egress, where frames pass */
	PLACE_INGRESS,
	PLACE_CHAIN,		/* egress, chain 7 */
	PLACE_QDISC,		/* a root qdisc that is replaced */
	PLACE_BLOCK,		/* of netdevsim ports */
	PLACES,
};

struct place {
	atomic_int ifindex;
	__u32 parent;
	__u32 chain;
	struct events ev;
};

/* A link, for others to find it. */
struct slot {
	pthread_mutex_t lock;	/* of what follows, not of operations */
	__u32 id;		/* 0: none */
	int place;
	__u32 priority;
	__u32 handle;
	int prog;		/* that runs, or what follows is false */
	bool certain;
	bool overlap;
	int pending;		/* updates under way */
	unsigned int updates;
	bool detaching;		/* somebody began to */
	bool detached;
};

enum counted {
	C_CREATE, C_CREATED, C_UPDATE, C_UPDATED, C_DETACH, C_CLOSE, C_PIN,
	C_INFO, C_FDINFO, C_POLL, C_BY_ID, C_FRAMES, C_FOUND, C_SEVERED,
	C_NETLINK, C_REFUSED, C_DUMP, C_EVENTS, C_HARDWARE, C_NETNS,
	C_KINDS
};

struct shared {
	struct place place[PLACES];
	struct slot slot[MODEL_OWNERS][MODEL_LINKS];
	__u32 prog_id[MODEL_OWNERS][MODEL_PROGS];
	atomic_ulong ops;
	atomic_ulong count[C_KINDS];
	atomic_int findings;
	atomic_bool stop;
	struct bounds bounds;
	double start;
	int dev[3];		/* veth0, veth2, netdevsim */
};

extern struct shared *sh;

/* A finding: ends the run. */
void finding(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* An operation is over. */
void count(enum counted what);
bool go_on(void);
/* Return true if err is one of the list, which ends with 0. */
bool errno_in(int err, const int *list);

/* Processes: they end when go_on() says no. */
void owner_run(int n, struct prng *rnd);
void disturb_events(struct prng *rnd);
void disturb_netlink(struct prng *rnd);
void disturb_hardware(struct prng *rnd);
void disturb_netns(struct prng *rnd);
void disturb_visitor(struct prng *rnd);

/* What a dump of a place's filters shows. Only the messages that come together
 * are of one moment: when something is added or removed in between, the kernel
 * shows others twice or not at all.
 */
struct shown {
	int batch;
	__u32 link_id;
	__u32 prog_id;
	__u32 chain;
	__u32 priority;
	__u32 handle;
};

#define SHOWN_MAX	256
/* So few come together. */
#define SHOWN_AT_ONCE	16

/* Returns how many, or -errno. */
int shown_at(struct rtnl *rt, int ifindex, __u32 parent, struct shown *shown);

/* Updates that the model knows of; expect: with BPF_F_REPLACE, or -1. */
int slot_update(struct slot *s, __u32 id, int link_fd, int prog, int prog_fd,
		int expect_fd, int expect);

#endif
