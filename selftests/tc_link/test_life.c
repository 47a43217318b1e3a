// SPDX-License-Identifier: GPL-2.0-only
/* How long the filter of a link lives: as long as somebody holds the link. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/rtnetlink.h>

#include "kselftest_harness.h"
#include "tclib.h"

#define PIN	"/sys/fs/bpf/tclink-test"

FIXTURE(life) {
	struct tcenv env;
	struct tc_create c;
};

FIXTURE_SETUP(life)
{
	ASSERT_EQ(0, tcenv_open(&self->env));
	self->c = (struct tc_create) {
		.prog_fd = self->env.prog_fd[0],
		.ifindex = self->env.dev,
		.parent = TC_INGRESS,
	};
	unlink(PIN);
}

FIXTURE_TEARDOWN(life)
{
	EXPECT_NE(0, access(PIN, F_OK));
	EXPECT_TRUE(tcenv_clean(&self->env));
	tcenv_close(&self->env);
}

/* A process that makes a link, pins it if told to, and is killed. */
static int owner_killed(struct tc_create *c, const char *pin)
{
	int fds[2], status, link;
	pid_t pid;

	if (pipe(fds))
		return -errno;
	pid = fork();
	if (!pid) {
		link = tc_link_create(c);
		if (link >= 0 && pin && bpf_obj_pin(link, pin))
			link = -errno;
		if (write(fds[1], &link, sizeof(link)) == sizeof(link))
			pause();
		_exit(1);
	}
	if (read(fds[0], &link, sizeof(link)) != sizeof(link))
		link = -EPIPE;
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	close(fds[0]);
	close(fds[1]);
	if (link < 0)
		return link;
	return WIFSIGNALED(status) ? 0 : -ECHILD;
}

TEST_F(life, owner_killed)
{
	ASSERT_EQ(0, owner_killed(&self->c, NULL));
	EXPECT_FALSE(tcenv_runs(&self->env, TC_INGRESS, 0));
	EXPECT_TRUE(tcenv_clean(&self->env));
}

TEST_F(life, pin_survives_the_owner)
{
	struct bpf_link_info info;
	int link;

	ASSERT_EQ(0, owner_killed(&self->c, PIN));
	EXPECT_TRUE(tcenv_runs(&self->env, TC_INGRESS, 0));

	link = bpf_obj_get(PIN);
	ASSERT_GE(link, 0);
	ASSERT_EQ(0, tc_link_info(link, &info));
	EXPECT_EQ(self->env.dev, info.tc.ifindex);
	EXPECT_EQ(0, tc_link_update(link, self->env.prog_fd[1], -1));
	EXPECT_TRUE(tcenv_runs(&self->env, TC_INGRESS, 1));

	ASSERT_EQ(0, unlink(PIN));
	EXPECT_TRUE(tcenv_runs(&self->env, TC_INGRESS, 1));
	close(link);
	EXPECT_TRUE(tcenv_wait_clean(&self->env));
	EXPECT_FALSE(tcenv_runs(&self->env, TC_INGRESS, 1));
}

TEST_F(life, unpin_is_the_last_reference)
{
	ASSERT_EQ(0, owner_killed(&self->c, PIN));
	ASSERT_EQ(0, unlink(PIN));
	EXPECT_TRUE(tcenv_wait_clean(&self->env));
	EXPECT_FALSE(tcenv_runs(&self->env, TC_INGRESS, 0));
}

TEST_F(life, openers_of_a_pin)
{
	int link[3], i;

	ASSERT_EQ(0, owner_killed(&self->c, PIN));
	for (i = 0; i < 3; i++) {
		link[i] = bpf_obj_get(PIN);
		ASSERT_GE(link[i], 0);
	}
	ASSERT_EQ(0, unlink(PIN));
	close(link[0]);
	EXPECT_TRUE(tcenv_runs(&self->env, TC_INGRESS, 0));
	/* Detached by one, severed for all. */
	ASSERT_EQ(0, tc_link_detach(link[1]));
	EXPECT_TRUE(tc_link_severed(link[2]));
	EXPECT_FALSE(tcenv_runs(&self->env, TC_INGRESS, 0));
	close(link[1]);
	close(link[2]);
}

TEST_F(life, severed_pin)
{
	int link;

	ASSERT_EQ(0, owner_killed(&self->c, PIN));
	ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt, self->env.dev,
				    TC_H_CLSACT));
	link = bpf_obj_get(PIN);
	ASSERT_GE(link, 0);
	EXPECT_TRUE(tc_link_severed(link));
	EXPECT_EQ(-ENOLINK, tc_link_update(link, self->env.prog_fd[1], -1));
	ASSERT_EQ(0, unlink(PIN));
	close(link);
}

TEST_F(life, epoll_on_an_opened_pin)
{
	struct epoll_event ev = {};
	int link, ep;

	ASSERT_EQ(0, owner_killed(&self->c, PIN));
	link = bpf_obj_get(PIN);
	ASSERT_GE(link, 0);
	ep = epoll_create1(EPOLL_CLOEXEC);
	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, link, &ev));
	EXPECT_EQ(0, epoll_wait(ep, &ev, 1, 0));
	ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt, self->env.dev,
				    TC_H_CLSACT));
	ASSERT_EQ(1, epoll_wait(ep, &ev, 1, 1000));
	EXPECT_EQ(EPOLLHUP, ev.events);
	ASSERT_EQ(0, unlink(PIN));
	close(ep);
	close(link);
}

