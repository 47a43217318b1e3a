// SPDX-License-Identifier: GPL-2.0-only
/* Calls that are mostly right: what is all wrong is refused at once. */
#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/rtnetlink.h>

#include "fuzz.h"

#define END_OF(member)	(offsetof(union bpf_attr, member) + \
			 sizeof(((union bpf_attr *)0)->member))
#define TC_END		END_OF(link_create.tc)

static const __u32 odd_values[] = {
	0, 1, 2, 3, 4, 7, 0xff, 0xffff, 0x10000, 0x10001, 0x0fffffff,
	0x10000000, 0x7fffffff, 0x80000000, 0xfffffff1, 0xfffffff2, 0xfffffff3,
	0xffff0000, 0xffffffff, ETH_P_IP, TCM_IFINDEX_MAGIC_BLOCK,
	TCA_CLS_FLAGS_IN_HW, TCA_CLS_FLAGS_NOT_IN_HW, BPF_TC, BPF_TCX_INGRESS,
	BPF_TCX_EGRESS, __MAX_BPF_ATTACH_TYPE,
};

#define COUNT(a)	(sizeof(a) / sizeof(a[0]))

static __u32 odd(struct prng *rnd)
{
	__u32 v = odd_values[prng_below(rnd, COUNT(odd_values))];

	switch (prng_below(rnd, 8)) {
	case 0:
		return prng_next(rnd);
	case 1:
		return 1U << prng_below(rnd, 32);
	case 2:
		return v + prng_below(rnd, 3) - 1;
	default:
		return v;
	}
}

static const struct fuzz_spot *some_spot(const struct world *w, struct prng *rnd)
{
	return &w->spot[prng_below(rnd, FUZZ_SPOTS)];
}

static int some_prog(const struct world *w, struct prng *rnd)
{
	__u32 dice = prng_below(rnd, 16);

	if (!dice)
		return odd(rnd) % FUZZ_FDS;
	return w->prog_fd[dice == 1 ? 3 : prng_below(rnd, 3)];
}

static int some_link(const struct world *w, struct prng *rnd)
{
	if (!prng_below(rnd, 16))
		return odd(rnd) % FUZZ_FDS;
	return w->link[prng_below(rnd, FUZZ_LINKS)];
}

/* Spoil some words of the first end bytes. */
static void spoil(struct prng *rnd, struct bpf_call *c, size_t end)
{
	__u32 value;

	while (!prng_below(rnd, 2)) {
		value = odd(rnd);
		memcpy(c->bytes + 4 * prng_below(rnd, end / 4), &value,
		       sizeof(value));
	}
}

static void some_size(struct prng *rnd, struct bpf_call *c, size_t end)
{
	c->size = sizeof(c->attr);
	switch (prng_below(rnd, 12)) {
	case 0:
		c->size = prng_below(rnd, sizeof(c->attr));
		break;
	case 1:
		c->size = prng_below(rnd, sizeof(c->bytes));
		break;
	case 2:
		c->bytes[prng_below(rnd, sizeof(c->bytes))] = prng_next(rnd);
		c->size = prng_below(rnd, sizeof(c->bytes));
		break;
	case 3:
		c->bytes[end + prng_below(rnd, sizeof(c->attr) - end)] =
			prng_next(rnd);
		break;
	case 4:
	case 5:
		c->size = end;
	}
}

void fuzz_create(const struct world *w, struct prng *rnd, struct bpf_call *c)
{
	const struct fuzz_spot *s = some_spot(w, rnd);
	union bpf_attr *attr = &c->attr;

	memset(c, 0, sizeof(*c));
	c->cmd = BPF_LINK_CREATE;
	attr->link_create.prog_fd = some_prog(w, rnd);
	attr->link_create.target_ifindex = s->ifindex;
	attr->link_create.attach_type = BPF_TC;
	attr->link_create.flags = prng_below(rnd, 2);
	attr->link_create.tc.parent = s->parent;
	attr->link_create.tc.chain_index = s->chain;
	attr->link_create.tc.priority = prng_below(rnd, 12);
	attr->link_create.tc.handle = prng_below(rnd, 4);
	if (!prng_below(rnd, 4))
		attr->link_create.tc.classid = FUZZ_ROOT + prng_below(rnd, 4);
	if (!prng_below(rnd, 4))
		attr->link_create.tc.gen_flags = prng_below(rnd, 4);
	if (prng_below(rnd, 3))
		spoil(rnd, c, TC_END);
	some_size(rnd, c, TC_END);
}

