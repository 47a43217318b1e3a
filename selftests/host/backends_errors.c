// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * What a failed attach says, word for word. In the texts {a} and {b} stand for
 * the ids of the programs, {link} for the id of the link in the way, {backend}
 * for the backend's name.
 */
#include <unistd.h>
#include <linux/if_ether.h>

#include "backends.h"

#define LINK (1U << TCLINK_BACKEND_LINK)
#define TCX (1U << TCLINK_BACKEND_TCX)
#define NETLINK (1U << TCLINK_BACKEND_NETLINK)
#define BOTH (LINK | NETLINK)
#define EVERY (LINK | TCX | NETLINK)

#define NOWHERE 0x7fffffff
#define NO_PARENT 0xffffffffU /* stands for 0 */

static struct tclink *in_the_way;

static void hold_place(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);

	opts.priority = 5;
	opts.handle = 7;
	in_the_way = attach_at(0, veth.dev, TCLINK_INGRESS,
			       has(TCLINK_PRIORITY) ? &opts : NULL);
	CHECK(in_the_way);
}

static void foreign_at(__u32 parent, __u32 priority, __u32 handle,
		       __u32 protocol)
{
	const struct tclink_info where = {
		.ifindex = veth.dev,
		.parent = parent,
		.priority = priority,
		.handle = handle,
		.protocol = protocol,
	};

	CHECK(!foreign_filter(&where, veth.prog[1]));
}

static void hold_by_netlink(void)
{
	clsact_add(veth.dev);
	foreign_at(TCLINK_INGRESS, 5, 7, ETH_P_ALL);
}

/* The link at ingress is not in the way at egress. */
static void hold_both_sides(void)
{
	hold_place();
	foreign_at(TCLINK_EGRESS, 5, 7, ETH_P_ALL);
}

static void give_u32(void)
{
	clsact_add(veth.dev);
	sh("tc filter add dev t0 ingress prio 5 protocol all u32 match u32 0 0");
}

static void give_matchall(void)
{
	clsact_add(veth.dev);
	if (sh_status("tc filter add dev t0 egress prio 5 protocol all matchall classid 1:1 2>/dev/null"))
		skip("no matchall classifier");
}

static void give_ip(void)
{
	clsact_add(veth.dev);
	foreign_at(TCLINK_INGRESS, 5, 1, ETH_P_IP);
}

static void give_last_priority(void)
{
	clsact_add(veth.dev);
	foreign_at(TCLINK_INGRESS, 0x8000, 1, ETH_P_ALL);
}

static void give_template(void)
{
	clsact_add(veth.dev);
	if (sh_status("tc chain add dev t0 ingress chain 0 protocol ip flower ip_proto udp 2>/dev/null"))
		skip("no flower classifier");
}

static void give_htb(void)
{
	sh("tc qdisc add dev t0 root handle 1: htb");
}

static void give_prio(void)
{
	if (sh_status("tc qdisc add dev t0 root handle 1: prio 2>/dev/null"))
		skip("no prio qdisc");
}

static void give_pfifo(void)
{
	sh("tc qdisc add dev t0 root handle 1: pfifo");
}

static void give_block(void)
{
	sh("tc qdisc add dev t0 ingress_block 7 clsact");
}

static void give_ingress(void)
{
	sh("tc qdisc add dev t0 ingress");
}

static void give_clsact(void)
{
	clsact_add(veth.dev);
}

static void become_nobody(void)
{
	give_clsact();
	drop_capabilities();
}

static int other_type(void)
{
	return prog_other();
}

static int not_open(void)
{
	return 999;
}

static int no_program(void)
{
	CHECK(dup2(veth.sock, 998) == 998);
	return 998;
}

