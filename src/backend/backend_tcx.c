// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Holding a program by a tcx link: a place at the ingress or egress hook. */
#include <linux/if_ether.h>

#include "backend/backend.h"
#include "base/internal.h"

/* A descriptor or -errno */
static int tcx_create(const struct request *req)
{
	struct uapi_link_create attr = {
		.prog_fd = req->prog_fd,
		.target_ifindex = req->ifindex,
		.attach_type = tcx_attach_type(req->parent),
		.tcx.expected_revision = req->opts.expected_revision,
	};

	return link_create(&attr, UAPI_LINK_CREATE_TCX);
}

static int tcx_have(void)
{
	return atomic_load(&tcx_known) == NO ? -EOPNOTSUPP : 0;
}

static int tcx_try(int prog_fd)
{
	struct request req = {
		.prog_fd = prog_fd,
		.ifindex = IMPOSSIBLE_IFINDEX,
		.parent = TCLINK_INGRESS,
	};

	return tcx_create(&req);
}

static int tcx_probe(int prog_fd)
{
	return probe_once(&tcx_known, tcx_try, prog_fd);
}

static int tcx_attach(struct tclink *link, struct request *req)
{
	int fd = tcx_create(req);

	if (fd < 0)
		return fd;
	link->fd = fd;
	return 0;
}

static int tcx_info(const struct tclink *link, struct tclink_info *info)
{
	struct uapi_link_info k;
	int err;

	err = link_info_read(link->fd, &k);
	if (err)
		return err;
	info->id = k.id;
	info->prog_id = k.prog_id;
	info->severed = !k.tcx.ifindex;
	info->ifindex = k.tcx.ifindex;
	info->parent = tcx_parent(k.tcx.attach_type);
	info->protocol = ETH_P_ALL;
	info->gen_flags = TCLINK_NOT_IN_HW;
	if (!info->severed &&
	    tcx_is_here(k.id, k.tcx.ifindex, k.tcx.attach_type))
		info->netns_ino = netns_current();
	return 0;
}

static int tcx_revision(__u32 ifindex, __u32 parent, __u64 *revision)
{
	if (parent != TCLINK_INGRESS && parent != TCLINK_EGRESS)
		return -EINVAL;
	return tcx_query(ifindex, parent, revision, NULL);
}

static int tcx_have_links(void)
{
	return tcx_query_probe() == NO ? -EOPNOTSUPP : 0;
}

static int tcx_link_type(void)
{
	return UAPI_LINK_TYPE_TCX;
}

static bool tcx_on_device(const struct uapi_link_info *info, __u32 ifindex)
{
	return info->tcx.ifindex == ifindex &&
	       tcx_is_here(info->id, ifindex, info->tcx.attach_type);
}

const struct backend_ops backend_tcx = {
	.name		= "tcx",
	.id		= TCLINK_BACKEND_TCX,
	.guarantees	= TCLINK_OWNED | TCLINK_EXCLUSIVE | TCLINK_ATOMIC |
			  TCLINK_COMPARE_SWAP | TCLINK_PINNABLE,
	.kernel		= "Linux 6.6 with CONFIG_NET_XGRESS",
	.feature	= offsetof(struct tclink_features, tcx),
	.have		= tcx_have,
	.probe		= tcx_probe,
	.attach		= tcx_attach,
	.update		= fd_update,
	.detach		= fd_detach,
	.info		= tcx_info,
	.wait		= wait_look,
	.close		= fd_close,
	.revision	= tcx_revision,
	.have_links	= tcx_have_links,
	.link_type	= tcx_link_type,
	.on_device	= tcx_on_device,
};
