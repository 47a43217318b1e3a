// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * The words of "tc filter add ... flow ...": as tc(8) does it, those of any
 * filter come first, those of tc-flow(8) behind them, and most of either may
 * be cut short.
 */
#include <arpa/inet.h>
#include <string.h>
#include <linux/pkt_cls.h>

#include "flow_cmd.h"

#define ADDRESS_KEYS (1 << FLOW_KEY_SRC | 1 << FLOW_KEY_DST | \
		      1 << FLOW_KEY_NFCT_SRC | 1 << FLOW_KEY_NFCT_DST)

#define ALONE 1U /* takes no argument */
#define WHOLE 2U /* may not be cut short */

struct word {
	const char *name;
	int (*take)(struct flow_words *w, const char *arg);
	unsigned int flags;
};

static bool is_word(const char *arg, const struct word *word)
{
	if (word->flags & WHOLE || !*arg)
		return !strcmp(arg, word->name);
	return !strncmp(arg, word->name, strlen(arg));
}

/* As tc(8) reads it: hexadecimal after 0x and octal after 0 */
static bool number(const char *arg, __u32 *value)
{
	__u64 n;

	if (!number_read_base(arg, 0, ~0U, &n))
		return false;
	*value = n;
	return true;
}

static int take_number(const char *name, const char *arg, __u32 max,
		       __u32 *value)
{
	if (number(arg, value) && *value <= max)
		return RC_OK;
	return misused("flow: %s '%s' is not a number from 0 to %u", name, arg,
		       max);
}

static int take_dev(struct flow_words *w, const char *arg)
{
	w->device = arg;
	w->targets++;
	return RC_OK;
}

static int take_parent(struct flow_words *w, const char *arg)
{
	w->targets++;
	return parse_parent(arg, &w->parent);
}

static int take_root(struct flow_words *w, const char *arg)
{
	(void)arg;
	w->targets++;
	w->parent = 0;
	return RC_OK;
}

static int take_block(struct flow_words *w, const char *arg)
{
	w->targets++;
	return parse_number("block", arg, 1, ~0U, &w->block);
}

static int take_protocol(struct flow_words *w, const char *arg)
{
	w->targets++;
	return parse_protocol("protocol", arg, &w->opts.protocol);
}

static int take_prio(struct flow_words *w, const char *arg)
{
	w->targets++;
	return take_number("prio", arg, 0xffff, &w->opts.priority);
}

static int take_handle(struct flow_words *w, const char *arg)
{
	w->targets++;
	return take_number("handle", arg, ~0U, &w->opts.handle);
}

static int take_chain(struct flow_words *w, const char *arg)
{
	w->targets++;
	return take_number("chain", arg, 0x0fffffff, &w->opts.chain_index);
}

static int take_pin(struct flow_words *w, const char *arg)
{
	return parse_text("pin", arg, &w->pin);
}

static int take_id(struct flow_words *w, const char *arg)
{
	return parse_number("id", arg, 1, ~0U, &w->id);
}

static int take_backend(struct flow_words *w, const char *arg)
{
	return parse_backend("backend", arg, &w->opts.backend);
}

static int no_side(struct flow_words *w, const char *arg)
{
	(void)w;
	(void)arg;
	return misused("flow: 'ingress' and 'egress' have no classes to choose from; name a classful qdisc, as in 'parent 1:'");
}

static int no_estimator(struct flow_words *w, const char *arg)
{
	(void)w;
	(void)arg;
	return misused("flow: 'estimator' has no counterpart here; ask for the rates of the classes, with 'tc class change ... estimator' and 'tc -s class show'");
}

static int no_match(struct flow_words *w, const char *arg)
{
	(void)w;
	(void)arg;
	return misused("flow: 'match' has no counterpart here: a BPF program runs no ematches; use 'protocol', or a filter with a lower prio for the packets that are to go elsewhere, such as 'tc filter add ... basic match ... classid X:Y'");
}

static int no_action(struct flow_words *w, const char *arg)
{
	(void)w;
	(void)arg;
	return misused("flow: 'action' has no counterpart here: the filter only chooses a class; use a filter with a lower prio for it, such as 'tc filter add ... matchall action ... continue'");
}

static int no_police(struct flow_words *w, const char *arg)
{
	(void)w;
	(void)arg;
	return misused("flow: 'police' has no counterpart here: the filter only chooses a class; use the rate of the class, or a filter with a lower prio, such as 'tc filter add ... matchall action police ... continue'");
}

