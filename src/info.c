// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <string.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>

#include "backend/backend.h"
#include "base/internal.h"

/* Of a closed descriptor the kernel says EBADFD here, and EBADF elsewhere. */
static int info_read(int fd, void *info, __u32 len)
{
	int err;

	memset(info, 0, len);
	err = bpf_obj_get_info_by_fd(fd, info, &len);
	return err == -EBADFD ? -EBADF : err;
}

int link_info_read(int fd, struct uapi_link_info *info)
{
	return info_read(fd, info, sizeof(*info));
}

int prog_info_read(int fd, struct bpf_prog_info *info)
{
	return info_read(fd, info, sizeof(*info));
}

int tclink__info(const struct tclink *link, struct tclink_info *info)
{
	struct tclink_info known = {};
	int err;

	if (!link || !info)
		return tclink_err(null_arg(__func__));
	err = out_check(info);
	if (err) {
		explain_opts(err, "tclink_info");
		return tclink_err(err);
	}
	err = link_usable(link);
	if (err)
		return tclink_err(err);
	err = link->ops->info(link, &known);
	if (err) {
		log_errno(err, "reading the link's information failed");
		return tclink_err(err);
	}
	known.backend = link->ops->id;
	known.guarantees = link->ops->guarantees;
	out_copy(info, &known, sizeof(known));
	return 0;
}
