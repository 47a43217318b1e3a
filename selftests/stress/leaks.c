// SPDX-License-Identifier: GPL-2.0-only
/* What is there of all that could be left behind: take figures before a test,
 * and compare them with those after it.
 *
 * stress_leaks show            print the figures
 * stress_leaks save FILE [all] write them there; without all, slabs only if the
 *				kernel knows what of them is ours
 * stress_leaks compare FILE    exit with 1 if something is left, and say what
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "tclib.h"

#define KMEMLEAK	"/sys/kernel/debug/kmemleak"
#define TRACES		"/sys/kernel/debug/slab/kmalloc-*/alloc_traces"
#define MAX_FIGURES	128
/* Freeing is deferred. */
#define WAIT_SECONDS	20

struct figure {
	char name[48];
	long value;
	long slack;	/* that may come and go, -1: any */
};

struct figures {
	struct figure of[MAX_FIGURES];
	int n;
};

static void figures_add(struct figures *f, const char *name, long value, long slack)
{
	struct figure *fig = &f->of[f->n];

	if (f->n == MAX_FIGURES)
		return;
	f->n++;
	snprintf(fig->name, sizeof(fig->name), "%s", name);
	fig->value = value;
	fig->slack = slack;
}

static long count_ids(int (*next)(__u32 id, __u32 *next_id))
{
	__u32 id = 0;
	long n = 0;

	while (!next(id, &id))
		n++;
	return n;
}

static long first_number(const char *path)
{
	FILE *f = fopen(path, "re");
	long value = -1;

	if (!f)
		return -1;
	if (fscanf(f, "%ld", &value) != 1)
		value = -1;
	fclose(f);
	return value;
}

/* Without what waits on lists of a processor, or in KASAN's quarantine. */
static void add_slabs(struct figures *f, const char *pattern, long slack)
{
	char path[128];
	glob_t g;
	size_t i;

	if (glob(pattern, 0, NULL, &g))
		return;
	for (i = 0; i < g.gl_pathc; i++) {
		snprintf(path, sizeof(path), "%s/shrink", g.gl_pathv[i]);
		write_file(path, "1");
		snprintf(path, sizeof(path), "%s/objects", g.gl_pathv[i]);
		figures_add(f, strrchr(g.gl_pathv[i], '/') + 1, first_number(path),
		    slack);
	}
	globfree(&g);
}

/* Adds to what other slabs hold of the same allocator. */
static void add_to(struct figures *f, const char *name, long value)
{
	struct figure *fig;

	for (fig = f->of; fig < f->of + f->n; fig++)
		if (!strcmp(fig->name, name)) {
			fig->value += value;
			return;
		}
	figures_add(f, name, value, 0);
}

/* What the classifiers' code and that of links has allocated, by function: only
 * a kernel that was booted with slab_debug=U knows.
 */
static void add_allocators(struct figures *f)
{
	static const char *const ours[] = { "tc_link", "cls_bpf", "tcf_",
					    "bpf_tc_link" };
	char line[512], function[48];
	FILE *traces;
	long count;
	glob_t g;
	size_t i, o;

	if (glob(TRACES, 0, NULL, &g))
		return;
	for (i = 0; i < g.gl_pathc; i++) {
		traces = fopen(g.gl_pathv[i], "re");
		while (traces && fgets(line, sizeof(line), traces)) {
			/* Lines of a stack trace start with no number. */
			if (sscanf(line, "%ld %47[^+ ]", &count, function) != 2)
				continue;
			for (o = 0; o < sizeof(ours) / sizeof(ours[0]); o++)
				if (!strncmp(function, ours[o], strlen(ours[o])))
					add_to(f, function, count);
		}
		if (traces)
			fclose(traces);
	}
	globfree(&g);
}

static void add_meminfo(struct figures *f)
{
	FILE *m = fopen("/proc/meminfo", "re");
	char name[48], line[128];
	long value;

	while (m && fgets(line, sizeof(line), m))
		if (sscanf(line, "%47[^:]: %ld", name, &value) == 2 &&
		    (!strcmp(name, "MemAvailable") || !strcmp(name, "Slab") ||
		     !strcmp(name, "SUnreclaim") || !strcmp(name, "Percpu") ||
		     !strcmp(name, "VmallocUsed")))
			figures_add(f, name, value, -1);
	if (m)
		fclose(m);
}