static int take_map(struct flow_words *w, const char *arg)
{
	(void)arg;
	w->given |= FLOW_SET_MODE;
	w->set.mode = FLOW_MODE_MAP;
	return RC_OK;
}

static int take_hash(struct flow_words *w, const char *arg)
{
	(void)arg;
	w->given |= FLOW_SET_MODE;
	w->set.mode = FLOW_MODE_HASH;
	return RC_OK;
}

/* The first that begins so; -1: none */
static int find_key(const char *name, size_t len)
{
	int i;

	for (i = 0; len && i < FLOW_NR_KEYS; i++)
		if (!strncmp(name, flow_key_names[i], len))
			return i;
	return -1;
}

static int take_keys(struct flow_words *w, const char *arg)
{
	size_t len;
	int key;

	w->given |= FLOW_SET_KEYS;
	w->set.keys = 0;
	for (;; arg += len + 1) {
		len = strcspn(arg, ",");
		key = find_key(arg, len);
		if (key < 0)
			return misused("flow: there is no key '%.*s'; see 'tclink flow --help'",
				       (int)len, arg);
		w->set.keys |= 1 << key;
		if (!arg[len])
			return RC_OK;
	}
}

static int take_and(struct flow_words *w, const char *arg)
{
	__u32 n = 0;
	int rc;

	rc = take_number("and", arg, ~0U, &n);
	w->given |= FLOW_SET_BITS;
	w->set.mask &= n;
	w->set.xor &= n;
	return rc;
}

static int take_or(struct flow_words *w, const char *arg)
{
	__u32 n = 0;
	int rc;

	rc = take_number("or", arg, ~0U, &n);
	w->given |= FLOW_SET_BITS;
	w->set.mask &= ~n;
	w->set.xor |= n;
	return rc;
}

static int take_xor(struct flow_words *w, const char *arg)
{
	__u32 n = 0;
	int rc;

	rc = take_number("xor", arg, ~0U, &n);
	w->given |= FLOW_SET_BITS;
	w->set.xor ^= n;
	return rc;
}

static int take_rshift(struct flow_words *w, const char *arg)
{
	w->given |= FLOW_SET_RSHIFT;
	return take_number("rshift", arg, 31, &w->set.rshift);
}

/* Of an IPv6 address the last 32 bits, like tc(8) */
static bool address(const char *arg, __u32 *value)
{
	struct in6_addr in6;
	struct in_addr in;

	if (inet_pton(AF_INET, arg, &in) == 1)
		*value = ntohl(in.s_addr);
	else if (inet_pton(AF_INET6, arg, &in6) == 1)
		*value = ntohl(in6.s6_addr32[3]);
	else
		return false;
	return true;
}

static int take_addend(struct flow_words *w, const char *arg)
{
	bool minus = *arg == '-';
	__u32 n;

	w->given |= FLOW_SET_ADDEND;
	if (!number(arg + minus, &n) && !address(arg + minus, &n))
		return misused("flow: addend '%s' is neither a number nor an address",
			       arg);
	if (!number(arg + minus, &n) && !(w->set.keys & ADDRESS_KEYS))
		return misused("flow: addend '%s' is an address, which only goes with a key that is one; name the key before it",
			       arg);
	w->set.addend = minus ? -n : n;
	return RC_OK;
}

static int take_divisor(struct flow_words *w, const char *arg)
{
	w->given |= FLOW_SET_DIVISOR;
	return take_number("divisor", arg, ~0U, &w->set.divisor);
}

/* X:Y, :Y or the whole as one number, in hexadecimal */
static bool class_number(const char *arg, __u32 *class)
{
	__u64 n;

	if (strchr(arg, ':'))
		return class_read(arg, class);
	if (!number_read_base(arg, 16, ~0U, &n))
		return false;
	*class = n;
	return true;
}

static int take_baseclass(struct flow_words *w, const char *arg)
{
	__u32 *class = &w->set.baseclass;

	w->given |= FLOW_SET_BASECLASS;
	if (class_number(arg, class) && *class & 0xffff &&
	    *class >> 16 != 0xffff)
		return RC_OK;
	return misused("flow: baseclass '%s' is not a class such as 1:1 or :1; Y of X:Y is 1 to ffff",
		       arg);
}

