// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The public functions that ask what the kernel can do, and the revision. */
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>

#include "backend/backend.h"
#include "explain/explain.h"
#include "link.h"

static int probe_prog_load(void)
{
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "tclink_probe", "GPL",
			     insns, sizeof(insns) / sizeof(insns[0]), NULL);
}

/* What each backend says goes into its own member. */
static int probe_all(int prog_fd, struct tclink_features *features)
{
	const struct backend_ops *ops;
	int answer;
	__u32 id;

	for (id = 1; id < NR_BACKENDS; id++) {
		ops = backend_by_id(id);
		if (!ops->feature)
			continue;
		answer = ops->probe(prog_fd);
		if (answer < 0)
			return answer;
		*(__u32 *)((char *)features + ops->feature) = answer == YES;
	}
	return 0;
}

/* The program is loaded only if there is something left to find out. */
static int probe_features(struct tclink_features *features)
{
	int err = probe_all(-1, features);
	int prog_fd;

	if (err != -EBADF)
		return err;
	prog_fd = probe_prog_load();
	if (prog_fd < 0)
		return prog_fd;
	err = probe_all(prog_fd, features);
	close(prog_fd);
	return err;
}

int tclink_probe(struct tclink_features *features)
{
	struct tclink_features known = {};
	const struct tc_types *types;
	int err;

	if (!features)
		return tclink_err(null_arg(__func__));
	err = out_check(features);
	if (err) {
		explain_opts(err, "tclink_features");
		return tclink_err(err);
	}
	err = probe_features(&known);
	if (err) {
		explain_probe(err);
		return tclink_err(err);
	}
	types = tc_types();
	known.link_type = types->link_type;
	known.attach_type = types->attach_type;
	out_copy(features, &known, sizeof(known));
	return 0;
}

static const struct backend_ops *probe_revisions(void)
{
	const struct backend_ops *ops;
	__u32 id;

	for (id = 1; id < NR_BACKENDS; id++) {
		ops = backend_by_id(id);
		if (ops->revision)
			return ops;
	}
	return NULL;
}

int tclink_revision(__u32 ifindex, __u32 parent, __u64 *revision)
{
	const struct backend_ops *ops = probe_revisions();
	int err;

	if (!revision)
		return tclink_err(null_arg(__func__));
	err = ops->revision(ifindex, parent, revision);
	if (err)
		explain_revision(err, ops, ifindex, parent);
	return tclink_err(err);
}
