// SPDX-License-Identifier: GPL-2.0-only
/* A classifier that counts frames by their tag, written in BPF instructions. */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/if_ether.h>

#include "tag_counter.h"
#include "seen.h"
#include "tclib.h"

#define INSN(c, d, s, o, i) ((struct bpf_insn) { \
	.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })

static int tag_counter_load(int map_fd)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 6, 1, 0, 0),
		/* r0 = EtherType */
		INSN(BPF_LD | BPF_ABS | BPF_H, 0, 0, 0, 12),
		INSN(BPF_JMP | BPF_JNE | BPF_K, 0, 0, 11, SEEN_ETH_TYPE),
		/* the tag, as the key */
		INSN(BPF_LD | BPF_ABS | BPF_B, 0, 0, 0, ETH_HLEN),
		INSN(BPF_ALU64 | BPF_AND | BPF_K, 0, 0, 0, COUNTER_TAGS - 1),
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

	fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "tag_counter", "GPL",
			   insns, sizeof(insns) / sizeof(insns[0]), NULL);
	return fd < 0 ? -errno : fd;
}

int tag_counter_open(struct tag_counter *t)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	void *mem;

	t->map_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "tag_counter", sizeof(__u32),
				   sizeof(__u64), COUNTER_TAGS, &opts);
	if (t->map_fd < 0)
		return -errno;
	mem = mmap(NULL, COUNTER_TAGS * sizeof(__u64), PROT_READ, MAP_SHARED,
		   t->map_fd, 0);
	if (mem == MAP_FAILED)
		return -errno;
	t->count = mem;
	t->fd = tag_counter_load(t->map_fd);
	if (t->fd < 0)
		return t->fd;
	t->id = prog_id(t->fd);
	return 0;
}

void tag_counter_close(struct tag_counter *t)
{
	munmap((void *)t->count, COUNTER_TAGS * sizeof(__u64));
	close(t->map_fd);
	close(t->fd);
}
