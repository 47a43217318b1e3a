// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The pins of links in all BPF file systems that are mounted */
#include <errno.h>
#include <ftw.h>
#include <mntent.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "print.h"

/* nftw() passes no argument on. */
static struct pins *pins_found;

static int pin_add(__u32 id, const char *path)
{
	struct pin *pin;

	pin = reallocarray(pins_found->pin, pins_found->nr + 1, sizeof(*pin));
	if (!pin)
		return failed("out of memory");
	pins_found->pin = pin;
	pin[pins_found->nr].link_id = id;
	pin[pins_found->nr].path = strdup(path);
	if (!pin[pins_found->nr].path)
		return failed("out of memory");
	pins_found->nr++;
	return RC_OK;
}

/* Maps, programs and other links are pinned there too. */
static int pins_visit(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	TCLINK_OPTS(tclink_info, info);
	struct tclink *link;
	int rc = RC_OK;

	(void)st;
	(void)ftw;
	if (type != FTW_F)
		return 0;
	link = tclink_open_path(path);
	if (link && !tclink__info(link, &info))
		rc = pin_add(info.id, path);
	tclink__destroy(link);
	return rc;
}

static int pins_by_link(const void *a, const void *b)
{
	const struct pin *x = a, *y = b;

	if (x->link_id != y->link_id)
		return x->link_id < y->link_id ? -1 : 1;
	return strcmp(x->path, y->path);
}

static bool pins_same(const struct pin *a, const struct pin *b)
{
	return !pins_by_link(a, b);
}

/* A file system that is mounted twice at a path is walked twice. */
static void pins_sort(struct pins *pins)
{
	size_t i, nr = 0;

	if (!pins->nr)
		return;
	qsort(pins->pin, pins->nr, sizeof(*pins->pin), pins_by_link);
	for (i = 1; i < pins->nr; i++) {
		if (pins_same(&pins->pin[i], &pins->pin[nr]))
			free(pins->pin[i].path);
		else
			pins->pin[++nr] = pins->pin[i];
	}
	pins->nr = nr + 1;
}

int pins_scan(struct pins *pins)
{
	tclink_log_fn log = tclink_set_log(NULL);
	struct mntent *mount;
	int rc = RC_OK;
	FILE *mounts;

	pins_found = pins;
	mounts = setmntent("/proc/self/mounts", "re");
	if (!mounts)
		return failed("cannot read /proc/self/mounts: %s",
			      strerror(errno));
	while (rc <= 0 && (mount = getmntent(mounts)))
		if (!strcmp(mount->mnt_type, "bpf"))
			rc = nftw(mount->mnt_dir, pins_visit, 16,
				  FTW_PHYS | FTW_MOUNT);
	endmntent(mounts);
	tclink_set_log(log);
	pins_sort(pins);
	return rc > 0 ? rc : RC_OK;
}

void pins_free(struct pins *pins)
{
	while (pins->nr)
		free(pins->pin[--pins->nr].path);
	free(pins->pin);
}
