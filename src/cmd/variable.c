// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Sets global variables of an object file before it is loaded */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "program.h"

struct variable {
	struct bpf_map *map; /* of its section */
	__u32 offset;
	__u32 size;
	bool is_signed;
};

/* The text up to '=' names the variable. */
static bool variable_named(const char *name, const char *assignment)
{
	size_t len = strcspn(assignment, "=");

	return strlen(name) == len && !strncmp(name, assignment, len);
}

int set_check(const char *assignment)
{
	const char *equals = strchr(assignment, '=');

	if (!equals || equals == assignment || !equals[1])
		return misused("--set '%s' is not of the form VARIABLE=NUMBER",
			       assignment);
	return RC_OK;
}

/* Integers, booleans, enumerations and typedefs of them */
static bool variable_integer(const struct btf *btf, __u32 id,
			     struct variable *var)
{
	const struct btf_type *t;

	t = btf__type_by_id(btf, btf__resolve_type(btf, id));
	if (!t || !(btf_is_int(t) || btf_is_any_enum(t)))
		return false;
	var->size = t->size;
	var->is_signed = btf_is_int(t) ? btf_int_encoding(t) & BTF_INT_SIGNED :
					 btf_kflag(t);
	return var->size <= sizeof(__u64);
}

/* 1 if the section of this map has it, 0 if not, -EINVAL if unsuitable. */
static int variable_in_map(const struct btf *btf, struct bpf_map *map,
			   const char *assignment, struct variable *var)
{
	const struct btf_type *sec;
	const struct btf_var_secinfo *v;
	const struct btf_type *t;
	__u16 i;

	sec = btf__type_by_id(btf, bpf_map__btf_value_type_id(map));
	if (!sec || !btf_is_datasec(sec))
		return 0;
	for (v = btf_var_secinfos(sec), i = 0; i < btf_vlen(sec); i++, v++) {
		t = btf__type_by_id(btf, v->type);
		if (!variable_named(btf__name_by_offset(btf, t->name_off),
				    assignment))
			continue;
		if (!variable_integer(btf, t->type, var))
			return -EINVAL;
		var->map = map;
		var->offset = v->offset;
		return 1;
	}
	return 0;
}

static int variable_find(struct bpf_object *obj, const char *assignment,
			 struct variable *var)
{
	const struct btf *btf = bpf_object__btf(obj);
	struct bpf_map *map;
	int found;

	if (!btf)
		return 0;
	bpf_object__for_each_map(map, obj) {
		if (!bpf_map__is_internal(map))
			continue;
		found = variable_in_map(btf, map, assignment, var);
		if (found)
			return found;
	}
	return 0;
}

/*
 * The bytes of a number as the variable holds it. Returns false if it is no
 * number or does not fit.
 */
static bool variable_bytes(const struct variable *var, const char *text,
			   __u64 *n)
{
	unsigned int spare = 64 - 8 * var->size;
	bool negative = *text == '-';
	__u64 max = ~0ULL >> spare >> var->is_signed;

	if ((negative && !var->is_signed) ||
	    !number_read(text + negative, max + negative, n))
		return false;
	if (negative)
		*n = -*n;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	*n <<= spare;
#endif
	return true;
}

static int variable_store(const struct variable *var, __u64 n)
{
	const void *old;
	size_t size;
	char *data;
	int err;

	old = bpf_map__initial_value(var->map, &size);
	if (!old || var->offset + (size_t)var->size > size)
		return -EINVAL;
	data = malloc(size);
	if (!data)
		return -ENOMEM;
	memcpy(data, old, size);
	memcpy(data + var->offset, &n, var->size);
	err = bpf_map__set_initial_value(var->map, data, size);
	free(data);
	return err;
}

int set_variable(struct bpf_object *obj, const char *assignment)
{
	const char *value = strchr(assignment, '=') + 1;
	int len = value - assignment - 1;
	struct variable var;
	int found, err;
	__u64 n;

	found = variable_find(obj, assignment, &var);
	if (!found)
		return failed("the object has no global variable '%.*s'", len,
			      assignment);
	if (found < 0)
		return failed("the variable '%.*s' is not an integer", len,
			      assignment);
	if (!variable_bytes(&var, value, &n))
		return failed("'%s' is not a number that fits in the %u-byte %s variable '%.*s'",
			      value, var.size,
			      var.is_signed ? "signed" : "unsigned", len,
			      assignment);
	err = variable_store(&var, n);
	if (err)
		return failed("cannot set '%.*s': %s", len, assignment,
			      strerror(-err));
	return RC_OK;
}
