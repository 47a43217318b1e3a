// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * What the running kernel lacks that a key needs, by its type information, so
 * that the sentence names the key and not an instruction.
 */
#include <errno.h>
#include <string.h>
#include <bpf/btf.h>
#include <linux/pkt_cls.h>

#include "flow_cmd.h"

#define KEY(key) (1U << FLOW_KEY_##key)
#define TUPLE_KEYS (KEY(NFCT_SRC) | KEY(NFCT_DST) | KEY(NFCT_PROTO_SRC) | \
		    KEY(NFCT_PROTO_DST))
#define KERNEL_KEYS (FLOW_HEADER_KEYS | KEY(NFCT) | KEY(SKUID) | \
		     KEY(SKGID) | KEY(VLAN_TAG))

enum what {
	FUNCTION,
	MEMBER,
	TYPE,
};

static const struct need {
	__u32 keys;
	enum what what;
	const char *type;
	const char *member;
	const char *why;
} needs[] = {
	{ KERNEL_KEYS, FUNCTION, "bpf_cast_to_kern_ctx", NULL,
	  "this kernel does not let classifiers read its own packet structure; that needs Linux 6.2" },
	{ KERNEL_KEYS, FUNCTION, "bpf_rdonly_cast", NULL,
	  "this kernel does not let classifiers read its own structures; that needs Linux 6.2" },
	{ TUPLE_KEYS | KEY(NFCT), MEMBER, "sk_buff", "_nfct",
	  "this kernel has no connection tracking (CONFIG_NF_CONNTRACK)" },
	{ TUPLE_KEYS, TYPE, "nf_conn", NULL,
	  "connection tracking is a module here, and the kernel's own type information does not describe its connections" },
	{ KEY(RTCLASSID), MEMBER, "fib_nh", "nh_tclassid",
	  "the routes of this kernel have no realms (CONFIG_IP_ROUTE_CLASSID)" },
};

/* Members of structures and unions without a name count as the outer's. */
static bool needs_has_member(const struct btf *btf, __u32 id, const char *name)
{
	const struct btf_type *type = btf__type_by_id(btf, id);
	const struct btf_member *m;
	const char *known;
	int i;

	if (!type || !btf_is_composite(type))
		return false;
	m = btf_members(type);
	for (i = 0; i < btf_vlen(type); i++, m++) {
		known = btf__name_by_offset(btf, m->name_off);
		if (!strcmp(known, name) ||
		    (!*known && needs_has_member(btf, m->type, name)))
			return true;
	}
	return false;
}

static bool needs_has(const struct btf *btf, const struct need *need)
{
	int kind = need->what == FUNCTION ? BTF_KIND_FUNC : BTF_KIND_STRUCT;
	int id = btf__find_by_name_kind(btf, need->type, kind);

	if (need->what == MEMBER)
		return id > 0 && needs_has_member(btf, id, need->member);
	return id > 0;
}

static int needs_say(__u32 keys, const char *why)
{
	return failed("key '%s' is not available: %s",
		      flow_key_names[__builtin_ctz(keys)], why);
}

/* 0 if there is none; then the program does not use it. */
static __u32 needs_type_id(const struct btf *btf, const char *name)
{
	int id = btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT);

	return id < 0 ? 0 : id;
}

/* Check that all keys can be had, and find the types that the program needs. */
int flow_needs_check(struct flow_set *set)
{
	int rc = RC_OK;
	struct btf *btf;
	size_t i;

	btf = btf__load_vmlinux_btf();
	if (!btf)
		return failed("cannot read the type information of the kernel, /sys/kernel/btf/vmlinux (CONFIG_DEBUG_INFO_BTF): %s",
			      strerror(errno));
	for (i = 0; !rc && i < ARRAY_SIZE(needs); i++)
		if (needs[i].keys & set->keys && !needs_has(btf, &needs[i]))
			rc = needs_say(needs[i].keys & set->keys, needs[i].why);
	set->sock_type = needs_type_id(btf, "sock");
	set->conn_type = needs_type_id(btf, "nf_conn");
	btf__free(btf);
	return rc;
}

/*
 * The same for the keys that need types, and for realms, of which a kernel
 * without them says 0. Type information takes long to read, so the others are
 * checked only if the program does not load.
 */
int flow_needs_types(struct flow_set *set)
{
	if (!(set->keys & (TUPLE_KEYS | KEY(NFCT) | KEY(RTCLASSID) |
			   KEY(SKUID) | KEY(SKGID))))
		return RC_OK;
	return flow_needs_check(set);
}
