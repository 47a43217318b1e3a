// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The programs of progs/ on made-up packets, with BPF_PROG_TEST_RUN. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "counter.skel.h"
#include "drop_port.skel.h"
#include "mark.skel.h"
#include "runner.h"

#define PORT 5000

struct packet {
	unsigned char data[128];
	unsigned int len;
};

static void progs_result(bool good, const char *what)
{
	tap_result(good, "progs: %s", what);
}

static void packet_put(struct packet *p, const void *bytes, unsigned int len)
{
	memcpy(p->data + p->len, bytes, len);
	p->len += len;
}

static void put16(struct packet *p, unsigned int value)
{
	unsigned short wire = htons(value);

	packet_put(p, &wire, sizeof(wire));
}

static void put_zero(struct packet *p, unsigned int len)
{
	memset(p->data + p->len, 0, len);
	p->len += len;
}

static void put_ports(struct packet *p, unsigned int source, unsigned int dest)
{
	put16(p, source);
	put16(p, dest);
	put_zero(p, 24);
}

static void ethernet(struct packet *p, int nr_vlans, unsigned int proto)
{
	p->len = 0;
	put_zero(p, 12);
	while (nr_vlans--) {
		put16(p, nr_vlans ? 0x88a8 : 0x8100);
		put16(p, 7);
	}
	put16(p, proto);
}

static void ipv4(struct packet *p, int nr_vlans, int ihl, int frag, int proto)
{
	ethernet(p, nr_vlans, 0x0800);
	put16(p, (0x40 | ihl) << 8);
	put_zero(p, 4);
	put16(p, frag);
	put16(p, 64 << 8 | proto);
	put_zero(p, 10 + (ihl > 5 ? ihl - 5 : 0) * 4);
}

static void ipv6(struct packet *p, int nr_ext, int proto)
{
	ethernet(p, 0, 0x86dd);
	put16(p, 0x6000);
	put_zero(p, 4);
	put16(p, (nr_ext ? 0 : proto) << 8 | 64);
	put_zero(p, 32);
	while (nr_ext--) {
		put16(p, (nr_ext ? 0 : proto) << 8);
		put_zero(p, 6);
	}
}

static int test_run(int fd, const struct packet *p, struct __sk_buff *skb)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = p->data,
		    .data_size_in = p->len, .ctx_out = skb,
		    .ctx_size_out = skb ? sizeof(*skb) : 0);

	return bpf_prog_test_run_opts(fd, &opts) ? -100 : (int)opts.retval;
}

static void drop_cases(int fd)
{
	struct packet p;

	ipv4(&p, 0, 5, 0, 17);
	put_ports(&p, 1, PORT);
	progs_result(test_run(fd, &p, NULL) == TC_ACT_SHOT, "drop_port: UDP, IPv4");
	p.len -= 25;
	progs_result(test_run(fd, &p, NULL) == TC_ACT_UNSPEC,
	       "drop_port: ports cut short pass");
	ipv4(&p, 0, 5, 0, 17);
	put_ports(&p, PORT, 1);
	progs_result(test_run(fd, &p, NULL) == TC_ACT_UNSPEC,
	       "drop_port: source port passes");
	ipv4(&p, 1, 8, 0, 6);
	put_ports(&p, 1, PORT);
	progs_result(test_run(fd, &p, NULL) == TC_ACT_SHOT,
	       "drop_port: TCP, VLAN, IPv4 options");
	ipv4(&p, 2, 5, 0x2000, 6);
	put_ports(&p, 1, PORT);
	progs_result(test_run(fd, &p, NULL) == TC_ACT_SHOT,
	       "drop_port: two VLANs, first fragment");
	ipv4(&p, 0, 5, 1, 17);
	put_ports(&p, 1, PORT);
	progs_result(test_run(fd, &p, NULL) == TC_ACT_UNSPEC,
	       "drop_port: later fragment passes");
	ipv4(&p, 0, 4, 0, 17);
	put_ports(&p, 1, PORT);
	progs_result(test_run(fd, &p, NULL) == TC_ACT_UNSPEC,
	       "drop_port: impossible header length passes");
	ipv4(&p, 0, 5, 0, 1);
	put_ports(&p, 1, PORT);
	progs_result(test_run(fd, &p, NULL) == TC_ACT_UNSPEC,
	       "drop_port: ICMP passes");
	ipv6(&p, 0, 17);
	put_ports(&p, 1, PORT);
	progs_result(test_run(fd, &p, NULL) == TC_ACT_SHOT, "drop_port: UDP, IPv6");
	ipv6(&p, 2, 6);
	put_ports(&p, 1, PORT);
	progs_result(test_run(fd, &p, NULL) == TC_ACT_SHOT,
	       "drop_port: TCP, IPv6 extension headers");
}

static int test_drop(void)
{
	struct drop_port *s = drop_port__open();

	if (!s)
		return -1;
	s->rodata->port = PORT;
	if (drop_port__load(s))
		return -1;
	drop_cases(bpf_program__fd(s->progs.drop_port));
	progs_result(s->bss->dropped == 5, "drop_port: five drops counted");
	drop_port__destroy(s);
	return 0;
}

static int test_counter(int egress)
{
	struct counter *s = counter__open();
	struct packet p;
	int fd, i;

	if (!s)
		return -1;
	s->rodata->egress = egress;
	if (counter__load(s))
		return -1;
	fd = bpf_program__fd(s->progs.counter);
	ipv6(&p, 0, 17);
	for (i = 0; i < 3; i++)
		if (test_run(fd, &p, NULL) != TC_ACT_UNSPEC)
			break;
	progs_result(i == 3 && s->bss->egress_count.packets == 3 * (__u64)egress &&
		       s->bss->ingress_count.packets == 3 * (__u64)!egress &&
		       s->bss->egress_count.bytes + s->bss->ingress_count.bytes ==
			       3 * p.len,
	       egress ? "counter: egress" : "counter: ingress");
	counter__destroy(s);
	return 0;
}

static int test_mark(int port)
{
	struct mark *s = mark__open();
	struct __sk_buff skb = {};
	struct packet p;
	int fd, good;

	if (!s)
		return -1;
	s->rodata->mark = 0x42;
	s->rodata->priority = 0x10010;
	s->rodata->port = port;
	if (mark__load(s))
		return -1;
	fd = bpf_program__fd(s->progs.mark_egress);
	ipv4(&p, 0, 5, 0, 17);
	put_ports(&p, PORT, 1);
	good = test_run(fd, &p, &skb) == TC_ACT_UNSPEC && skb.mark == 0x42 &&
	       skb.priority == 0x10010 && s->bss->marked == 1;
	memset(&skb, 0, sizeof(skb));
	ipv4(&p, 0, 5, 0, 17);
	put_ports(&p, 2, 1);
	good = good && test_run(fd, &p, &skb) == TC_ACT_UNSPEC &&
	       skb.mark == (port ? 0 : 0x42);
	progs_result(good, port ? "mark: one port" : "mark: everything");
	mark__destroy(s);
	return 0;
}

int main(void)
{
	libbpf_set_print(NULL);
	if (test_drop() || test_counter(0) || test_counter(1) || test_mark(0) ||
	    test_mark(PORT)) {
		if (errno == EPERM)
			tap_skip("loading programs needs CAP_BPF and CAP_NET_ADMIN", "progs");
		else
			progs_result(false, "programs load");
	}
	return tap_done();
}
