// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <bpf/libbpf.h>

#include "backend/backend.h"
#include "base/internal.h"

/* Not an errno: this backend cannot do it here, another may. */
#define TRY_NEXT 1

static bool has_all(const struct backend_ops *ops, const struct request *req)
{
	__u32 backend = req->opts.backend;

	if (backend != TCLINK_BACKEND_ANY && backend != ops->id)
		return false;
	if (req->opts.expected_revision && ops != &backend_tcx)
		return false;
	return !(request_needs(req) & ~ops->guarantees);
}

/* The kernel refused: does it not know how, or what is it that is missing? */
static int attach_after(int err, struct tclink *link, struct request *req)
{
	bool lacks_clsact = err == -EINVAL && link->ops->needs_clsact &&
			    request_on_clsact(req);

	if (err != -EINVAL && err != -EOPNOTSUPP)
		goto out;
	/* No qdisc is left behind for a caller's mistake. */
	if (explain_prog(err, req->prog_fd))
		return err;
	if (link->ops->probe(req->prog_fd) == NO)
		return TRY_NEXT;
	/*
	 * That the qdisc exists now says nothing about then: it may be someone
	 * else who has just made it. Try again anyway.
	 */
	if (lacks_clsact) {
		err = clsact_create(req->ifindex);
		if (err) {
			explain_clsact(err, req->ifindex);
			return err;
		}
		err = link->ops->attach(link, req);
	}
out:
	if (err)
		explain_attach(err, link->ops, req);
	return err;
}

static int attach_one(const struct backend_ops *ops, struct tclink *link,
		      struct request *req)
{
	int err = ops->have();

	if (err == -EOPNOTSUPP)
		return TRY_NEXT;
	if (err) {
		explain_types(err);
		return err;
	}
	link->ops = ops;
	err = ops->attach(link, req);
	return err ? attach_after(err, link, req) : 0;
}

static int attach(struct tclink *link, struct request *req)
{
	const struct backend_ops *ops;
	int ret;
	__u32 i;

	if (explain_mistake(-EINVAL, req))
		return -EINVAL;
	for (i = 1; i < NR_BACKENDS; i++) {
		ops = backend_by_id(i);
		if (!has_all(ops, req))
			continue;
		ret = attach_one(ops, link, req);
		if (ret != TRY_NEXT)
			return ret;
	}
	explain_no_backend(-EOPNOTSUPP, req);
	return -EOPNOTSUPP;
}

struct tclink *tclink_attach(int prog_fd, __u32 ifindex, __u32 parent,
			     const struct tclink_attach_opts *opts)
{
	struct request req;
	struct tclink *link;
	int err;

	err = OPTS_COPY(tclink_attach_opts, &req.opts, opts);
	/* A newer header may have given it a meaning. */
	if (!err && req.opts.reserved)
		err = -E2BIG;
	if (err) {
		explain_opts(err, "tclink_attach_opts");
		return tclink_err_ptr(err);
	}
	req.prog_fd = prog_fd;
	req.ifindex = ifindex;
	req.parent = parent;
	req.extack[0] = '\0';
	link = link_new(NULL, -1);
	if (!link)
		return tclink_err_ptr(-ENOMEM);
	err = attach(link, &req);
	if (!err)
		return link;
	link_free(link);
	return tclink_err_ptr(err);
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
