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

#define ALONE 1U /* has no value */
#define WHOLE 2U /* may not be cut short */
#define TARGET 4U /* says where a filter is to go */

struct word {
	const char *name;
	unsigned int flags;
	__u32 given; /* FLOW_SET_* */
	int (*take)(struct flow_words *w, const char *arg);
	size_t number; /* without take: where its number goes */
	__u32 max;
	const char *refusal; /* why there is no such word here */
};

#define NUMBER(member, most) \
	.number = offsetof(struct flow_words, member), .max = most

static bool word_is(const char *arg, const struct word *word)
{
	if (word->flags & WHOLE || !*arg)
		return !strcmp(arg, word->name);
	return !strncmp(arg, word->name, strlen(arg));
}

/* As tc(8) reads it: hexadecimal after 0x and octal after 0 */
static int word_number(const char *name, const char *arg, __u32 max,
		       __u32 *value)
{
	__u64 n;

	if (!number_read_base(arg, 0, max, &n))
		return misused("flow: %s '%s' is not a number from 0 to %u",
			       name, arg, max);
	*value = n;
	return RC_OK;
}

static int word_dev(struct flow_words *w, const char *arg)
{
	w->device = arg;
	return RC_OK;
}

static int word_parent(struct flow_words *w, const char *arg)
{
	return parse_parent(arg, &w->parent);
}

static int word_root(struct flow_words *w, const char *arg)
{
	(void)arg;
	w->parent = 0;
	return RC_OK;
}

static int word_block(struct flow_words *w, const char *arg)
{
	return parse_number("block", arg, 1, ~0U, &w->block);
}

static int word_protocol(struct flow_words *w, const char *arg)
{
	return parse_protocol("protocol", arg, &w->opts.protocol);
}

static int word_pin(struct flow_words *w, const char *arg)
{
	return parse_text("pin", arg, &w->pin);
}

static int word_id(struct flow_words *w, const char *arg)
{
	return parse_number("id", arg, 1, ~0U, &w->id);
}

static int word_backend(struct flow_words *w, const char *arg)
{
	return parse_backend("backend", arg, &w->opts.backend);
}

static int word_map(struct flow_words *w, const char *arg)
{
	(void)arg;
	w->set.mode = FLOW_MODE_MAP;
	return RC_OK;
}

static int word_hash(struct flow_words *w, const char *arg)
{
	(void)arg;
	w->set.mode = FLOW_MODE_HASH;
	return RC_OK;
}

/* The first that begins so; -1: none */
static int word_find_key(const char *name, size_t len)
{
	int i;

	for (i = 0; len && i < FLOW_NR_KEYS; i++)
		if (!strncmp(name, flow_key_names[i], len))
			return i;
	return -1;
}

static int word_keys(struct flow_words *w, const char *arg)
{
	size_t len;
	int key;

	w->set.keys = 0;
	for (;; arg += len + 1) {
		len = strcspn(arg, ",");
		key = word_find_key(arg, len);
		if (key < 0)
			return misused("flow: there is no key '%.*s'; see 'tclink flow --help'",
				       (int)len, arg);
		w->set.keys |= 1 << key;
		if (!arg[len])
			return RC_OK;
	}
}

static int word_and(struct flow_words *w, const char *arg)
{
	__u32 n = 0;
	int rc = word_number("and", arg, ~0U, &n);

	w->set.mask &= n;
	w->set.xor &= n;
	return rc;
}

static int word_or(struct flow_words *w, const char *arg)
{
	__u32 n = 0;
	int rc = word_number("or", arg, ~0U, &n);

	w->set.mask &= ~n;
	w->set.xor |= n;
	return rc;
}

static int word_xor(struct flow_words *w, const char *arg)
{
	__u32 n = 0;
	int rc = word_number("xor", arg, ~0U, &n);

	w->set.xor ^= n;
	return rc;
}

/* Of an IPv6 address the last 32 bits, like tc(8) */
static bool word_address(const char *arg, __u32 *value)
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

static int word_addend(struct flow_words *w, const char *arg)
{
	bool minus = *arg == '-';
	__u64 number;
	__u32 n;

	if (number_read_base(arg + minus, 0, ~0U, &number))
		n = number;
	else if (!word_address(arg + minus, &n))
		return misused("flow: addend '%s' is neither a number nor an address",
			       arg);
	else if (!(w->set.keys & ADDRESS_KEYS))
		return misused("flow: addend '%s' is an address, but no key before it is one; name such a key first",
			       arg);
	w->set.addend = minus ? -n : n;
	return RC_OK;
}

/* X:Y, :Y or the whole as one number, in hexadecimal */
static bool word_class(const char *arg, __u32 *class)
{
	__u64 n;

	if (strchr(arg, ':'))
		return class_read(arg, class);
	if (!number_read_base(arg, 16, ~0U, &n))
		return false;
	*class = n;
	return true;
}

