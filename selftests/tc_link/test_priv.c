// SPDX-License-Identifier: GPL-2.0-only
/* Who may do what. It takes CAP_NET_ADMIN over the network namespace to make a
 * link, CAP_SYS_ADMIN to find one by its ID; who has the file descriptor, or
 * may read and write the pin, may do the rest.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/rtnetlink.h>
#include <sys/capability.h>

#include "kselftest_harness.h"
#include "tclib.h"

#define PIN	"/sys/fs/bpf/tclink-priv"
#define NOBODY	65534
#define BLOCK	7

enum actor {
	ROOT,
	CAP_BPF_ALONE,
	CAP_NET_ADMIN_ALONE,
	UNPRIVILEGED,		/* handed file descriptors by root */
	USERNS_ROOT_OWN,	/* over its own network namespace */
	USERNS_ROOT_FOREIGN,	/* over none */
};

FIXTURE(priv) {
	struct tcenv env;
	struct tc_create c;
	int link;
};

/* The table: what each operation says to each. */
FIXTURE_VARIANT(priv) {
	enum actor actor;
	int create;
	int by_id;
	int iterate;
};

FIXTURE_VARIANT_ADD(priv, root) {
	.actor = ROOT,
};

FIXTURE_VARIANT_ADD(priv, cap_bpf_alone) {
	.actor = CAP_BPF_ALONE,
	.create = -EPERM, .by_id = -EPERM, .iterate = -EPERM,
};

FIXTURE_VARIANT_ADD(priv, cap_net_admin_alone) {
	.actor = CAP_NET_ADMIN_ALONE,
	.by_id = -EPERM, .iterate = -EPERM,
};

FIXTURE_VARIANT_ADD(priv, unprivileged) {
	.actor = UNPRIVILEGED,
	.create = -EPERM, .by_id = -EPERM, .iterate = -EPERM,
};

FIXTURE_VARIANT_ADD(priv, userns_root_own_netns) {
	.actor = USERNS_ROOT_OWN,
	.by_id = -EPERM, .iterate = -EPERM,
};

FIXTURE_VARIANT_ADD(priv, userns_root_foreign_netns) {
	.actor = USERNS_ROOT_FOREIGN,
	.create = -EPERM, .by_id = -EPERM, .iterate = -EPERM,
};

FIXTURE_SETUP(priv)
{
	ASSERT_EQ(0, tcenv_open(&self->env));
	self->c = (struct tc_create) {
		.prog_fd = self->env.prog_fd[0],
		.ifindex = self->env.dev,
		.parent = TC_INGRESS,
		.priority = 1,
	};
	self->link = tc_link_create(&self->c);
	ASSERT_GE(self->link, 0);
	unlink(PIN);
}

FIXTURE_TEARDOWN(priv)
{
	unlink(PIN);
	close(self->link);
	EXPECT_TRUE(tcenv_wait_clean(&self->env));
	tcenv_close(&self->env);
}

static int keep_caps(const cap_value_t *keep, int n)
{
	cap_t caps = cap_init();
	int err = 0;

	if (n)
		err = cap_set_flag(caps, CAP_PERMITTED, n, keep, CAP_SET) ||
		      cap_set_flag(caps, CAP_EFFECTIVE, n, keep, CAP_SET);
	err = err || cap_set_proc(caps);
	cap_free(caps);
	return err ? -errno : 0;
}

