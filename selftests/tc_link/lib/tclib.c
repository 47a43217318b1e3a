// SPDX-License-Identifier: GPL-2.0-only
/* The network of a test, its frames and programs, and bpf(2) for links. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "seen.h"
#include "seen.skel.h"
#include "tclib.h"

#define WAIT_STEP_US	1000
#define WAIT_STEPS	5000

static int quiet(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, fmt, ap) : 0;
}

/* libbpf finds out once per process what the kernel can do, by loading a dozen
 * programs, and each test is a process of its own, forked from this one.
 */
__attribute__((constructor)) static void probe_once(void)
{
	libbpf_set_print(quiet);
	seen_bpf__destroy(seen_bpf__open_and_load());
}

static int tcenv_load(struct tcenv *env)
{
	const struct bpf_program *progs[4];
	int i;

	env->skel = seen_bpf__open_and_load();
	if (!env->skel)
		return -errno;
	progs[0] = env->skel->progs.seen_a;
	progs[1] = env->skel->progs.seen_b;
	progs[2] = env->skel->progs.seen_c;
	progs[3] = env->skel->progs.other_type;
	for (i = 0; i < 4; i++)
		env->prog_fd[i] = bpf_program__fd(progs[i]);
	for (i = 0; i < 3; i++)
		env->prog_id[i] = prog_id(env->prog_fd[i]);
	return 0;
}

int tcenv_open(struct tcenv *env)
{
	int err;

	memset(env, 0, sizeof(*env));
	env->packet_fd = -1;
	if (unshare(CLONE_NEWNET))
		return -errno;
	/* No packets but those of the test. Without IPv6 there is no file. */
	write_file("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
	err = rtnl_open(&env->rt);
	err = err ?: rtnl_veth_add(&env->rt, "veth0", "veth1");
	if (err)
		return err;
	env->dev = if_nametoindex("veth0");
	env->peer = if_nametoindex("veth1");
	err = rtnl_link_up(&env->rt, env->dev);
	err = err ?: rtnl_link_up(&env->rt, env->peer);
	err = err ?: rtnl_qdisc_add(&env->rt, env->dev, "clsact", TC_H_CLSACT,
				    TC_H_MAKE(TC_H_CLSACT, 0), NLM_F_EXCL);
	if (err)
		return err;
	env->packet_fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (env->packet_fd < 0)
		return -errno;
	return tcenv_load(env);
}

void tcenv_close(struct tcenv *env)
{
	seen_bpf__destroy(env->skel);
	env->skel = NULL;
	rtnl_close(&env->rt);
	if (env->packet_fd >= 0)
		close(env->packet_fd);
	env->packet_fd = -1;
}

int send_frames(int packet_fd, int ifindex, unsigned char tag, int count)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(SEEN_ETH_TYPE),
		.sll_ifindex = ifindex,
		.sll_halen = ETH_ALEN,
	};
	unsigned char frame[ETH_ZLEN] = {};
	struct ethhdr *eth = (void *)frame;

	memset(eth->h_dest, 0xff, ETH_ALEN);
	memset(eth->h_source, 0x02, ETH_ALEN);
	eth->h_proto = htons(SEEN_ETH_TYPE);
	frame[ETH_HLEN] = tag;
	while (count--)
		if (sendto(packet_fd, frame, sizeof(frame), 0, (void *)&to,
			   sizeof(to)) != sizeof(frame))
			return -errno;
	return 0;
}

int tcenv_send(struct tcenv *env, __u32 parent, int count)
{
	return send_frames(env->packet_fd,
			   parent == TC_INGRESS ? env->peer : env->dev, 0,
			   count);
}

__u64 tcenv_seen(struct tcenv *env, int n)
{
	return __atomic_load_n(&env->skel->bss->seen[n], __ATOMIC_RELAXED);
}

void tcenv_reset(struct tcenv *env)
{
	memset(env->skel->bss->seen, 0, sizeof(env->skel->bss->seen));
	env->skel->bss->order = 0;
}

__u32 tcenv_order(struct tcenv *env)
{
	return __atomic_load_n(&env->skel->bss->order, __ATOMIC_RELAXED);
}

void tcenv_set_verdict(struct tcenv *env, int n, int verdict)
{
	env->skel->data->verdict[n] = verdict;
}

