// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The kernel that the tests of unit.c and choice.c see: bpf(2) and netlink made up. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/btf.h>

#include "fake_kernel.h"

#define MAX 64

enum kind {
	NOTHING,
	PROG,
	LINK,
};

struct fake_kernel fake;

static struct {
	enum kind kind;
	__u32 id;
} fds[1024];

static struct {
	__u32 id;
	__u32 type;
	char name[BPF_OBJ_NAME_LEN];
} progs[MAX];

static struct uapi_link_info links[MAX];
static __u32 last_link_id;

static struct {
	char path[128];
	__u32 link_id;
} pins[MAX];

typedef long (*syscall_fn)(long nr, ...);

static syscall_fn real_syscall(void)
{
	static syscall_fn fn;

	if (!fn)
		*(void **)&fn = dlsym(RTLD_NEXT, "syscall");
	return fn;
}

static int new_fd(enum kind kind, __u32 id)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd >= 0) {
		fds[fd].kind = kind;
		fds[fd].id = id;
	}
	return fd;
}

/* The id behind a descriptor of this kind, or 0. A duplicate counts too. */
static __u32 id_of(int fd, enum kind kind)
{
	if (fd < 0 || fd >= 1024 || fcntl(fd, F_GETFD) < 0)
		return 0;
	return fds[fd].kind == kind ? fds[fd].id : 0;
}

static int prog_index(__u32 id)
{
	int i;

	for (i = 0; i < MAX; i++)
		if (id && progs[i].id == id)
			return i;
	return -1;
}

int fake_prog(__u32 id, __u32 type, const char *name)
{
	int i = 0;

	while (progs[i].id && progs[i].id != id)
		i++;
	progs[i].id = id;
	progs[i].type = type;
	snprintf(progs[i].name, sizeof(progs[i].name), "%s", name);
	return new_fd(PROG, id);
}

struct uapi_link_info *fake_link(__u32 id)
{
	return id && id <= last_link_id ? &links[id] : NULL;
}

__u32 fake_foreign_link(__u32 type)
{
	links[++last_link_id] = (struct uapi_link_info){
		.type = type,
		.id = last_link_id,
	};
	return last_link_id;
}

void fake_sever(__u32 link_id)
{
	links[link_id].tc.ifindex = 0;
}

static bool is_tcx(__u32 attach_type)
{
	return !fake.no_tcx && (attach_type == UAPI_TCX_INGRESS ||
				attach_type == UAPI_TCX_EGRESS);
}

/* Where nothing can be made, for want of the kernel or of the device. */
static int do_probe(const struct uapi_link_create *a)
{
	fake.nr_probes++;
	if (fake.probe_err)
		return -fake.probe_err;
	if (is_tcx(a->attach_type) ||
	    (!fake.no_tc && a->attach_type == FAKE_ATTACH_TYPE))
		return -ENODEV;
	return -EINVAL;
}

static int do_create_tcx(const struct uapi_link_create *a, __u32 prog_id)
{
	struct uapi_link_info *l = &links[++last_link_id];

	*l = (struct uapi_link_info){
		.type = UAPI_LINK_TYPE_TCX,
		.id = last_link_id,
		.prog_id = prog_id,
		.tcx.ifindex = a->target_ifindex,
		.tcx.attach_type = a->attach_type,
	};
	return new_fd(LINK, l->id);
}

static int do_create(const struct uapi_link_create *a, unsigned int size)
{
	struct uapi_link_info *l;
	unsigned int nr;
	__u32 prog_id;

	prog_id = id_of(a->prog_fd, PROG);
	if (!prog_id && fcntl(a->prog_fd, F_GETFD) < 0)
		return -EBADF;
	if (a->target_ifindex == 0x80000000U)
		return do_probe(a);
	nr = fake.nr_creates++;
	memcpy(fake.create_attr, a, size);
	fake.create_size = size;
	if (nr < 2 && fake.create_err[nr])
		return -fake.create_err[nr];
	if (!prog_id ||
	    progs[prog_index(prog_id)].type != BPF_PROG_TYPE_SCHED_CLS)
		return -EINVAL;
	if (is_tcx(a->attach_type))
		return do_create_tcx(a, prog_id);
	if (fake.no_tc || a->attach_type != FAKE_ATTACH_TYPE || !a->tc.parent)
		return -EINVAL;
	l = &links[++last_link_id];
	*l = (struct uapi_link_info){
		.type = FAKE_LINK_TYPE,
		.id = last_link_id,
		.prog_id = prog_id,
		.tc.ifindex = a->target_ifindex,
		.tc.parent = a->tc.parent,
		.tc.handle = a->tc.handle ? a->tc.handle : 1,
		.tc.priority = a->tc.priority ? a->tc.priority : 49152,
		.tc.chain_index = a->tc.chain_index,
		.tc.protocol = a->tc.protocol ? a->tc.protocol : 3,
		.tc.classid = a->tc.classid,
		.tc.gen_flags = a->tc.gen_flags,
		.tc.flags = a->flags,
	};
	return new_fd(LINK, l->id);
}

