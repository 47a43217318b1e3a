// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Finding links: by id, by descriptor, by going through them. */
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <unistd.h>

#include "backends.h"

static unsigned int count_links(__u32 ifindex, __u32 backend, __u32 id)
{
	TCLINK_OPTS(tclink_next_opts, opts);
	struct tclink *link;
	unsigned int nr = 0;
	__u32 next = 0;

	opts.ifindex = ifindex;
	opts.backend = backend;
	while ((link = tclink_next(&next, &opts))) {
		CHECK(info_of(link).id == next);
		nr += next == id;
		tclink__destroy(link);
	}
	CHECK(errno == ENOENT || errno == EOPNOTSUPP);
	return nr;
}

static void test_next(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS);
	__u32 id = info_of(link).id, i;

	for (i = TCLINK_BACKEND_ANY; i <= TCLINK_BACKEND_TCX; i++) {
		bool found = id && (!i || i == variant);

		CHECK(count_links(0, i, id) == found);
		CHECK(count_links(veth.dev, i, id) == found);
		CHECK(!count_links(veth.peer, i, id));
	}
	CHECK(!tclink__detach(link));
	CHECK(count_links(0, TCLINK_BACKEND_ANY, id) == !!id);
	CHECK(!count_links(veth.dev, TCLINK_BACKEND_ANY, id));
	tclink__destroy(link);
	CHECK(!count_links(0, TCLINK_BACKEND_ANY, id));
}

/* Links come in the order of their ids, and only those of the device. */
static void test_next_order(void)
{
	TCLINK_OPTS(tclink_next_opts, opts);
	struct tclink *link[3], *found;
	__u32 id[3], next = 0;
	int i = 0;

	link[0] = attach(0, TCLINK_INGRESS);
	link[1] = attach_at(1, veth.peer, TCLINK_INGRESS, NULL);
	link[2] = attach(2, TCLINK_INGRESS);
	CHECK(link[1]);
	for (i = 0; i < 3; i++)
		id[i] = info_of(link[i]).id;
	CHECK(!id[0] || (id[0] < id[1] && id[1] < id[2]));
	for (i = 0; id[0] && (found = tclink_next(&next, &opts));) {
		i += i < 3 && next == id[i];
		tclink__destroy(found);
	}
	CHECK(i == 3 || !id[0]);
	for (i = 0; i < 3; i++) {
		CHECK(count_links(i == 1 ? veth.peer : veth.dev, 0, id[i]) ==
		      !!id[0]);
		CHECK(!count_links(i == 1 ? veth.dev : veth.peer, 0, id[i]));
		CHECK(!count_links(0x7fffffff, 0, id[i]));
	}
	/* A severed one is a link still, but of no device. */
	CHECK(!tclink__detach(link[1]));
	CHECK(count_links(0, 0, id[1]) == !!id[1]);
	CHECK(!count_links(veth.peer, 0, id[1]));
	for (i = 0; i < 3; i++)
		CHECK(!tclink__destroy(link[i]));
}

static void test_open(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS), *other;
	__u32 id = info_of(link).id;
	int fd;

	if (!id) {
		fd = tclink__fd(link);
		FAILS_PTR(tclink_open_fd(fd), EBADF,
			  "descriptor -95: Bad file descriptor");
		tclink__destroy(link);
		return;
	}
	other = tclink_open_id(id);
	CHECK(other && tclink__fd(other) != tclink__fd(link));
	CHECK(fcntl(tclink__fd(other), F_GETFD) == FD_CLOEXEC);
	CHECK(info_of(other).backend == variant && info_of(other).id == id);
	/* It holds the link. */
	CHECK(!tclink__destroy(link) && runs(0, TCLINK_INGRESS));
	CHECK(!tclink__update(other, veth.prog[1], NULL));
	CHECK(runs(1, TCLINK_INGRESS));
	link = tclink_open_fd(tclink__fd(other));
	CHECK(link && !tclink__detach(link) && info_of(other).severed);
	CHECK(!tclink__destroy(link) && !tclink__destroy(other));
	CHECK(!tclink_open_id(id) && errno == ENOENT);
	/* The last one to go takes the filter with it. */
	link = attach(0, TCLINK_INGRESS);
	other = tclink_open_id(info_of(link).id);
	CHECK(other && !tclink__destroy(link) && runs(0, TCLINK_INGRESS));
	CHECK(!tclink__destroy(other) && !runs(0, TCLINK_INGRESS));
	nothing_left();
}

/* The object goes on with the namespace in which it was attached. */
static void test_other_netns(void)
{
	TCLINK_OPTS(tclink_update_opts, opts);
	struct tclink *link = attach(0, TCLINK_INGRESS);
	char text[256];
	int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	struct tclink *here;
	__u32 id;

	CHECK(home >= 0 && !unshare(CLONE_NEWNET));
	CHECK(!info_of(link).severed && info_of(link).ifindex == veth.dev);
	/* Here the index means another device, or none. */
	CHECK(!info_of(link).netns_ino == (variant == TCLINK_BACKEND_TCX));
	sh("ip link add wrong0 type veth peer name wrong1");
	CHECK(if_nametoindex("wrong0") == veth.dev ||
	      if_nametoindex("wrong1") == veth.dev);
	CHECK(!count_links(veth.dev, TCLINK_BACKEND_ANY, info_of(link).id));
	here = attach(2, TCLINK_INGRESS);
	id = info_of(here).id;
	CHECK(count_links(veth.dev, TCLINK_BACKEND_ANY, id) == !!id);
	CHECK(count_links(0, TCLINK_BACKEND_ANY, id) == !!id);
	CHECK(count_links(0, TCLINK_BACKEND_ANY, info_of(link).id) == !!id);
	CHECK(!tclink__destroy(here));
	opts.flags = TCLINK_F_EXPECT_OLD;
	opts.old_prog_fd = veth.prog[2];
	snprintf(text, sizeof(text),
		 "the filter of device %u ingress with priority 49152 and handle 0x1 has program %u (prog_a) attached, not the expected %u (prog_c); nothing was changed",
		 veth.dev, veth.id[0], veth.id[2]);
	if (!has(TCLINK_OWNED))
		FAILS(tclink__update(link, veth.prog[1], &opts), EPERM, text);
	CHECK(!tclink__update(link, veth.prog[1], NULL));
	CHECK(!setns(home, CLONE_NEWNET) && runs(1, TCLINK_INGRESS));
	CHECK(!unshare(CLONE_NEWNET) && !tclink__destroy(link));
	CHECK(!setns(home, CLONE_NEWNET) && !runs(1, TCLINK_INGRESS));
}

static const struct test tests[] = {
	{ "next", test_next },
	{ "next: in order, of one device", test_next_order },
	{ "open by id and descriptor", test_open },
	{ "the thread is in another namespace by now", test_other_netns },
};

void run_find(void)
{
	run_variant(tests, sizeof(tests) / sizeof(tests[0]));
}
