// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/libbpf.h>

#include "internal.h"

int link_create(int prog_fd, __u32 ifindex, __u32 parent,
		const struct tclink_attach_opts *opts)
{
	const struct tc_types *types = tc_types();
	struct uapi_link_create attr = {
		.prog_fd = prog_fd,
		.target_ifindex = ifindex,
		.attach_type = types->attach_type,
		.tc.parent = parent,
		.tc.handle = opts->handle,
		.tc.priority = opts->priority,
		.tc.chain_index = opts->chain_index,
		.tc.protocol = opts->protocol,
		.tc.classid = opts->classid,
		.tc.gen_flags = opts->gen_flags,
	};
	int fd;

	if (types->err)
		return types->err;
	if (opts->flags & ~TCLINK_F_CLASSIFY_ONLY)
		return -EINVAL;
	if (opts->flags & TCLINK_F_CLASSIFY_ONLY)
		attr.flags |= UAPI_F_TC_CLASSIFY_ONLY;
	fd = syscall(__NR_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));
	return fd < 0 ? -errno : fd;
}

/* A device's clsact qdisc can be missing, and made. */
static bool on_clsact(__u32 ifindex, __u32 parent)
{
	return ifindex != TCLINK_BLOCK &&
	       (parent == TCLINK_INGRESS || parent == TCLINK_EGRESS);
}

static int attach_explained(int prog_fd, __u32 ifindex, __u32 parent,
			    const struct tclink_attach_opts *opts)
{
	int fd = link_create(prog_fd, ifindex, parent, opts);
	int err;

	if (fd == -EINVAL && on_clsact(ifindex, parent)) {
		/* No qdisc is left behind for a caller's mistake. */
		if (explain_mistake(fd, prog_fd, opts))
			return fd;
		/*
		 * That the qdisc exists now says nothing about then: it may
		 * be someone else who has just made it. Try again anyway.
		 */
		err = clsact_create(ifindex);
		if (err) {
			explain_clsact(err, ifindex);
			return err;
		}
		fd = link_create(prog_fd, ifindex, parent, opts);
	}
	if (fd < 0)
		explain_attach(fd, prog_fd, ifindex, parent, opts);
	return fd;
}

struct tclink *tclink_attach(int prog_fd, __u32 ifindex, __u32 parent,
			     const struct tclink_attach_opts *opts)
{
	struct tclink_attach_opts known;
	struct tclink *link;
	int fd, err;

	err = OPTS_COPY(tclink_attach_opts, &known, opts);
	if (err) {
		explain_opts(err, "tclink_attach_opts");
		return tclink_err_ptr(err);
	}
	fd = attach_explained(prog_fd, ifindex, parent, &known);
	if (fd < 0)
		return tclink_err_ptr(fd);
	link = link_new(fd, NULL);
	return link ? link : tclink_err_ptr(-ENOMEM);
}

struct tclink *tclink_attach_program(const struct bpf_program *prog,
				     __u32 ifindex, __u32 parent,
				     const struct tclink_attach_opts *opts)
{
	int fd = prog ? bpf_program__fd(prog) : -EINVAL;

	if (fd < 0) {
		explain_not_loaded(prog);
		return tclink_err_ptr(-EINVAL);
	}
	return tclink_attach(fd, ifindex, parent, opts);
}
