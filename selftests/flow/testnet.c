// SPDX-License-Identifier: GPL-2.0-only
/* The network of the flow tests, and ways to send packets through it. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <bpf/libbpf.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>

#include "class_grid.h"
#include "testnet.h"
#include "decorate.skel.h"

static int add_devices(void)
{
	static const int indices[NET_WAYS] = { 77, 4097, 70001, 1234567 };
	int i, err;

	err = shell("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1");
	if (err)
		return err;
	err = shell("ip link add v0 mtu 9000 type veth peer name v1 mtu 9000 && ip link set v0 up arp off && ip link set v1 up && ip addr add 10.0.0.1/32 dev v0 && tc qdisc add dev v1 clsact && tc filter add dev v1 ingress matchall action drop");
	for (i = 0; !err && i < NET_WAYS; i++)
		err = shell("ip link add p%d mtu 9000 type veth peer name q%d index %d mtu 9000 && ip link set p%d up && ip link set q%d up",
			    i, i, indices[i], i, i);
	for (i = 1; !err && i <= NET_REALMS; i++)
		err = shell("ip route add 10.%d.0.0/16 dev v0 src 10.0.0.1 realm %d",
			    i, i * 7);
	return err;
}

static int attach(const struct bpf_program *prog, const char *device,
		  enum bpf_tc_attach_point point)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = if_nametoindex(device),
		    .attach_point = point);
	LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = bpf_program__fd(prog),
		    .priority = 20, .handle = 1);
	int err;

	err = bpf_tc_hook_create(&hook);
	return err && err != -EEXIST ? err : bpf_tc_attach(&hook, &opts);
}

static int add_programs(struct net *n)
{
	char name[IF_NAMESIZE];
	int i, err;

	n->prep = decorate_bpf__open();
	if (!n->prep)
		return -errno;
	n->prep->rodata->out_ifindex = n->ifindex;
	err = decorate_bpf__load(n->prep);
	if (!err)
		err = attach(n->prep->progs.prepare, NET_DEVICE, BPF_TC_EGRESS);
	for (i = 0; !err && i < NET_WAYS; i++) {
		snprintf(name, sizeof(name), "q%d", i);
		err = attach(n->prep->progs.forward, name, BPF_TC_INGRESS);
	}
	return err;
}

static int packet_socket(const char *device)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = if_nametoindex(device),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	return fd < 0 || bind(fd, (void *)&to, sizeof(to)) ? -errno : fd;
}

static int find_address(struct net *n)
{
	struct ifreq ifr = { .ifr_name = NET_DEVICE };

	if (ioctl(n->users[0], SIOCGIFHWADDR, &ifr))
		return -errno;
	memcpy(n->mac, ifr.ifr_hwaddr.sa_data, sizeof(n->mac));
	return 0;
}

static int add_sockets(struct net *n)
{
	char name[IF_NAMESIZE];
	int i;

	for (i = 0; i < NET_USERS; i++) {
		setfsuid(1000 + 3 * i);
		setfsgid(70000 + 5 * i);
		n->users[i] = packet_socket(NET_DEVICE);
		if (n->users[i] < 0)
			return n->users[i];
	}
	setfsuid(0);
	setfsgid(0);
	for (i = 0; i < NET_WAYS; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		n->ways[i] = packet_socket(name);
		n->way_index[i] = if_nametoindex(name);
		if (n->ways[i] < 0)
			return n->ways[i];
	}
	n->back = packet_socket("v1");
	return n->back < 0 ? n->back : 0;
}

int net_open(struct net *n)
{
	int err;

	memset(n, 0, sizeof(*n));
	if (unshare(CLONE_NEWNET))
		return -errno;
	err = add_devices();
	n->ifindex = if_nametoindex(NET_DEVICE);
	return err ?: add_programs(n) ?: add_sockets(n) ?: find_address(n);
}

void net_close(struct net *n)
{
	int i;

	for (i = 0; i < NET_USERS; i++)
		close(n->users[i]);
	for (i = 0; i < NET_WAYS; i++)
		close(n->ways[i]);
	close(n->back);
	decorate_bpf__destroy(n->prep);
}

/* A frame that does not fit into a page has its headers beyond the first. */
static bool send_by(int fd, int ifindex, const struct packet *p)
{
	const struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(p->protocol),
		.sll_ifindex = ifindex,
	};
	static unsigned char frame[NET_PAGED];
	int len = p->paged ? NET_PAGED : p->len;

	memcpy(frame, p->data, p->len);
	memset(frame + p->len, 0, len - p->len);
	return sendto(fd, frame, len, 0, (void *)&to, sizeof(to)) == len;
}

bool net_send(struct net *n, const struct packet *p, bool forwarded, int i)
{
	if (!forwarded)
		return send_by(n->users[i % NET_USERS], n->ifindex, p);
	return send_by(n->ways[i % NET_WAYS], n->way_index[i % NET_WAYS], p);
}

bool net_send_back(struct net *n, const struct packet *p)
{
	return send_by(n->back, if_nametoindex("v1"), p);
}

void net_prepare(struct net *n, int tags, bool decorate)
{
	n->prep->bss->tags = tags;
	n->prep->bss->decorate = decorate;
}

int net_offload_tags(bool on)
{
	struct ethtool_value flags = { .cmd = ETHTOOL_GFLAGS };
	struct ifreq ifr = { .ifr_data = (void *)&flags };
	int fd, err;

	strcpy(ifr.ifr_name, NET_DEVICE);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	err = ioctl(fd, SIOCETHTOOL, &ifr);
	flags.cmd = ETHTOOL_SFLAGS;
	flags.data &= ~ETH_FLAG_TXVLAN;
	if (on)
		flags.data |= ETH_FLAG_TXVLAN;
	err = err ?: ioctl(fd, SIOCETHTOOL, &ifr);
	close(fd);
	return err ? -errno : 0;
}

/*
 * Wrong checksums are no reason to leave a packet alone. At ingress, since at
 * egress the action looks into its flow table without the lock it needs.
 */
int net_track(void)
{
	int i, err;

	for (i = 0, err = 0; !err && i < NET_WAYS; i++)
		err = shell("tc filter add dev q%d ingress prio 10 protocol ip matchall action ct commit nat src addr 192.0.2.1 continue && tc filter add dev q%d ingress prio 11 protocol ipv6 matchall action ct commit nat src addr 2001:db8::1 continue",
			    i, i);
	return err ?: shell("sysctl -qw net.netfilter.nf_conntrack_checksum=0");
}
