// SPDX-License-Identifier: GPL-2.0-only
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "tag_counter.h"
#include "seen.h"
#include "tclib.h"

#define INSN(c, d, s, o, i) ((struct bpf_insn) { \
	.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })

static int load(int map_fd)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 6, 1, 0, 0),
		/* r0 = EtherType */
		INSN(BPF_LD | BPF_ABS | BPF_H, 0, 0, 0, 12),
		INSN(BPF_JMP | BPF_JNE | BPF_K, 0, 0, 11, SEEN_ETH_TYPE),
		/* the tag, as the key */
		INSN(BPF_LD | BPF_ABS | BPF_B, 0, 0, 0, ETH_HLEN),
		INSN(BPF_ALU64 | BPF_AND | BPF_K, 0, 0, 0, HITS_TAGS - 1),
		INSN(BPF_STX | BPF_MEM | BPF_W, 10, 0, -4, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 2, 10, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -4),
		INSN(BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_FD, 0,
		     map_fd),
		INSN(0, 0, 0, 0, 0),
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
		INSN(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 2, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 1, 0, 0, 1),
		INSN(BPF_STX | BPF_ATOMIC | BPF_DW, 0, 1, 0, BPF_ADD),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, TC_ACT_UNSPEC),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	int fd;

	fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "hits", "GPL", insns,
			   sizeof(insns) / sizeof(insns[0]), NULL);
	return fd < 0 ? -errno : fd;
}

int hits_open(struct hits *h)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	void *mem;

	h->map_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "hits", sizeof(__u32),
				   sizeof(__u64), HITS_TAGS, &opts);
	if (h->map_fd < 0)
		return -errno;
	mem = mmap(NULL, HITS_TAGS * sizeof(__u64), PROT_READ, MAP_SHARED,
		   h->map_fd, 0);
	if (mem == MAP_FAILED)
		return -errno;
	h->count = mem;
	h->fd = load(h->map_fd);
	if (h->fd < 0)
		return h->fd;
	h->id = prog_id(h->fd);
	return 0;
}

void hits_close(struct hits *h)
{
	munmap((void *)h->count, HITS_TAGS * sizeof(__u64));
	close(h->map_fd);
	close(h->fd);
}

int hits_send(int packet_fd, int ifindex, unsigned char tag)
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
	if (sendto(packet_fd, frame, sizeof(frame), 0, (void *)&to,
		   sizeof(to)) != sizeof(frame))
		return -errno;
	return 0;
}
