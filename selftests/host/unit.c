// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * The library against a fake bpf(2) and the real netlink of a network
 * namespace of its own. Each test is a process of its own, because the
 * library reads BTF once for each process.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/libbpf.h>
#include <tclink/tclink.h>

#include "kernel/kernel.h"
#include "fake_kernel.h"
#include "runner.h"
#include "check.h"

#define LO 1

#define NULL_ARG(function) \
	function "(): an argument that must not be NULL is NULL"

static int cls_prog(void)
{
	return fake_prog(12, BPF_PROG_TYPE_SCHED_CLS, "counter");
}

static struct tclink *attach_lo(void)
{
	int fd = cls_prog();
	struct tclink *link = tclink_attach(fd, LO, TCLINK_INGRESS, NULL);

	CHECK(link);
	close(fd);
	return link;
}

static __u32 netns_inode(void)
{
	struct stat st;

	CHECK(!stat("/proc/thread-self/ns/net", &st));
	return st.st_ino;
}

static __u32 attr_at(unsigned int offset)
{
	__u32 value;

	memcpy(&value, fake.create_attr + offset, sizeof(value));
	return value;
}

static void test_create_attr(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	int fd = cls_prog();
	struct tclink *link;

	opts.handle = 0x101;
	opts.priority = 0x202;
	opts.chain_index = 0x303;
	opts.protocol = 0x0800;
	opts.classid = TCLINK_PARENT(1, 0x10);
	opts.gen_flags = TCLINK_SKIP_HW;
	opts.flags = TCLINK_F_CLASSIFY_ONLY;
	link = tclink_attach(fd, 7, TCLINK_PARENT(0xa, 0xb), &opts);
	CHECK(link && fake.nr_creates == 1 && fake.nr_calls == 1);
	CHECK(fake.create_size == 44);
	CHECK(attr_at(0) == (__u32)fd && attr_at(4) == 7);
	CHECK(attr_at(8) == FAKE_ATTACH_TYPE && attr_at(12) == 1);
	CHECK(attr_at(16) == 0x000a000b && attr_at(20) == 0x101);
	CHECK(attr_at(24) == 0x202 && attr_at(28) == 0x303);
	CHECK(attr_at(32) == 0x0800 && attr_at(36) == 0x00010010);
	CHECK(attr_at(40) == 1);
	tclink__destroy(link);
}

static void test_info(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	TCLINK_OPTS(tclink_info, info);
	struct uapi_link_info *k;
	struct tclink *link;

	opts.flags = TCLINK_F_CLASSIFY_ONLY;
	link = tclink_attach(cls_prog(), 7, TCLINK_EGRESS, &opts);
	CHECK(link && !tclink__info(link, &info));
	CHECK(info.sz == sizeof(info) && info.id == 1 && info.prog_id == 12);
	CHECK(info.priority == 49152 && info.handle == 1 && info.protocol == 3);
	CHECK(info.ifindex == 7 && info.parent == TCLINK_EGRESS);
	CHECK(!info.severed && info.flags == TCLINK_F_CLASSIFY_ONLY);
	k = fake_link(1);
	k->tc.in_hw_count = 3;
	k->tc.block_index = 4;
	k->tc.netns_ino = 5;
	k->tc.gen_flags = TCLINK_IN_HW;
	fake_sever(1);
	CHECK(!tclink__info(link, &info));
	CHECK(info.severed == 1 && !info.ifindex && info.priority == 49152);
	CHECK(info.in_hw_count == 3 && info.block_index == 4);
	CHECK(info.netns_ino == 5 && info.gen_flags == TCLINK_IN_HW);
	tclink__destroy(link);
}

