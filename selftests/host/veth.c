// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The network of a test on a real kernel: devices, programs, frames, netlink. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/pkt_cls.h>
#include <linux/veth.h>
#include <bpf/bpf.h>

#include "kernel/netlink.h"
#include "veth.h"

#define INSN(c, d, s, o, i) \
	{ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) }

static void need(bool good, const char *what)
{
	if (good)
		return;
	printf("# %s: %s\n", what, strerror(errno));
	exit(1);
}

/*
 * Count frames of ETH_TEST in the map, shift n + 1 into the other one, and leave
 * them to the next program.
 */
static int load_counter(const char *name, int n, int map, int order)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_LDX | BPF_W | BPF_MEM, 2, 1,
		     offsetof(struct __sk_buff, protocol), 0),
		INSN(BPF_JMP | BPF_JNE | BPF_K, 2, 0, 10, htons(ETH_TEST)),
		INSN(BPF_LD | BPF_DW | BPF_IMM, 1, BPF_PSEUDO_MAP_VALUE, 0, map),
		INSN(0, 0, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 2, 0, 0, 1),
		INSN(BPF_STX | BPF_DW | BPF_ATOMIC, 1, 2, 0, BPF_ADD),
		INSN(BPF_LD | BPF_DW | BPF_IMM, 1, BPF_PSEUDO_MAP_VALUE, 0,
		     order),
		INSN(0, 0, 0, 0, 0),
		INSN(BPF_LDX | BPF_DW | BPF_MEM, 2, 1, 0, 0),
		INSN(BPF_ALU64 | BPF_LSH | BPF_K, 2, 0, 0, 8),
		INSN(BPF_ALU64 | BPF_OR | BPF_K, 2, 0, 0, n + 1),
		INSN(BPF_STX | BPF_DW | BPF_MEM, 1, 2, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, TC_ACT_UNSPEC),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};

	return bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, name, "GPL", insns,
			     sizeof(insns) / sizeof(insns[0]), NULL);
}

int prog_other(void)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, "other", "GPL",
			       insns, 2, NULL);

	need(fd >= 0, "loading a program of another type");
	return fd;
}

__u32 prog_id_of(int fd)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	need(!bpf_obj_get_info_by_fd(fd, &info, &len), "program info");
	return info.id;
}

static int make_map(const char *name)
{
	return bpf_map_create(BPF_MAP_TYPE_ARRAY, name, 4, 8, 1, NULL);
}

int veth_load(struct veth *veth)
{
	char name[] = "prog_a";
	int i;

	veth->order = make_map("order");
	if (veth->order < 0)
		return -errno;
	for (i = 0; i < NR_PROGS; i++, name[5]++) {
		veth->map[i] = make_map(name);
		veth->prog[i] = load_counter(name, i, veth->map[i],
					     veth->order);
		if (veth->prog[i] < 0)
			return -errno;
		veth->id[i] = prog_id_of(veth->prog[i]);
	}
	return 0;
}

static void make_veth(void)
{
	struct nlattr *linkinfo, *data, *peer;
	struct nl_request req;
	struct nlmsghdr *nlh;

	memset(&req, 0, sizeof(req));
	nlh = mnl_nlmsg_put_header(req.buf);
	nlh->nlmsg_type = RTM_NEWLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE |
			   NLM_F_EXCL;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(nlh, IFLA_IFNAME, "t0");
	linkinfo = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	peer = mnl_attr_nest_start(nlh, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(nlh, IFLA_IFNAME, "t1");
	mnl_attr_nest_end(nlh, peer);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, linkinfo);
	errno = -nl_talk_once(&req, NULL, NULL);
	need(!errno, "making a pair of veth devices");
}

