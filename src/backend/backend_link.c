// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Holding a program by a TC link: a filter that has an owner. */
#include "backend/backend.h"
#include "base/internal.h"

static atomic_int tc_link_known; /* an enum answer */

/* A descriptor or -errno */
static int tc_link_create(const struct request *req)
{
	const struct tclink_attach_opts *opts = &req->opts;
	struct uapi_link_create attr = {
		.prog_fd = req->prog_fd,
		.target_ifindex = req->ifindex,
		.attach_type = tc_types()->attach_type,
		.tc.parent = req->parent,
		.tc.handle = opts->handle,
		.tc.priority = opts->priority,
		.tc.chain_index = opts->chain_index,
		.tc.protocol = opts->protocol,
		.tc.classid = opts->classid,
		.tc.gen_flags = opts->gen_flags,
	};

	if (opts->flags & TCLINK_F_CLASSIFY_ONLY)
		attr.flags |= UAPI_F_TC_CLASSIFY_ONLY;
	return link_create(&attr, UAPI_LINK_CREATE_TC);
}

static int tc_link_have(void)
{
	int err = tc_types()->err;

	if (err)
		return err;
	return atomic_load(&tc_link_known) == NO ? -EOPNOTSUPP : 0;
}

static int tc_link_try(int prog_fd)
{
	struct request req = {
		.prog_fd = prog_fd,
		.ifindex = IMPOSSIBLE_IFINDEX,
		.parent = TCLINK_INGRESS,
	};

	return tc_link_create(&req);
}

static int tc_link_probe(int prog_fd)
{
	int err = tc_types()->err;

	if (err)
		return err == -EOPNOTSUPP ? NO : err;
	return probe_once(&tc_link_known, tc_link_try, prog_fd);
}

static int tc_link_attach(struct tclink *link, struct request *req)
{
	int fd = tc_link_create(req);

	if (fd < 0)
		return fd;
	link->fd = fd;
	return 0;
}

static int tc_link_info(const struct tclink *link, struct tclink_info *info)
{
	struct uapi_link_info k;
	int err;

	err = link_info_read(link->fd, &k);
	if (err)
		return err;
	info->id = k.id;
	info->prog_id = k.prog_id;
	info->severed = !k.tc.ifindex;
	info->ifindex = k.tc.ifindex;
	info->parent = k.tc.parent;
	info->handle = k.tc.handle;
	info->priority = k.tc.priority;
	info->chain_index = k.tc.chain_index;
	info->protocol = k.tc.protocol;
	info->classid = k.tc.classid;
	info->gen_flags = k.tc.gen_flags;
	info->in_hw_count = k.tc.in_hw_count;
	info->block_index = k.tc.block_index;
	info->netns_ino = k.tc.netns_ino;
	if (k.tc.flags & UAPI_F_TC_CLASSIFY_ONLY)
		info->flags |= TCLINK_F_CLASSIFY_ONLY;
	return 0;
}

static int tc_link_type(void)
{
	const struct tc_types *types = tc_types();

	if (types->err)
		return types->err == -EOPNOTSUPP ? 0 : types->err;
	return types->link_type;
}

static bool tc_link_on_device(const struct uapi_link_info *info, __u32 ifindex)
{
	__u32 netns;

	if (info->tc.ifindex != ifindex)
		return false;
	netns = netns_current();
	return !netns || info->tc.netns_ino == netns;
}

const struct backend_ops backend_link = {
	.name		= "link",
	.id		= TCLINK_BACKEND_LINK,
	.guarantees	= ALL_GUARANTEES,
	.needs_clsact	= true,
	.kernel		= "a kernel with BPF_LINK_TYPE_TC",
	.feature	= offsetof(struct tclink_features, link),
	.have		= tc_link_have,
	.probe		= tc_link_probe,
	.attach		= tc_link_attach,
	.update		= fd_update,
	.detach		= fd_detach,
	.info		= tc_link_info,
	.wait		= wait_poll,
	.close		= fd_close,
	.have_links	= tc_link_have,
	.link_type	= tc_link_type,
	.on_device	= tc_link_on_device,
};
