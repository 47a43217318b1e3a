// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* What is asked for when attaching, and what not all backends have. */
#include <linux/if_ether.h>

#include "backends.h"

/* What the backend lacks is refused, and the sentence names it. */
static void lacks(const char *what)
{
	char sentence[128];

	snprintf(sentence, sizeof(sentence),
		 "the %s backend was asked for, but it lacks %s",
		 tclink_backend_name(variant), what);
	CHECK(errno == EOPNOTSUPP && last_err == EOPNOTSUPP);
	CHECK(!strcmp(last_sentence, sentence));
}

static void test_parents(void)
{
	struct tclink *link;

	sh("tc qdisc add dev t0 root handle 1: htb");
	link = attach_at(0, veth.dev, TCLINK_PARENT(1, 0), NULL);
	if (!has(TCLINK_PARENTS)) {
		CHECK(!link);
		lacks("parents");
		return;
	}
	CHECK(link && runs(0, TCLINK_EGRESS));
	CHECK(info_of(link).parent == TCLINK_PARENT(1, 0));
	CHECK(!tclink__destroy(link) && !runs(0, TCLINK_EGRESS));
}

static void options_at(__u32 parent)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	struct tclink_info info, after;
	struct tclink *link;

	opts.handle = 0x1234;
	opts.priority = 77;
	opts.chain_index = 5;
	opts.protocol = ETH_P_IPV6;
	opts.classid = TCLINK_PARENT(1, 0x10);
	opts.gen_flags = TCLINK_SKIP_HW;
	opts.flags = TCLINK_F_CLASSIFY_ONLY;
	link = attach_at(0, veth.dev, parent, &opts);
	if (!has(TCLINK_CHAIN)) {
		CHECK(!link);
		lacks("offload, classid, chain, priority and protocol");
		return;
	}
	CHECK(link);
	same_as_kernel(link);
	info = info_of(link);
	CHECK(info.ifindex == veth.dev && info.parent == parent);
	CHECK(info.handle == 0x1234 && info.priority == 77);
	CHECK(info.chain_index == 5 && info.protocol == ETH_P_IPV6);
	CHECK(info.classid == TCLINK_PARENT(1, 0x10));
	CHECK(info.gen_flags == (TCLINK_SKIP_HW | TCLINK_NOT_IN_HW));
	CHECK(info.flags == TCLINK_F_CLASSIFY_ONLY);
	/* An update keeps them. */
	CHECK(!tclink__update(link, veth.prog[1], NULL));
	after = info_of(link);
	CHECK(after.prog_id == veth.id[1]);
	after.prog_id = info.prog_id;
	CHECK(!memcmp(&info, &after, sizeof(info)));
	CHECK(!tclink__detach(link));
	same_as_kernel(link);
	CHECK(!tclink__destroy(link));
	nothing_left();
}

static void test_options(void)
{
	options_at(TCLINK_INGRESS);
	options_at(TCLINK_EGRESS);
}

/* Only frames of the protocol reach the program. */
static void protocol_at(__u32 parent)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	struct tclink *link, *all = attach(1, parent);

	opts.protocol = ETH_P_IP;
	link = attach_at(0, veth.dev, parent, &opts);
	if (!has(TCLINK_PROTOCOL)) {
		CHECK(!link);
		lacks("protocol");
		opts.protocol = ETH_P_ALL; /* is no restriction */
		link = attach_at(0, veth.dev, parent, &opts);
		CHECK(link && runs(0, parent));
	} else {
		CHECK(link && !runs(0, parent) && runs(1, parent));
		tclink__destroy(link);
		opts.protocol = ETH_TEST;
		link = attach_at(0, veth.dev, parent, &opts);
		CHECK(link && runs(0, parent));
	}
	CHECK(!tclink__destroy(link) && !tclink__destroy(all));
}

static void test_protocol(void)
{
	protocol_at(TCLINK_INGRESS);
	protocol_at(TCLINK_EGRESS);
}

/* The class of HTB that the filter's classid names sees the frames. */
static void test_classid(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	struct tclink *link;

	if (!has(TCLINK_CLASSID))
		return;
	sh("tc qdisc add dev t0 root handle 1: htb");
	sh("tc class add dev t0 parent 1: classid 1:10 htb rate 100mbit quantum 1500");
	opts.flags = TCLINK_F_CLASSIFY_ONLY;
	opts.classid = TCLINK_PARENT(1, 0x10);
	link = attach_at(0, veth.dev, TCLINK_PARENT(1, 0), &opts);
	CHECK(link && runs(0, TCLINK_EGRESS));
	sh("tc -s class show dev t0 classid 1:10 | grep -q 'Sent [1-9]'");
	tclink__destroy(link);
}