static void veth_up(__u32 ifindex)
{
	struct nl_request req;
	struct ifinfomsg *ifi;
	struct nlmsghdr *nlh;

	memset(&req, 0, sizeof(req));
	nlh = mnl_nlmsg_put_header(req.buf);
	nlh->nlmsg_type = RTM_NEWLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_index = ifindex;
	ifi->ifi_flags = IFF_UP;
	ifi->ifi_change = IFF_UP;
	errno = -nl_talk_once(&req, NULL, NULL);
	need(!errno, "setting a device up");
}

/* Frames come here behind the programs of ingress. */
static int open_behind(__u32 ifindex)
{
	const struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_TEST),
		.sll_ifindex = ifindex,
	};
	const struct timeval patience = { .tv_usec = 100000 };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	need(fd >= 0 && !bind(fd, (const void *)&at, sizeof(at)) &&
	     !setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
			 sizeof(patience)), "receiving frames");
	return fd;
}

/* No frames but those of the test */
static void no_ipv6(void)
{
	int fd = open("/proc/sys/net/ipv6/conf/default/disable_ipv6",
		      O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, "1", 1) != 1)
		printf("# IPv6 stays: %s\n", strerror(errno));
	close(fd);
}

static void write_value(int map, __u64 value)
{
	__u32 key = 0;

	need(!bpf_map_update_elem(map, &key, &value, 0), "writing a map");
}

static __u64 read_value(int map)
{
	__u32 key = 0;
	__u64 value;

	need(!bpf_map_lookup_elem(map, &key, &value), "reading a map");
	return value;
}

void veth_open(struct veth *veth)
{
	int i;

	no_ipv6();
	make_veth();
	veth->dev = if_nametoindex("t0");
	veth->peer = if_nametoindex("t1");
	veth_up(veth->dev);
	veth_up(veth->peer);
	veth->sock = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	need(veth->sock >= 0, "opening a packet socket");
	veth->behind = open_behind(veth->dev);
	for (i = 0; i < NR_PROGS; i++)
		write_value(veth->map[i], 0);
}

void veth_send(struct veth *veth, __u32 parent)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = parent == TCLINK_EGRESS ? veth->dev : veth->peer,
		.sll_protocol = htons(ETH_TEST),
	};
	struct {
		struct ethhdr eth;
		char payload[46];
	} frame = { .eth.h_proto = htons(ETH_TEST) };

	memset(frame.eth.h_dest, 0xff, sizeof(frame.eth.h_dest));
	need(sendto(veth->sock, &frame, sizeof(frame), 0, (void *)&to,
		    sizeof(to)) == sizeof(frame),
	     "sending a frame");
}

__u64 veth_seen(struct veth *veth, int n)
{
	return read_value(veth->map[n]);
}

__u32 veth_order(struct veth *veth, __u32 parent)
{
	write_value(veth->order, 0);
	veth_runs(veth, parent, 0);
	return read_value(veth->order);
}

/* Programs of egress see a frame while it is sent; reception can be later. */
bool veth_runs(struct veth *veth, __u32 parent, int n)
{
	__u64 before = veth_seen(veth, n);
	char frame[64];

	while (recv(veth->behind, frame, sizeof(frame), MSG_DONTWAIT) > 0)
		;
	veth_send(veth, parent);
	if (parent != TCLINK_EGRESS &&
	    recv(veth->behind, frame, sizeof(frame), 0) < 0)
		printf("# no frame came through t0\n");
	return veth_seen(veth, n) != before;
}

static void drop_mask(__u32 keep[2])
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];
	int i;

	need(!syscall(SYS_capget, &header, data), "reading capabilities");
	for (i = 0; i < 2; i++) {
		data[i].effective &= keep[i];
		data[i].permitted &= keep[i];
		data[i].inheritable &= keep[i];
	}
	need(!syscall(SYS_capset, &header, data), "dropping capabilities");
}

void drop_capability(int cap)
{
	__u32 keep[2] = { ~0U, ~0U };

	keep[cap / 32] &= ~(1U << cap % 32);
	drop_mask(keep);
}

void drop_capabilities(void)
{
	drop_mask((__u32[2]){});
}

