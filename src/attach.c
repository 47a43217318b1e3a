// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The public functions that attach: which backend does it, and how it fails. */
#include <bpf/libbpf.h>

#include "backend/backend.h"
#include "explain/explain.h"
#include "link.h"

/* Not an errno: this backend cannot do it here, another may. */
#define TRY_NEXT 1

static bool attach_fits(const struct backend_ops *ops,
			const struct request *req)
{
	__u32 backend = req->opts.backend;

	if (backend != TCLINK_BACKEND_ANY && backend != ops->id)
		return false;
	if (req->opts.expected_revision && !ops->revision)
		return false;
	return !(request_needs(req) & ~ops->guarantees);
}

/*
 * That the qdisc exists now says nothing about then: it may be someone else who
 * has just made it. Try again anyway.
 */
static int attach_with_clsact(struct tclink *link, struct request *req)
{
	int err = clsact_create(req->ifindex);

	if (err) {
		explain_clsact(err, req->ifindex);
		return err;
	}
	err = link->ops->attach(link, req);
	if (err)
		explain_attach(err, link->ops, req);
	return err;
}

/* The kernel refused: does it not know how, or what is it that is missing? */
static int attach_refused(int err, struct tclink *link, struct request *req)
{
	/* No qdisc is left behind for a caller's mistake. */
	if ((err == -EINVAL || err == -EOPNOTSUPP) &&
	    prog_is_classifier(req->prog_fd)) {
		if (link->ops->probe(req->prog_fd) == NO)
			return TRY_NEXT;
		if (err == -EINVAL && link->ops->needs_clsact &&
		    request_on_clsact(req))
			return attach_with_clsact(link, req);
	}
	explain_attach(err, link->ops, req);
	return err;
}

static int attach_by(const struct backend_ops *ops, struct tclink *link,
		     struct request *req)
{
	int err = ops->have();

	if (err == -EOPNOTSUPP)
		return TRY_NEXT;
	if (err) {
		explain_lacking(err, ops);
		return err;
	}
	link->ops = ops;
	err = ops->attach(link, req);
	return err ? attach_refused(err, link, req) : 0;
}

static int attach_by_first(struct tclink *link, struct request *req)
{
	const struct backend_ops *ops;
	int ret;
	__u32 i;

	for (i = 1; i < NR_BACKENDS; i++) {
		ops = backend_by_id(i);
		if (!attach_fits(ops, req))
			continue;
		ret = attach_by(ops, link, req);
		if (ret != TRY_NEXT)
			return ret;
	}
	explain_no_backend(-EOPNOTSUPP, req);
	return -EOPNOTSUPP;
}

static struct tclink *attach_request(struct request *req)
{
	enum mistake mistake = request_check(req);
	struct tclink *link;
	int err;

	if (mistake) {
		explain_request(-EINVAL, mistake, req);
		return tclink_err_ptr(-EINVAL);
	}
	link = link_new(NULL, -1);
	if (!link)
		return tclink_err_ptr(-ENOMEM);
	err = attach_by_first(link, req);
	if (!err)
		return link;
	link_free(link);
	return tclink_err_ptr(err);
}

struct tclink *tclink_attach(int prog_fd, __u32 ifindex, __u32 parent,
			     const struct tclink_attach_opts *opts)
{
	struct request req;
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
	return attach_request(&req);
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