void fuzz_update(const struct world *w, struct prng *rnd, struct bpf_call *c)
{
	union bpf_attr *attr = &c->attr;

	memset(c, 0, sizeof(*c));
	c->cmd = BPF_LINK_UPDATE;
	attr->link_update.link_fd = some_link(w, rnd);
	attr->link_update.new_prog_fd = some_prog(w, rnd);
	if (!prng_below(rnd, 2)) {
		attr->link_update.flags = BPF_F_REPLACE;
		attr->link_update.old_prog_fd = some_prog(w, rnd);
	}
	if (!prng_below(rnd, 3))
		spoil(rnd, c, END_OF(link_update.old_prog_fd));
	some_size(rnd, c, END_OF(link_update.old_prog_fd));
	/* A link that no call is to hit */
	if (attr->link_update.link_fd >= FUZZ_FDS)
		attr->link_update.link_fd |= 1U << 31;
}

void fuzz_detach(const struct world *w, struct prng *rnd, struct bpf_call *c)
{
	memset(c, 0, sizeof(*c));
	c->cmd = BPF_LINK_DETACH;
	c->attr.link_detach.link_fd = some_link(w, rnd);
	some_size(rnd, c, END_OF(link_detach.link_fd));
}

static bool sched_cls(const struct world *w, __u32 fd)
{
	return fd == w->prog_fd[0] || fd == w->prog_fd[1] ||
	       fd == w->prog_fd[2];
}

static const char *create_must_fail(const union bpf_attr *attr)
{
	const unsigned char *bytes = (const void *)attr;
	size_t i;

	for (i = TC_END; i < sizeof(*attr); i++)
		if (bytes[i])
			return "bytes behind the last field";
	if (attr->link_create.flags & ~1U)
		return "flags";
	if (attr->link_create.tc.gen_flags >= 3)
		return "gen_flags";
	if (!attr->link_create.tc.parent)
		return "no parent";
	if (attr->link_create.tc.priority > 0xffff)
		return "priority";
	if (attr->link_create.tc.protocol > 0xffff)
		return "protocol";
	if (attr->link_create.tc.chain_index > TC_ACT_EXT_VAL_MASK)
		return "chain";
	if (!attr->link_create.target_ifindex)
		return "no device";
	return NULL;
}

static const char *update_must_fail(const struct world *w,
				    const union bpf_attr *attr)
{
	if (attr->link_update.flags & ~BPF_F_REPLACE)
		return "flags";
	if (!attr->link_update.flags && attr->link_update.old_prog_fd)
		return "old program without BPF_F_REPLACE";
	if (attr->link_update.new_prog_fd == w->prog_fd[3])
		return "program of another type";
	return NULL;
}

const char *fuzz_must_fail(const struct world *w, const struct bpf_call *c)
{
	union bpf_attr attr = c->attr;
	size_t i;

	if (c->size > 4096)
		return "size";
	for (i = sizeof(attr); i < c->size; i++)
		if (c->bytes[i])
			return "bytes behind the attributes";
	if (c->size < sizeof(attr))
		memset((char *)&attr + c->size, 0, sizeof(attr) - c->size);
	if (c->cmd == BPF_LINK_UPDATE)
		return update_must_fail(w, &attr);
	/* Other attach types have other rules. */
	if (c->cmd == BPF_LINK_CREATE &&
	    attr.link_create.attach_type == BPF_TC &&
	    sched_cls(w, attr.link_create.prog_fd))
		return create_must_fail(&attr);
	return NULL;
}

static void put_u32(struct nlmsghdr *nlh, struct prng *rnd, __u16 type,
		    __u32 value)
{
	char filler[12] = {};

	switch (prng_below(rnd, 12)) {
	case 0:
		mnl_attr_put_u32(nlh, type, odd(rnd));
		break;
	case 1:
		mnl_attr_put(nlh, type, prng_below(rnd, sizeof(filler)),
			     filler);
		break;
	default:
		mnl_attr_put_u32(nlh, type, value);
	}
}

static void put_cbpf(struct nlmsghdr *nlh, struct prng *rnd)
{
	struct bpf_insn_classic {
		__u16 code;
		__u8 jt, jf;
		__u32 k;
	} ops[4] = { { 0x06, 0, 0, 0 } };
	__u32 n = prng_below(rnd, 4);

	ops[0].k = odd(rnd);
	if (!prng_below(rnd, 4))
		ops[0].code = odd(rnd);
	mnl_attr_put_u16(nlh, TCA_BPF_OPS_LEN, prng_below(rnd, 4) ? n :
								    odd(rnd));
	mnl_attr_put(nlh, TCA_BPF_OPS, n * sizeof(ops[0]), ops);
}

static void put_options(struct nlmsghdr *nlh, const struct world *w,
			struct prng *rnd)
{
	struct nlattr *nest, *act;