static void test_info_sizes(void)
{
	struct {
		struct tclink_info info;
		char more[16];
	} longer;
	struct tclink_info info;
	struct tclink *link = attach_lo();

	memset(&info, 0xff, sizeof(info));
	info.sz = offsetof(struct tclink_info, prog_id);
	CHECK(!tclink__info(link, &info));
	CHECK(info.id == 1 && info.prog_id == ~0U && info.flags == ~0U);
	CHECK(info.sz == offsetof(struct tclink_info, prog_id));
	memset(&longer, 0xff, sizeof(longer));
	longer.info.sz = sizeof(longer);
	CHECK(!tclink__info(link, &longer.info));
	CHECK(longer.info.prog_id == 12 && !longer.more[0] && !longer.more[15]);
	info.sz = sizeof(size_t) - 1;
	FAILS(tclink__info(link, &info), EINVAL,
	      "struct tclink_info: sz is not set; use TCLINK_OPTS()");
	tclink__destroy(link);
}

static void test_opts_sizes(void)
{
	struct {
		struct tclink_attach_opts opts;
		char more[16];
	} longer = {};
	struct tclink_attach_opts opts = {};
	struct tclink *link;
	int fd = cls_prog();

	FAILS_PTR(tclink_attach(fd, LO, TCLINK_INGRESS, &opts), EINVAL,
		  "struct tclink_attach_opts: sz is not set; use TCLINK_OPTS()");
	opts.sz = sizeof(size_t) - 1;
	FAILS_PTR(tclink_attach(fd, LO, TCLINK_INGRESS, &opts), EINVAL,
		  "struct tclink_attach_opts: sz is not set; use TCLINK_OPTS()");
	opts.sz = sizeof(size_t);
	opts.priority = 5; /* beyond sz, so the default holds */
	link = tclink_attach(fd, LO, TCLINK_INGRESS, &opts);
	CHECK(link && attr_at(24) == 0);
	tclink__destroy(link);
	longer.opts.sz = sizeof(longer);
	longer.opts.priority = 5;
	link = tclink_attach(fd, LO, TCLINK_INGRESS, &longer.opts);
	CHECK(link && attr_at(24) == 5);
	tclink__destroy(link);
	longer.opts.reserved = 1;
	FAILS_PTR(tclink_attach(fd, LO, TCLINK_INGRESS, &longer.opts), E2BIG,
		  "struct tclink_attach_opts has an option set that this libtclink does not know; it is older than the program");
	longer.opts.reserved = 0;
	longer.more[15] = 1;
	FAILS_PTR(tclink_attach(fd, LO, TCLINK_INGRESS, &longer.opts), E2BIG,
		  "struct tclink_attach_opts has an option set that this libtclink does not know; it is older than the program");
	CHECK(fake.nr_creates == 2);
}

static void test_other_opts_sizes(void)
{
	struct tclink_update_opts update = {};
	struct tclink_next_opts next = {};
	struct tclink_features features = {};
	struct tclink *link = attach_lo();
	__u32 id = 0;

	FAILS(tclink__update(link, cls_prog(), &update), EINVAL,
	      "struct tclink_update_opts: sz is not set; use TCLINK_OPTS()");
	FAILS_PTR(tclink_next(&id, &next), EINVAL,
		  "struct tclink_next_opts: sz is not set; use TCLINK_OPTS()");
	FAILS(tclink_probe(&features), EINVAL,
	      "struct tclink_features: sz is not set; use TCLINK_OPTS()");
	tclink__destroy(link);
}

static void test_null(void)
{
	TCLINK_OPTS(tclink_info, info);
	struct tclink *link = attach_lo();

	FAILS(tclink__fd(NULL), EINVAL, NULL_ARG("tclink__fd"));
	FAILS(tclink__update(NULL, 3, NULL), EINVAL,
	      NULL_ARG("tclink__update"));
	FAILS(tclink__detach(NULL), EINVAL, NULL_ARG("tclink__detach"));
	FAILS(tclink__pin(NULL, "x"), EINVAL, NULL_ARG("tclink__pin"));
	FAILS(tclink__pin(link, NULL), EINVAL, NULL_ARG("tclink__pin"));
	FAILS(tclink__unpin(NULL), EINVAL, NULL_ARG("tclink__unpin"));
	FAILS(tclink__info(NULL, &info), EINVAL, NULL_ARG("tclink__info"));
	FAILS(tclink__info(link, NULL), EINVAL, NULL_ARG("tclink__info"));
	FAILS(tclink_probe(NULL), EINVAL, NULL_ARG("tclink_probe"));
	FAILS_PTR(tclink_open_path(NULL), EINVAL, NULL_ARG("tclink_open_path"));
	FAILS_PTR(tclink_next(NULL, NULL), EINVAL, NULL_ARG("tclink_next"));
	FAILS_PTR(tclink_attach_program(NULL, LO, TCLINK_INGRESS, NULL), EINVAL,
		  "program NULL is not loaded; call bpf_object__load()");
	FAILS(tclink__update_program(link, NULL, NULL), EINVAL,
	      "program NULL is not loaded; call bpf_object__load()");
	tclink__disconnect(NULL);
	errno = EDOM;
	CHECK(!tclink__destroy(NULL) && errno == EDOM);
	CHECK(!tclink__destroy(link) && errno == EDOM);
}

