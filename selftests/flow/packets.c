// SPDX-License-Identifier: GPL-2.0-only
/* Packets of every kind that a flow dissector looks into. */
#include <arpa/inet.h>
#include <string.h>

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>

#include "packets.h"

#define ICMPV6 58
#define IPV6_FRAGMENT 44

static __u64 state = 1;

void packet_seed(__u64 seed)
{
	state = seed ?: 1;
}

/* xorshift64* */
__u32 packet_random(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 2685821657736338717ULL >> 32;
}

__u32 packet_below(__u32 n)
{
	return ((__u64)packet_random() * n) >> 32;
}

/* Append, as much as there is room for. */
static void *packet_put(struct packet *p, int len)
{
	static unsigned char beyond[PACKET_MAX];
	void *at = p->data + p->len;

	if (p->len + len > PACKET_MAX)
		return beyond;
	memset(at, 0, len);
	p->len += len;
	return at;
}

static void put16(struct packet *p, __u16 value)
{
	value = htons(value);
	memcpy(packet_put(p, 2), &value, 2);
}

static void put32(struct packet *p, __u32 value)
{
	value = htonl(value);
	memcpy(packet_put(p, 4), &value, 4);
}

static void put_random(struct packet *p, int len)
{
	unsigned char *at = packet_put(p, len);

	while (len--)
		*at++ = packet_random();
}

static __u16 random_port(void)
{
	return 1 + packet_below(65535);
}

static void begin(struct packet *p, __u16 protocol)
{
	p->len = 0;
	p->protocol = protocol;
	p->paged = false;
	put_random(p, 2 * ETH_ALEN);
	p->data[0] &= 0xfe; /* unicast */
	put16(p, protocol);
}

static void put_ports(struct packet *p)
{
	put16(p, random_port());
	put16(p, random_port());
	put_random(p, 16 + packet_below(20));
}

static struct iphdr *put_ipv4(struct packet *p, __u8 proto, int options)
{
	struct iphdr *ip = packet_put(p, sizeof(*ip));
	struct iphdr head = {
		.version = 4,
		.ihl = 5 + options,
		.ttl = 64,
		.protocol = proto,
		.saddr = packet_random() | 1,
		.daddr = packet_random() | 1,
		.tot_len = htons(100),
		.id = packet_random(),
	};

	memcpy(ip, &head, sizeof(head));
	put_random(p, options * 4);
	return ip;
}

static void put_ipv6(struct packet *p, __u8 next)
{
	struct ipv6hdr head = { .version = 6, .hop_limit = 64,
				.nexthdr = next };

	head.payload_len = htons(100);
	head.flow_lbl[1] = packet_random();
	head.flow_lbl[2] = packet_random();
	memcpy(packet_put(p, sizeof(head) - 32), &head, sizeof(head) - 32);
	put_random(p, 32);
}

static __u8 port_proto(void)
{
	static const __u8 protos[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP,
				       IPPROTO_DCCP, IPPROTO_ESP,
				       IPPROTO_UDPLITE };

	return protos[packet_below(sizeof(protos))];
}

static void build_ipv4_udp(struct packet *p)
{
	begin(p, ETH_P_IP);
	put_ipv4(p, IPPROTO_UDP, 0);
	put_ports(p);
}

static void build_ipv4_tcp(struct packet *p)
{
	begin(p, ETH_P_IP);
	put_ipv4(p, IPPROTO_TCP, 0);
	put_ports(p);
}

static void build_ipv4_options(struct packet *p)
{
	begin(p, ETH_P_IP);
	put_ipv4(p, port_proto(), packet_below(11));
	put_ports(p);
}

static void build_ipv4_ah(struct packet *p)
{
	begin(p, ETH_P_IP);
	put_ipv4(p, IPPROTO_AH, 0);
	put_random(p, 4);
	put_ports(p);
}

static void build_ipv4_first(struct packet *p)
{
	begin(p, ETH_P_IP);
	put_ipv4(p, port_proto(), 0)->frag_off = htons(0x2000);
	put_ports(p);
}

static void build_ipv4_later(struct packet *p)
{
	begin(p, ETH_P_IP);
	put_ipv4(p, port_proto(), 0)->frag_off =
		htons((packet_random() & 0x2000) + 1 + packet_below(0x1fff));
	put_ports(p);
}

