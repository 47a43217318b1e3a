// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The numbers of TC links, by name from the BTF of the running kernel. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <bpf/btf.h>

#include "kernel/kernel.h"

/* Written once, under the lock, before they are known. */
static struct tc_types types;
static atomic_bool types_known;
static pthread_mutex_t types_lock = PTHREAD_MUTEX_INITIALIZER;

/* The value of an enumerator, 0 if the kernel does not have it. */
static __u32 btf_enum_value(const struct btf *btf, const char *enum_name,
			const char *name)
{
	int id = btf__find_by_name_kind(btf, enum_name, BTF_KIND_ENUM);
	const struct btf_type *t;
	const struct btf_enum *e;
	const char *known;
	__u16 i;

	if (id < 0)
		return 0;
	t = btf__type_by_id(btf, id);
	e = btf_enum(t);
	for (i = 0; i < btf_vlen(t); i++) {
		known = btf__name_by_offset(btf, e[i].name_off);
		if (known && !strcmp(known, name))
			return e[i].val;
	}
	return 0;
}

/*
 * Return true if the answer is final: a lack of descriptors or memory is not.
 * Hence not btf__load_vmlinux_btf(), which has one errno for all of them and warns.
 */
static bool types_read(struct tc_types *t)
{
	struct btf *btf = btf__parse_raw("/sys/kernel/btf/vmlinux");

	if (!btf) {
		t->no_btf = errno == ENOENT || errno == ENOTDIR;
		t->err = t->no_btf ? -EOPNOTSUPP : -errno;
		return t->no_btf;
	}
	t->link_type = btf_enum_value(btf, "bpf_link_type", "BPF_LINK_TYPE_TC");
	t->attach_type = btf_enum_value(btf, "bpf_attach_type", "BPF_TC");
	t->err = t->link_type && t->attach_type ? 0 : -EOPNOTSUPP;
	btf__free(btf);
	return true;
}

const struct tc_types *tc_types(void)
{
	static _Thread_local struct tc_types this_time;

	if (atomic_load(&types_known))
		return &types;
	pthread_mutex_lock(&types_lock);
	if (!atomic_load(&types_known)) {
		memset(&this_time, 0, sizeof(this_time));
		if (!types_read(&this_time)) {
			pthread_mutex_unlock(&types_lock);
			return &this_time;
		}
		types = this_time;
		atomic_store(&types_known, true);
	}
	pthread_mutex_unlock(&types_lock);
	return &types;
}
