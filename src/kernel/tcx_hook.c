// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The tcx hooks of a device: which programs are there. */
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <tclink/tclink.h>

#include "kernel/kernel.h"

atomic_int tcx_known;

__u32 tcx_attach_type(__u32 parent)
{
	return parent == TCLINK_EGRESS ? UAPI_TCX_EGRESS : UAPI_TCX_INGRESS;
}

__u32 tcx_parent(__u32 attach_type)
{
	return attach_type == UAPI_TCX_EGRESS ? TCLINK_EGRESS : TCLINK_INGRESS;
}

/* The kernel says EINVAL only if it has no such hook. */
int tcx_query(__u32 ifindex, __u32 parent, __u64 *revision,
	      struct tcx_programs *list)
{
	struct uapi_prog_query attr = {
		.target_ifindex = ifindex,
		.attach_type = tcx_attach_type(parent),
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

static int tcx_query_try(int prog_fd)
{
	__u64 revision;

	(void)prog_fd;
	return tcx_query(IMPOSSIBLE_IFINDEX, TCLINK_INGRESS, &revision, NULL);
}

int tcx_query_probe(void)
{
	return probe_once(&tcx_known, tcx_query_try, -1);
}

/*
 * Return true if the hook of that device in the calling thread's namespace is
 * the one that the link is at. The kernel does not tell the namespace of a link.
 */
bool tcx_is_here(__u32 link_id, __u32 ifindex, __u32 attach_type)
{
	struct tcx_programs list;
	__u64 revision;
	__u32 i;

	if (tcx_query(ifindex, tcx_parent(attach_type), &revision, &list))
		return false;
	for (i = 0; i < list.count; i++)
		if (list.link_ids[i] == link_id)
			return true;
	return false;
}
