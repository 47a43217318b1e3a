// SPDX-License-Identifier: GPL-2.0-only
/* attach HOW DEVICE COUNT
 *
 * Add COUNT filters in one priority at DEVICE's ingress, one by one, HOW being
 * "link" or "netlink" (which gives the handle, as programs do that want to find
 * their filter again). After an eighth, a quarter, a half and all of them
 * print "HOW NUMBER NANOSECONDS", in CPU time. Exit status 4: this kernel has
 * no such links.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/netlink.h>
#include <linux/pkt_sched.h>

#include "rtnl.h"

#define INGRESS	TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)

static int prog_load(void)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SCHED_CLS,
		.insns = (unsigned long)insns,
		.insn_cnt = 2,
		.license = (unsigned long)"GPL",
	};

	return syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

static int add_link(int prog_fd, int ifindex)
{
	union bpf_attr attr = {};

	attr.link_create.prog_fd = prog_fd;
	attr.link_create.target_ifindex = ifindex;
	attr.link_create.attach_type = BPF_TC;
	attr.link_create.tc.parent = INGRESS;
	attr.link_create.tc.priority = 1;
	if (syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr)) < 0)
		return -errno;
	return 0;
}

static int add_netlink(struct rtnl *rt, int prog_fd, int ifindex, __u32 handle)
{
	const struct rtnl_filter f = {
		.ifindex = ifindex,
		.parent = INGRESS,
		.handle = handle,
		.prio = 1,
		.kind = "bpf",
		.prog_fd = prog_fd,
	};

	return rtnl_filter_new(rt, &f, NLM_F_CREATE | NLM_F_EXCL);
}

static long long cpu_time(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static int measure(const char *how, int ifindex, int count, struct rtnl *rt)
{
	int prog_fd = prog_load();
	long long start = cpu_time();
	int err, i;

	if (prog_fd < 0)
		return -errno;
	for (i = 1; i <= count; i++) {
		if (!strcmp(how, "link"))
			err = add_link(prog_fd, ifindex);
		else
			err = add_netlink(rt, prog_fd, ifindex, i);
		if (err)
			return err;
		if (i == count / 8 || i == count / 4 || i == count / 2 ||
		    i == count)
			printf("%s %d %lld\n", how, i, cpu_time() - start);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct rlimit files = { 1 << 20, 1 << 20 };
	struct rtnl rt;
	int err;

	if (argc != 4) {
		fprintf(stderr, "usage: attach link|netlink DEVICE COUNT\n");
		return 2;
	}
	setrlimit(RLIMIT_NOFILE, &files);
	err = rtnl_open(&rt);
	if (!err)
		err = measure(argv[1], if_nametoindex(argv[2]), atoi(argv[3]),
			      &rt);
	if (err == -EINVAL && !strcmp(argv[1], "link"))
		return 4;
	if (err) {
		fprintf(stderr, "attach: %s: %s %s\n", argv[1], strerror(-err),
			rt.extack);
		return 1;
	}
	return 0;
}