static int word_baseclass(struct flow_words *w, const char *arg)
{
	__u32 *class = &w->set.baseclass;

	if (word_class(arg, class) && *class & 0xffff && *class >> 16 != 0xffff)
		return RC_OK;
	return misused("flow: baseclass '%s' is not a class such as 1:1 or :1; Y of X:Y is 1 to ffff",
		       arg);
}

static const char no_side[] =
	"'ingress' and 'egress' have no classes to choose from; name a classful qdisc, as in 'parent 1:'";

/* In the order in which tc(8) looks for them, for words that are cut short */
static const struct word filter_words[] = {
	{ "dev", WHOLE | TARGET, .take = word_dev },
	{ "root", ALONE | WHOLE | TARGET, .take = word_root },
	{ "ingress", ALONE | WHOLE, .refusal = no_side },
	{ "egress", ALONE | WHOLE, .refusal = no_side },
	{ "parent", WHOLE | TARGET, .take = word_parent },
	{ "block", TARGET, .take = word_block },
	{ "handle", WHOLE | TARGET, NUMBER(opts.handle, ~0U) },
	{ "preference", TARGET, NUMBER(opts.priority, 0xffff) },
	{ "priority", TARGET, NUMBER(opts.priority, 0xffff) },
	{ "protocol", TARGET, .take = word_protocol },
	{ "chain", TARGET, NUMBER(opts.chain_index, 0x0fffffff) },
	{ "estimator", ALONE, .refusal =
	  "'estimator' has no counterpart here; ask for the rates of the classes, with 'tc class change ... estimator' and 'tc -s class show'" },
	{},
};

static const struct word flow_words[] = {
	{ "map", ALONE, FLOW_SET_MODE, .take = word_map },
	{ "hash", ALONE, FLOW_SET_MODE, .take = word_hash },
	{ "keys", 0, FLOW_SET_KEYS, .take = word_keys },
	{ "and", 0, FLOW_SET_BITS, .take = word_and },
	{ "or", 0, FLOW_SET_BITS, .take = word_or },
	{ "xor", 0, FLOW_SET_BITS, .take = word_xor },
	{ "rshift", 0, FLOW_SET_RSHIFT, NUMBER(set.rshift, 31) },
	{ "addend", 0, FLOW_SET_ADDEND, .take = word_addend },
	{ "divisor", 0, FLOW_SET_DIVISOR, NUMBER(set.divisor, ~0U) },
	{ "baseclass", 0, FLOW_SET_BASECLASS, .take = word_baseclass },
	{ "perturb", 0, FLOW_SET_PERTURB, NUMBER(set.perturb, ~0U) },
	{ "match", ALONE, .refusal =
	  "'match' has no counterpart here: a BPF program runs no ematches; use 'protocol', or a filter with a lower prio for the packets that are to go elsewhere, such as 'tc filter add ... basic match ... classid X:Y'" },
	{ "action", ALONE, .refusal =
	  "'action' has no counterpart here: the filter only chooses a class; use a filter with a lower prio for it, such as 'tc filter add ... matchall action ... continue'" },
	{ "police", ALONE, .refusal =
	  "'police' has no counterpart here: the filter only chooses a class; use the rate of the class, or a filter with a lower prio, such as 'tc filter add ... matchall action police ... continue'" },
	{},
};

static const struct word own_words[] = {
	{ "pin", WHOLE, .take = word_pin },
	{ "id", WHOLE, .take = word_id },
	{ "backend", WHOLE, .take = word_backend },
	{},
};

static const struct word *word_find(const struct word *words, const char *arg)
{
	for (; words->name; words++)
		if (word_is(arg, words))
			return words;
	return NULL;
}

/*
 * The word "flow" ends the words of any filter, and so does, where it is left
 * out, the first of the classifier's own.
 */
static const struct word *word_next(const char *arg, bool *in_flow)
{
	const struct word *word = word_find(own_words, arg);

	if (!word && !*in_flow)
		word = word_find(filter_words, arg);
	if (word)
		return word;
	*in_flow = true;
	return word_find(flow_words, arg);
}

static int word_take(struct flow_words *w, const struct word *word,
		     const char *arg)
{
	if (word->refusal)
		return misused("flow: %s", word->refusal);
	if (!arg && !(word->flags & ALONE))
		return misused("flow: '%s' needs a value", word->name);
	w->targets += !!(word->flags & TARGET);
	w->given |= word->given;
	return word->take ? word->take(w, arg) :
			    word_number(word->name, arg, word->max,
					(__u32 *)((char *)w + word->number));
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
		word = word_next(*argv, &in_flow);
		if (!word)
			return misused("flow: there is no word '%s'; see 'tclink flow --help'",
				       *argv);
		rc = word_take(words, word, argv[1]);
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
