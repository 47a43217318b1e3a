// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* What bpf(2) tells of links and programs, and /proc of their descriptors. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>

#include "kernel/kernel.h"

/* Of a closed descriptor the kernel says EBADFD here, and EBADF elsewhere. */
static int bpf_info_read(int fd, void *info, __u32 len)
{
	int err;

	memset(info, 0, len);
	err = bpf_obj_get_info_by_fd(fd, info, &len);
	return err == -EBADFD ? -EBADF : err;
}

int link_info_read(int fd, struct uapi_link_info *info)
{
	return bpf_info_read(fd, info, sizeof(*info));
}

int prog_info_read(int fd, struct bpf_prog_info *info)
{
	return bpf_info_read(fd, info, sizeof(*info));
}

/*
 * Programs and maps are descriptors too, and asking them for link information
 * gets an answer that merely means something else. Without /proc there is no
 * telling, and the type has to do.
 */
bool fd_is(int fd, const char *kind)
{
	const char prefix[] = "anon_inode:";
	char path[40], target[32];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/thread-self/fd/%d", fd);
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		return true;
	target[len] = '\0';
	return !strncmp(target, prefix, sizeof(prefix) - 1) &&
	       !strcmp(target + sizeof(prefix) - 1, kind);
}

bool fd_is_link(int fd)
{
	return fd_is(fd, "bpf_link") || fd_is(fd, "bpf-link");
}

bool prog_is_classifier(int prog_fd)
{
	struct bpf_prog_info info;

	return !prog_info_read(prog_fd, &info) && fd_is(prog_fd, "bpf-prog") &&
	       info.type == BPF_PROG_TYPE_SCHED_CLS;
}

static int bpf_fd_above_stdio(int fd)
{
	int copy;

	if (fd > STDERR_FILENO)
		return fd;
	copy = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (copy < 0)
		copy = -errno;
	close(fd);
	return copy;
}

int link_create(const struct uapi_link_create *attr, __u32 size)
{
	int fd = syscall(__NR_bpf, BPF_LINK_CREATE, attr, size);

	return fd < 0 ? -errno : bpf_fd_above_stdio(fd);
}

static int probe_answer(int err)
{
	switch (err) {
	case -ENODEV:
		return YES;
	case -EINVAL:
	case -EOPNOTSUPP:
		return NO;
	default:
		return err;
	}
}

/* Two threads may both find out; they find the same. */
int probe_once(atomic_int *known, int (*ask)(int prog_fd), int prog_fd)
{
	int answer = atomic_load(known);

	if (answer != UNKNOWN)
		return answer;
	answer = probe_answer(ask(prog_fd));
	if (answer > UNKNOWN)
		atomic_store(known, answer);
	return answer;
}
