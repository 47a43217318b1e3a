// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The program of a flow filter: loading it, and reading it back from a link */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "flow_cmd.h"
#include "program.h"
#include "flow.skel.h"

#define MAX_MAPS 8

static int prog_fill(struct flow *skel, const struct flow_set *set, int counts)
{
	int err;

	skel->rodata_set->parameters = *set;
	flow_set_derive(&skel->rodata_set->parameters);
	if (counts < 0)
		return RC_OK;
	err = bpf_map__reuse_fd(skel->maps.bss, counts);
	return err ? failed("cannot share the counters of the old program: %s",
			    strerror(-err)) :
		     RC_OK;
}

static int prog_keep(struct flow_prog *prog, const struct flow *skel)
{
	prog->fd = fcntl(bpf_program__fd(skel->progs.flow), F_DUPFD_CLOEXEC, 3);
	prog->counts = fcntl(bpf_map__fd(skel->maps.bss), F_DUPFD_CLOEXEC, 3);
	if (prog->fd >= 0 && prog->counts >= 0)
		return RC_OK;
	flow_prog_close(prog);
	return failed("fcntl: %s", strerror(errno));
}

/* err: that of loading. Returns an exit code. */
static int prog_try_load(struct flow_prog *prog, const struct flow_set *set,
			 int counts, libbpf_print_fn_t print, int *err)
{
	struct flow *skel;
	int rc;

	*err = 0;
	libbpf_set_print(libbpf_silence);
	skel = flow__open();
	if (!skel)
		return failed("cannot open the program: %s", strerror(errno));
	rc = prog_fill(skel, set, counts);
	libbpf_set_print(print);
	if (!rc)
		*err = flow__load(skel);
	libbpf_set_print(libbpf_silence);
	if (!rc && !*err)
		rc = prog_keep(prog, skel);
	flow__destroy(skel);
	return rc;
}

static int prog_explain(int err)
{
	if (err == -EPERM)
		return failed("cannot load the program: %s; it needs CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON",
			      strerror(EPERM));
	return failed("cannot load the program: %s", strerror(-err));
}

/* counts: the counters to go on with, or -1 */
int flow_prog_load(struct flow_prog *prog, const struct flow_set *set,
		   int counts)
{
	struct flow_set loaded = *set;
	int rc, err;

	rc = flow_needs_types(&loaded) ?:
	     prog_try_load(prog, &loaded, counts, libbpf_silence, &err);
	if (rc || !err)
		return rc;
	/* Either a key is to blame, or the verifier has to speak. */
	if (err == -EPERM)
		return prog_explain(err);
	rc = flow_needs_check(&loaded) ?:
	     prog_try_load(prog, &loaded, counts, libbpf_warnings, &err);
	return rc || !err ? rc : prog_explain(err);
}

void flow_prog_close(struct flow_prog *prog)
{
	if (prog->fd >= 0)
		close(prog->fd);
	if (prog->counts >= 0)
		close(prog->counts);
}

static bool prog_ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), end_len = strlen(end);

	return len >= end_len && !strcmp(name + len - end_len, end);
}

static bool prog_read_set(int fd, __u32 size, struct flow_set *set)
{
	const __u32 first = 0;

	return size == sizeof(*set) && !bpf_map_lookup_elem(fd, &first, set) &&
	       set->magic == FLOW_MAGIC && set->version == FLOW_VERSION;
}

/* Use what the map has. Return true if it is the parameters. */
static bool prog_look_at_map(struct flow_prog *prog, __u32 id,
			     struct flow_set *set)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);
	bool found = false;
	int fd;

	fd = bpf_map_get_fd_by_id(id);
	if (fd < 0)
		return false;
	if (!bpf_obj_get_info_by_fd(fd, &info, &len)) {
		if (prog_ends_with(info.name, ".rodata.set"))
			found = prog_read_set(fd, info.value_size, set);
		else if (prog_ends_with(info.name, ".bss") && prog->counts < 0 &&
			 info.value_size ==
				 sizeof(struct flow_count) * FLOW_NR_CLASSES) {
			prog->counts = fd;
			return false;
		}
	}
	close(fd);
	return found;
}

static bool prog_look(struct flow_prog *prog, struct flow_set *set)
{
	__u32 ids[MAX_MAPS];
	struct bpf_prog_info info = {
		.nr_map_ids = MAX_MAPS,
		.map_ids = (__u64)(unsigned long)ids,
	};
	__u32 i, len = sizeof(info);
	bool found = false;

	if (bpf_obj_get_info_by_fd(prog->fd, &info, &len))
		return false;
	for (i = 0; i < info.nr_map_ids && i < MAX_MAPS; i++)
		found |= prog_look_at_map(prog, ids[i], set);
	return found && prog->counts >= 0;
}

/* The program of this id, if it is one of these. */
int flow_prog_open(struct flow_prog *prog, __u32 id, struct flow_set *set,
		   bool *ours)
{
	*ours = false;
	prog->counts = -1;
	prog->fd = bpf_prog_get_fd_by_id(id);
	if (prog->fd == -ENOENT)
		return RC_OK;
	if (prog->fd < 0)
		return failed("cannot open program %u: %s", id,
			      strerror(-prog->fd));
	*ours = prog_look(prog, set);
	if (!*ours)
		flow_prog_close(prog);
	return RC_OK;
}