static void test_update(void)
{
	TCLINK_OPTS(tclink_update_opts, opts);
	TCLINK_OPTS(tclink_info, info);
	struct tclink *link = attach_lo();
	int other = fake_prog(13, BPF_PROG_TYPE_SCHED_CLS, "mark");
	int xdp = fake_prog(14, BPF_PROG_TYPE_XDP, "fast");

	CHECK(!tclink__update(link, other, NULL));
	CHECK(!tclink__info(link, &info) && info.prog_id == 13);
	opts.flags = TCLINK_F_EXPECT_OLD;
	opts.old_prog_fd = cls_prog();
	FAILS(tclink__update(link, xdp, &opts), EINVAL,
	      "program 14 (fast) is of type xdp; only sched_cls programs, SEC(\"tc\"), can be attached");
	FAILS(tclink__update(link, opts.old_prog_fd, &opts), EPERM,
	      "link 1 has program 13 (mark) attached, not the expected 12 (counter); nothing was changed");
	opts.old_prog_fd = other;
	CHECK(!tclink__update(link, cls_prog(), &opts));
	opts.flags = 0;
	FAILS(tclink__update(link, other, &opts), EINVAL,
	      "old_prog_fd is set without TCLINK_F_EXPECT_OLD in flags");
	opts.flags = 8;
	FAILS(tclink__update(link, other, &opts), EINVAL,
	      "flags 0x8 has a bit that is not known");
	FAILS(tclink__update(link, 999, NULL), EBADF,
	      "descriptor 999 is not open");
	FAILS(tclink__update(link, 0, NULL), EINVAL,
	      "descriptor 0 is not a BPF program");
	fake.update_err = EOPNOTSUPP;
	FAILS(tclink__update(link, other, NULL), EOPNOTSUPP,
	      "updating link 1 failed and left its program in place: Operation not supported");
	tclink__destroy(link);
}

/* 0 is a descriptor like any other. */
static void test_fd_zero(void)
{
	TCLINK_OPTS(tclink_update_opts, opts);
	struct tclink *link = attach_lo();

	close(0);
	CHECK(cls_prog() == 0);
	opts.flags = TCLINK_F_EXPECT_OLD;
	CHECK(!tclink__update(link, fake_prog(13, BPF_PROG_TYPE_SCHED_CLS, "b"),
			      &opts));
	FAILS(tclink__update(link, 0, &opts), EPERM,
	      "link 1 has program 13 (b) attached, not the expected 12 (counter); nothing was changed");
	tclink__destroy(link);
}

static void test_severed(void)
{
	struct tclink *link = attach_lo();

	CHECK(!tclink__detach(link) && !tclink__detach(link));
	FAILS(tclink__update(link, cls_prog(), NULL), ENOLINK,
	      "link 1 is severed: its filter went with the qdisc or device, or was detached; attach anew");
	tclink__destroy(link);
}

/* The fake kernel answers with error; the library may not get that far. */
static void attach_fails(int error, __u32 ifindex, __u32 parent,
			 const struct tclink_attach_opts *opts,
			 const char *sentence)
{
	memset(fake.create_err, 0, sizeof(fake.create_err));
	fake.create_err[0] = error;
	fake.nr_creates = 0;
	FAILS_PTR(tclink_attach(cls_prog(), ifindex, parent, opts), error,
		  sentence);
}