void tcenv_slow_down(struct tcenv *env)
{
	env->skel->bss->spins = 50000;
}

bool tcenv_runs(struct tcenv *env, __u32 parent, int n)
{
	__u64 before = tcenv_seen(env, n);
	int i;

	if (tcenv_send(env, parent, 1))
		return false;
	/* What goes to the peer is received in softirq context, mostly before
	 * sendto() returns, but under load by ksoftirqd.
	 */
	for (i = 0; i < 50; i++) {
		if (tcenv_seen(env, n) != before)
			return tcenv_seen(env, n) == before + 1;
		usleep(WAIT_STEP_US);
	}
	return false;
}

bool tcenv_clean(struct tcenv *env)
{
	struct rtnl_seen in = {}, out = {};

	if (rtnl_dump(&env->rt, env->dev, TC_INGRESS, &in) ||
	    rtnl_dump(&env->rt, env->dev, TC_EGRESS, &out))
		return false;
	return !in.filters && !in.protos && !in.chains &&
	       !out.filters && !out.protos && !out.chains;
}

bool tcenv_wait_clean(struct tcenv *env)
{
	int i;

	for (i = 0; i < WAIT_STEPS; i++) {
		if (tcenv_clean(env))
			return true;
		usleep(WAIT_STEP_US);
	}
	return false;
}

static int sys_bpf(enum bpf_cmd cmd, union bpf_attr *attr, unsigned int size)
{
	int ret = syscall(__NR_bpf, cmd, attr, size);

	return ret < 0 ? -errno : ret;
}

int tc_link_create(const struct tc_create *c)
{
	union bpf_attr attr = {};

	attr.link_create.prog_fd = c->prog_fd;
	attr.link_create.target_ifindex = c->ifindex;
	attr.link_create.attach_type = BPF_TC;
	attr.link_create.flags = c->flags;
	attr.link_create.tc.parent = c->parent;
	attr.link_create.tc.handle = c->handle;
	attr.link_create.tc.priority = c->priority;
	attr.link_create.tc.chain_index = c->chain_index;
	attr.link_create.tc.protocol = c->protocol;
	attr.link_create.tc.classid = c->classid;
	attr.link_create.tc.gen_flags = c->gen_flags;
	return sys_bpf(BPF_LINK_CREATE, &attr, sizeof(attr));
}

int tc_link_update(int link_fd, int prog_fd, int old_prog_fd)
{
	union bpf_attr attr = {};

	attr.link_update.link_fd = link_fd;
	attr.link_update.new_prog_fd = prog_fd;
	if (old_prog_fd >= 0) {
		attr.link_update.flags = BPF_F_REPLACE;
		attr.link_update.old_prog_fd = old_prog_fd;
	}
	return sys_bpf(BPF_LINK_UPDATE, &attr, sizeof(attr));
}

int tc_link_detach(int link_fd)
{
	union bpf_attr attr = {};

	attr.link_detach.link_fd = link_fd;
	return sys_bpf(BPF_LINK_DETACH, &attr, sizeof(attr));
}

int tc_link_info(int link_fd, struct bpf_link_info *info)
{
	union bpf_attr attr = {};

	memset(info, 0, sizeof(*info));
	attr.info.bpf_fd = link_fd;
	attr.info.info_len = sizeof(*info);
	attr.info.info = (uintptr_t)info;
	return sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
}

int tc_link_poll(int link_fd, int timeout_ms)
{
	struct pollfd pfd = { .fd = link_fd };

	if (poll(&pfd, 1, timeout_ms) < 0)
		return -errno;
	return pfd.revents;
}

bool tc_link_severed(int link_fd)
{
	struct bpf_link_info info;

	return !tc_link_info(link_fd, &info) && !info.tc.ifindex;
}

__u32 prog_id(int prog_fd)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	return bpf_obj_get_info_by_fd(prog_fd, &info, &len) ? 0 : info.id;
}

bool prog_gone(__u32 id)
{
	int fd, i;

	for (i = 0; i < WAIT_STEPS; i++) {
		fd = bpf_prog_get_fd_by_id(id);
		if (fd < 0)
			return errno == ENOENT;
		close(fd);
		usleep(WAIT_STEP_US);
	}
	return false;
}

int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		err = -errno;
	close(fd);
	return err;
}
