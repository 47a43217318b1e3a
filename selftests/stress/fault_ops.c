// SPDX-License-Identifier: GPL-2.0-only
/* The operations whose allocations fail, one by one. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/rtnetlink.h>

#include "fault.h"

static int run_create(struct fault *f)
{
	f->link = tc_link_create(&f->c);
	return f->link < 0 ? f->link : 0;
}

static int run_create_second(struct fault *f)
{
	struct tc_create c = f->c;

	c.prog_fd = f->env.prog_fd[1];
	c.priority = f->info.tc.priority;
	f->second = tc_link_create(&c);
	return f->second < 0 ? f->second : 0;
}

static void close_second(struct fault *f)
{
	if (f->second >= 0)
		close(f->second);
	f->second = -1;
}

static int run_update(struct fault *f)
{
	f->runs_prog = 1;
	return tc_link_update(f->link, f->env.prog_fd[1], f->env.prog_fd[0]);
}

static int run_update_same(struct fault *f)
{
	return tc_link_update(f->link, f->env.prog_fd[0], -1);
}

static int run_detach(struct fault *f)
{
	return tc_link_detach(f->link);
}

static int run_close(struct fault *f)
{
	int err = close(f->link) ? -errno : 0;

	f->link = -1;
	return err;
}

static int run_info(struct fault *f)
{
	struct bpf_link_info info;
	int err = tc_link_info(f->link, &info);

	if (err)
		return err;
	return memcmp(&info, &f->info, sizeof(info)) ? -EBADMSG : 0;
}

static int run_fdinfo(struct fault *f)
{
	char buf[sizeof(f->fdinfo)] = {};
	ssize_t len;
	int fd;

	fd = open(f->fdinfo_path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	len = read(fd, buf, sizeof(buf) - 1);
	if (len < 0)
		len = -errno;
	close(fd);
	if (len < 0)
		return len;
	return strcmp(buf, f->fdinfo) ? -EBADMSG : 0;
}

static int run_poll(struct fault *f)
{
	int ret = tc_link_poll(f->link, 0);

	return ret > 0 ? -EBADMSG : ret;
}

static int run_pin(struct fault *f)
{
	return bpf_obj_pin(f->link, FAULT_PIN) ? -errno : 0;
}

static void undo_pin(struct fault *f)
{
	unlink(FAULT_PIN);
}

static int run_open_by_id(struct fault *f)
{
	f->second = bpf_link_get_fd_by_id(f->info.id);
	return f->second < 0 ? -errno : 0;
}

static int run_dump(struct fault *f)
{
	struct rtnl_seen seen = {};
	int err;

	err = rtnl_dump(&f->rt, f->place.ifindex, f->place.parent, &seen);
	if (err)
		return err;
	return seen.filters == 1 ? 0 : -EBADMSG;
}

static void filter_of_link(const struct fault *f, struct rtnl_filter *nl)
{
	*nl = (struct rtnl_filter) {
		.ifindex = f->place.ifindex,
		.parent = f->place.parent,
		.chain = f->info.tc.chain_index,
		.prio = f->info.tc.priority,
		.kind = "bpf",
		.handle = f->info.tc.handle,
		.prog_fd = f->env.prog_fd[1],
	};
}

/* To be refused is what these are for. */
static int refused(int err)
{
	if (err == -EPERM)
		return 0;
	return err ?: -EBADMSG;
}

static int run_netlink_replace(struct fault *f)
{
	struct rtnl_filter nl;

	filter_of_link(f, &nl);
	return refused(rtnl_filter_new(&f->rt, &nl, NLM_F_CREATE));
}

static int run_netlink_delete(struct fault *f)
{
	struct rtnl_filter nl;

	filter_of_link(f, &nl);
	return refused(rtnl_filter_del(&f->rt, &nl));
}

static int run_netlink_flush(struct fault *f)
{
	struct rtnl_filter nl;

	filter_of_link(f, &nl);
	nl.prio = 0;
	nl.handle = 0;
	nl.kind = NULL;
	return refused(rtnl_filter_del(&f->rt, &nl));
}

/* A request that fails beside the filter, in its priority. */
static int run_netlink_exclusive(struct fault *f)
{
	struct rtnl_filter nl;
	int err;

	filter_of_link(f, &nl);
	err = rtnl_filter_new(&f->rt, &nl, NLM_F_CREATE | NLM_F_EXCL);
	return err == -EEXIST ? 0 : err ?: -EBADMSG;
}

/* A filter of netlink's own in the priority of the link */
static void filter_beside_link(const struct fault *f, struct rtnl_filter *nl)
{
	filter_of_link(f, nl);
	nl->handle = 77;
}

static int run_netlink_create(struct fault *f)
{
	struct rtnl_filter nl;

	filter_beside_link(f, &nl);
	return rtnl_filter_new(&f->rt, &nl, NLM_F_CREATE | NLM_F_EXCL);
}

static void undo_netlink_create(struct fault *f)
{
	struct rtnl_filter nl;

	filter_beside_link(f, &nl);
	rtnl_filter_del(&f->env.rt, &nl);
}

static int run_qdisc_del(struct fault *f)
{
	int last = f->place.devices - 1;
	int err;

	err = rtnl_qdisc_del(&f->rt, f->place.device[last], TC_H_CLSACT);
	/* If it is still there, it can be added no second time. */
	f->member[last] = false;
	return err;
}