static void test_attach_errors(void)
{
	attach_fails(EINVAL, LO, 0, NULL,
		     "parent is 0; name ingress, egress or a class such as 1:10");
	attach_fails(EINVAL, LO, TCLINK_PARENT(1, 0x10), NULL,
		     "there is no qdisc 1:0 for lo 1:10; see 'tc qdisc show'");
	attach_fails(ENOENT, LO, TCLINK_PARENT(1, 0x10), NULL,
		     "there is no class for lo 1:10; see 'tc class show'");
	attach_fails(ENOENT, LO, TCLINK_EGRESS, NULL,
		     "the kernel has neither cls_bpf built in nor the modules cls_bpf and sch_ingress, which lo egress needs");
	attach_fails(ENODEV, 99, TCLINK_INGRESS, NULL,
		     "there is no device with ifindex 99 in this network namespace");
	attach_fails(EPERM, LO, TCLINK_INGRESS, NULL,
		     "attaching to lo ingress needs CAP_NET_ADMIN over the user namespace of the network namespace");
	attach_fails(EOPNOTSUPP, LO, TCLINK_EGRESS, NULL,
		     "the kernel cannot attach to lo egress: the qdisc takes no filters there");
	attach_fails(ENOSPC, TCLINK_BLOCK, 5, NULL,
		     "attaching to block 5 failed: No space left on device");
	attach_fails(EINVAL, TCLINK_BLOCK, 5, NULL,
		     "there is no shared block 5; make one with 'tc qdisc add dev DEV ingress_block 5 clsact'");
	FAILS_PTR(tclink_attach(0, TCLINK_BLOCK, 5, NULL), EINVAL,
		  "descriptor 0 is not a BPF program");
	FAILS_PTR(tclink_attach(fake_prog(14, BPF_PROG_TYPE_XDP, "fast"),
				TCLINK_BLOCK, 5, NULL),
		  EINVAL,
		  "program 14 (fast) is of type xdp; only sched_cls programs, SEC(\"tc\"), can be attached");
}

static void test_attach_ranges(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);

	opts.gen_flags = TCLINK_SKIP_SW | TCLINK_SKIP_HW;
	attach_fails(EINVAL, TCLINK_BLOCK, 5, &opts,
		     "TCLINK_SKIP_HW and TCLINK_SKIP_SW exclude each other");
	opts.gen_flags = 16;
	attach_fails(EINVAL, TCLINK_BLOCK, 5, &opts,
		     "gen_flags 0x10 has a bit other than TCLINK_SKIP_HW and TCLINK_SKIP_SW");
	opts.gen_flags = 0;
	opts.flags = 2;
	attach_fails(EINVAL, TCLINK_BLOCK, 5, &opts,
		     "flags 0x2 has a bit that is not known");
	CHECK(!fake.nr_creates);
	opts.flags = 0;
	opts.priority = 0x10000;
	attach_fails(EINVAL, TCLINK_BLOCK, 5, &opts,
		     "priority 65536 is over 65535");
	opts.priority = 0;
	opts.chain_index = 0x10000000;
	attach_fails(EINVAL, TCLINK_BLOCK, 5, &opts,
		     "chain 268435456 is over 268435455");
	opts.chain_index = 0;
	opts.protocol = 0x10000;
	attach_fails(EINVAL, TCLINK_BLOCK, 5, &opts,
		     "protocol 0x10000 is over 0xffff");
}

