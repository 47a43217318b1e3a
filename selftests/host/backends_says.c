// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* What calls on an object, and those that find one, say when they fail. */
#include <fcntl.h>
#include <stdio.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <bpf/bpf.h>

#include "backends.h"

#define LINK (1U << TCLINK_BACKEND_LINK)
#define TCX (1U << TCLINK_BACKEND_TCX)
#define NETLINK (1U << TCLINK_BACKEND_NETLINK)

#define NO_SUCH_ID 0x7fffffff
#define PIN "/sys/fs/bpf/pin"
#define OTHER_PIN "/sys/fs/bpf/other"

/* Each test has this link, which it leaves as it is, and a bpf file system. */
static struct tclink *held;
static struct tclink_info held_info;

static struct tclink_attach_opts place(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);

	if (has(TCLINK_PRIORITY)) {
		opts.priority = 10;
		opts.handle = 7;
	}
	return opts;
}

static void hold(void)
{
	struct tclink_attach_opts opts = place();

	CHECK(!unshare(CLONE_NEWNS));
	CHECK(!mount("none", "/", "none", MS_REC | MS_PRIVATE, ""));
	CHECK(!mount("bpf", "/sys/fs/bpf", "bpf", 0, ""));
	forget();
	held = attach_at(0, veth.dev, TCLINK_INGRESS, &opts);
	CHECK(held && !nr_sentences);
	held_info = info_of(held);
}

static void update_prog(void)
{
	int other = prog_other(), null = open("/dev/null", O_RDONLY);
	char text[256];

	snprintf(text, sizeof(text),
		 "program %u (other) is of type socket_filter; only sched_cls programs, SEC(\"tc\"), can be attached",
		 prog_id_of(other));
	FAILS(tclink__update(held, other, NULL), EINVAL, text);
	FAILS(tclink__update(held, 999, NULL), EBADF,
	      "descriptor 999 is not open");
	snprintf(text, sizeof(text), "descriptor %d is not a BPF program", null);
	FAILS(tclink__update(held, null, NULL), EINVAL, text);
}

/* Nor does it make a qdisc. Whoever has the descriptor needs no more. */
static void without_net_admin(void)
{
	struct tclink *link;

	drop_capability(CAP_NET_ADMIN);
	FAILS_PTR(attach_at(0, veth.dev, TCLINK_INGRESS, NULL), EPERM,
		  "attaching to t0 ingress needs CAP_NET_ADMIN over the user namespace of the network namespace");
	FAILS_PTR(attach_at(0, veth.peer, TCLINK_EGRESS, NULL), EPERM,
		  "attaching to t1 egress needs CAP_NET_ADMIN over the user namespace of the network namespace");
	CHECK(sh_status("tc qdisc show dev t1 | grep -q clsact"));
	if (!has(TCLINK_OWNED))
		exit(0); /* which may not delete the filter */
	link = tclink_open_fd(tclink__fd(held));
	CHECK(link && !tclink__update(link, veth.prog[0], NULL));
	CHECK(!tclink__destroy(link) && !nr_sentences);
}

static void without_sys_admin(void)
{
	struct tclink_attach_opts opts = place();
	struct tclink *link;
	char text[256];
	__u32 id = 0;

	drop_capability(CAP_SYS_ADMIN);
	FAILS_PTR(tclink_open_id(held_info.id), EPERM,
		  "opening a link by its id needs CAP_SYS_ADMIN");
	FAILS_PTR(tclink_next(&id, NULL), EPERM,
		  "going through the links needs CAP_SYS_ADMIN");
	CHECK(!id);
	/* Netlink tells anyone which link it is, though not of the program. */
	snprintf(text, sizeof(text),
		 "t0 ingress has a filter with priority 10 and handle 0x7 already, owned by link %u, program %u; choose another handle or priority, or 0 to let the kernel choose",
		 held_info.id, veth.id[0]);
	if (variant == TCLINK_BACKEND_LINK)
		FAILS_PTR(attach_at(1, veth.dev, TCLINK_INGRESS, &opts), EEXIST,
			  text);
	/* Attaching needs CAP_NET_ADMIN only. */
	link = attach(1, TCLINK_INGRESS);
	CHECK(!tclink__destroy(link));
}

static void pin(void)
{
	struct tclink *link = tclink_open_id(held_info.id);

	CHECK(link);
	FAILS(tclink__pin(held, "/sys/fs/bpf/none/pin"), ENOENT,
	      "the directory of /sys/fs/bpf/none/pin does not exist; create it");
	FAILS(tclink__pin(held, "/run/pin"), EPERM,
	      "/run/pin is not in a BPF file system; use a path under /sys/fs/bpf, or 'mount -t bpf'");
	FAILS(tclink__pin(held, "/sys/fs/bpf/pin.1"), EPERM,
	      "/sys/fs/bpf/pin.1 has a dot in its name, which a BPF file system does not allow");
	FAILS(tclink__unpin(held), EINVAL,
	      "this object knows of no pin of its link");
	CHECK(!tclink__pin(held, PIN));
	FAILS(tclink__pin(held, OTHER_PIN), EBUSY,
	      "the link is pinned at " PIN " already; unpin it first");
	FAILS(tclink__pin(link, PIN), EEXIST,
	      PIN " exists; choose another path or remove it");
	CHECK(!unlink(PIN));
	FAILS(tclink__unpin(held), ENOENT, "the pin " PIN " is gone");
	CHECK(!tclink__destroy(link));
}