static void build_ipv4_icmp(struct packet *p)
{
	begin(p, ETH_P_IP);
	put_ipv4(p, IPPROTO_ICMP, 0);
	put_ports(p);
}

static void build_ipv4_odd(struct packet *p)
{
	static const __u8 protos[] = { 2, 8, 46, 89, 103, 115, 137, 253, 0,
				       43, 60, 44 };

	begin(p, ETH_P_IP);
	put_ipv4(p, protos[packet_below(sizeof(protos))], 0);
	put_ports(p);
}

static void build_ipip(struct packet *p)
{
	begin(p, ETH_P_IP);
	put_ipv4(p, IPPROTO_IPIP, packet_below(3));
	put_ipv4(p, port_proto(), packet_below(3));
	put_ports(p);
}

static void build_sit(struct packet *p)
{
	begin(p, ETH_P_IP);
	put_ipv4(p, IPPROTO_IPV6, 0);
	put_ipv6(p, port_proto());
	put_ports(p);
}

/* With a checksum, a key and a sequence number, or without */
static void put_gre(struct packet *p, __u16 proto)
{
	__u16 flags = packet_random() & 0xb000;

	put16(p, flags);
	put16(p, proto);
	put_random(p, 4 * __builtin_popcount(flags));
}

static void build_gre(struct packet *p)
{
	begin(p, ETH_P_IP);
	put_ipv4(p, IPPROTO_GRE, 0);
	put_gre(p, ETH_P_IP);
	put_ipv4(p, port_proto(), 0);
	put_ports(p);
}

static void build_gre_ipv6(struct packet *p)
{
	begin(p, ETH_P_IPV6);
	put_ipv6(p, IPPROTO_GRE);
	put_gre(p, ETH_P_IPV6);
	put_ipv6(p, port_proto());
	put_ports(p);
}

static void build_gre_frame(struct packet *p)
{
	begin(p, ETH_P_IP);
	put_ipv4(p, IPPROTO_GRE, 0);
	put_gre(p, ETH_P_TEB);
	put_random(p, 2 * ETH_ALEN);
	put16(p, ETH_P_8021Q);
	put_random(p, 2);
	put16(p, ETH_P_IPV6);
	put_ipv6(p, port_proto());
	put_ports(p);
}

/* GRE with a route is not looked into. */
static void build_gre_route(struct packet *p)
{
	begin(p, ETH_P_IP);
	put_ipv4(p, IPPROTO_GRE, 0);
	put16(p, 0x4000 | (packet_random() & 0xb000));
	put16(p, ETH_P_IP);
	put_ipv4(p, port_proto(), 0);
	put_ports(p);
}

static void build_pptp(struct packet *p)
{
	__u16 flags = 0x2001 | (packet_random() & 0x1080);

	begin(p, ETH_P_IP);
	put_ipv4(p, IPPROTO_GRE, 0);
	put16(p, flags);
	put16(p, 0x880b);
	put_random(p, 4 * (__builtin_popcount(flags) - 1));
	put16(p, 0xff03);
	put16(p, 0x0021);
	put_ipv4(p, port_proto(), 0);
	put_ports(p);
}

static void build_ipv6_udp(struct packet *p)
{
	begin(p, ETH_P_IPV6);
	put_ipv6(p, IPPROTO_UDP);
	put_ports(p);
}

static void build_ipv6_ports(struct packet *p)
{
	begin(p, ETH_P_IPV6);
	put_ipv6(p, port_proto());
	put_ports(p);
}

static void build_ipv6_icmp(struct packet *p)
{
	begin(p, ETH_P_IPV6);
	put_ipv6(p, ICMPV6);
	put_ports(p);
}

static __u8 extension(void)
{
	static const __u8 headers[] = { IPPROTO_HOPOPTS, IPPROTO_ROUTING,
					IPPROTO_DSTOPTS };

	return headers[packet_below(sizeof(headers))];
}

/* As many extension headers, and what they lead to */
static void put_extensions(struct packet *p, int count, __u8 last)
{
	unsigned char *at;
	int len;

	while (count--) {
		len = packet_below(2);
		at = packet_put(p, 8 * (len + 1));
		at[0] = count ? extension() : last;
		at[1] = len;
	}
}

