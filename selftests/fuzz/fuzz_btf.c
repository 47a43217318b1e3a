// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The kernel's type information, made up, for where the library looks in it. */
#include <stdint.h>
#include <bpf/libbpf.h>

/* The source: what it looks for is static, and kept once it was found. */
#include "kernel/btf.c"

static const uint8_t *raw;
static __u32 raw_size;

struct btf *btf__parse_raw(const char *path)
{
	(void)path;
	return btf__new(raw, raw_size);
}

static int silence(enum libbpf_print_level level, const char *format,
		   va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	libbpf_set_print(silence);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tc_types found = {};

	raw = data;
	raw_size = size;
	types_read(&found);
	return 0;
}