static const struct row {
	const char *name;
	unsigned int backends;
	int err;
	int other_err; /* kernels differ */
	const char *text;
	void (*before)(void);
	int (*prog)(void); /* NULL: program a */
	__u32 ifindex; /* 0: t0 */
	__u32 parent; /* 0: ingress */
	struct tclink_attach_opts opts;
} rows[] = {
	{ .name = "device missing", .backends = EVERY, .err = ENODEV,
	  .ifindex = NOWHERE,
	  .text = "there is no device with ifindex 2147483647 in this network namespace" },
	{ .name = "qdisc missing", .backends = BOTH, .err = EINVAL,
	  .parent = TCLINK_PARENT(1, 0x10),
	  .text = "there is no qdisc 1:0 for t0 1:10; see 'tc qdisc show'" },
	{ .name = "qdisc missing, asked for its root", .backends = BOTH,
	  .err = EINVAL, .parent = TCLINK_PARENT(1, 0),
	  .text = "there is no qdisc 1:0 for t0 1:0; see 'tc qdisc show'" },
	{ .name = "qdisc missing, of a high handle", .backends = BOTH,
	  .err = EINVAL, .parent = TCLINK_PARENT(0x8001, 0x10),
	  .text = "there is no qdisc 8001:0 for t0 8001:10; see 'tc qdisc show'" },
	{ .name = "no parent", .backends = BOTH, .err = EINVAL,
	  .parent = NO_PARENT,
	  .text = "parent is 0; name ingress, egress or a class such as 1:10" },
	{ .name = "qdisc without classes", .backends = BOTH, .err = EINVAL,
	  .before = give_pfifo, .parent = TCLINK_PARENT(1, 0x10),
	  .text = "the qdisc 1:0 of t0 1:10 has no classes, and so takes no filters" },
	{ .name = "class missing", .backends = BOTH, .err = ENOENT,
	  .before = give_htb, .parent = TCLINK_PARENT(1, 0x10),
	  .text = "there is no class for t0 1:10; see 'tc class show'" },
	{ .name = "class missing, of prio", .backends = BOTH, .err = ENOENT,
	  .before = give_prio, .parent = TCLINK_PARENT(1, 0x10),
	  .text = "there is no class for t0 1:10; see 'tc class show'" },
	{ .name = "block missing", .backends = BOTH, .err = EINVAL,
	  .ifindex = TCLINK_BLOCK, .parent = 9,
	  .text = "there is no shared block 9; make one with 'tc qdisc add dev DEV ingress_block 9 clsact'" },
	{ .name = "device uses a shared block", .backends = BOTH,
	  .err = EOPNOTSUPP, .before = give_block,
	  .text = "t0 ingress uses the shared block 7; attach to the block instead" },
	{ .name = "egress of the ingress qdisc", .backends = BOTH,
	  .err = ENOENT, .before = give_ingress, .parent = TCLINK_EGRESS,
	  .text = "t0 has the ingress qdisc, which has no egress; replace it by clsact" },
	{ .name = "held by a link", .backends = LINK, .err = EEXIST,
	  .before = hold_place, .opts = { .priority = 5, .handle = 7 },
	  .text = "t0 ingress has a filter with priority 5 and handle 0x7 already, owned by link {link}, program {a} (prog_a); choose another handle or priority, or 0 to let the kernel choose" },
	{ .name = "held by netlink", .backends = BOTH, .err = EEXIST,
	  .before = hold_by_netlink, .opts = { .priority = 5, .handle = 7 },
	  .text = "t0 ingress has a filter with priority 5 and handle 0x7 already, made by netlink, program {b} (prog_b); choose another handle or priority, or 0 to let the kernel choose" },
	{ .name = "held by netlink, not by the link of the other side",
	  .backends = BOTH, .err = EEXIST, .before = hold_both_sides,
	  .parent = TCLINK_EGRESS, .opts = { .priority = 5, .handle = 7 },
	  .text = "t0 egress has a filter with priority 5 and handle 0x7 already, made by netlink, program {b} (prog_b); choose another handle or priority, or 0 to let the kernel choose" },
	{ .name = "program at the hook already", .backends = TCX,
	  .err = EEXIST, .before = hold_place,
	  .text = "program {a} (prog_a) is attached to t0 ingress already by link {link}, and tcx runs each program at most once" },
	{ .name = "revision", .backends = TCX, .err = ESTALE,
	  .before = hold_place, .opts = { .expected_revision = 77 },
	  .text = "the tcx programs of t0 ingress changed: the revision is now 2, not 77; look again" },
	{ .name = "priority of another kind", .backends = BOTH, .err = EINVAL,
	  .before = give_u32, .opts = { .priority = 5 },
	  .text = "priority 5 in chain 0 of t0 ingress belongs to filters of kind u32; choose another priority" },
	{ .name = "priority of matchall", .backends = BOTH, .err = EINVAL,
	  .before = give_matchall, .parent = TCLINK_EGRESS,
	  .opts = { .priority = 5 },
	  .text = "priority 5 in chain 0 of t0 egress belongs to filters of kind matchall; choose another priority" },
	{ .name = "priority of another protocol", .backends = BOTH,
	  .err = EINVAL, .before = give_ip, .opts = { .priority = 5 },
	  .text = "priority 5 in chain 0 of t0 ingress belongs to filters of protocol 0x800, not 0x3; choose another priority" },
	{ .name = "no priority left", .backends = BOTH, .err = ENOSPC,
	  .other_err = EINVAL, .before = give_last_priority,
	  .text = "no priority is left for the kernel to allocate in chain 0 of t0 ingress; name one" },
	{ .name = "template of another kind", .backends = BOTH, .err = EINVAL,
	  .before = give_template,
	  .text = "chain 0 of t0 ingress has a template of kind flower and takes no other; choose another chain" },
	{ .name = "no hardware", .backends = BOTH, .err = EOPNOTSUPP,
	  .other_err = EINVAL, .before = give_clsact, .opts = { .gen_flags = TCLINK_SKIP_SW },
	  .text = "no hardware under t0 ingress takes this program, and TCLINK_SKIP_SW forbids running it in software" },
	{ .name = "no hardware at egress", .backends = BOTH, .err = EOPNOTSUPP,
	  .other_err = EINVAL, .before = give_clsact, .parent = TCLINK_EGRESS,
	  .opts = { .gen_flags = TCLINK_SKIP_SW },
	  .text = "no hardware under t0 egress takes this program, and TCLINK_SKIP_SW forbids running it in software" },
	{ .name = "no capability", .backends = BOTH, .err = EPERM,
	  .before = become_nobody,
	  .text = "attaching to t0 ingress needs CAP_NET_ADMIN over the user namespace of the network namespace" },
	{ .name = "program of another type", .backends = EVERY, .err = EINVAL,
	  .prog = other_type,
	  .text = "program {other} (other) is of type socket_filter; only sched_cls programs, SEC(\"tc\"), can be attached" },
	{ .name = "program not open", .backends = EVERY, .err = EBADF,
	  .prog = not_open, .text = "descriptor 999 is not open" },
	{ .name = "not a program", .backends = EVERY, .err = EINVAL,
	  .prog = no_program, .text = "descriptor 998 is not a BPF program" },
	{ .name = "unknown flags", .backends = EVERY, .err = EINVAL,
	  .opts = { .flags = 6 },
	  .text = "flags 0x6 has a bit that is not known" },
	{ .name = "unknown flag", .backends = EVERY, .err = EINVAL,
	  .opts = { .flags = 2 },
	  .text = "flags 0x2 has a bit that is not known" },
	{ .name = "unknown gen_flags", .backends = EVERY, .err = EINVAL,
	  .opts = { .gen_flags = TCLINK_IN_HW },
	  .text = "gen_flags 0x4 has a bit other than TCLINK_SKIP_HW and TCLINK_SKIP_SW" },
	{ .name = "both skip flags", .backends = EVERY, .err = EINVAL,
	  .opts = { .gen_flags = 3 },
	  .text = "TCLINK_SKIP_HW and TCLINK_SKIP_SW exclude each other" },
	{ .name = "unknown guarantee", .backends = EVERY, .err = EINVAL,
	  .opts = { .require = 1U << 13 },
	  .text = "require 0x2000 has a bit that is no guarantee" },
	{ .name = "priority out of range", .backends = EVERY, .err = EINVAL,
	  .opts = { .priority = 0x10000 },
	  .text = "priority 65536 is over 65535" },
	{ .name = "chain out of range", .backends = EVERY, .err = EINVAL,
	  .opts = { .chain_index = 0x10000000 },
	  .text = "chain 268435456 is over 268435455" },
	{ .name = "protocol out of range", .backends = EVERY, .err = EINVAL,
	  .opts = { .protocol = 0x10000 },
	  .text = "protocol 0x10000 is over 0xffff" },
	{ .name = "what tcx lacks", .backends = TCX, .err = EOPNOTSUPP,
	  .opts = { .chain_index = 1, .require = TCLINK_NOTIFIED },
	  .text = "the tcx backend was asked for, but it lacks notified and chain" },
	{ .name = "what netlink lacks", .backends = NETLINK, .err = EOPNOTSUPP,
	  .opts = { .require = TCLINK_OWNED | TCLINK_PINNABLE },
	  .text = "the netlink backend was asked for, but it lacks owned and pinnable" },
	{ .name = "revision without tcx", .backends = BOTH, .err = EOPNOTSUPP,
	  .opts = { .expected_revision = 1 },
	  .text = "the {backend} backend was asked for, but it lacks expected_revision" },
};