static void build_ipv6_extensions(struct packet *p)
{
	begin(p, ETH_P_IPV6);
	put_ipv6(p, extension());
	put_extensions(p, 1 + packet_below(4), port_proto());
	put_ports(p);
}

/* As many as the dissector follows, less and more */
static void build_ipv6_chain(struct packet *p)
{
	begin(p, ETH_P_IPV6);
	put_ipv6(p, extension());
	put_extensions(p, 13 + packet_below(6), port_proto());
	put_ports(p);
}

static void put_fragment(struct packet *p, __u8 next, __u16 off)
{
	put16(p, next << 8);
	put16(p, off);
	put_random(p, 4);
}

static void build_ipv6_fragment(struct packet *p)
{
	begin(p, ETH_P_IPV6);
	put_ipv6(p, IPV6_FRAGMENT);
	put_fragment(p, port_proto(), packet_random() & 0xfff9);
	put_ports(p);
}

static void build_ipv6_ext_fragment(struct packet *p)
{
	begin(p, ETH_P_IPV6);
	put_ipv6(p, extension());
	put_extensions(p, 1 + packet_below(2), IPV6_FRAGMENT);
	put_fragment(p, port_proto(), packet_random() & 0xfff9);
	put_ports(p);
}

static void build_ip4in6(struct packet *p)
{
	begin(p, ETH_P_IPV6);
	put_ipv6(p, IPPROTO_IPIP);
	put_ipv4(p, port_proto(), packet_below(3));
	put_ports(p);
}

static void put_tags(struct packet *p, int count, __u16 protocol)
{
	while (count--) {
		put_random(p, 2);
		put16(p, count ? ETH_P_8021Q : protocol);
	}
}

static void build_vlan(struct packet *p)
{
	begin(p, ETH_P_8021Q);
	put_tags(p, 1, ETH_P_IP);
	put_ipv4(p, port_proto(), 0);
	put_ports(p);
}

static void build_vlan_ipv6(struct packet *p)
{
	begin(p, ETH_P_8021Q);
	put_tags(p, 1, ETH_P_IPV6);
	put_ipv6(p, port_proto());
	put_ports(p);
}

static void build_qinq(struct packet *p)
{
	begin(p, ETH_P_8021AD);
	put_tags(p, 2, ETH_P_IP);
	put_ipv4(p, port_proto(), 0);
	put_ports(p);
}

static void build_many_tags(struct packet *p)
{
	begin(p, ETH_P_8021AD);
	put_tags(p, 3 + packet_below(8), ETH_P_IPV6);
	put_ipv6(p, port_proto());
	put_ports(p);
}

static void build_arp(struct packet *p)
{
	begin(p, ETH_P_ARP);
	put16(p, 1);
	put16(p, ETH_P_IP);
	put16(p, 0x0604);
	put16(p, 1);
	put_random(p, 20);
}

static void build_mpls(struct packet *p)
{
	begin(p, ETH_P_MPLS_UC);
	put32(p, packet_random());
	put_ipv4(p, IPPROTO_UDP, 0);
	put_ports(p);
}

static void put_pppoe(struct packet *p, __u16 ppp)
{
	put16(p, 0x1100);
	put_random(p, 4);
	put16(p, ppp);
}

static void build_pppoe(struct packet *p)
{
	begin(p, ETH_P_PPP_SES);
	put_pppoe(p, 0x0021);
	put_ipv4(p, port_proto(), 0);
	put_ports(p);
}

static void build_pppoe_ipv6(struct packet *p)
{
	begin(p, ETH_P_PPP_SES);
	put_pppoe(p, 0x0057);
	put_ipv6(p, port_proto());
	put_ports(p);
}

static void build_pppoe_control(struct packet *p)
{
	begin(p, ETH_P_PPP_SES);
	put_pppoe(p, 0xc021);
	put_random(p, 40);
}

static void build_tipc(struct packet *p)
{
	begin(p, ETH_P_TIPC);
	put32(p, packet_random() & ~0x0e080000U);
	put_random(p, 8);
	put32(p, packet_random() | 1);
	put_random(p, 20);
}