static int take_perturb(struct flow_words *w, const char *arg)
{
	w->given |= FLOW_SET_PERTURB;
	return take_number("perturb", arg, ~0U, &w->set.perturb);
}

/* In the order in which tc(8) looks for them, for words that are cut short */
static const struct word filter_words[] = {
	{ "dev", take_dev, WHOLE },
	{ "root", take_root, ALONE | WHOLE },
	{ "ingress", no_side, ALONE | WHOLE },
	{ "egress", no_side, ALONE | WHOLE },
	{ "parent", take_parent, WHOLE },
	{ "block", take_block, 0 },
	{ "handle", take_handle, WHOLE },
	{ "preference", take_prio, 0 },
	{ "priority", take_prio, 0 },
	{ "protocol", take_protocol, 0 },
	{ "chain", take_chain, 0 },
	{ "estimator", no_estimator, ALONE },
	{},
};

static const struct word flow_words[] = {
	{ "map", take_map, ALONE },
	{ "hash", take_hash, ALONE },
	{ "keys", take_keys, 0 },
	{ "and", take_and, 0 },
	{ "or", take_or, 0 },
	{ "xor", take_xor, 0 },
	{ "rshift", take_rshift, 0 },
	{ "addend", take_addend, 0 },
	{ "divisor", take_divisor, 0 },
	{ "baseclass", take_baseclass, 0 },
	{ "perturb", take_perturb, 0 },
	{ "match", no_match, ALONE },
	{ "action", no_action, ALONE },
	{ "police", no_police, ALONE },
	{},
};

static const struct word own_words[] = {
	{ "pin", take_pin, WHOLE },
	{ "id", take_id, WHOLE },
	{ "backend", take_backend, WHOLE },
	{},
};

static const struct word *find(const struct word *words, const char *arg)
{
	for (; words->name; words++)
		if (is_word(arg, words))
			return words;
	return NULL;
}

/*
 * The word "flow" ends the words of any filter, and so does, where it is left
 * out, the first of the classifier's own.
 */
static const struct word *next_word(const char *arg, bool *in_flow)
{
	const struct word *word = find(own_words, arg);

	if (!word && !*in_flow)
		word = find(filter_words, arg);
	if (word)
		return word;
	*in_flow = true;
	return find(flow_words, arg);
}

static int take(struct flow_words *w, const struct word *word, const char *arg)
{
	if (!arg && !(word->flags & ALONE))
		return misused("flow: '%s' needs a value", word->name);
	return word->take(w, arg);
}

/* argv: the words only, up to its NULL */
int flow_words_parse(struct flow_words *words, char **argv)
{
	const struct word *word;
	bool in_flow = false;
	int rc;

	while (*argv) {
		if (!in_flow && !strcmp(*argv, "flow")) {
			in_flow = true;
			argv++;
			continue;
		}
		word = next_word(*argv, &in_flow);
		if (!word)
			return misused("flow: there is no word '%s'; see 'tclink flow --help'",
				       *argv);
		rc = take(words, word, argv[1]);
		if (rc)
			return rc;
		argv += word->flags & ALONE ? 1 : 2;
	}
	return RC_OK;
}

/* As for the kernel's classifier, what is not named stays as it is. */
int flow_words_apply(const struct flow_words *words, struct flow_set *set)
{
	const struct flow_set *from = &words->set;
	__u32 given = words->given;

	if (given & FLOW_SET_MODE)
		set->mode = from->mode;
	if (given & FLOW_SET_KEYS)
		set->keys = from->keys;
	if (given & FLOW_SET_BITS) {
		set->mask = from->mask;
		set->xor = from->xor;
	}
	if (given & FLOW_SET_RSHIFT)
		set->rshift = from->rshift;
	if (given & FLOW_SET_ADDEND)
		set->addend = from->addend;
	if (given & FLOW_SET_DIVISOR)
		set->divisor = from->divisor;
	if (given & FLOW_SET_BASECLASS)
		set->baseclass = from->baseclass >> 16 ?
				 from->baseclass :
				 (set->baseclass & 0xffff0000) |
				 from->baseclass;
	if (given & FLOW_SET_PERTURB)
		set->perturb = from->perturb;
	else if (set->mode == FLOW_MODE_MAP)
		set->perturb = 0;
	return given & FLOW_SET_PERTURB ? flow_set_restart(set) : RC_OK;
}
