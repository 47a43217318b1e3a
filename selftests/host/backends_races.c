// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* What others do with netlink between a check and what follows it. */
#include <linux/rtnetlink.h>

#include "backends.h"
#include "forge.h"

static struct tclink_info raced;

static void delete_raced(void)
{
	CHECK(!foreign_delete(&raced));
}

/* Somebody deletes the filter after the check, before the update. */
static void test_update_race(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS);

	raced = info_of(link);
	if (has(TCLINK_EXCLUSIVE)) {
		tclink__destroy(link);
		return;
	}
	before_request(RTM_NEWTFILTER, delete_raced);
	CHECK(tclink__update(link, veth.prog[1], NULL) == -ENOLINK);
	CHECK(errno == ENOLINK && info_of(link).severed);
	CHECK(!nr_filters(&veth, TCLINK_INGRESS));
	tclink__destroy(link);

	link = attach(0, TCLINK_INGRESS);
	raced = info_of(link);
	before_request(RTM_DELTFILTER, delete_raced);
	CHECK(!tclink__detach(link) && info_of(link).severed);
	tclink__destroy(link);
}

static void delete_qdisc(void)
{
	clsact_del(veth.dev);
}

/* The kernel says EINVAL then, which may mean other things. */
static void test_update_qdisc_race(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS);

	if (!has(TCLINK_EXCLUSIVE)) {
		before_request(RTM_NEWTFILTER, delete_qdisc);
		CHECK(tclink__update(link, veth.prog[1], NULL) == -ENOLINK);
		CHECK(errno == ENOLINK && info_of(link).severed);
	}
	tclink__destroy(link);
}

static void lose_answer(void)
{
	lose_answers(1);
}

static void lose_two_answers(void)
{
	lose_answers(2);
}

/* Filters that were made and of which the kernel could not tell */
static void test_attach_unheard(void)
{
	void (*const loss[])(void) = { lose_echo, lose_answer };
	struct tclink *link, *other;
	struct tclink_info info;
	size_t i;

	if (has(TCLINK_OWNED))
		return;
	clsact_add(veth.dev);
	other = attach(1, TCLINK_INGRESS);
	for (i = 0; i < 2; i++) {
		before_request(RTM_NEWTFILTER, loss[i]);
		link = attach(0, TCLINK_INGRESS);
		info = info_of(link);
		CHECK(!info.severed && info.ifindex == veth.dev);
		CHECK(info.handle && info.priority && info.prog_id == veth.id[0]);
		CHECK(info.parent == TCLINK_INGRESS && runs(0, TCLINK_INGRESS));
		CHECK(!tclink__destroy(link) && !runs(0, TCLINK_INGRESS));
	}
	/* Of two that look the same neither is taken. */
	before_request(RTM_NEWTFILTER, lose_echo);
	CHECK(!attach_at(1, veth.dev, TCLINK_INGRESS, NULL) && errno == ENOBUFS);
	CHECK(!tclink__destroy(other) && runs(1, TCLINK_INGRESS));
}

static void test_update_unheard(void)
{
	void (*const loss[])(void) = { lose_echo, lose_answer };
	struct tclink *link = attach(0, TCLINK_INGRESS);
	size_t i;
	int n;

	for (i = 0; i < 2 && !has(TCLINK_OWNED); i++) {
		n = (i + 1) % 2;
		before_request(RTM_NEWTFILTER, loss[i]);
		CHECK(!tclink__update(link, veth.prog[n], NULL));
		CHECK(runs(n, TCLINK_INGRESS) && !info_of(link).severed);
		CHECK(info_of(link).prog_id == veth.id[n]);
	}
	if (!has(TCLINK_OWNED)) {
		before_request(RTM_NEWTFILTER, lose_two_answers);
		CHECK(tclink__update(link, veth.prog[2], NULL) == -ENOBUFS);
		CHECK(errno == ENOBUFS && !info_of(link).severed);
		CHECK(info_of(link).prog_id == veth.id[2]);
	}
	CHECK(!tclink__destroy(link) && !nr_filters(&veth, TCLINK_INGRESS));
}

/* The kernel alone knows what there is. */
static void test_forged_answer(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS);

	if (!has(TCLINK_OWNED)) {
		forge_answer(RTM_GETTFILTER);
		CHECK(!info_of(link).severed);
	}
	CHECK(!tclink__destroy(link) && !nr_filters(&veth, TCLINK_INGRESS));
}

static const struct test tests[] = {
	{ "deleted between look and update", test_update_race },
	{ "qdisc deleted between look and update", test_update_qdisc_race },
	{ "attach: the answer is lost", test_attach_unheard },
	{ "update: the answer is lost", test_update_unheard },
	{ "an answer that is not the kernel's", test_forged_answer },
};

void run_races(void)
{
	run_variant(tests, sizeof(tests) / sizeof(tests[0]));
}
