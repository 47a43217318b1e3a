// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <sys/stat.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "internal.h"

/* Inode number of the calling thread's network namespace, 0 if unknown. */
static __u32 netns_current(void)
{
	struct stat st;

	return stat("/proc/thread-self/ns/net", &st) ? 0 : st.st_ino;
}

static int tc_link_fd(__u32 id, struct uapi_link_info *info)
{
	int fd = bpf_link_get_fd_by_id(id);
	int err;

	if (fd < 0)
		return fd;
	err = link_info_read(fd, info);
	if (!err && info->type == tc_types()->link_type)
		return fd;
	close(fd);
	return err ? err : -ENOENT;
}

static bool on_device(const struct uapi_link_info *info, __u32 ifindex,
		      __u32 netns)
{
	return !ifindex || (info->tc.ifindex == ifindex &&
			    (!netns || info->tc.netns_ino == netns));
}

/*
 * A descriptor of the next TC link after *id on this device, 0 meaning any.
 * Links that are gone again or not yet complete are passed over.
 */
int link_next_fd(__u32 *id, __u32 ifindex, struct uapi_link_info *info)
{
	__u32 netns = ifindex ? netns_current() : 0;
	__u32 next = *id;
	int fd, err;

	err = tc_types()->err;
	if (err)
		return err;
	while (!(err = bpf_link_get_next_id(next, &next))) {
		fd = tc_link_fd(next, info);
		if (fd == -ENOENT || fd == -EAGAIN)
			continue;
		if (fd < 0)
			return fd;
		if (on_device(info, ifindex, netns)) {
			*id = next;
			return fd;
		}
		close(fd);
	}
	return err;
}

static struct tclink *next_explained(__u32 *id, __u32 ifindex)
{
	struct uapi_link_info info;
	__u32 next = *id;
	struct tclink *link;
	int fd;

	fd = link_next_fd(&next, ifindex, &info);
	if (fd < 0) {
		if (fd != -ENOENT)
			explain_next(fd);
		return tclink_err_ptr(fd);
	}
	link = link_new(fd, NULL);
	if (!link)
		return tclink_err_ptr(-ENOMEM);
	*id = next;
	return link;
}

struct tclink *tclink_next(__u32 *id, const struct tclink_next_opts *opts)
{
	struct tclink_next_opts known;
	int err;

	if (!id)
		return tclink_err_ptr(null_arg(__func__));
	err = OPTS_COPY(tclink_next_opts, &known, opts);
	if (err) {
		explain_opts(err, "tclink_next_opts");
		return tclink_err_ptr(err);
	}
	return next_explained(id, known.ifindex);
}