static int sh_va(const char *fmt, va_list args)
{
	char cmd[512];
	int status;

	vsnprintf(cmd, sizeof(cmd), fmt, args);
	fflush(stdout);
	status = system(cmd);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int sh_status(const char *fmt, ...)
{
	va_list args;
	int status;

	va_start(args, fmt);
	status = sh_va(fmt, args);
	va_end(args);
	return status;
}

void sh(const char *fmt, ...)
{
	va_list args;
	int status;

	va_start(args, fmt);
	status = sh_va(fmt, args);
	va_end(args);
	if (!status)
		return;
	printf("# failed: %s\n", fmt);
	exit(1);
}

bool have_tc(void)
{
	return !sh_status("command -v tc >/dev/null");
}

static struct tc_filter filter_at(const struct tclink_info *where)
{
	return (struct tc_filter){
		.ifindex = where->ifindex,
		.parent = where->parent,
		.handle = where->handle,
		.priority = where->priority,
		.chain_index = where->chain_index,
		.protocol = where->protocol,
	};
}

int foreign_filter(const struct tclink_info *where, int prog_fd)
{
	struct tc_filter f = filter_at(where);
	struct nlattr *options;
	struct nl_request req;

	tc_filter_request(&req, RTM_NEWTFILTER, NLM_F_CREATE, &f);
	options = mnl_attr_nest_start(&req.nh, TCA_OPTIONS);
	mnl_attr_put_u32(&req.nh, TCA_BPF_FD, prog_fd);
	mnl_attr_put_strz(&req.nh, TCA_BPF_NAME, "foreign");
	mnl_attr_put_u32(&req.nh, TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT);
	mnl_attr_nest_end(&req.nh, options);
	return nl_talk_once(&req, NULL, NULL);
}

int foreign_delete(const struct tclink_info *where)
{
	struct tc_filter f = filter_at(where);
	struct nl_request req;

	tc_filter_request(&req, RTM_DELTFILTER, 0, &f);
	return nl_talk_once(&req, NULL, NULL);
}

void clsact_add(__u32 ifindex)
{
	need(qdisc_missing(ifindex, TC_H_MAJ(TC_H_CLSACT)) == 1 &&
	     !clsact_create(ifindex), "adding clsact");
}

static int qdisc_del(__u32 ifindex, __u32 parent)
{
	struct nl_request req;

	nl_tc_request(&req, RTM_DELQDISC, 0, ifindex, parent);
	return nl_talk_once(&req, NULL, NULL);
}

void clsact_del(__u32 ifindex)
{
	need(!qdisc_del(ifindex, TC_H_CLSACT), "deleting clsact");
}

void veth_reset(const struct veth *veth)
{
	qdisc_del(veth->dev, TC_H_ROOT);
	qdisc_del(veth->dev, TC_H_CLSACT); /* or ingress */
}

static bool count_one(const struct tc_filter *f, void *data)
{
	int *nr = data;

	*nr += !!f->handle;
	return true;
}

/* Where there is no qdisc there are no filters. */
int nr_filters(struct veth *veth, __u32 parent)
{
	int nr = 0;

	tc_filter_dump(veth->dev, parent, count_one, &nr);
	return nr;
}

static void count_message(const struct nlmsghdr *nlh, void *data)
{
	int *nr = data;

	*nr += nlh->nlmsg_type == RTM_NEWTFILTER ||
	       nlh->nlmsg_type == RTM_NEWCHAIN;
}

int nr_things(struct veth *veth, __u32 parent)
{
	struct nl_request req;
	int nr = 0;

	nl_tc_request(&req, RTM_GETTFILTER, NLM_F_DUMP, veth->dev, parent);
	nl_talk_once(&req, count_message, &nr);
	nl_tc_request(&req, RTM_GETCHAIN, NLM_F_DUMP, veth->dev, parent);
	nl_talk_once(&req, count_message, &nr);
	return nr;
}