/* Not root's files, either. */
static int drop_to(const cap_value_t *keep, int n)
{
	if (prctl(PR_SET_KEEPCAPS, 1) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		return -errno;
	return keep_caps(keep, n);
}

/* A device of its own, and a link there in place of the one it was handed. */
static int enter_own_netns(struct _test_data_priv *self)
{
	struct rtnl rt;
	int err;

	if (unshare(CLONE_NEWUSER) || unshare(CLONE_NEWNET))
		return -errno;
	err = rtnl_open(&rt);
	err = err ?: rtnl_veth_add(&rt, "own0", "own1");
	if (err)
		return err;
	self->c.ifindex = if_nametoindex("own0");
	err = rtnl_qdisc_add(&rt, self->c.ifindex, "clsact", TC_H_CLSACT,
			     TC_H_MAKE(TC_H_CLSACT, 0), NLM_F_EXCL);
	rtnl_close(&rt);
	if (err)
		return err;
	self->link = tc_link_create(&self->c);
	return self->link < 0 ? self->link : 0;
}

static int become(struct _test_data_priv *self, enum actor actor)
{
	static const cap_value_t bpf[] = { CAP_BPF };
	static const cap_value_t net_admin[] = { CAP_NET_ADMIN };

	switch (actor) {
	case CAP_BPF_ALONE:
		return drop_to(bpf, 1);
	case CAP_NET_ADMIN_ALONE:
		return drop_to(net_admin, 1);
	case UNPRIVILEGED:
		return drop_to(NULL, 0);
	case USERNS_ROOT_OWN:
		return enter_own_netns(self);
	case USERNS_ROOT_FOREIGN:
		return unshare(CLONE_NEWUSER) ? -errno : 0;
	default:
		return 0;
	}
}

typedef int (*priv_fn)(struct _test_data_priv *self);

/* What the operation says to a process that is the actor. */
static int as(struct _test_data_priv *self, enum actor actor, priv_fn fn)
{
	int ret, status;
	pid_t pid;

	pid = fork();
	if (!pid) {
		if (become(self, actor))
			_exit(255);
		ret = fn(self);
		_exit(ret < 0 ? -ret : 0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

static int do_create(struct _test_data_priv *self)
{
	struct tc_create c = self->c;

	c.priority = 2;
	return tc_link_create(&c);
}

TEST_F(priv, create_with_a_program_fd)
{
	EXPECT_EQ(variant->create, as(self, variant->actor, do_create));
}

static int do_update(struct _test_data_priv *self)
{
	return tc_link_update(self->link, self->env.prog_fd[1],
			      self->env.prog_fd[0]);
}

TEST_F(priv, update_with_a_link_fd)
{
	EXPECT_EQ(0, as(self, variant->actor, do_update));
}

static int do_detach(struct _test_data_priv *self)
{
	return tc_link_detach(self->link);
}

TEST_F(priv, detach_with_a_link_fd)
{
	EXPECT_EQ(0, as(self, variant->actor, do_detach));
}

static int do_info(struct _test_data_priv *self)
{
	struct bpf_link_info info;
	int err;

	err = tc_link_info(self->link, &info);
	if (!err && info.tc.ifindex != self->c.ifindex)
		err = -EBADMSG;
	return err;
}

TEST_F(priv, info_with_a_link_fd)
{
	EXPECT_EQ(0, as(self, variant->actor, do_info));
}

static int do_fdinfo(struct _test_data_priv *self)
{
	char path[64], buf[1024] = {}, want[32];
	int fd, ret = 0;

	/* /proc of a process whose capabilities changed belongs to root. */
	prctl(PR_SET_DUMPABLE, 1);
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", self->link);
	snprintf(want, sizeof(want), "\nifindex:\t%u\n", self->c.ifindex);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return -errno;
	if (read(fd, buf, sizeof(buf) - 1) < 0)
		ret = -errno;
	else if (!strstr(buf, want))
		ret = -EBADMSG;
	close(fd);
	return ret;
}

TEST_F(priv, fdinfo_with_a_link_fd)
{
	EXPECT_EQ(0, as(self, variant->actor, do_fdinfo));
}

static int do_poll(struct _test_data_priv *self)
{
	return tc_link_poll(self->link, 0) ? -EBADMSG : 0;
}

TEST_F(priv, poll_with_a_link_fd)
{
	EXPECT_EQ(0, as(self, variant->actor, do_poll));
}

static int do_pin(struct _test_data_priv *self)
{
	return bpf_obj_pin(self->link, PIN) ? -errno : 0;
}

/* In a directory that all may write to, as bpffs is when it is mounted. */
TEST_F(priv, pin_with_a_link_fd)
{
	EXPECT_EQ(0, as(self, variant->actor, do_pin));
}

static int do_by_id(struct _test_data_priv *self)
{
	struct bpf_link_info info;
	int fd;

	if (tc_link_info(self->link, &info))
		return -EBADMSG;
	fd = bpf_link_get_fd_by_id(info.id);
	return fd < 0 ? -errno : 0;
}

TEST_F(priv, open_by_id)
{
	EXPECT_EQ(variant->by_id, as(self, variant->actor, do_by_id));
}

static int do_iterate(struct _test_data_priv *self)
{
	__u32 id;

	return bpf_link_get_next_id(0, &id) ? -errno : 0;
}

TEST_F(priv, iterate)
{
	EXPECT_EQ(variant->iterate, as(self, variant->actor, do_iterate));
}

static int do_netlink(struct _test_data_priv *self, bool replace)
{
	struct rtnl_filter f = {
		.ifindex = self->c.ifindex,
		.parent = TC_INGRESS,
		.prio = 1,
		.handle = 1,
		.kind = "bpf",
		.prog_fd = self->env.prog_fd[1],
	};
	struct rtnl rt;
	int err;

	err = rtnl_open(&rt);
	if (err)
		return err;
	return replace ? rtnl_filter_new(&rt, &f, NLM_F_CREATE) :
			 rtnl_filter_del(&rt, &f);
}

static int do_netlink_replace(struct _test_data_priv *self)
{
	return do_netlink(self, true);
}

static int do_netlink_delete(struct _test_data_priv *self)
{
	return do_netlink(self, false);
}

TEST_F(priv, replace_through_netlink)
{
	EXPECT_EQ(-EPERM, as(self, variant->actor, do_netlink_replace));
}

TEST_F(priv, delete_through_netlink)
{
	EXPECT_EQ(-EPERM, as(self, variant->actor, do_netlink_delete));
}

FIXTURE(priv_elsewhere) {
	struct tcenv env;
	struct tc_create c;
};

FIXTURE_SETUP(priv_elsewhere)
{
	ASSERT_EQ(0, tcenv_open(&self->env));
	self->c.prog_fd = self->env.prog_fd[0];
	ASSERT_EQ(0, rtnl_clsact_add_block(&self->env.rt, self->env.peer,
					   BLOCK));
}

FIXTURE_TEARDOWN(priv_elsewhere)
{
	tcenv_close(&self->env);
}

/* What root of another user and network namespace is told, here and nowhere. */
static int differs_from_elsewhere(struct tc_create *c, __u32 *name,
				  __u32 elsewhere)
{
	int there, nowhere;

	*name = elsewhere;
	there = tc_link_create(c);
	*name = elsewhere + 1000;
	nowhere = tc_link_create(c);
	return there >= 0 || there == -EPERM || there != nowhere;
}

static int told_elsewhere(struct _test_data_priv_elsewhere *self)
{
	struct tc_create c = self->c;

	if (unshare(CLONE_NEWUSER) || unshare(CLONE_NEWNET))
		return 1;
	c.parent = TC_INGRESS;
	if (differs_from_elsewhere(&c, &c.ifindex, self->env.dev))
		return 2;
	c.ifindex = TCM_IFINDEX_MAGIC_BLOCK;
	return differs_from_elsewhere(&c, &c.parent, BLOCK) ? 3 : 0;
}

/* A device or a block of another namespace is as one that is nowhere. */
TEST_F(priv_elsewhere, is_nowhere)
{
	int status;
	pid_t pid;

	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid)
		_exit(told_elsewhere(self));
	waitpid(pid, &status, 0);
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(0, WEXITSTATUS(status));
}

FIXTURE(priv_pin) {
	struct tcenv env;
	int link;
};

/* To open the pin of a link takes both, to read and to write. */
FIXTURE_VARIANT(priv_pin) {
	mode_t mode;
	bool group;		/* of the file is that of the process */
	int unprivileged;
};

FIXTURE_VARIANT_ADD(priv_pin, mode_0600) {
	.mode = 0600, .unprivileged = -EACCES
};

FIXTURE_VARIANT_ADD(priv_pin, mode_0604) {
	.mode = 0604, .unprivileged = -EACCES
};

FIXTURE_VARIANT_ADD(priv_pin, mode_0602) {
	.mode = 0602, .unprivileged = -EACCES
};

FIXTURE_VARIANT_ADD(priv_pin, mode_0606) {
	.mode = 0606, .unprivileged = 0
};

FIXTURE_VARIANT_ADD(priv_pin, mode_0640_group) {
	.mode = 0640, .group = true, .unprivileged = -EACCES
};

FIXTURE_VARIANT_ADD(priv_pin, mode_0660_group) {
	.mode = 0660, .group = true, .unprivileged = 0
};

FIXTURE_SETUP(priv_pin)
{
	struct tc_create c = { .parent = TC_INGRESS };

	ASSERT_EQ(0, tcenv_open(&self->env));
	c.prog_fd = self->env.prog_fd[0];
	c.ifindex = self->env.dev;
	self->link = tc_link_create(&c);
	ASSERT_GE(self->link, 0);
	unlink(PIN);
	ASSERT_EQ(0, bpf_obj_pin(self->link, PIN));
	ASSERT_EQ(0, chmod(PIN, variant->mode));
	if (variant->group)
		ASSERT_EQ(0, chown(PIN, 0, NOBODY));
}

FIXTURE_TEARDOWN(priv_pin)
{
	unlink(PIN);
	close(self->link);
	EXPECT_TRUE(tcenv_wait_clean(&self->env));
	tcenv_close(&self->env);
}

/* Opened, the link is no less than that of its owner. */
static int open_and_use(struct tcenv *env, __u32 flags)
{
	LIBBPF_OPTS(bpf_obj_get_opts, opts, .file_flags = flags);
	int link, err;

	link = bpf_obj_get_opts(PIN, &opts);
	if (link < 0)
		return -errno;
	err = tc_link_update(link, env->prog_fd[1], -1);
	return err ?: tc_link_detach(link);
}

static int open_as(struct tcenv *env, bool unprivileged, __u32 flags)
{
	int status;
	pid_t pid;

	pid = fork();
	if (!pid) {
		if (unprivileged && drop_to(NULL, 0))
			_exit(255);
		_exit(-open_and_use(env, flags));
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

TEST_F(priv_pin, unprivileged)
{
	EXPECT_EQ(variant->unprivileged, open_as(&self->env, true, 0));
	EXPECT_EQ(!variant->unprivileged, tc_link_severed(self->link));
}

TEST_F(priv_pin, root)
{
	EXPECT_EQ(0, open_as(&self->env, false, 0));
	EXPECT_TRUE(tc_link_severed(self->link));
}

/* There are no links to look at only. */
TEST_F(priv_pin, read_only)
{
	EXPECT_EQ(-EINVAL, open_as(&self->env, false, BPF_F_RDONLY));
	EXPECT_EQ(-EINVAL, open_as(&self->env, false, BPF_F_WRONLY));
	EXPECT_FALSE(tc_link_severed(self->link));
}

TEST_HARNESS_MAIN