	nest = mnl_attr_nest_start(nlh, TCA_OPTIONS);
	if (prng_below(rnd, 8))
		put_u32(nlh, rnd, TCA_BPF_FD, some_prog(w, rnd));
	if (!prng_below(rnd, 8))
		put_cbpf(nlh, rnd);
	if (prng_below(rnd, 2))
		put_u32(nlh, rnd, TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT);
	if (!prng_below(rnd, 4))
		put_u32(nlh, rnd, TCA_BPF_FLAGS_GEN, prng_below(rnd, 4));
	if (!prng_below(rnd, 4))
		put_u32(nlh, rnd, TCA_BPF_CLASSID, FUZZ_ROOT + 1);
	if (!prng_below(rnd, 8))
		put_u32(nlh, rnd, TCA_BPF_LINK_ID, prng_below(rnd, 64));
	if (!prng_below(rnd, 8))
		put_u32(nlh, rnd, TCA_BPF_IN_HW_COUNT, odd(rnd));
	if (!prng_below(rnd, 4))
		mnl_attr_put_strz(nlh, TCA_BPF_NAME, "fuzz");
	if (!prng_below(rnd, 8)) {
		act = mnl_attr_nest_start(nlh, TCA_BPF_ACT);
		put_u32(nlh, rnd, prng_below(rnd, 4), odd(rnd));
		mnl_attr_nest_end(nlh, act);
	}
	mnl_attr_nest_end(nlh, nest);
}

static void put_kind(struct nlmsghdr *nlh, struct prng *rnd)
{
	static const char *const others[] = {
		"", "u32", "matchall", "flower", "basic", "bp", "bpff",
		"0123456789abcdef",
	};

	if (prng_below(rnd, 8))
		mnl_attr_put_strz(nlh, TCA_KIND, "bpf");
	else if (prng_below(rnd, 2))
		mnl_attr_put_strz(nlh, TCA_KIND,
				  others[prng_below(rnd, COUNT(others))]);
}

static __u16 some_type(struct prng *rnd)
{
	static const __u16 types[] = {
		RTM_NEWTFILTER, RTM_NEWTFILTER, RTM_NEWTFILTER, RTM_NEWTFILTER,
		RTM_DELTFILTER, RTM_DELTFILTER, RTM_DELTFILTER, RTM_DELTFILTER,
		RTM_GETTFILTER, RTM_NEWCHAIN, RTM_GETCHAIN,
	};

	if (!prng_below(rnd, 200))
		return RTM_DELCHAIN;
	return types[prng_below(rnd, COUNT(types))];
}

/* Any field that is not zero would make it another request. */
static void fuzz_flush(const struct fuzz_spot *s, struct prng *rnd,
		       struct nlmsghdr *nlh)
{
	struct tcmsg *tcm = mnl_nlmsg_put_extra_header(nlh, sizeof(*tcm));

	nlh->nlmsg_type = RTM_DELTFILTER;
	tcm->tcm_ifindex = s->ifindex;
	tcm->tcm_parent = s->parent;
	if (s->chain || prng_below(rnd, 2))
		mnl_attr_put_u32(nlh, TCA_CHAIN, s->chain);
}

void fuzz_netlink(const struct world *w, struct prng *rnd,
		  struct nlmsghdr *nlh)
{
	const struct fuzz_spot *s = some_spot(w, rnd);
	struct tcmsg *tcm;
	__u32 prio;

	memset(nlh, 0, FUZZ_MSG);
	mnl_nlmsg_put_header(nlh);
	nlh->nlmsg_type = some_type(rnd);
	nlh->nlmsg_flags = NLM_F_REQUEST |
			   (prng_next(rnd) & (NLM_F_ACK | NLM_F_CREATE |
					      NLM_F_EXCL | NLM_F_REPLACE |
					      NLM_F_APPEND | NLM_F_ECHO));
	if (!prng_below(rnd, 32)) {
		fuzz_flush(s, rnd, nlh);
		return;
	}
	tcm = mnl_nlmsg_put_extra_header(nlh, sizeof(*tcm));
	tcm->tcm_ifindex = prng_below(rnd, 16) ? s->ifindex : odd(rnd);
	tcm->tcm_parent = prng_below(rnd, 16) ? s->parent : odd(rnd);
	tcm->tcm_handle = prng_below(rnd, 16) ? prng_below(rnd, 3) : odd(rnd);
	prio = prng_below(rnd, 16) ? prng_below(rnd, 12) : odd(rnd);
	tcm->tcm_info = TC_H_MAKE(prio << 16, htons(prng_below(rnd, 8) ?
						    ETH_P_ALL : odd(rnd)));
	put_kind(nlh, rnd);
	if (s->chain || !prng_below(rnd, 4))
		put_u32(nlh, rnd, TCA_CHAIN, s->chain);
	if (prng_below(rnd, 8))
		put_options(nlh, w, rnd);
	if (!prng_below(rnd, 32))
		put_u32(nlh, rnd, prng_below(rnd, TCA_MAX + 2), odd(rnd));
	/* The header stays: another type would be another matter. */
	while (!prng_below(rnd, 8))
		((unsigned char *)nlh)[sizeof(*nlh) + sizeof(*tcm) +
			prng_below(rnd, 64)] = prng_next(rnd);
}
