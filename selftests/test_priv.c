// SPDX-License-Identifier: GPL-2.0-only
/* Who may make a link: who has CAP_NET_ADMIN over the network namespace. */
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <unistd.h>

#include <sys/capability.h>

#include "kselftest_harness.h"
#include "tclib.h"

FIXTURE(priv) {
	struct tcenv env;
	struct tc_create c;
};

FIXTURE_SETUP(priv)
{
	ASSERT_EQ(0, tcenv_open(&self->env));
	self->c = (struct tc_create) {
		.prog_fd = self->env.prog_fd[0],
		.ifindex = self->env.dev,
		.parent = TC_INGRESS,
	};
}

FIXTURE_TEARDOWN(priv)
{
	EXPECT_TRUE(tcenv_clean(&self->env));
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

/* In a child with these capabilities only: what does creating a link say? */
static int create_with(struct tc_create *c, const cap_value_t *keep, int n)
{
	int ret, status;
	pid_t pid;

	pid = fork();
	if (!pid) {
		if (keep_caps(keep, n))
			_exit(255);
		ret = tc_link_create(c);
		_exit(ret < 0 ? -ret : 0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

TEST_F(priv, without_cap_net_admin)
{
	const cap_value_t others[] = { CAP_BPF, CAP_SYS_ADMIN, CAP_NET_RAW };

	EXPECT_EQ(-EPERM, create_with(&self->c, others, 3));
	EXPECT_EQ(-EPERM, create_with(&self->c, NULL, 0));
	EXPECT_TRUE(tcenv_clean(&self->env));
}

TEST_F(priv, with_cap_net_admin_only)
{
	const cap_value_t net_admin[] = { CAP_NET_ADMIN };

	EXPECT_EQ(0, create_with(&self->c, net_admin, 1));
}

/* Root of a user namespace, here over a network namespace that is not its own,
 * there over one that is.
 */
TEST_F(priv, user_namespace)
{
	int status;
	pid_t pid;

	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid) {
		struct rtnl rt;

		if (unshare(CLONE_NEWUSER))
			_exit(1);
		if (tc_link_create(&self->c) != -EPERM)
			_exit(2);
		if (unshare(CLONE_NEWNET) || rtnl_open(&rt) ||
		    rtnl_veth_add(&rt, "own0", "own1"))
			_exit(3);
		self->c.ifindex = if_nametoindex("own0");
		if (rtnl_qdisc_add(&rt, self->c.ifindex, "clsact", TC_H_CLSACT,
				   TC_H_MAKE(TC_H_CLSACT, 0), NLM_F_EXCL))
			_exit(4);
		_exit(tc_link_create(&self->c) < 0 ? 5 : 0);
	}
	waitpid(pid, &status, 0);
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(0, WEXITSTATUS(status));
}

TEST_HARNESS_MAIN
