// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Programs that cannot be attached at all, or not where they should be. */
#include <stdio.h>
#include <linux/bpf.h>
#include <bpf/libbpf.h>

#include "base/internal.h"
#include "explain/explain.h"

/* The program cannot be attached anywhere. */
bool explain_prog(int err, int prog_fd)
{
	struct bpf_prog_info info;
	const char *type;

	if (prog_is_classifier(prog_fd))
		return false;
	if (prog_info_read(prog_fd, &info) || !fd_is(prog_fd, "bpf-prog")) {
		log_say(err, "descriptor %d is not a BPF program", prog_fd);
		return true;
	}
	type = libbpf_bpf_prog_type_str(info.type);
	log_say(err,
		"program %u (%s) is of type %s; only sched_cls programs, SEC(\"tc\"), can be attached",
		info.id, info.name, type ? type : "unknown");
	return true;
}

/* A program can be bound to a device, whose hardware alone can run it. */
bool explain_bound(int err, int prog_fd, __u32 ifindex, __u32 gen_flags)
{
	char prog[NAME_LEN], device[NAME_LEN];
	struct bpf_prog_info info;

	if (prog_info_read(prog_fd, &info) || !info.ifindex)
		return false;
	snprintf(prog, sizeof(prog), "%u (%s)", info.id, info.name);
	name_device(info.ifindex, device);
	if (!(gen_flags & TCLINK_SKIP_SW))
		log_say(err,
			"program %s is bound to %s and runs in its hardware only; attach it with TCLINK_SKIP_SW",
			prog, device);
	else if (info.ifindex != ifindex && ifindex != TCLINK_BLOCK)
		log_say(err,
			"program %s is bound to %s; it can be attached to no other device",
			prog, device);
	else
		return false;
	return true;
}
