// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <errno.h>
#include <ftw.h>
#include <mntent.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "print.h"

/* nftw() passes no argument on. */
static struct pins *found;

static int pin_add(__u32 id, const char *path)
{
	struct pin *pin;

	pin = reallocarray(found->pin, found->nr + 1, sizeof(*pin));
	if (!pin)
		return failed("out of memory");
	found->pin = pin;
	pin[found->nr].link_id = id;
	pin[found->nr].path = strdup(path);
	if (!pin[found->nr].path)
		return failed("out of memory");
	found->nr++;
	return RC_OK;
}

/* Maps, programs and other links are pinned there too. */
static int visit(const char *path, const struct stat *st, int type,
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

static int by_link(const void *a, const void *b)
{
	const struct pin *x = a, *y = b;

	if (x->link_id != y->link_id)
		return x->link_id < y->link_id ? -1 : 1;
	return strcmp(x->path, y->path);
}

static bool same(const struct pin *a, const struct pin *b)
{
	return !by_link(a, b);
}

/* A file system that is mounted twice at a path is walked twice. */
static void sort(struct pins *pins)
{
	size_t i, nr = 0;

	if (!pins->nr)
		return;
	qsort(pins->pin, pins->nr, sizeof(*pins->pin), by_link);
	for (i = 1; i < pins->nr; i++) {
		if (same(&pins->pin[i], &pins->pin[nr]))
			free(pins->pin[i].path);
		else
			pins->pin[++nr] = pins->pin[i];
	}
	pins->nr = nr + 1;
}

/* The pins of TC and tcx links in all BPF file systems that are mounted */
int pins_scan(struct pins *pins)
{
	tclink_log_fn log = tclink_set_log(NULL);
	struct mntent *mount;
	int rc = RC_OK;
	FILE *mounts;

	found = pins;
	mounts = setmntent("/proc/self/mounts", "re");
	if (!mounts)
		return failed("cannot read /proc/self/mounts: %s",
			      strerror(errno));
	while (rc <= 0 && (mount = getmntent(mounts)))
		if (!strcmp(mount->mnt_type, "bpf"))
			rc = nftw(mount->mnt_dir, visit, 16,
				  FTW_PHYS | FTW_MOUNT);
	endmntent(mounts);
	tclink_set_log(log);
	sort(pins);
	return rc > 0 ? rc : RC_OK;
}

void pins_free(struct pins *pins)
{
	while (pins->nr)
		free(pins->pin[--pins->nr].path);
	free(pins->pin);
}