static int do_update(const union bpf_attr *a)
{
	struct uapi_link_info *l;
	__u32 prog_id;

	l = fake_link(id_of(a->link_update.link_fd, LINK));
	prog_id = id_of(a->link_update.new_prog_fd, PROG);
	if (fake.update_err)
		return -fake.update_err;
	if (!l)
		return -EINVAL;
	if (fcntl(a->link_update.new_prog_fd, F_GETFD) < 0)
		return -EBADF;
	if (!prog_id ||
	    progs[prog_index(prog_id)].type != BPF_PROG_TYPE_SCHED_CLS)
		return -EINVAL;
	if (!l->tc.ifindex)
		return -ENOLINK;
	if (a->link_update.flags & BPF_F_REPLACE) {
		if (fcntl(a->link_update.old_prog_fd, F_GETFD) < 0)
			return -EBADF;
		if (id_of(a->link_update.old_prog_fd, PROG) != l->prog_id)
			return -EPERM;
	}
	l->prog_id = prog_id;
	return 0;
}

static int do_info(const union bpf_attr *a)
{
	void *to = (void *)(unsigned long)a->info.info;
	int i = prog_index(id_of(a->info.bpf_fd, PROG));
	struct bpf_prog_info prog = {};
	struct uapi_link_info *l;

	if (i >= 0) {
		prog.type = progs[i].type;
		prog.id = progs[i].id;
		prog.ifindex = fake.bound_to;
		memcpy(prog.name, progs[i].name, sizeof(prog.name));
		memcpy(to, &prog, a->info.info_len < sizeof(prog) ?
					  a->info.info_len :
					  sizeof(prog));
		return 0;
	}
	l = fake_link(id_of(a->info.bpf_fd, LINK));
	if (!l)
		return fcntl(a->info.bpf_fd, F_GETFD) < 0 ? -EBADFD : -EINVAL;
	memcpy(to, l, sizeof(*l));
	return 0;
}

static int do_pin(const union bpf_attr *a)
{
	const char *path = (const char *)(unsigned long)a->pathname;
	int i = 0, fd;

	if (fake.pin_err)
		return -fake.pin_err;
	fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	close(fd);
	while (pins[i].link_id && strcmp(pins[i].path, path))
		i++;
	snprintf(pins[i].path, sizeof(pins[i].path), "%s", path);
	pins[i].link_id = id_of(a->bpf_fd, LINK);
	return 0;
}

static int do_get(const union bpf_attr *a)
{
	const char *path = (const char *)(unsigned long)a->pathname;
	int i;

	if (access(path, F_OK))
		return -errno;
	for (i = 0; i < MAX; i++)
		if (pins[i].link_id && !strcmp(pins[i].path, path))
			return new_fd(LINK, pins[i].link_id);
	return -EPERM;
}

static int do_next_id(union bpf_attr *a)
{
	if (fake.get_id_err)
		return -fake.get_id_err;
	if (a->start_id >= last_link_id)
		return -ENOENT;
	a->next_id = a->start_id + 1;
	return 0;
}

static int do_link_by_id(const union bpf_attr *a)
{
	if (fake.get_id_err)
		return -fake.get_id_err;
	return fake_link(a->link_id) ? new_fd(LINK, a->link_id) : -ENOENT;
}

