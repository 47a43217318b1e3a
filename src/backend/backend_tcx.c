// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>

#include "backend/backend.h"
#include "base/internal.h"

static atomic_int tcx_answer;

static __u32 tcx_hook(__u32 parent)
{
	return parent == TCLINK_EGRESS ? UAPI_TCX_EGRESS : UAPI_TCX_INGRESS;
}

static __u32 tcx_parent(__u32 attach_type)
{
	return attach_type == UAPI_TCX_EGRESS ? TCLINK_EGRESS : TCLINK_INGRESS;
}

/* A descriptor or -errno */
static int tcx_create(const struct request *req)
{
	struct uapi_link_create attr = {
		.prog_fd = req->prog_fd,
		.target_ifindex = req->ifindex,
		.attach_type = tcx_hook(req->parent),
		.tcx.expected_revision = req->opts.expected_revision,
	};
	int fd;

	fd = syscall(__NR_bpf, BPF_LINK_CREATE, &attr, UAPI_LINK_CREATE_TCX);
	return fd < 0 ? -errno : fd_above_stdio(fd);
}

static int tcx_have(void)
{
	return atomic_load(&tcx_answer) == NO ? -EOPNOTSUPP : 0;
}

static int tcx_probe(int prog_fd)
{
	struct request req = {
		.prog_fd = prog_fd,
		.ifindex = IMPOSSIBLE_IFINDEX,
		.parent = TCLINK_INGRESS,
	};
	int answer = atomic_load(&tcx_answer);

	if (answer != UNKNOWN)
		return answer;
	answer = probe_answer(tcx_create(&req));
	if (answer > UNKNOWN)
		atomic_store(&tcx_answer, answer);
	return answer;
}

static int tcx_attach(struct tclink *link, struct request *req)
{
	int fd = tcx_create(req);

	if (fd < 0)
		return fd;
	link->fd = fd;
	return 0;
}

/*
 * Whether the hook of that device in the calling thread's namespace is the one
 * that the link is at. The kernel does not tell the namespace of a link.
 */
bool tcx_is_here(__u32 id, __u32 ifindex, __u32 attach_type)
{
	struct tcx_programs list;
	__u64 revision;
	__u32 i;

	if (tcx_query(ifindex, tcx_parent(attach_type), &revision, &list))
		return false;
	for (i = 0; i < list.count; i++)
		if (list.link_ids[i] == id)
			return true;
	return false;
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

const struct backend_ops backend_tcx = {
	.name		= "tcx",
	.id		= TCLINK_BACKEND_TCX,
	.guarantees	= TCLINK_OWNED | TCLINK_EXCLUSIVE | TCLINK_ATOMIC |
			  TCLINK_COMPARE_SWAP | TCLINK_PINNABLE,
	.kernel		= "Linux 6.6 with CONFIG_NET_XGRESS",
	.have		= tcx_have,
	.probe		= tcx_probe,
	.attach		= tcx_attach,
	.update		= fd_update,
	.detach		= fd_detach,
	.info		= tcx_info,
	.wait		= wait_look,
	.close		= fd_close,
};

/* The kernel says EINVAL only if it has no such hook. */
int tcx_query(__u32 ifindex, __u32 parent, __u64 *revision,
	      struct tcx_programs *list)
{
	struct uapi_prog_query attr = {
		.target_ifindex = ifindex,
		.attach_type = tcx_hook(parent),
	};

	if (list) {
		memset(list, 0, sizeof(*list));
		attr.prog_ids = (unsigned long)list->prog_ids;
		attr.link_ids = (unsigned long)list->link_ids;
		attr.count = TCX_MAX_PROGRAMS;
	}
	if (syscall(__NR_bpf, BPF_PROG_QUERY, &attr, sizeof(attr)))
		return errno == EINVAL ? -EOPNOTSUPP : -errno;
	*revision = attr.revision;
	if (list)
		list->count = attr.count < TCX_MAX_PROGRAMS ? attr.count :
							      TCX_MAX_PROGRAMS;
	return 0;
}

int tcx_query_probe(void)
{
	int answer = atomic_load(&tcx_answer);
	__u64 revision;

	if (answer != UNKNOWN)
		return answer;
	answer = probe_answer(tcx_query(IMPOSSIBLE_IFINDEX, TCLINK_INGRESS,
					&revision, NULL));
	if (answer > UNKNOWN)
		atomic_store(&tcx_answer, answer);
	return answer;
}

int tclink_revision(__u32 ifindex, __u32 parent, __u64 *revision)
{
	int err;

	if (!revision)
		return tclink_err(null_arg(__func__));
	if (parent != TCLINK_INGRESS && parent != TCLINK_EGRESS)
		err = -EINVAL;
	else
		err = tcx_query(ifindex, parent, revision, NULL);
	if (err)
		explain_revision(err, ifindex, parent);
	return tclink_err(err);
}