static const struct row *row;

static void put(char *out, size_t len, const char *from, const char *value)
{
	char *at = strstr(out, from), rest[512];

	if (!at)
		return;
	snprintf(rest, sizeof(rest), "%s", at + strlen(from));
	snprintf(at, len - (at - out), "%s%s", value, rest);
}

static void put_id(char *out, size_t len, const char *from, __u32 id)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", id);
	put(out, len, from, text);
}

static void fill_in(char text[512], int fd)
{
	snprintf(text, 512, "%s", row->text);
	put_id(text, 512, "{a}", veth.id[0]);
	put_id(text, 512, "{b}", veth.id[1]);
	put(text, 512, "{backend}", tclink_backend_name(variant));
	if (row->prog == other_type)
		put_id(text, 512, "{other}", prog_id_of(fd));
	if (in_the_way)
		put_id(text, 512, "{link}", info_of(in_the_way).id);
}

static __u32 parent_of(const struct row *r)
{
	if (r->parent == NO_PARENT)
		return 0;
	return r->parent ? r->parent : TCLINK_INGRESS;
}

/* What failed has changed nothing. */
static void test_row(void)
{
	struct tclink_attach_opts opts = row->opts;
	char text[512];
	int fd, in, out;

	opts.sz = sizeof(opts);
	opts.backend = variant;
	fd = row->prog ? row->prog() : veth.prog[0];
	if (row->before)
		row->before();
	fill_in(text, fd);
	in = nr_things(&veth, TCLINK_INGRESS);
	out = nr_things(&veth, TCLINK_EGRESS);
	forget();
	CHECK(!tclink_attach(fd, row->ifindex ? row->ifindex : veth.dev,
			     parent_of(row), &opts));
	check_said(__FILE__, __LINE__,
		   errno == row->other_err ? row->other_err : row->err, text);
	CHECK(nr_things(&veth, TCLINK_INGRESS) == in);
	CHECK(nr_things(&veth, TCLINK_EGRESS) == out);
	CHECK(!in_the_way || runs(0, TCLINK_INGRESS));
	CHECK(!tclink__destroy(in_the_way));
}