static void build_batman(struct packet *p)
{
	begin(p, ETH_P_BATMAN);
	put16(p, 0x400f);
	put_random(p, 8 + 2 * ETH_ALEN);
	put16(p, ETH_P_IP);
	put_ipv4(p, port_proto(), 0);
	put_ports(p);
}

static void build_hsr(struct packet *p)
{
	begin(p, packet_random() & 1 ? ETH_P_PRP : 0x892f);
	put_random(p, 4);
	put16(p, ETH_P_IPV6);
	put_ipv6(p, port_proto());
	put_ports(p);
}

static void build_lldp(struct packet *p)
{
	begin(p, 0x88cc);
	put_random(p, 46);
}

/* What the next malformed packets are made of: no tags, which say what the
 * protocol is
 */
static int base;

void packet_choose_base(void)
{
	do {
		base = packet_below(packet_nr_kinds);
	} while (packet_kinds[base].has & (MAY_HAVE_ANY | IN_TAG));
}

/* Not within the Ethernet header, which no packet lacks, and with something
 * behind it, without which nothing is forwarded
 */
static void build_cut(struct packet *p)
{
	packet_kinds[base].build(p);
	p->len = ETH_HLEN + 1 + packet_below(p->len - ETH_HLEN - 1);
}

static void build_corrupt(struct packet *p)
{
	int i;

	packet_kinds[base].build(p);
	for (i = packet_below(8); i >= 0; i--)
		p->data[ETH_HLEN + packet_below(p->len - ETH_HLEN)] =
			packet_random();
	/* The key of a TIPC keepalive is a random number. */
	if (p->protocol == ETH_P_TIPC)
		p->data[ETH_HLEN] &= 0xf1;
}

/* Behind the tags; one that is cut itself has no value to agree upon. */
static void build_tag_cut(struct packet *p)
{
	int tags;

	build_qinq(p);
	tags = ETH_HLEN + 8;
	p->len = tags + 1 + packet_below(p->len - tags - 1);
}

const struct packet_kind packet_kinds[] = {
	{ "IPv4, UDP", build_ipv4_udp, HAS_ADDRS | HAS_PORTS },
	{ "IPv4, TCP", build_ipv4_tcp, HAS_ADDRS | HAS_PORTS },
	{ "IPv4, options", build_ipv4_options, HAS_ADDRS | HAS_PORTS },
	{ "IPv4, AH", build_ipv4_ah, HAS_ADDRS | HAS_PORTS },
	{ "IPv4, first fragment", build_ipv4_first, HAS_ADDRS | FRAGMENT },
	{ "IPv4, later fragment", build_ipv4_later, HAS_ADDRS | FRAGMENT },
	{ "IPv4, ICMP", build_ipv4_icmp, HAS_ADDRS },
	{ "IPv4, other protocols", build_ipv4_odd, HAS_ADDRS },
	{ "IPv4 in IPv4", build_ipip, HAS_ADDRS | HAS_PORTS },
	{ "IPv6 in IPv4", build_sit, HAS_ADDRS | HAS_PORTS },
	{ "GRE, IPv4", build_gre, HAS_ADDRS | HAS_PORTS },
	{ "GRE, IPv6", build_gre_ipv6, HAS_ADDRS | HAS_PORTS },
	{ "GRE, Ethernet with a tag", build_gre_frame, HAS_ADDRS | HAS_PORTS },
	{ "GRE, with a route", build_gre_route, HAS_ADDRS },
	{ "PPTP", build_pptp, HAS_ADDRS | HAS_PORTS },
	{ "IPv6, UDP", build_ipv6_udp, HAS_ADDRS | HAS_PORTS },
	{ "IPv6, ports", build_ipv6_ports, HAS_ADDRS | HAS_PORTS },
	{ "IPv6, ICMP", build_ipv6_icmp, HAS_ADDRS },
	{ "IPv6, extensions", build_ipv6_extensions, HAS_ADDRS | HAS_PORTS },
	{ "IPv6, long chains", build_ipv6_chain, MAY_HAVE_ANY },
	{ "IPv6, fragments", build_ipv6_fragment, HAS_ADDRS | FRAGMENT },
	{ "IPv6, extensions, fragments", build_ipv6_ext_fragment,
	  HAS_ADDRS | FRAGMENT },
	{ "IPv4 in IPv6", build_ip4in6, HAS_ADDRS | HAS_PORTS },
	{ "VLAN, IPv4", build_vlan, HAS_ADDRS | HAS_PORTS | IN_TAG },
	{ "VLAN, IPv6", build_vlan_ipv6, HAS_ADDRS | HAS_PORTS | IN_TAG },
	{ "two VLANs", build_qinq, HAS_ADDRS | HAS_PORTS | IN_TAG },
	{ "many VLANs", build_many_tags, MAY_HAVE_ANY | IN_TAG },
	{ "ARP", build_arp, 0 },
	{ "MPLS", build_mpls, 0 },
	{ "PPPoE, IPv4", build_pppoe, HAS_ADDRS | HAS_PORTS },
	{ "PPPoE, IPv6", build_pppoe_ipv6, HAS_ADDRS | HAS_PORTS },
	{ "PPPoE, control", build_pppoe_control, 0 },
	{ "TIPC", build_tipc, HAS_SRC },
	{ "BATMAN", build_batman, HAS_ADDRS | HAS_PORTS },
	{ "HSR and PRP", build_hsr, HAS_ADDRS | HAS_PORTS },
	{ "LLDP", build_lldp, 0 },
	{ "cut short", build_cut, MAY_HAVE_ANY | FRAGMENT },
	{ "two VLANs, cut short", build_tag_cut, MAY_HAVE_ANY | IN_TAG },
	{ "corrupt", build_corrupt, MAY_HAVE_ANY | FRAGMENT },
};

