/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * A bpf(2) with TC and tcx links for kernels that have none. It replaces syscall(),
 * readlink() and btf__parse_raw() for the library and for libbpf, and keeps
 * programs, links and pins in tables of this process.
 */
#ifndef FAKE_KERNEL_H
#define FAKE_KERNEL_H

#include <stdbool.h>
#include <linux/types.h>
#include "kernel/uapi.h"

#define FAKE_LINK_TYPE 77
#define FAKE_ATTACH_TYPE 99

struct fake_kernel {
	bool no_tc; /* BTF without the two enumerators */
	bool no_btf;
	int btf_err; /* errno of reading BTF, 0: it is there */
	unsigned int btf_times; /* how often, 0: always */
	bool no_tcx;
	int create_err[2]; /* errno of the first two BPF_LINK_CREATE */
	int update_err;
	int pin_err;
	int get_id_err;
	int load_err;
	int probe_err; /* of BPF_LINK_CREATE on a device that cannot exist */
	int query_err;
	__u32 bound_to; /* device of the programs, 0: none */
	unsigned int nr_creates; /* except probes */
	unsigned int nr_probes;
	unsigned int nr_calls;
	unsigned char create_attr[128]; /* as BPF_LINK_CREATE got it */
	unsigned int create_size;
};

extern struct fake_kernel fake;

int fake_prog(__u32 id, __u32 type, const char *name);
__u32 fake_foreign_link(__u32 type); /* a link of another type; its id */
void fake_sever(__u32 link_id);
struct uapi_link_info *fake_link(__u32 id);

#endif /* FAKE_KERNEL_H */