/* A program for the hardware of one device */
static void test_bound(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	struct tclink *link = attach_lo();

	fake.bound_to = LO;
	fake.update_err = EINVAL;
	FAILS(tclink__update(link, cls_prog(), NULL), EINVAL,
	      "program 12 (counter) is bound to lo and runs in its hardware only; attach it with TCLINK_SKIP_SW");
	fake.create_err[0] = fake.create_err[1] = EINVAL;
	fake.nr_creates = 0;
	FAILS_PTR(tclink_attach(cls_prog(), LO, TCLINK_EGRESS, NULL), EINVAL,
		  "program 12 (counter) is bound to lo and runs in its hardware only; attach it with TCLINK_SKIP_SW");
	opts.gen_flags = TCLINK_SKIP_SW;
	fake.nr_creates = 0;
	FAILS_PTR(tclink_attach(cls_prog(), LO, TCLINK_EGRESS, &opts), EINVAL,
		  "no hardware under lo egress takes this program, and TCLINK_SKIP_SW forbids running it in software");
	fake.bound_to = 77;
	fake.nr_creates = 0;
	FAILS_PTR(tclink_attach(cls_prog(), LO, TCLINK_EGRESS, &opts), EINVAL,
		  "program 12 (counter) is bound to device 77; it can be attached to no other device");
	tclink__destroy(link);
}

/* With real netlink: a missing clsact is made, once, and the attach retried. */
static void test_clsact(void)
{
	struct tclink *link;

	CHECK(qdisc_missing(LO, 0xffff0000) == 1);
	fake.create_err[0] = EINVAL;
	link = attach_lo();
	CHECK(fake.nr_creates == 2 && !qdisc_missing(LO, 0xffff0000));
	CHECK(!clsact_create(LO)); /* lost the race: serves as well */
	tclink__destroy(link);
	CHECK(!qdisc_missing(LO, 0xffff0000));
	fake.create_err[1] = EINVAL;
	fake.nr_creates = 0; /* tried again: it could be new */
	FAILS_PTR(tclink_attach(cls_prog(), LO, TCLINK_EGRESS, NULL), EINVAL,
		  "the kernel refused the program for lo egress: it gives no reason");
	CHECK(fake.nr_creates == 2);
}

static void test_clsact_not_for_classes(void)
{
	fake.create_err[0] = EINVAL;
	FAILS_PTR(tclink_attach(cls_prog(), LO, TCLINK_PARENT(1, 0), NULL),
		  EINVAL,
		  "there is no qdisc 1:0 for lo 1:0; see 'tc qdisc show'");
	CHECK(fake.nr_creates == 1 && qdisc_missing(LO, 0xffff0000) == 1);
}