TEST_F(life, open_by_id)
{
	struct bpf_link_info info;
	int link, other;

	link = tc_link_create(&self->c);
	ASSERT_GE(link, 0);
	ASSERT_EQ(0, tc_link_info(link, &info));
	other = bpf_link_get_fd_by_id(info.id);
	ASSERT_GE(other, 0);
	close(link);
	EXPECT_TRUE(tcenv_runs(&self->env, TC_INGRESS, 0));
	close(other);
	EXPECT_EQ(-ENOENT, bpf_link_get_fd_by_id(info.id));
}

/* A chain that somebody else made, or a priority that is not empty, stays. */
TEST_F(life, chain_made_by_netlink_stays)
{
	struct rtnl_seen seen = {};
	int link;

	ASSERT_EQ(0, rtnl_chain(&self->env.rt, RTM_NEWCHAIN, self->env.dev,
				TC_INGRESS, 6, NULL));
	self->c.chain_index = 6;
	link = tc_link_create(&self->c);
	ASSERT_GE(link, 0);
	close(link);
	ASSERT_EQ(0, rtnl_dump(&self->env.rt, self->env.dev, TC_INGRESS,
			       &seen));
	EXPECT_EQ(1, seen.chains);
	EXPECT_EQ(0, seen.protos);
	ASSERT_EQ(0, rtnl_chain(&self->env.rt, RTM_DELCHAIN, self->env.dev,
				TC_INGRESS, 6, NULL));
}

/* The value of a "name:\tvalue" line, or -1. */
static long long fdinfo_value(int fd, const char *name)
{
	size_t len = strlen(name);
	long long val = -1;
	char path[64];
	char line[256];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, len) && line[len] == ':')
			val = strtoll(line + len + 1, NULL, 0);
	if (f)
		fclose(f);
	return val;
}

TEST_F(life, fdinfo_says_the_same)
{
	struct bpf_link_info info;
	int link, i;

	self->c.priority = 3;
	self->c.handle = 0xabc;
	self->c.chain_index = 8;
	self->c.protocol = 0x0800;
	self->c.gen_flags = TCA_CLS_FLAGS_SKIP_HW;
	self->c.flags = BPF_F_TC_CLASSIFY_ONLY;
	link = tc_link_create(&self->c);
	ASSERT_GE(link, 0);
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, tc_link_info(link, &info));
		EXPECT_EQ(info.id, fdinfo_value(link, "link_id"));
		EXPECT_EQ(info.prog_id, fdinfo_value(link, "prog_id"));
		EXPECT_EQ(info.tc.ifindex, fdinfo_value(link, "ifindex"));
		EXPECT_EQ(info.tc.parent, fdinfo_value(link, "parent"));
		EXPECT_EQ(info.tc.handle, fdinfo_value(link, "handle"));
		EXPECT_EQ(info.tc.priority, fdinfo_value(link, "priority"));
		EXPECT_EQ(info.tc.chain_index, fdinfo_value(link, "chain_index"));
		EXPECT_EQ(info.tc.protocol, fdinfo_value(link, "protocol"));
		EXPECT_EQ(info.tc.classid, fdinfo_value(link, "classid"));
		EXPECT_EQ(info.tc.gen_flags, fdinfo_value(link, "gen_flags"));
		EXPECT_EQ(info.tc.in_hw_count, fdinfo_value(link, "in_hw_count"));
		EXPECT_EQ(info.tc.block_index, fdinfo_value(link, "block_index"));
		EXPECT_EQ(info.tc.netns_ino, fdinfo_value(link, "netns_ino"));
		EXPECT_EQ(info.tc.flags, fdinfo_value(link, "flags"));
		/* and once more of the severed link */
		ASSERT_EQ(0, tc_link_detach(link));
	}
	close(link);
}

static int unload_cls_bpf(void)
{
	int i, err;

	/* What removes filters for good runs from a workqueue. */
	for (i = 0; i < 1000; i++) {
		err = syscall(__NR_delete_module, "cls_bpf", O_NONBLOCK);
		if (!err || errno != EAGAIN)
			break;
		usleep(10000);
	}
	return err ? -errno : 0;
}

/* The classifier is a module here. A severed link outlives it, and a link for
 * which it is not there loads it.
 */
TEST_F(life, classifier_unloaded_under_severed_links)
{
	struct bpf_link_info info;
	int link[2], i;

	for (i = 0; i < 2; i++) {
		link[i] = tc_link_create(&self->c);
		ASSERT_GE(link[i], 0);
	}
	EXPECT_EQ(-EAGAIN, syscall(__NR_delete_module, "cls_bpf",
				   O_NONBLOCK) ? -errno : 0);
	ASSERT_EQ(0, tc_link_detach(link[0]));
	ASSERT_EQ(0, rtnl_qdisc_del(&self->env.rt, self->env.dev,
				    TC_H_CLSACT));
	ASSERT_EQ(0, unload_cls_bpf());
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, tc_link_info(link[i], &info));
		EXPECT_EQ(0, info.tc.ifindex);
		EXPECT_EQ(-ENOLINK, tc_link_update(link[i],
						   self->env.prog_fd[1], -1));
		EXPECT_EQ(0, tc_link_detach(link[i]));
		EXPECT_EQ(0, close(link[i]));
	}

	ASSERT_EQ(0, rtnl_qdisc_add(&self->env.rt, self->env.dev, "clsact",
				    TC_H_CLSACT, TC_H_MAKE(TC_H_CLSACT, 0),
				    NLM_F_EXCL));
	link[0] = tc_link_create(&self->c);
	ASSERT_GE(link[0], 0);
	EXPECT_TRUE(tcenv_runs(&self->env, TC_INGRESS, 0));
	close(link[0]);
}

TEST_HARNESS_MAIN