static int run_chain_del(struct fault *f)
{
	return rtnl_chain(&f->rt, RTM_DELCHAIN, f->place.ifindex,
			  f->place.parent, f->c.chain_index, NULL);
}

static int run_device_del(struct fault *f)
{
	int err = rtnl_link_del(&f->rt, f->place.device[0]);

	f->member[0] = false;
	return err;
}

static int run_join(struct fault *f)
{
	int last = f->place.devices - 1;

	f->member[last] = true;
	return rtnl_clsact_add_block(&f->rt, f->place.device[last],
				     FAULT_BLOCK);
}

/* The link is in a namespace that only f->second keeps. */
static void prepare_netns(struct fault *f)
{
	int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct tc_create c = f->c;
	struct rtnl rt;

	must("namespace", unshare(CLONE_NEWNET) ? -errno : 0);
	must("netlink", rtnl_open(&rt));
	must("veth", rtnl_veth_add(&rt, "other0", "other1"));
	c.ifindex = if_nametoindex("other0");
	must("up", rtnl_link_up(&rt, c.ifindex));
	must("clsact", rtnl_qdisc_add(&rt, c.ifindex, "clsact", TC_H_CLSACT,
				      TC_H_MAKE(TC_H_CLSACT, 0), NLM_F_EXCL));
	f->link = tc_link_create(&c);
	rtnl_close(&rt);
	f->second = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	must("namespace", setns(here, CLONE_NEWNET) ? -errno : 0);
	close(here);
}

static int run_netns_exit(struct fault *f)
{
	close_second(f);
	return tc_link_poll(f->link, 60000) == POLLHUP ? 0 : -ETIMEDOUT;
}

static void prepare_pin(struct fault *f)
{
	f->link = tc_link_create(&f->c);
	must("pin", run_pin(f));
}

/* The last reference goes with the pin, after an RCU grace period. */
static int run_last_pin(struct fault *f)
{
	struct rtnl_seen seen;
	int i;

	run_close(f);
	if (unlink(FAULT_PIN))
		return -errno;
	for (i = 0; i < 10000; i++) {
		seen = (struct rtnl_seen) {};
		if (!rtnl_dump(&f->env.rt, f->place.ifindex, f->place.parent,
			       &seen) && !seen.chains)
			return 0;
		usleep(1000);
	}
	return -ETIMEDOUT;
}

/* Filters that went are freed later, and hold the module until then. */
static void prepare_no_module(struct fault *f)
{
	int i;

	for (i = 0; i < 10000; i++) {
		if (!syscall(SYS_delete_module, "cls_bpf", O_NONBLOCK) ||
		    errno == ENOENT)
			return;
		usleep(1000);
	}
	must("module", -errno);
}

const struct op fault_ops[] = {
	{ "create", false, LIVE, 0, run_create },
	{ "create_second", true, AS_BEFORE, OP_SOFT, run_create_second,
	  close_second },
	{ "update", true, LIVE, 0, run_update },
	{ "update_same", true, AS_BEFORE, OP_MUST_WORK, run_update_same },
	{ "detach", true, SEVERED, OP_MUST_WORK, run_detach },
	{ "close", true, NOTHING, OP_MUST_WORK, run_close },
	{ "info", true, AS_BEFORE, 0, run_info },
	{ "fdinfo", true, AS_BEFORE, 0, run_fdinfo },
	{ "poll", true, AS_BEFORE, 0, run_poll },
	/* What bpffs says when it gets no inode. */
	{ "pin", true, AS_BEFORE, 0, run_pin, undo_pin, ENOSPC },
	{ "open_by_id", true, AS_BEFORE, 0, run_open_by_id, close_second },
	{ "filter_dump", true, AS_BEFORE, OP_NETLINK, run_dump },
	{ "netlink_replace", true, AS_BEFORE, OP_NETLINK, run_netlink_replace },
	{ "netlink_delete", true, AS_BEFORE, OP_NETLINK, run_netlink_delete },
	{ "netlink_flush", true, AS_BEFORE, OP_NETLINK, run_netlink_flush },
	{ "netlink_exclusive", true, AS_BEFORE, OP_NETLINK,
	  run_netlink_exclusive },
	{ "netlink_create", true, AS_BEFORE, OP_NETLINK | OP_SOFT,
	  run_netlink_create, undo_netlink_create },
	{ "sever_chain", true, SEVERED, OP_NETLINK, run_chain_del },
	/* On a block of two, one leaves. */
	{ "sever_qdisc", true, SEVERED, OP_NETLINK | OP_LEAVE,
	  run_qdisc_del },
	{ "sever_device", true, SEVERED, OP_NETLINK | OP_VETH, run_device_del },
	{ "netns_exit", true, SEVERED, OP_MUST_WORK | OP_WORKERS | OP_VETH,
	  run_netns_exit, .prepare = prepare_netns },
	{ "last_pin", true, NOTHING, OP_MUST_WORK | OP_WORKERS, run_last_pin,
	  .prepare = prepare_pin },
	/* A helper that is not started is a module that is not there. */
	{ "create_load", false, LIVE, OP_VETH, run_create,
	  .also = ENOENT, .prepare = prepare_no_module },
	{ "join_block", true, LIVE, OP_NETLINK | OP_BLOCK | OP_JOIN, run_join },
	{}
};
