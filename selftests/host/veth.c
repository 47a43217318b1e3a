// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <arpa/inet.h>
#include <errno.h>
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
#include "runner.h"
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

/* Count frames of ETH_TEST in the map, and leave them to the next program. */
static int prog_count(const char *name, int map)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_LDX | BPF_W | BPF_MEM, 2, 1,
		     offsetof(struct __sk_buff, protocol), 0),
		INSN(BPF_JMP | BPF_JNE | BPF_K, 2, 0, 4, htons(ETH_TEST)),
		INSN(BPF_LD | BPF_DW | BPF_IMM, 1, BPF_PSEUDO_MAP_VALUE, 0, map),
		INSN(0, 0, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 2, 0, 0, 1),
		INSN(BPF_STX | BPF_DW | BPF_ATOMIC, 1, 2, 0, BPF_ADD),
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

static void load_programs(struct veth *veth)
{
	char name[] = "prog_a";
	int i;

	for (i = 0; i < NR_PROGS; i++, name[5]++) {
		veth->map[i] = bpf_map_create(BPF_MAP_TYPE_ARRAY, name, 4, 8, 1,
					     NULL);
		if (veth->map[i] < 0 && errno == EPERM)
			skip("loading programs needs CAP_BPF");
		need(veth->map[i] >= 0, "creating a map");
		veth->prog[i] = prog_count(name, veth->map[i]);
		need(veth->prog[i] >= 0, "loading a program");
		veth->id[i] = prog_id_of(veth->prog[i]);
	}
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

static void set_up(__u32 ifindex)
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

void veth_open(struct veth *veth)
{
	memset(veth, 0, sizeof(*veth));
	make_veth();
	veth->dev = if_nametoindex("t0");
	veth->peer = if_nametoindex("t1");
	set_up(veth->dev);
	set_up(veth->peer);
	veth->sock = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	need(veth->sock >= 0, "opening a packet socket");
	load_programs(veth);
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
	__u32 key = 0;
	__u64 count;

	need(!bpf_map_lookup_elem(veth->map[n], &key, &count), "reading a map");
	return count;
}

/* Reception can be a moment after sending. */
bool veth_runs(struct veth *veth, __u32 parent, int n)
{
	__u64 before = veth_seen(veth, n);
	int i;

	veth_send(veth, parent);
	for (i = 0; i < 20 && veth_seen(veth, n) == before; i++)
		usleep(5000);
	return veth_seen(veth, n) != before;
}

void drop_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {};

	need(!syscall(SYS_capset, &header, data), "dropping capabilities");
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