static int do_query(struct uapi_prog_query *a)
{
	if (fake.query_err)
		return -fake.query_err;
	if (!is_tcx(a->attach_type))
		return -EINVAL;
	if (a->target_ifindex == 0x80000000U)
		return -ENODEV;
	a->revision = 7;
	return 0;
}

static int do_load(void)
{
	if (fake.load_err)
		return -fake.load_err;
	return fake_prog(1000, BPF_PROG_TYPE_SCHED_CLS, "probe");
}

static int fake_bpf(int cmd, union bpf_attr *a, unsigned int size)
{
	struct uapi_link_info *l;

	fake.nr_calls++;
	switch (cmd) {
	case BPF_LINK_CREATE:
		return do_create((const void *)a, size);
	case BPF_LINK_UPDATE:
		return do_update(a);
	case BPF_LINK_DETACH:
		l = fake_link(id_of(a->link_detach.link_fd, LINK));
		if (!l)
			return -EINVAL;
		l->tc.ifindex = 0;
		return 0;
	case BPF_OBJ_GET_INFO_BY_FD:
		return do_info(a);
	case BPF_OBJ_PIN:
		return do_pin(a);
	case BPF_OBJ_GET:
		return do_get(a);
	case BPF_LINK_GET_NEXT_ID:
		return do_next_id(a);
	case BPF_LINK_GET_FD_BY_ID:
		return do_link_by_id(a);
	case BPF_PROG_GET_FD_BY_ID:
		if (prog_index(a->prog_id) < 0)
			return -ENOENT;
		return new_fd(PROG, a->prog_id);
	case BPF_PROG_QUERY:
		return do_query((void *)a);
	case BPF_PROG_LOAD:
		return do_load();
	default:
		return -ENOSYS;
	}
}

long syscall(long nr, ...)
{
	long a[6] = {};
	va_list args;
	int i, ret;

	/* Not more than there are: behind them is the caller's stack. */
	va_start(args, nr);
	for (i = 0; i < (nr == __NR_bpf ? 3 : 6); i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (nr != __NR_bpf)
		return real_syscall()(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	ret = fake_bpf(a[0], (union bpf_attr *)a[1], a[2]);
	if (ret >= 0)
		return ret;
	errno = -ret;
	return -1;
}

ssize_t readlink(const char *path, char *buf, size_t len)
{
	const char *answer = NULL;
	int fd;

	if (sscanf(path, "/proc/thread-self/fd/%d", &fd) == 1) {
		if (id_of(fd, LINK))
			answer = "anon_inode:bpf_link";
		if (id_of(fd, PROG))
			answer = "anon_inode:bpf-prog";
	}
	if (!answer)
		return real_syscall()(__NR_readlinkat, AT_FDCWD, path, buf,
				      len);
	len = strlen(answer) < len ? strlen(answer) : len;
	memcpy(buf, answer, len);
	return len;
}

/* A copy of a descriptor is of the same object. */
int fcntl(int fd, int cmd, ...)
{
	va_list args;
	long arg;
	int copy;

	va_start(args, cmd);
	arg = va_arg(args, long);
	va_end(args);
	copy = real_syscall()(__NR_fcntl, fd, cmd, arg);
	if (cmd == F_DUPFD_CLOEXEC && copy >= 0)
		fds[copy] = fds[fd];
	return copy;
}

struct btf *btf__parse_raw(const char *path)
{
	struct btf *btf;

	(void)path;
	if (fake.btf_err) {
		errno = fake.btf_err;
		if (fake.btf_times && !--fake.btf_times)
			fake.btf_err = 0;
		return NULL;
	}
	if (fake.no_btf) {
		errno = ENOENT;
		return NULL;
	}
	btf = btf__new_empty();
	btf__add_enum(btf, "bpf_attach_type", 4);
	btf__add_enum_value(btf, "BPF_CGROUP_INET_INGRESS", 0);
	if (!fake.no_tc)
		btf__add_enum_value(btf, "BPF_TC", FAKE_ATTACH_TYPE);
	btf__add_enum(btf, "bpf_link_type", 4);
	btf__add_enum_value(btf, "BPF_LINK_TYPE_TCX", 11);
	if (!fake.no_tc)
		btf__add_enum_value(btf, "BPF_LINK_TYPE_TC", FAKE_LINK_TYPE);
	return btf;
}
