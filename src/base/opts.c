// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Structures of the caller, who may have an older or newer header. */
#include <string.h>

#include "base/internal.h"

static size_t opts_min(size_t a, size_t b)
{
	return a < b ? a : b;
}

int opts_copy(void *known, size_t known_sz, size_t known_end, const void *user)
{
	const unsigned char *bytes = user;
	size_t i, sz;

	memset(known, 0, known_sz);
	if (!user)
		return 0;
	memcpy(&sz, user, sizeof(sz));
	if (sz < sizeof(sz))
		return -EINVAL;
	for (i = known_end; i < sz; i++)
		if (bytes[i])
			return -E2BIG;
	memcpy(known, user, opts_min(sz, known_end));
	return 0;
}

int out_check(const void *user)
{
	size_t sz;

	memcpy(&sz, user, sizeof(sz));
	return sz < sizeof(sz) ? -EINVAL : 0;
}

void out_copy(void *user, void *known, size_t known_sz)
{
	size_t sz;

	memcpy(&sz, user, sizeof(sz));
	memset(user, 0, sz);
	memcpy(known, &sz, sizeof(sz));
	memcpy(user, known, opts_min(sz, known_sz));
}