const int packet_nr_kinds = sizeof(packet_kinds) / sizeof(packet_kinds[0]);

static int is_tag(const unsigned char *type)
{
	return (type[0] == 0x81 && type[1] == 0x00) ||
	       (type[0] == 0x88 && type[1] == 0xa8);
}

void packet_strip(struct packet *p)
{
	int len = ETH_HLEN;

	while (len + 4 <= p->len && is_tag(p->data + len - 2))
		len += 4;
	p->len = len + 1;
}

void packet_udp(struct packet *p, __u32 src, __u32 dst, __u16 sport,
		__u16 dport)
{
	struct iphdr *ip;

	begin(p, ETH_P_IP);
	ip = put_ipv4(p, IPPROTO_UDP, 0);
	ip->saddr = htonl(src);
	ip->daddr = htonl(dst);
	ip->tot_len = htons(sizeof(*ip) + 16);
	put16(p, sport);
	put16(p, dport);
	put16(p, 16);
	packet_put(p, 10);
}

void packet_other(struct packet *p, __u16 protocol)
{
	begin(p, protocol);
	put_random(p, 46);
}

static __u16 checksum(const void *data, int len, __u32 sum)
{
	__u16 word;

	for (; len > 1; len -= 2, data += 2) {
		memcpy(&word, data, 2);
		sum += word;
	}
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* One that a listener answers */
void packet_tcp_syn(struct packet *p, const unsigned char *mac, __u32 src,
		    __u32 dst, __u16 sport, __u16 dport, __u32 seq)
{
	struct tcphdr tcp = { .source = htons(sport), .dest = htons(dport),
			      .seq = htonl(seq), .doff = 5, .syn = 1,
			      .window = htons(1000) };
	struct {
		__be32 src, dst;
		__be16 proto, len;
		struct tcphdr tcp;
	} pseudo = { htonl(src), htonl(dst), htons(IPPROTO_TCP),
		     htons(sizeof(tcp)), tcp };
	struct iphdr *ip;

	begin(p, ETH_P_IP);
	memcpy(p->data, mac, ETH_ALEN);
	ip = put_ipv4(p, IPPROTO_TCP, 0);
	ip->saddr = htonl(src);
	ip->daddr = htonl(dst);
	ip->tot_len = htons(sizeof(*ip) + sizeof(tcp));
	ip->check = checksum(ip, sizeof(*ip), 0);
	tcp.check = checksum(&pseudo, sizeof(pseudo), 0);
	memcpy(packet_put(p, sizeof(tcp)), &tcp, sizeof(tcp));
}