static void test_block(void)
{
	struct tclink_info info;
	struct tclink *link;

	sh("tc qdisc add dev t0 ingress_block 7 clsact");
	link = attach_at(0, TCLINK_BLOCK, 7, NULL);
	if (!has(TCLINK_BLOCKS)) {
		CHECK(!link);
		lacks("blocks");
		return;
	}
	CHECK(link && runs(0, TCLINK_INGRESS));
	info = info_of(link);
	CHECK(info.ifindex == TCLINK_BLOCK && info.parent == 7);
	CHECK(info.block_index == 7);
	CHECK(!tclink__update(link, veth.prog[1], NULL));
	CHECK(runs(1, TCLINK_INGRESS));
	clsact_del(veth.dev);
	CHECK(!tclink__wait(link, 5000) && info_of(link).severed);
	CHECK(!tclink__destroy(link));
}

static void test_require(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	char name[32];
	struct tclink *link;
	__u32 bit;

	for (bit = TCLINK_OWNED; bit <= TCLINK_PROTOCOL; bit <<= 1) {
		opts.require = bit;
		link = attach_at(0, veth.dev, TCLINK_INGRESS, &opts);
		CHECK(!link == !has(bit));
		snprintf(name, sizeof(name), "%s", tclink_guarantee_name(bit));
		if (!link)
			lacks(name);
		else
			CHECK(info_of(link).guarantees & bit);
		tclink__destroy(link);
	}
}

static __u32 taken(const struct tclink_attach_opts *opts)
{
	struct tclink *link;
	__u32 backend;

	link = tclink_attach(veth.prog[0], veth.dev, TCLINK_EGRESS, opts);
	if (!link)
		return 0;
	backend = info_of(link).backend;
	tclink__destroy(link);
	return backend;
}

/* Named by nobody: the first that the kernel has and that will do */
static void test_choice(void)
{
	TCLINK_OPTS(tclink_features, features);
	TCLINK_OPTS(tclink_attach_opts, opts);
	__u32 first, filter;

	CHECK(!tclink_probe(&features));
	filter = features.link ? TCLINK_BACKEND_LINK : TCLINK_BACKEND_NETLINK;
	first = !features.link && features.tcx ? TCLINK_BACKEND_TCX : filter;
	CHECK(taken(NULL) == first);
	opts.priority = 5;
	CHECK(taken(&opts) == filter);
	opts.require = TCLINK_OWNED;
	CHECK(taken(&opts) == (features.link ? TCLINK_BACKEND_LINK : 0));
	opts.priority = 0;
	CHECK(taken(&opts) == (first == TCLINK_BACKEND_NETLINK ? 0 : first));
}

static void test_revision(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	__u64 before = 0, after = 0;
	struct tclink *link, *other;

	opts.expected_revision = 1;
	if (variant != TCLINK_BACKEND_TCX) {
		CHECK(!attach_at(0, veth.dev, TCLINK_EGRESS, &opts));
		lacks("expected_revision");
		return;
	}
	CHECK(!tclink_revision(veth.dev, TCLINK_EGRESS, &before));
	opts.expected_revision = before;
	link = attach_at(0, veth.dev, TCLINK_EGRESS, &opts);
	CHECK(link && runs(0, TCLINK_EGRESS));
	CHECK(!attach_at(1, veth.dev, TCLINK_EGRESS, &opts) && errno == ESTALE);
	CHECK(!tclink_revision(veth.dev, TCLINK_EGRESS, &after));
	CHECK(after != before);
	opts.expected_revision = after;
	other = attach_at(1, veth.dev, TCLINK_EGRESS, &opts);
	CHECK(other && runs(1, TCLINK_EGRESS));
	before = after;
	CHECK(!tclink__update(other, veth.prog[2], NULL));
	CHECK(!tclink_revision(veth.dev, TCLINK_EGRESS, &after));
	CHECK(after != before);
	tclink__destroy(other);
	tclink__destroy(link);
}

/* A program is at a tcx hook once; filters may share one. */
static void test_program_twice(void)
{
	struct tclink *link[2] = { attach(0, TCLINK_INGRESS),
				   attach(1, TCLINK_INGRESS) };
	char text[256];

	if (variant == TCLINK_BACKEND_TCX) {
		snprintf(text, sizeof(text),
			 "program %u (prog_a) is at the hook of link %u already, and tcx runs each program at most once",
			 veth.id[0], info_of(link[1]).id);
		FAILS(tclink__update(link[1], veth.prog[0], NULL), EEXIST, text);
		CHECK(runs(1, TCLINK_INGRESS));
	} else {
		CHECK(!tclink__update(link[1], veth.prog[0], NULL));
	}
	CHECK(runs(0, TCLINK_INGRESS));
	tclink__destroy(link[0]);
	tclink__destroy(link[1]);
}

static const struct test tests[] = {
	{ "parents", test_parents },
	{ "every option", test_options },
	{ "protocol", test_protocol },
	{ "classid, classify only", test_classid },
	{ "shared block", test_block },
	{ "every guarantee required", test_require },
	{ "chosen by what is asked for", test_choice },
	{ "revision", test_revision },
	{ "one program twice", test_program_twice },
};

void run_options(void)
{
	run_variant(tests, sizeof(tests) / sizeof(tests[0]));
}
