/* SPDX-License-Identifier: GPL-2.0-only */
/* Packets of every kind that a flow dissector looks into, with random values
 * in the fields that keys are made of.
 */
#ifndef TCLINK_SELFTESTS_FLOW_PACKETS_H
#define TCLINK_SELFTESTS_FLOW_PACKETS_H

#include <stdbool.h>
#include <linux/types.h>

#define PACKET_MAX 512

struct packet {
	unsigned char data[PACKET_MAX];
	int len;
	__u16 protocol;		/* the EtherType, host byte order */
	bool paged;		/* to be sent in more than one page */
};

/* What all packets of a kind have; the others have the value that the
 * classifier makes up from addresses of the kernel.
 */
#define HAS_SRC		1U
#define HAS_DST		2U
#define HAS_ADDRS	(HAS_SRC | HAS_DST)
#define HAS_PORTS	4U
#define MAY_HAVE_ANY	8U	/* malformed: either */
#define IN_TAG		16U	/* has VLAN tags in the frame */
#define FRAGMENT	32U	/* is one, or may be */

struct packet_kind {
	const char *name;
	void (*build)(struct packet *p);
	unsigned int has;
};

extern const struct packet_kind packet_kinds[];
extern const int packet_nr_kinds;

void packet_seed(__u64 seed);
__u32 packet_random(void);
/* One of 0 to n - 1 */
__u32 packet_below(__u32 n);

/* Of which kind the malformed packets are, from here on */
void packet_choose_base(void);
/* The same frame with next to nothing behind its EtherType and tags */
void packet_strip(struct packet *p);

/* UDP between two addresses, for connections and their replies */
void packet_udp(struct packet *p, __u32 src, __u32 dst, __u16 sport,
		__u16 dport);
/* Of a protocol that nothing is known of */
void packet_other(struct packet *p, __u16 protocol);
void packet_tcp_syn(struct packet *p, const unsigned char *mac, __u32 src,
		    __u32 dst, __u16 sport, __u16 dport, __u32 seq);

#endif