/* Rows that need no preparation leave nothing behind for the next. */
static void test_unprepared(void)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row = &rows[i];
		if (row->before || !(row->backends & 1U << variant))
			continue;
		printf("# says: %s\n", row->name);
		test_row();
	}
}

/* A missing qdisc is made for nobody's mistake. */
static void test_no_clsact_for_a_mistake(void)
{
	forget();
	CHECK(!tclink_attach(prog_other(), veth.dev, TCLINK_INGRESS, NULL));
	CHECK(!attach_at(0, veth.dev, TCLINK_INGRESS,
			 &(struct tclink_attach_opts){
				 .sz = sizeof(struct tclink_attach_opts),
				 .priority = 0x10000 }));
	CHECK(nr_sentences == 2);
	CHECK(sh_status("tc qdisc show dev t0 | grep -q clsact"));
}

void run_errors(void)
{
	struct test t = { .run = test_row };
	char name[64];
	size_t i;

	t.name = name;
	share_devices();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row = &rows[i];
		if (!row->before || !(row->backends & 1U << variant))
			continue;
		snprintf(name, sizeof(name), "says: %s", row->name);
		run_shared(&t);
	}
	t.run = test_unprepared;
	snprintf(name, sizeof(name), "says: what needs no preparation");
	run_shared(&t);
	t.run = test_no_clsact_for_a_mistake;
	snprintf(name, sizeof(name), "no clsact for a mistake");
	run_shared(&t);
}
