// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Each backend that the running kernel has, through the same tests. Usage:
 * backends [BACKEND]: that one, which has to be there.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <tclink/tclink.h>

#include "backends.h"
#include "kernel/uapi.h"

__u32 variant;
struct veth veth;

struct tclink *attach_at(int n, __u32 ifindex, __u32 parent,
			 struct tclink_attach_opts *opts)
{
	TCLINK_OPTS(tclink_attach_opts, defaults);

	if (!opts)
		opts = &defaults;
	opts->backend = variant;
	return tclink_attach(veth.prog[n], ifindex, parent, opts);
}

/* What goes right needs no words. */
struct tclink *attach(int n, __u32 parent)
{
	struct tclink *link;

	forget();
	link = attach_at(n, veth.dev, parent, NULL);
	CHECK(link && !nr_sentences);
	return link;
}

bool has(__u32 guarantee)
{
	return tclink_backend_guarantees(variant) & guarantee;
}

struct tclink_info info_of(const struct tclink *link)
{
	TCLINK_OPTS(tclink_info, info);

	CHECK(!tclink__info(link, &info));
	return info;
}

bool runs(int n, __u32 parent)
{
	return veth_runs(&veth, parent, n);
}

bool is_filter(void)
{
	return variant != TCLINK_BACKEND_TCX;
}

void name_object(char name[128], const struct tclink_info *info)
{
	if (info->id)
		snprintf(name, 128, "link %u", info->id);
	else
		snprintf(name, 128,
			 "the filter of t0 ingress with priority %u and handle 0x%x",
			 info->priority, info->handle);
}

/* What the kernel says of a link, in the library's words */
void same_as_kernel(const struct tclink *link)
{
	struct tclink_info info = info_of(link);
	TCLINK_OPTS(tclink_features, features);
	struct uapi_link_info raw = {};
	__u32 len = sizeof(raw);

	if (!has(TCLINK_OWNED))
		return;
	CHECK(!bpf_obj_get_info_by_fd(tclink__fd(link), &raw, &len));
	CHECK(raw.id == info.id && raw.prog_id == info.prog_id);
	if (!is_filter()) {
		CHECK(raw.type == UAPI_LINK_TYPE_TCX);
		CHECK(raw.tcx.ifindex == info.ifindex);
		CHECK(raw.tcx.attach_type ==
		      (info.parent == TCLINK_INGRESS ? UAPI_TCX_INGRESS :
						       UAPI_TCX_EGRESS));
		return;
	}
	CHECK(!tclink_probe(&features) && raw.type == features.link_type);
	CHECK(raw.tc.ifindex == info.ifindex);
	CHECK(info.severed == !raw.tc.ifindex);
	CHECK(raw.tc.parent == info.parent && raw.tc.handle == info.handle);
	CHECK(raw.tc.priority == info.priority);
	CHECK(raw.tc.chain_index == info.chain_index);
	CHECK(raw.tc.protocol == info.protocol);
	CHECK(raw.tc.classid == info.classid && raw.tc.flags == info.flags);
	CHECK(raw.tc.gen_flags == info.gen_flags);
	CHECK(raw.tc.in_hw_count == info.in_hw_count);
	CHECK(raw.tc.block_index == info.block_index);
	CHECK(raw.tc.netns_ino == info.netns_ino);
}

const __u32 sides[2] = { TCLINK_INGRESS, TCLINK_EGRESS };

void nothing_left(void)
{
	CHECK(!runs(0, TCLINK_INGRESS) && !runs(0, TCLINK_EGRESS));
	CHECK(!nr_things(&veth, TCLINK_INGRESS));
	CHECK(!nr_things(&veth, TCLINK_EGRESS));
}

/* Each test begins with the devices and programs. */
static const struct test *current;

static void with_veth(void)
{
	veth_open(&veth);
	forget();
	current->run();
}

static const char *place(void)
{
	static char where[32];

	snprintf(where, sizeof(where), "backends: %s",
		 tclink_backend_name(variant));
	return where;
}

void run_variant(const struct test *list, size_t nr)
{
	struct test t;
	size_t i;

	for (i = 0; i < nr; i++) {
		current = &list[i];
		t.name = list[i].name;
		t.run = with_veth;
		run_tests(place(), &t, 1);
	}
}

static bool shared;

void share_devices(void)
{
	shared = !unshare(CLONE_NEWNET);
	if (shared)
		veth_open(&veth);
}

void run_shared(const struct test *t)
{
	if (!shared) {
		run_variant(t, 1);
		return;
	}
	forget();
	run_tests_here(place(), t, 1);
	veth_reset(&veth);
}

/* Netlink is there, and so is its cls_bpf. */
static bool available(const struct tclink_features *features)
{
	return variant == TCLINK_BACKEND_NETLINK ||
	       (variant == TCLINK_BACKEND_LINK ? features->link :
						 features->tcx);
}

static void run_backend(void)
{
	run_life();
	run_find();
	run_options();
	run_threads();
	run_races();
	run_errors();
	run_says();
}

/* All, or the one of this name */
static void run_backends(const struct tclink_features *features,
			 const char *only)
{
	const char *name;

	for (variant = 1; variant <= TCLINK_BACKEND_NETLINK; variant++) {
		name = tclink_backend_name(variant);
		if (only && strcmp(only, name))
			continue;
		if (available(features))
			run_backend();
		else if (only)
			tap_result(false, "backends: %s is in this kernel", name);
		else
			tap_skip("not in this kernel", "backends: %s", name);
	}
}

/* Nor has libbpf anything to say of what the library does. */
static int keep_libbpf(enum libbpf_print_level level, const char *fmt,
		       va_list ap)
{
	if (level != LIBBPF_WARN)
		return 0;
	nr_sentences++;
	printf("# ");
	return vprintf(fmt, ap);
}

int main(int argc, char **argv)
{
	TCLINK_OPTS(tclink_features, features);
	int err;

	setbuf(stdout, NULL);
	libbpf_set_print(keep_libbpf);
	tclink_set_log(keep_sentence);
	err = tclink_probe(&features) && errno == EPERM ? -EPERM :
							  veth_load(&veth);
	if (!have_tc() || err == -EPERM)
		tap_skip("needs tc, CAP_BPF and CAP_NET_ADMIN", "backends");
	else if (err)
		tap_result(false, "backends: programs load: %s", strerror(-err));
	else
		run_backends(&features, argc > 1 ? argv[1] : NULL);
	return tap_done();
}
