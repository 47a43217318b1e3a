// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The parameters of a flow filter: names, checks and how they are printed */
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <linux/pkt_cls.h>

#include "flow_cmd.h"

/* By FLOW_KEY_*, as tc-flow(8) spells them */
const char *const flow_key_names[FLOW_NR_KEYS] = {
	[FLOW_KEY_SRC] = "src",
	[FLOW_KEY_DST] = "dst",
	[FLOW_KEY_PROTO] = "proto",
	[FLOW_KEY_PROTO_SRC] = "proto-src",
	[FLOW_KEY_PROTO_DST] = "proto-dst",
	[FLOW_KEY_IIF] = "iif",
	[FLOW_KEY_PRIORITY] = "priority",
	[FLOW_KEY_MARK] = "mark",
	[FLOW_KEY_NFCT] = "nfct",
	[FLOW_KEY_NFCT_SRC] = "nfct-src",
	[FLOW_KEY_NFCT_DST] = "nfct-dst",
	[FLOW_KEY_NFCT_PROTO_SRC] = "nfct-proto-src",
	[FLOW_KEY_NFCT_PROTO_DST] = "nfct-proto-dst",
	[FLOW_KEY_RTCLASSID] = "rt-classid",
	[FLOW_KEY_SKUID] = "sk-uid",
	[FLOW_KEY_SKGID] = "sk-gid",
	[FLOW_KEY_VLAN_TAG] = "vlan-tag",
	[FLOW_KEY_RXHASH] = "rxhash",
};

static int params_random(void *to, size_t len)
{
	if (getrandom(to, len, 0) == (ssize_t)len)
		return RC_OK;
	return failed("getrandom: %s", strerror(errno));
}

/* Begin the first period now, with another hash than before. */
int flow_set_restart(struct flow_set *set)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	set->start = now.tv_sec * 1000000000ULL + now.tv_nsec;
	return params_random(&set->seed, sizeof(set->seed));
}

int flow_set_new(struct flow_set *set)
{
	*set = (struct flow_set){
		.magic = FLOW_MAGIC,
		.version = FLOW_VERSION,
		.mode = FLOW_MODE_MAP,
		.mask = ~0U,
	};
	return params_random(set->secret, sizeof(set->secret)) ?:
	       flow_set_restart(set);
}

/* What the kernel's flow classifier would refuse is refused here. */
int flow_set_check(const struct flow_set *set)
{
	int keys = __builtin_popcount(set->keys);

	if (!keys)
		return misused("flow: name a key, as in 'map key src' or 'hash keys src,dst'");
	if (set->mode == FLOW_MODE_MAP && keys > 1)
		return misused("flow: 'map' needs exactly one key; use 'hash' for several");
	if (set->mode == FLOW_MODE_MAP && set->perturb)
		return misused("flow: 'perturb' changes a hash, and 'map' has none; say 'hash', or 'perturb 0'");
	if (!(set->baseclass >> 16))
		return misused("flow: a block belongs to no single qdisc; say which classes you mean, as in 'baseclass 1:1'");
	return RC_OK;
}

void flow_set_derive(struct flow_set *set)
{
	int i;

	set->key = __builtin_ctz(set->keys);
	set->major = set->baseclass & 0xffff0000;
	set->modulo = set->divisor & (set->divisor - 1) ? 1 : 0;
	set->range = set->divisor - 1; /* all bits if there is no divisor */
	set->headers = !!(set->keys & FLOW_HEADER_KEYS);
	set->ports = !!(set->keys & FLOW_PORT_KEYS);
	set->operations = ~set->mask || set->xor || set->rshift || set->addend;
	for (i = 0; i < FLOW_NR_KEYS; i++)
		set->hashed[i] = set->keys >> i & 1;
}

static void params_print_keys(const struct flow_set *set)
{
	const char *separator = "";
	int i;

	for (i = 0; i < FLOW_NR_KEYS; i++)
		if (set->keys >> i & 1) {
			printf("%s%s", separator, flow_key_names[i]);
			separator = ",";
		}
}

/* As words that would set the same */
void flow_set_print(const struct flow_set *set)
{
	printf("flow %s ", set->mode == FLOW_MODE_HASH ? "hash keys" :
							 "map key");
	params_print_keys(set);
	if (~set->mask || set->xor)
		printf(" and 0x%08x", set->mask);
	if (set->xor)
		printf(" xor 0x%08x", set->xor);
	if (set->rshift)
		printf(" rshift %u", set->rshift);
	if (set->addend)
		printf(" addend 0x%x", set->addend);
	if (set->divisor)
		printf(" divisor %u", set->divisor);
	printf(" baseclass %x:%x", set->baseclass >> 16,
	       set->baseclass & 0xffff);
	if (set->perturb)
		printf(" perturb %u", set->perturb);
}

void flow_set_json(const struct flow_set *set)
{
	char class[16];
	int i;

	snprintf(class, sizeof(class), "%x:%x", set->baseclass >> 16,
		 set->baseclass & 0xffff);
	json_text("mode", set->mode == FLOW_MODE_HASH ? "hash" : "map");
	json_key("keys");
	json_open('[');
	for (i = 0; i < FLOW_NR_KEYS; i++)
		if (set->keys >> i & 1)
			json_string(flow_key_names[i]);
	json_close(']');
	json_u32("mask", set->mask);
	json_u32("xor", set->xor);
	json_u32("rshift", set->rshift);
	json_u32("addend", set->addend);
	json_u32("divisor", set->divisor);
	json_text("baseclass", class);
	json_u32("perturb", set->perturb);
}
