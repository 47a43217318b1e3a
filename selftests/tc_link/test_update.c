// SPDX-License-Identifier: GPL-2.0-only
/* BPF_LINK_UPDATE: one atomic swap of the program, or nothing. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include <linux/rtnetlink.h>

#include "kselftest_harness.h"
#include "tclib.h"

#define UPDATES	1000
#define PACKETS	3000

FIXTURE(update) {
	struct tcenv env;
	int link;
};

FIXTURE_VARIANT(update) {
	__u32 parent;
};

FIXTURE_VARIANT_ADD(update, ingress) { .parent = TC_INGRESS };
FIXTURE_VARIANT_ADD(update, egress) { .parent = TC_EGRESS };

FIXTURE_SETUP(update)
{
	struct tc_create c = {};

	ASSERT_EQ(0, tcenv_open(&self->env));
	c.prog_fd = self->env.prog_fd[0];
	c.ifindex = self->env.dev;
	c.parent = variant->parent;
	self->link = tc_link_create(&c);
	ASSERT_GE(self->link, 0);
}

FIXTURE_TEARDOWN(update)
{
	close(self->link);
	EXPECT_TRUE(tcenv_clean(&self->env));
	tcenv_close(&self->env);
}

/* Does the link run program n, and say so, and no other run? */
#define EXPECT_RUNS(n)							\
do {									\
	struct bpf_link_info _info;					\
	int _n = (n), _i;						\
									\
	tcenv_reset(&self->env);					\
	EXPECT_TRUE(tcenv_runs(&self->env, variant->parent, _n));	\
	for (_i = 0; _i < 3; _i++)					\
		EXPECT_EQ(_i == _n, tcenv_seen(&self->env, _i));	\
	ASSERT_EQ(0, tc_link_info(self->link, &_info));			\
	EXPECT_EQ(self->env.prog_id[_n], _info.prog_id);		\
} while (0)

TEST_F(update, swaps_and_keeps_the_filter)
{
	struct bpf_link_info before, after;

	ASSERT_EQ(0, tc_link_info(self->link, &before));
	EXPECT_EQ(0, tc_link_update(self->link, self->env.prog_fd[1], -1));
	EXPECT_RUNS(1);
	ASSERT_EQ(0, tc_link_info(self->link, &after));
	after.prog_id = before.prog_id;
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
}

TEST_F(update, expected_program)
{
	EXPECT_EQ(0, tc_link_update(self->link, self->env.prog_fd[1],
				    self->env.prog_fd[0]));
	EXPECT_RUNS(1);
}

TEST_F(update, other_program_than_expected)
{
	EXPECT_EQ(-EPERM, tc_link_update(self->link, self->env.prog_fd[1],
					 self->env.prog_fd[2]));
	EXPECT_RUNS(0);
	/* Not even if it is the new one that is expected. */
	EXPECT_EQ(-EPERM, tc_link_update(self->link, self->env.prog_fd[1],
					 self->env.prog_fd[1]));
	EXPECT_RUNS(0);
}

TEST_F(update, same_program)
{
	EXPECT_EQ(0, tc_link_update(self->link, self->env.prog_fd[0], -1));
	EXPECT_EQ(0, tc_link_update(self->link, self->env.prog_fd[0],
				    self->env.prog_fd[0]));
	EXPECT_RUNS(0);
}

TEST_F(update, other_program_type)
{
	EXPECT_EQ(-EINVAL, tc_link_update(self->link, self->env.prog_fd[3],
					  -1));
	EXPECT_RUNS(0);
}

/* After each kind of update, refused ones too, no reference stays behind. */
TEST_F(update, leaks_no_program)
{
	int i;

	for (i = 0; i < 10; i++) {
		ASSERT_EQ(0, tc_link_update(self->link, self->env.prog_fd[1],
					    -1));
		ASSERT_EQ(0, tc_link_update(self->link, self->env.prog_fd[1],
					    -1));
		ASSERT_EQ(-EPERM, tc_link_update(self->link,
						 self->env.prog_fd[2],
						 self->env.prog_fd[0]));
		ASSERT_EQ(0, tc_link_update(self->link, self->env.prog_fd[0],
					    self->env.prog_fd[1]));
		ASSERT_EQ(-EINVAL, tc_link_update(self->link,
						  self->env.prog_fd[3], -1));
	}
	tcenv_close(&self->env);
	EXPECT_TRUE(prog_gone(self->env.prog_id[1]));
	EXPECT_TRUE(prog_gone(self->env.prog_id[2]));
	/* The link holds on to what it runs, and lets go of it. */
	EXPECT_FALSE(tc_link_severed(self->link));
	close(self->link);
	self->link = -1;
	EXPECT_TRUE(prog_gone(self->env.prog_id[0]));
	ASSERT_EQ(0, rtnl_open(&self->env.rt));
}

struct sender {
	struct tcenv *env;
	__u32 parent;
	atomic_bool stop;
	atomic_ulong sent;
	int err;
};

static void *send_until_stopped(void *arg)
{
	struct sender *s = arg;

	while (!atomic_load(&s->stop) && !s->err) {
		s->err = tcenv_send(s->env, s->parent, 1);
		atomic_fetch_add(&s->sent, 1);
	}
	return NULL;
}

/* Each packet is counted, once, by the one or the other. */
TEST_F(update, under_traffic)
{
	struct sender s = { .env = &self->env, .parent = variant->parent };
	unsigned long a, b, i, updates;
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, send_until_stopped, &s));
	for (updates = 0; updates < UPDATES || s.sent < PACKETS; updates++)
		ASSERT_EQ(0, tc_link_update(self->link,
					    self->env.prog_fd[!(updates % 2)],
					    -1));
	atomic_store(&s.stop, true);
	pthread_join(thread, NULL);
	EXPECT_EQ(0, s.err);
	for (i = 0; i < 1000; i++) {
		a = tcenv_seen(&self->env, 0);
		b = tcenv_seen(&self->env, 1);
		if (a + b == s.sent)
			break;
		usleep(1000);
	}
	TH_LOG("%lu updates, %lu packets: %lu and %lu", updates, s.sent, a, b);
	EXPECT_EQ(s.sent, a + b);
	EXPECT_NE(0, a);
	EXPECT_NE(0, b);
}

TEST_HARNESS_MAIN