static void test_pin(void)
{
	char dir[] = "/tmp/tclink-test-XXXXXX", path[64], other[64], text[256];
	struct tclink *link = attach_lo(), *again;

	CHECK(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/pin", dir);
	snprintf(other, sizeof(other), "%s/none/pin", dir);
	FAILS(tclink__unpin(link), EINVAL,
	      "this object knows of no pin of its link");
	snprintf(text, sizeof(text),
		 "the directory of %s does not exist; create it", other);
	FAILS(tclink__pin(link, other), ENOENT, text);
	CHECK(!tclink__pin(link, path));
	snprintf(text, sizeof(text),
		 "the link is pinned at %s already; unpin it first", path);
	FAILS(tclink__pin(link, other), EBUSY, text);
	again = tclink_open_path(path);
	CHECK(again);
	CHECK(!tclink__unpin(again) && access(path, F_OK));
	snprintf(text, sizeof(text), "the pin %s is gone", path);
	FAILS(tclink__unpin(link), ENOENT, text);
	CHECK(!tclink__pin(link, path));
	snprintf(text, sizeof(text),
		 "%s exists; choose another path or remove it", path);
	FAILS(tclink__pin(again, path), EEXIST, text);
	fake.pin_err = EPERM;
	snprintf(text, sizeof(text),
		 "%s is not in a BPF file system; use a path under /sys/fs/bpf, or 'mount -t bpf'",
		 other);
	FAILS(tclink__pin(again, other), EPERM, text);
	CHECK(!tclink__unpin(link) && !rmdir(dir));
	tclink__destroy(link);
	tclink__destroy(again);
}

static void test_unpin_other(void)
{
	char dir[] = "/tmp/tclink-test-XXXXXX", path[64], text[256];
	struct tclink *link = attach_lo(), *other = attach_lo();

	CHECK(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/pin", dir);
	CHECK(!tclink__pin(link, path) && !unlink(path));
	CHECK(!tclink__pin(other, path));
	snprintf(text, sizeof(text),
		 "%s now leads to another object; it was left alone", path);
	FAILS(tclink__unpin(link), ESTALE, text);
	CHECK(!access(path, F_OK));
	CHECK(!tclink__unpin(other));
	/* What a symbolic link leads to is not at the path. */
	CHECK(!tclink__pin(link, path) && !unlink(path));
	CHECK(!symlink("/dev/null", path));
	FAILS(tclink__unpin(link), ESTALE, text);
	CHECK(!unlink(path) && !rmdir(dir));
	tclink__destroy(link);
	tclink__destroy(other);
}

static void test_open(void)
{
	TCLINK_OPTS(tclink_info, info);
	struct tclink *link = attach_lo(), *again;
	__u32 xdp = fake_foreign_link(6), odd = fake_foreign_link(55);
	char text[64];
	int prog = cls_prog();

	again = tclink_open_id(1);
	CHECK(again && !tclink__info(again, &info) && info.id == 1);
	tclink__destroy(again);
	again = tclink_open_fd(tclink__fd(link));
	CHECK(again && tclink__fd(again) != tclink__fd(link));
	tclink__destroy(again);
	CHECK(xdp == 2 && odd == 3);
	FAILS_PTR(tclink_open_id(xdp), EINVAL,
		  "link 2 is a link of type xdp, and no backend makes such links");
	FAILS_PTR(tclink_open_id(odd), EINVAL,
		  "link 3 is a link of type 55, and no backend makes such links");
	FAILS_PTR(tclink_open_id(9), ENOENT, "there is no link 9");
	snprintf(text, sizeof(text), "descriptor %d is not a BPF link", prog);
	FAILS_PTR(tclink_open_fd(prog), EINVAL, text);
	FAILS_PTR(tclink_open_fd(999), EBADF,
		  "descriptor 999: Bad file descriptor");
	FAILS_PTR(tclink_open_path("/nowhere/pin"), ENOENT,
		  "nothing is pinned at /nowhere/pin");
	FAILS_PTR(tclink_open_path("/dev/null"), EPERM,
		  "/dev/null is not in a BPF file system; use a path under /sys/fs/bpf, or 'mount -t bpf'");
	fake.get_id_err = EPERM;
	FAILS_PTR(tclink_open_id(1), EPERM,
		  "opening a link by its id needs CAP_SYS_ADMIN");
	tclink__destroy(link);
}

static unsigned int count_links(const struct tclink_next_opts *opts)
{
	struct tclink *link;
	unsigned int nr = 0;
	__u32 id = 0;

	while ((link = tclink_next(&id, opts))) {
		CHECK(id > nr);
		nr++;
		tclink__destroy(link);
	}
	CHECK(errno == ENOENT);
	return nr;
}

static void test_next(void)
{
	TCLINK_OPTS(tclink_next_opts, opts);
	struct tclink *one = attach_lo(), *two;
	__u32 id = 0;

	fake_foreign_link(6);
	two = tclink_attach(cls_prog(), 7, TCLINK_EGRESS, NULL);
	last_sentence[0] = '\0';
	CHECK(count_links(NULL) == 2);
	opts.ifindex = 7;
	CHECK(count_links(&opts) == 0); /* of another network namespace */
	fake_link(3)->tc.netns_ino = netns_inode();
	CHECK(count_links(&opts) == 1 && !last_sentence[0]);
	fake_sever(3);
	CHECK(count_links(&opts) == 0 && count_links(NULL) == 2);
	fake.get_id_err = EPERM;
	FAILS_PTR(tclink_next(&id, NULL), EPERM,
		  "going through the links needs CAP_SYS_ADMIN");
	tclink__destroy(one);
	tclink__destroy(two);
}

static void test_disconnect(void)
{
	struct tclink *link = attach_lo();
	int fd = tclink__fd(link);

	tclink__disconnect(link);
	CHECK(!tclink__destroy(link) && fcntl(fd, F_GETFD) >= 0);
	link = tclink_open_fd(fd);
	CHECK(link && !close(fd));
	fd = tclink__fd(link);
	CHECK(!tclink__destroy(link) && fcntl(fd, F_GETFD) < 0);
}

static void test_features(void)
{
	TCLINK_OPTS(tclink_features, features);
	unsigned int calls;

	fake.load_err = EPERM;
	FAILS(tclink_probe(&features), EPERM,
	      "finding out what the kernel can do needs CAP_BPF and CAP_NET_ADMIN");
	fake.load_err = 0;
	CHECK(!tclink_probe(&features) && features.link == 1);
	CHECK(features.link_type == FAKE_LINK_TYPE);
	CHECK(features.attach_type == FAKE_ATTACH_TYPE);
	calls = fake.nr_calls;
	CHECK(!tclink_probe(&features) && fake.nr_calls == calls);
}

static void test_features_no_cls_bpf(void)
{
	TCLINK_OPTS(tclink_features, features);

	fake.probe_err = EOPNOTSUPP;
	CHECK(!tclink_probe(&features) && !features.link && features.link_type);
}

static void test_no_tc(void)
{
	TCLINK_OPTS(tclink_attach_opts, attach);
	TCLINK_OPTS(tclink_features, features);
	TCLINK_OPTS(tclink_next_opts, opts);
	__u32 id = 0;

	fake.no_tc = fake.no_tcx = true;
	fake_foreign_link(6);
	attach.backend = TCLINK_BACKEND_LINK;
	FAILS_PTR(tclink_attach(cls_prog(), LO, TCLINK_INGRESS, &attach),
		  EOPNOTSUPP,
		  "the link backend was asked for, but it needs a kernel with BPF_LINK_TYPE_TC");
	FAILS_PTR(tclink_open_id(1), EINVAL,
		  "link 1 is a link of type xdp, and no backend makes such links");
	opts.backend = TCLINK_BACKEND_LINK;
	FAILS_PTR(tclink_next(&id, &opts), EOPNOTSUPP,
		  "this kernel has no BPF_LINK_TYPE_TC; boot a kernel with the tclink series");
	FAILS_PTR(tclink_next(&id, NULL), EOPNOTSUPP,
		  "this kernel has no BPF_LINK_TYPE_TC; boot a kernel with the tclink series");
	CHECK(!tclink_probe(&features) && !features.link && !features.tcx);
	CHECK(!features.link_type && !features.attach_type);
	CHECK(!fake.nr_creates);
}

static void test_no_btf(void)
{
	TCLINK_OPTS(tclink_next_opts, opts);
	__u32 id = 0;

	fake.no_btf = true;
	opts.backend = TCLINK_BACKEND_LINK;
	FAILS_PTR(tclink_next(&id, &opts), EOPNOTSUPP,
		  "this kernel has no BTF in /sys/kernel/btf/vmlinux, without which TC links cannot be found; boot a kernel with CONFIG_DEBUG_INFO_BTF and the tclink series");
}

/* Only that there is no BTF is an answer for ever. */
static void test_btf_later(void)
{
	TCLINK_OPTS(tclink_next_opts, opts);
	__u32 id = 0;

	opts.backend = TCLINK_BACKEND_LINK;
	fake.btf_err = EMFILE;
	FAILS_PTR(tclink_next(&id, &opts), EMFILE,
		  "going through the links failed: Too many open files");
	fake.btf_err = ESRCH;
	FAILS_PTR(tclink_next(&id, &opts), ESRCH,
		  "going through the links failed: No such process");
	fake.btf_err = 0;
	tclink__destroy(attach_lo());
}

static void test_features_btf_later(void)
{
	TCLINK_OPTS(tclink_features, features);

	fake.btf_err = ENOMEM;
	CHECK(tclink_probe(&features) == -ENOMEM);
	fake.btf_times = 1;
	CHECK(tclink_probe(&features) == -ENOMEM && !features.link_type);
	CHECK(!tclink_probe(&features) && features.link);
	CHECK(features.link_type == FAKE_LINK_TYPE);
}

static void test_silence(void)
{
	unsigned int calls;

	CHECK(tclink_set_log(NULL) == keep_sentence);
	last_sentence[0] = '\0';
	fake.create_err[0] = EEXIST;
	CHECK(!tclink_attach(cls_prog(), LO, TCLINK_INGRESS, NULL));
	CHECK(errno == EEXIST && !last_sentence[0]);
	calls = fake.nr_calls;
	CHECK(calls == 1); /* no call to find a reason nobody wants */
	CHECK(tclink_set_log(keep_sentence) == NULL);
}

/* What is refused, and when, is the same if nobody listens. */
static void test_refused_in_silence(void)
{
	static const struct tclink_attach_opts wrong[] = {
		{ .flags = 2 },
		{ .gen_flags = 16 },
		{ .gen_flags = TCLINK_SKIP_SW | TCLINK_SKIP_HW },
		{ .require = 1U << 31 },
		{ .backend = 99 },
		{ .priority = 0x10000 },
		{ .chain_index = 0x10000000 },
		{ .protocol = 0x10000 },
	};
	TCLINK_OPTS(tclink_update_opts, update);
	struct tclink *link = attach_lo();
	struct tclink_attach_opts opts;
	int prog = cls_prog();
	unsigned int i;

	tclink_set_log(NULL);
	fake.nr_calls = fake.nr_creates = 0;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		opts = wrong[i];
		opts.sz = sizeof(opts);
		CHECK(!tclink_attach(prog, LO, TCLINK_INGRESS, &opts) &&
		      errno == EINVAL);
	}
	CHECK(!tclink_attach(prog, LO, 0, NULL) && errno == EINVAL);
	update.flags = 8;
	CHECK(tclink__update(link, prog, &update) == -EINVAL);
	update.flags = 0;
	update.old_prog_fd = prog;
	CHECK(tclink__update(link, prog, &update) == -EINVAL);
	CHECK(!fake.nr_calls);
	/* Nor is a qdisc made for a program that cannot be attached. */
	fake.create_err[0] = EINVAL;
	prog = fake_prog(14, BPF_PROG_TYPE_XDP, "fast");
	CHECK(!tclink_attach(prog, LO, TCLINK_INGRESS, NULL) &&
	      errno == EINVAL);
	CHECK(fake.nr_creates == 1 && qdisc_missing(LO, 0xffff0000) == 1);
	tclink__destroy(link);
}

static const struct test tests[] = {
	{ "attach: every field at its offset, one system call",
	  test_create_attr },
	{ "info: every field, severed", test_info },
	{ "info: shorter and longer structures", test_info_sizes },
	{ "attach opts: short, long zero, long non-zero", test_opts_sizes },
	{ "other structures: sz not set", test_other_opts_sizes },
	{ "NULL for every pointer", test_null },
	{ "update: compare and swap, errors", test_update },
	{ "update: descriptor 0 is a descriptor", test_fd_zero },
	{ "severed: update and detach", test_severed },
	{ "attach: errors explained", test_attach_errors },
	{ "attach: ranges explained", test_attach_ranges },
	{ "program bound to a device", test_bound },
	{ "attach: missing clsact created", test_clsact },
	{ "attach: no clsact for classes", test_clsact_not_for_classes },
	{ "pin, unpin, open by path", test_pin },
	{ "unpin: leaves another link's pin alone", test_unpin_other },
	{ "open by id and descriptor", test_open },
	{ "next: all, one device", test_next },
	{ "disconnect: descriptor outlives the object", test_disconnect },
	{ "features: probed once", test_features },
	{ "features: kernel without cls_bpf", test_features_no_cls_bpf },
	{ "kernel without BPF_LINK_TYPE_TC", test_no_tc },
	{ "kernel without BTF", test_no_btf },
	{ "BTF that could not be read the first time", test_btf_later },
	{ "features: BTF that could not be read", test_features_btf_later },
	{ "silence costs nothing", test_silence },
	{ "refused in silence, too", test_refused_in_silence },
};

int main(void)
{
	libbpf_set_print(NULL);
	tclink_set_log(keep_sentence);
	run_tests("unit", tests, sizeof(tests) / sizeof(tests[0]));
	return tap_done();
}