static void take(struct figures *f, bool slabs)
{
	f->n = 0;
	figures_add(f, "links", count_ids(bpf_link_get_next_id), 0);
	figures_add(f, "programs", count_ids(bpf_prog_get_next_id), 0);
	figures_add(f, "maps", count_ids(bpf_map_get_next_id), 0);
	figures_add(f, "files", first_number("/proc/sys/fs/file-nr"), 64);
	/* The kernel frees the last one when the next one goes. */
	add_slabs(f, "/sys/kernel/slab/net_namespace", 0);
	if (!f->of[f->n - 1].value)
		f->of[f->n - 1].value = 1;
	if (slabs) {
		add_slabs(f, "/sys/kernel/slab/kmalloc-[0-9]*", 2000);
		add_allocators(f);
	}
	add_meminfo(f);
}

static int save(const struct figures *f, const char *path)
{
	FILE *file = fopen(path, "we");
	int i;

	if (!file)
		return 2;
	for (i = 0; i < f->n; i++)
		fprintf(file, "%s %ld\n", f->of[i].name, f->of[i].value);
	return fclose(file) ? 2 : 0;
}

static bool has_traces(void)
{
	bool has;
	glob_t g;

	has = !glob(TRACES, 0, NULL, &g);
	if (has)
		globfree(&g);
	return has;
}

static bool has_slabs(const struct figures *f)
{
	int i;

	for (i = 0; i < f->n; i++)
		if (!strncmp(f->of[i].name, "kmalloc-", 8))
			return true;
	return false;
}

static int figures_load(struct figures *f, const char *path)
{
	FILE *file = fopen(path, "re");
	char name[48];
	long value;

	if (!file)
		return -1;
	f->n = 0;
	while (fscanf(file, "%47s %ld", name, &value) == 2)
		figures_add(f, name, value, 0);
	fclose(file);
	return 0;
}

/* Less than before is no leak: something of an earlier test went. */
static int figures_compare(const struct figures *was, const struct figures *is,
		   bool tell)
{
	const struct figure *a, *b;
	long before;
	int more = 0;

	for (b = is->of; b < is->of + is->n; b++) {
		if (b->slack < 0)
			continue;
		for (a = was->of; a < was->of + was->n; a++)
			if (!strcmp(a->name, b->name))
				break;
		/* What nobody had allocated was not listed. */
		before = a == was->of + was->n ? 0 : a->value;
		if (b->value <= before + b->slack)
			continue;
		more++;
		if (tell)
			printf("%s: %ld before, %ld after\n", b->name, before,
			       b->value);
	}
	return more;
}

static bool scan(char *buf, size_t size)
{
	ssize_t len;
	int fd;

	write_file(KMEMLEAK, "scan");
	fd = open(KMEMLEAK, O_RDONLY | O_CLOEXEC);
	len = fd < 0 ? 0 : read(fd, buf, size - 1);
	if (fd >= 0)
		close(fd);
	buf[len > 0 ? len : 0] = '\0';
	return len > 0;
}

/* It reports what is older than 5 s. What is found only once may be in a
 * register.
 */
static int kmemleak(void)
{
	char buf[8192];

	if (access(KMEMLEAK, F_OK))
		return 0;
	sleep(6);
	if (!scan(buf, sizeof(buf)) || !scan(buf, sizeof(buf)))
		return 0;
	printf("%s", buf);
	write_file(KMEMLEAK, "clear");
	return 1;
}

int main(int argc, char **argv)
{
	static struct figures was, is;
	bool all = argc == 4 && !strcmp(argv[3], "all");
	int i, more;

	if (argc == 2 && !strcmp(argv[1], "show")) {
		take(&is, true);
		for (i = 0; i < is.n; i++)
			printf("%10ld %s\n", is.of[i].value, is.of[i].name);
		return 0;
	}
	if ((argc == 3 || all) && !strcmp(argv[1], "save")) {
		take(&is, all || has_traces());
		/* What others have left is not this test's. */
		write_file(KMEMLEAK, "clear");
		return save(&is, argv[2]);
	}
	if (argc != 3 || strcmp(argv[1], "compare") || figures_load(&was, argv[2])) {
		fprintf(stderr, "usage: %s show|save FILE [all]|compare FILE\n",
			argv[0]);
		return 2;
	}
	all = has_slabs(&was);
	take(&is, all);
	for (i = 0; i < WAIT_SECONDS && figures_compare(&was, &is, false); i++) {
		sleep(1);
		take(&is, all);
	}
	more = figures_compare(&was, &is, true);
	more += kmemleak();
	return more > 0;
}
