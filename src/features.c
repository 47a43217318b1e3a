// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <stdatomic.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>

#include "internal.h"

enum answer {
	UNKNOWN,
	NO,
	YES,
};

static atomic_int link_answer;

static int probe_prog_load(void)
{
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "tclink_probe", "GPL",
			     insns, sizeof(insns) / sizeof(insns[0]), NULL);
}

/* An answer, or -errno. An ifindex is positive and an int in the kernel, so no
 * device can have the one that is tried.
 */
static int probe_link(void)
{
	const struct tclink_attach_opts opts = {};
	const struct tc_types *types = tc_types();
	int prog_fd, fd;

	if (types->err)
		return types->err == -EOPNOTSUPP ? NO : types->err;
	prog_fd = probe_prog_load();
	if (prog_fd < 0)
		return prog_fd;
	fd = link_create(prog_fd, 0x80000000U, TCLINK_INGRESS, &opts);
	close(prog_fd);
	switch (fd) {
	case -ENODEV:
		return YES;
	case -EINVAL:
	case -EOPNOTSUPP:
		return NO;
	default:
		return fd;
	}
}

/* Two threads may both find out; they find the same. */
static int probe_link_once(void)
{
	int answer = atomic_load(&link_answer);

	if (answer != UNKNOWN)
		return answer;
	answer = probe_link();
	if (answer > UNKNOWN)
		atomic_store(&link_answer, answer);
	return answer;
}

int tclink_probe(struct tclink_features *features)
{
	const struct tc_types *types = tc_types();
	struct tclink_features known = {
		.link_type = types->link_type,
		.attach_type = types->attach_type,
	};
	int answer, err;

	if (!features)
		return tclink_err(null_arg(__func__));
	err = out_check(features);
	if (err) {
		explain_opts(err, "tclink_features");
		return tclink_err(err);
	}
	answer = probe_link_once();
	if (answer < 0) {
		explain_probe(answer);
		return tclink_err(answer);
	}
	known.link = answer == YES;
	out_copy(features, &known, sizeof(known));
	return 0;
}
