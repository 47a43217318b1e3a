// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The processes that hold links, as /proc/PID/fdinfo tells */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "print.h"

/* Processes come and go meanwhile: what cannot be read is passed over. */
static size_t owners_read(int dir, const char *path, char *text, size_t size)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return 0;
	len = read(fd, text, size - 1);
	close(fd);
	text[len < 0 ? 0 : len] = '\0';
	return len < 0 ? 0 : len;
}

static bool owners_is_link(int fds, const char *fd)
{
	char target[64];
	ssize_t len = readlinkat(fds, fd, target, sizeof(target) - 1);

	if (len < 0)
		return false;
	target[len] = '\0';
	return !strcmp(target, "anon_inode:bpf_link") ||
	       !strcmp(target, "anon_inode:bpf-link");
}

/* The id of the link behind a descriptor, 0 if it is none */
static __u32 owners_link_id(int fds, const char *fd)
{
	char path[64], text[1024];
	const char *line;

	if (!owners_is_link(fds, fd))
		return 0;
	snprintf(path, sizeof(path), "../fdinfo/%.20s", fd);
	if (!owners_read(fds, path, text, sizeof(text)))
		return 0;
	line = strstr(text, "link_id:");
	return line ? strtoul(line + strlen("link_id:"), NULL, 10) : 0;
}

static int owner_add(struct owners *owners, __u32 id, int pid, int fds)
{
	struct owner *o;

	o = reallocarray(owners->owner, owners->nr + 1, sizeof(*o));
	if (!o)
		return failed("out of memory");
	owners->owner = o;
	o += owners->nr++;
	if (owners->nr > 1 && o[-1].pid == pid) {
		*o = o[-1];
		o->link_id = id;
		return RC_OK;
	}
	*o = (struct owner){ .link_id = id, .pid = pid };
	if (!owners_read(fds, "../comm", o->comm, sizeof(o->comm)))
		strcpy(o->comm, "?");
	o->comm[strcspn(o->comm, "\n")] = '\0';
	return RC_OK;
}

static int owners_scan_process(struct owners *owners, int pid)
{
	struct dirent *entry;
	char path[32];
	int rc = RC_OK;
	DIR *dir;
	__u32 id;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	if (!dir)
		return RC_OK;
	while (!rc && (entry = readdir(dir))) {
		id = owners_link_id(dirfd(dir), entry->d_name);
		if (id)
			rc = owner_add(owners, id, pid, dirfd(dir));
	}
	closedir(dir);
	return rc;
}

static int owners_by_link(const void *a, const void *b)
{
	const struct owner *x = a, *y = b;

	if (x->link_id != y->link_id)
		return x->link_id < y->link_id ? -1 : 1;
	return x->pid - y->pid;
}

/* A process may have several descriptors of a link. */
static void owners_sort(struct owners *owners)
{
	struct owner *o = owners->owner;
	size_t i, nr = 0;

	if (!owners->nr)
		return;
	qsort(o, owners->nr, sizeof(*o), owners_by_link);
	for (i = 1; i < owners->nr; i++)
		if (owners_by_link(&o[i], &o[nr]))
			o[++nr] = o[i];
	owners->nr = nr + 1;
}

/* All of them at once: there may be many links. This process does not count. */
int owners_scan(struct owners *owners)
{
	struct dirent *entry;
	int rc = RC_OK, pid;
	DIR *proc;

	proc = opendir("/proc");
	if (!proc)
		return failed("cannot read /proc: %s", strerror(errno));
	while (!rc && (entry = readdir(proc))) {
		pid = atoi(entry->d_name);
		if (pid > 0 && pid != getpid())
			rc = owners_scan_process(owners, pid);
	}
	closedir(proc);
	owners_sort(owners);
	return rc;
}

/* Index of the first that holds the link, or of one that holds a later one */
size_t owners_find(const struct owners *owners, __u32 id)
{
	size_t low = 0, high = owners->nr, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (owners->owner[mid].link_id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

void owners_free(struct owners *owners)
{
	free(owners->owner);
}
