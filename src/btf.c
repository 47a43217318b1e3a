// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <pthread.h>
#include <string.h>
#include <bpf/btf.h>

#include "internal.h"

static struct tc_types types;
static pthread_once_t types_once = PTHREAD_ONCE_INIT;

/* The value of an enumerator, 0 if the kernel does not have it. */
static __u32 enum_value(const struct btf *btf, const char *enum_name,
			const char *name)
{
	int id = btf__find_by_name_kind(btf, enum_name, BTF_KIND_ENUM);
	const struct btf_type *t;
	const struct btf_enum *e;
	__u16 i;

	if (id < 0)
		return 0;
	t = btf__type_by_id(btf, id);
	e = btf_enum(t);
	for (i = 0; i < btf_vlen(t); i++)
		if (!strcmp(btf__name_by_offset(btf, e[i].name_off), name))
			return e[i].val;
	return 0;
}

static void types_read(void)
{
	struct btf *btf = btf__load_vmlinux_btf();

	types.err = -EOPNOTSUPP;
	types.no_btf = !btf;
	if (!btf)
		return;
	types.link_type = enum_value(btf, "bpf_link_type", "BPF_LINK_TYPE_TC");
	types.attach_type = enum_value(btf, "bpf_attach_type", "BPF_TC");
	if (types.link_type && types.attach_type)
		types.err = 0;
	btf__free(btf);
}

const struct tc_types *tc_types(void)
{
	pthread_once(&types_once, types_read);
	return &types;
}