/* Another link has the name by now. */
static void unpin_another(void)
{
	struct tclink *link = attach(1, TCLINK_INGRESS);

	CHECK(!tclink__pin(held, PIN) && !unlink(PIN));
	CHECK(!tclink__pin(link, PIN));
	FAILS(tclink__unpin(held), ESTALE,
	      PIN " now leads to another object; it was left alone");
	CHECK(!access(PIN, F_OK));
	CHECK(!tclink__unpin(link) && !tclink__destroy(link));
}

static void open_nothing(void)
{
	FAILS_PTR(tclink_open_path(PIN), ENOENT, "nothing is pinned at " PIN);
	FAILS_PTR(tclink_open_path("/sys/fs/bpf/pin.1"), EPERM,
		  "/sys/fs/bpf/pin.1 has a dot in its name, which a BPF file system does not allow");
	FAILS_PTR(tclink_open_path("/dev/null"), EACCES,
		  "/dev/null is not in a BPF file system; use a path under /sys/fs/bpf, or 'mount -t bpf'");
	FAILS_PTR(tclink_open_id(NO_SUCH_ID), ENOENT,
		  "there is no link 2147483647");
	FAILS_PTR(tclink_open_fd(999), EBADF,
		  "descriptor 999: Bad file descriptor");
}

static int xdp_link(void)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int prog = bpf_prog_load(BPF_PROG_TYPE_XDP, "pass", "GPL", insns, 2,
				 NULL);
	int link = bpf_link_create(prog, veth.dev, BPF_XDP, NULL);

	CHECK(link >= 0);
	close(prog);
	return link;
}

static void open_other_type(void)
{
	struct bpf_link_info info = {};
	__u32 len = sizeof(info);
	int fd = xdp_link();
	char text[128];

	CHECK(!bpf_obj_get_info_by_fd(fd, &info, &len));
	CHECK(!bpf_obj_pin(fd, PIN));
	FAILS_PTR(tclink_open_path(PIN), EINVAL,
		  PIN " is a link of type xdp, and no backend makes such links");
	snprintf(text, sizeof(text),
		 "link %u is a link of type xdp, and no backend makes such links", info.id);
	FAILS_PTR(tclink_open_id(info.id), EINVAL, text);
	snprintf(text, sizeof(text),
		 "descriptor %d is a link of type xdp, and no backend makes such links", fd);
	FAILS_PTR(tclink_open_fd(fd), EINVAL, text);
	CHECK(!unlink(PIN) && !close(fd));
}

static void open_no_link(void)
{
	int null = open("/dev/null", O_RDONLY);
	char text[64];

	CHECK(!bpf_obj_pin(veth.prog[0], PIN));
	FAILS_PTR(tclink_open_path(PIN), EINVAL, PIN " is not a BPF link");
	snprintf(text, sizeof(text), "descriptor %d is not a BPF link",
		 veth.prog[0]);
	FAILS_PTR(tclink_open_fd(veth.prog[0]), EINVAL, text);
	snprintf(text, sizeof(text), "descriptor %d is not a BPF link", null);
	FAILS_PTR(tclink_open_fd(null), EINVAL, text);
	close(null);
}

/* The end of an iteration is no failure to speak of. */
static void end_of_links(void)
{
	TCLINK_OPTS(tclink_next_opts, opts);
	__u32 id = 0;

	opts.ifindex = veth.peer;
	CHECK(!tclink_next(&id, &opts) && errno == ENOENT);
	CHECK(!nr_sentences);
}

static void silence(void)
{
	struct tclink_attach_opts opts = place();
	int other = prog_other();

	CHECK(tclink_set_log(NULL) == keep_sentence);
	CHECK(!attach_at(0, veth.dev, TCLINK_INGRESS, &opts));
	CHECK(errno == EEXIST);
	CHECK(!tclink_attach(other, veth.dev, TCLINK_INGRESS, NULL));
	CHECK(errno == EINVAL);
	CHECK(tclink__update(held, other, NULL) == -EINVAL && errno == EINVAL);
	CHECK(!nr_sentences);
	CHECK(!tclink_set_log(keep_sentence));
}

static const struct says {
	const char *name;
	unsigned int backends;
	void (*run)(void);
} says[] = {
	{ "update", LINK | TCX | NETLINK, update_prog },
	{ "without CAP_NET_ADMIN", LINK | NETLINK, without_net_admin },
	{ "without CAP_SYS_ADMIN", LINK | TCX, without_sys_admin },
	{ "pin", LINK | TCX, pin },
	{ "unpin another link", LINK | TCX, unpin_another },
	{ "open nothing", LINK | TCX, open_nothing },
	{ "open a link of another type", LINK | TCX, open_other_type },
	{ "open what is no link", LINK | TCX, open_no_link },
	{ "nothing at the end of the links", LINK | TCX, end_of_links },
	{ "nothing without a log", LINK | TCX | NETLINK, silence },
};

static const struct says *current;

static void run_held(void)
{
	hold();
	current->run();
	CHECK(runs(0, TCLINK_INGRESS));
	forget();
	CHECK(!tclink__destroy(held) && !nr_sentences);
	nothing_left();
}

void run_says(void)
{
	char name[64];
	struct test t = { .name = name, .run = run_held };
	size_t i;

	share_devices();
	for (i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
		current = &says[i];
		if (!(current->backends & 1U << variant))
			continue;
		snprintf(name, sizeof(name), "says: %s", current->name);
		run_shared(&t);
	}
}
