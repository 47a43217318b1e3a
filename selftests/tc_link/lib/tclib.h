/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests share: a network namespace with a veth pair, frames sent
 * through it, programs that count them, and links made with bpf(2) itself.
 */
#ifndef TCLINK_SELFTESTS_TCLIB_H
#define TCLINK_SELFTESTS_TCLIB_H

#include <stdbool.h>

#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>

#include <linux/rtnetlink.h>

#include "rtnl.h"

#define TC_INGRESS	TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)
#define TC_EGRESS	TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS)

struct seen_bpf;

/* A new network namespace with veth0 (dev) and veth1 (peer), both up, clsact on
 * veth0, and the counting programs. The process lives in it afterwards.
 */
struct tcenv {
	struct rtnl rt;
	struct seen_bpf *skel;
	int dev;
	int peer;
	int prog_fd[4];		/* seen_a, seen_b, seen_c, other_type */
	__u32 prog_id[3];
	int packet_fd;
};

int tcenv_open(struct tcenv *env);
/* Programs, sockets: not the namespace, which goes with the process. */
void tcenv_close(struct tcenv *env);

/* Send count frames out of a device: 0 or -errno. The first byte behind their
 * Ethernet header is tag.
 */
int send_frames(int packet_fd, int ifindex, unsigned char tag, int count);
/* Send count frames so that they pass ingress or egress of dev. */
int tcenv_send(struct tcenv *env, __u32 parent, int count);
/* Frames that program n has seen since the last reset. */
__u64 tcenv_seen(struct tcenv *env, int n);
void tcenv_reset(struct tcenv *env);
/* In which order the programs saw the last frames: last in the low byte. */
__u32 tcenv_order(struct tcenv *env);
void tcenv_set_verdict(struct tcenv *env, int n, int verdict);
/* Let the programs take their time. */
void tcenv_slow_down(struct tcenv *env);
/* Send one frame: does program n see it? */
bool tcenv_runs(struct tcenv *env, __u32 parent, int n);
/* Nothing is left of filters, priorities and chains at ingress and egress. */
bool tcenv_clean(struct tcenv *env);
/* The same, after a pin was removed: the kernel lets go of it in a work item. */
bool tcenv_wait_clean(struct tcenv *env);

struct tc_create {
	int prog_fd;
	__u32 ifindex;
	__u32 flags;
	__u32 parent;
	__u32 handle;
	__u32 priority;
	__u32 chain_index;
	__u32 protocol;
	__u32 classid;
	__u32 gen_flags;
};

/* A file descriptor, or -errno. */
int tc_link_create(const struct tc_create *c);
int tc_link_update(int link_fd, int prog_fd, int old_prog_fd);
int tc_link_detach(int link_fd);
int tc_link_info(int link_fd, struct bpf_link_info *info);
/* POLLHUP or 0 if it is not there after timeout_ms. */
int tc_link_poll(int link_fd, int timeout_ms);
bool tc_link_severed(int link_fd);

/* Wait until the program is gone: freeing is deferred. */
bool prog_gone(__u32 id);
__u32 prog_id(int prog_fd);

int write_file(const char *path, const char *text);

#endif
