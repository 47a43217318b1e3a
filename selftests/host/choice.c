// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Which backend is taken, on kernels that have some of them; bad input. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/libbpf.h>
#include <tclink/tclink.h>

#include "kernel/netlink.h"
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

/* The backend that such an attach ends with, 0 if it fails. */
static __u32 taken(__u32 ifindex, __u32 parent,
		   const struct tclink_attach_opts *opts)
{
	TCLINK_OPTS(tclink_info, info);
	struct tclink *link;

	last_sentence[0] = '\0';
	link = tclink_attach(cls_prog(), ifindex, parent, opts);
	if (!link)
		return 0;
	CHECK(!last_sentence[0] && !tclink__info(link, &info));
	CHECK(!tclink__destroy(link));
	CHECK(info.guarantees == tclink_backend_guarantees(info.backend));
	return info.backend;
}

static void test_link_first(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);

	CHECK(taken(LO, TCLINK_INGRESS, NULL) == TCLINK_BACKEND_LINK);
	CHECK(fake.nr_creates == 1 && !fake.nr_probes);
	opts.backend = TCLINK_BACKEND_TCX;
	CHECK(taken(LO, TCLINK_EGRESS, &opts) == TCLINK_BACKEND_TCX);
	opts.backend = TCLINK_BACKEND_ANY;
	opts.expected_revision = 7;
	CHECK(taken(LO, TCLINK_EGRESS, &opts) == TCLINK_BACKEND_TCX);
	opts.chain_index = 1;
	CHECK(!taken(LO, TCLINK_EGRESS, &opts) && errno == EOPNOTSUPP);
	CHECK(!strcmp(last_sentence,
		      "no backend here can do that: link lacks expected_revision, tcx lacks chain, netlink lacks expected_revision"));
}

static void test_tcx_next(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);

	fake.no_tc = true;
	CHECK(taken(LO, TCLINK_INGRESS, NULL) == TCLINK_BACKEND_TCX);
	CHECK(fake.nr_creates == 1 && fake.create_size == 32);
	opts.require = TCLINK_OWNED | TCLINK_EXCLUSIVE | TCLINK_ATOMIC |
		       TCLINK_COMPARE_SWAP | TCLINK_PINNABLE;
	CHECK(taken(LO, TCLINK_EGRESS, &opts) == TCLINK_BACKEND_TCX);
	opts.require = TCLINK_NOTIFIED;
	CHECK(!taken(LO, TCLINK_EGRESS, &opts) && errno == EOPNOTSUPP);
	CHECK(!strcmp(last_sentence,
		      "no backend here can do that: link needs a kernel with BPF_LINK_TYPE_TC, tcx lacks notified, netlink lacks notified"));
	/* What a kernel lacks is said of each backend that would have done. */
	opts.require = TCLINK_OWNED;
	opts.chain_index = 1;
	CHECK(!taken(LO, TCLINK_EGRESS, &opts) && errno == EOPNOTSUPP);
	CHECK(!strcmp(last_sentence,
		      "no backend here can do that: link needs a kernel with BPF_LINK_TYPE_TC, tcx lacks chain, netlink lacks owned"));
	opts.require = opts.chain_index = 0;
	opts.backend = TCLINK_BACKEND_LINK;
	CHECK(!taken(LO, TCLINK_EGRESS, &opts) && errno == EOPNOTSUPP);
	CHECK(!strcmp(last_sentence,
		      "the link backend was asked for, but it needs a kernel with BPF_LINK_TYPE_TC"));
}

/* The type numbers are in BTF, but creating says that it cannot. */
static void test_no_cls_bpf(void)
{
	fake.create_err[0] = EOPNOTSUPP;
	fake.probe_err = EOPNOTSUPP;
	CHECK(!taken(LO, TCLINK_PARENT(1, 0), NULL));
	/* Found out once: the next time it is not even tried. */
	CHECK(fake.nr_probes == 1 && fake.nr_creates == 1);
	fake.probe_err = 0;
	CHECK(taken(LO, TCLINK_INGRESS, NULL) == TCLINK_BACKEND_TCX);
	CHECK(fake.nr_probes == 1 && fake.nr_creates == 2);
}

/* That is a failure of the link backend, not the lack of it. */
static void test_no_other_is_tried(void)
{
	fake.create_err[0] = EOPNOTSUPP;
	CHECK(!taken(LO, TCLINK_INGRESS, NULL) && errno == EOPNOTSUPP);
	CHECK(fake.nr_creates == 1 && fake.nr_probes == 1);
	fake.nr_creates = 0;
	fake.create_err[0] = ENOMEM;
	CHECK(!taken(LO, TCLINK_INGRESS, NULL) && errno == ENOMEM);
	CHECK(fake.nr_creates == 1);
	fake.nr_creates = 0;
	fake.create_err[0] = EBUSY;
	CHECK(!taken(LO, TCLINK_INGRESS, NULL) && errno == EBUSY);
	CHECK(!strcmp(last_sentence,
		      "attaching to lo ingress failed: Device or resource busy"));
}

static void test_no_tcx(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	TCLINK_OPTS(tclink_features, features);
	__u64 revision = 99;

	fake.no_tc = fake.no_tcx = true;
	opts.require = TCLINK_OWNED;
	CHECK(!taken(LO, TCLINK_INGRESS, &opts) && errno == EOPNOTSUPP);
	CHECK(!strcmp(last_sentence,
		      "no backend here can do that: link needs a kernel with BPF_LINK_TYPE_TC, tcx needs Linux 6.6 with CONFIG_NET_XGRESS, netlink lacks owned"));
	CHECK(fake.nr_creates == 1 && fake.nr_probes == 1);
	CHECK(!taken(LO, TCLINK_INGRESS, &opts) && errno == EOPNOTSUPP);
	CHECK(fake.nr_creates == 1 && fake.nr_probes == 1);
	FAILS(tclink_revision(LO, TCLINK_INGRESS, &revision), EOPNOTSUPP,
	      "this kernel has no tcx; it needs Linux 6.6 with CONFIG_NET_XGRESS");
	CHECK(revision == 99);
	CHECK(!tclink_probe(&features) && !features.link && !features.tcx);
}

static void test_features(void)
{
	TCLINK_OPTS(tclink_features, features);

	fake.no_tc = true;
	CHECK(!tclink_probe(&features) && !features.link && features.tcx == 1);
	CHECK(!features.link_type && fake.nr_probes == 1);
	CHECK(!tclink_probe(&features) && fake.nr_probes == 1);
}

static void test_revision(void)
{
	__u64 revision = 0;

	CHECK(!tclink_revision(LO, TCLINK_INGRESS, &revision) && revision == 7);
	FAILS(tclink_revision(LO, TCLINK_PARENT(1, 0), &revision), EINVAL,
	      "parent 0x10000 has no tcx hook; name TCLINK_INGRESS or TCLINK_EGRESS");
	FAILS(tclink_revision(LO, TCLINK_INGRESS, NULL), EINVAL,
	      NULL_ARG("tclink_revision"));
	fake.query_err = EPERM;
	FAILS(tclink_revision(LO, TCLINK_INGRESS, &revision), EPERM,
	      "asking for a tcx revision needs CAP_NET_ADMIN");
	fake.query_err = ENODEV;
	FAILS(tclink_revision(77, TCLINK_INGRESS, &revision), ENODEV,
	      "there is no device with ifindex 77 in this network namespace");
}

static void test_next_of_a_kind(void)
{
	TCLINK_OPTS(tclink_attach_opts, attach);
	TCLINK_OPTS(tclink_next_opts, opts);
	TCLINK_OPTS(tclink_info, info);
	struct tclink *link[2], *found;
	__u32 id = 0;

	link[0] = tclink_attach(cls_prog(), LO, TCLINK_INGRESS, &attach);
	attach.backend = TCLINK_BACKEND_TCX;
	link[1] = tclink_attach(cls_prog(), LO, TCLINK_INGRESS, &attach);
	CHECK(link[0] && link[1]);
	for (opts.backend = 1; opts.backend <= 2; opts.backend++) {
		id = 0;
		found = tclink_next(&id, &opts);
		CHECK(found && id == opts.backend);
		CHECK(!tclink__info(found, &info) &&
		      info.backend == opts.backend);
		tclink__destroy(found);
		CHECK(!tclink_next(&id, &opts) && errno == ENOENT);
		CHECK(id == opts.backend);
	}
	opts.backend = TCLINK_BACKEND_NETLINK;
	FAILS_PTR(tclink_next(&id, &opts), EINVAL,
		  "backend 3 has no links to go through; name link, tcx, or any");
	opts.backend = 99;
	FAILS_PTR(tclink_next(&id, &opts), EINVAL,
		  "backend 99 has no links to go through; name link, tcx, or any");
	tclink__destroy(link[0]);
	tclink__destroy(link[1]);
}

static void test_next_without_either(void)
{
	TCLINK_OPTS(tclink_next_opts, opts);
	__u32 id = 5;

	fake.no_tcx = true;
	opts.backend = TCLINK_BACKEND_TCX;
	FAILS_PTR(tclink_next(&id, &opts), EOPNOTSUPP,
		  "this kernel has no tcx; it needs Linux 6.6 with CONFIG_NET_XGRESS");
	opts.backend = TCLINK_BACKEND_ANY;
	CHECK(!tclink_next(&id, &opts) && errno == ENOENT && id == 5);
}

/* tcx links need no BTF. */
static void test_next_tcx_without_btf(void)
{
	TCLINK_OPTS(tclink_attach_opts, attach);
	TCLINK_OPTS(tclink_next_opts, opts);
	struct tclink *link, *found;
	__u32 id = 0;

	fake.btf_err = EACCES;
	attach.backend = opts.backend = TCLINK_BACKEND_TCX;
	link = tclink_attach(cls_prog(), LO, TCLINK_INGRESS, &attach);
	found = tclink_next(&id, &opts);
	CHECK(link && found && id == 1);
	opts.backend = TCLINK_BACKEND_LINK;
	CHECK(!tclink_next(&id, &opts) && errno == EACCES);
	opts.backend = TCLINK_BACKEND_ANY;
	CHECK(!tclink_next(&id, &opts) && errno == EACCES);
	tclink__destroy(found);
	tclink__destroy(link);
}

/* No capability would help. */
static void test_tcx_eperm(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);

	opts.backend = TCLINK_BACKEND_TCX;
	fake.create_err[0] = EPERM;
	FAILS_PTR(tclink_attach(cls_prog(), LO, TCLINK_INGRESS, &opts), EPERM,
		  "attaching to lo ingress by tcx is not permitted; see what your security modules say");
}

/* The number of the attribute means a link on patched kernels only. */
static __u32 link_id_shown(void)
{
	struct nl_request req;
	struct nlattr *nest;
	struct tc_filter f;

	tc_filter_request(&req, RTM_NEWTFILTER, 0, &(struct tc_filter){});
	nest = mnl_attr_nest_start(&req.nh, TCA_OPTIONS);
	mnl_attr_put_u32(&req.nh, UAPI_TCA_BPF_LINK_ID, 42);
	mnl_attr_nest_end(&req.nh, nest);
	tc_filter_parse(&req.nh, &f);
	return f.link_id;
}

static void test_link_id_shown(void)
{
	CHECK(link_id_shown() == 42);
}

static void test_link_id_not_known(void)
{
	fake.no_tc = true;
	CHECK(!link_id_shown());
}

/* Others take 0 to 2 for granted. */
static void test_above_stdio(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	struct tclink *link;
	int prog = cls_prog();

	for (opts.backend = 1; opts.backend <= 2; opts.backend++) {
		close(0);
		link = tclink_attach(prog, LO, TCLINK_INGRESS, &opts);
		CHECK(link && tclink__fd(link) > 2 && fcntl(0, F_GETFD) < 0);
		CHECK(fcntl(tclink__fd(link), F_GETFD) == FD_CLOEXEC);
		CHECK(!tclink__destroy(link));
	}
}

static void test_names(void)
{
	static const char *const names[] = {
		"owned",    "exclusive", "atomic",   "compare-swap", "pinnable",
		"notified", "offload",	 "parents",  "classid",	     "chain",
		"blocks",   "priority",	 "protocol",
	};
	unsigned int i;

	for (i = 0; i < 13; i++)
		CHECK(!strcmp(tclink_guarantee_name(1U << i), names[i]));
	for (i = 13; i < 32; i++)
		CHECK(!tclink_guarantee_name(1U << i) && errno == EINVAL);
	CHECK(!tclink_guarantee_name(0) && !tclink_guarantee_name(3));
	CHECK(!strcmp(tclink_backend_name(0), "any"));
	CHECK(!strcmp(tclink_backend_name(1), "link"));
	CHECK(!strcmp(tclink_backend_name(2), "tcx"));
	CHECK(!strcmp(tclink_backend_name(3), "netlink"));
	errno = 0;
	CHECK(!tclink_backend_name(99) && errno == EINVAL);
	CHECK(!tclink_backend_name(~0U) && !tclink_backend_guarantees(~0U));
	CHECK(tclink_backend_guarantees(1) == 0x1fff);
	CHECK(tclink_backend_guarantees(2) == 0x1f);
	CHECK(tclink_backend_guarantees(3) == 0x1fc4);
	CHECK(!tclink_backend_guarantees(0) && !tclink_backend_guarantees(99));
}

/* Each structure: no sz, short, longer with zeros, longer with something. */
#define TAILS(type, call, fails)                                        \
	do {                                                            \
		struct {                                                \
			struct type s;                                  \
			char more[16];                                  \
		} longer = {};                                          \
		struct type *opts = &longer.s;                          \
		opts->sz = 0;                                           \
		CHECK(fails(call) && errno == EINVAL);                  \
		CHECK(!strcmp(last_sentence, "struct " #type            \
				": sz is not set; use TCLINK_OPTS()")); \
		opts->sz = sizeof(size_t) - 1;                          \
		CHECK(fails(call) && errno == EINVAL);                  \
		opts->sz = sizeof(size_t);                              \
		CHECK(!fails(call));                                    \
		opts->sz = sizeof(longer);                              \
		CHECK(!fails(call));                                    \
		longer.more[15] = 1;                                    \
		CHECK(fails(call) && errno == E2BIG);                   \
		CHECK(!strcmp(last_sentence, "struct " #type            \
				" has an option set that this libtclink does not know; it is older than the program")); \
		CHECK(last_err == E2BIG);                               \
	} while (0)

static bool dropped(struct tclink *link)
{
	tclink__destroy(link);
	return !link;
}

#define AS_INT(call) ((call) != 0)

static void test_opts_tails(void)
{
	int fd = cls_prog();
	struct tclink *link = tclink_attach(fd, LO, TCLINK_INGRESS, NULL);
	__u32 id = 0;

	TAILS(tclink_attach_opts,
	      tclink_attach(fd, LO, TCLINK_INGRESS, opts), dropped);
	TAILS(tclink_update_opts, tclink__update(link, fd, opts), AS_INT);
	TAILS(tclink_next_opts, tclink_next((id = 0, &id), opts), dropped);
	tclink__destroy(link);
}

/* What is written to is filled up to sz and no further. */
#define OUT_SIZES(type, call)                                         \
	do {                                                          \
		struct {                                              \
			struct type s;                                \
			char more[16];                                \
		} longer;                                             \
		struct type *out = &longer.s;                         \
		memset(&longer, 0xff, sizeof(longer));                \
		out->sz = sizeof(size_t) - 1;                         \
		CHECK((call) == -EINVAL && longer.more[0] == -1);     \
		out->sz = sizeof(size_t);                             \
		CHECK(!(call) && out->sz == sizeof(size_t));          \
		CHECK(((char *)out)[sizeof(size_t)] == -1);           \
		out->sz = sizeof(longer);                             \
		CHECK(!(call) && !longer.more[0] && !longer.more[15]); \
	} while (0)

static void test_out_sizes(void)
{
	struct tclink *link;

	link = tclink_attach(cls_prog(), LO, TCLINK_INGRESS, NULL);
	OUT_SIZES(tclink_info, tclink__info(link, out));
	OUT_SIZES(tclink_features, tclink_probe(out));
	tclink__destroy(link);
}

static void test_null(void)
{
	FAILS(tclink__wait(NULL, 0), EINVAL, NULL_ARG("tclink__wait"));
	FAILS(tclink_revision(LO, TCLINK_INGRESS, NULL), EINVAL,
	      NULL_ARG("tclink_revision"));
}

/* A netlink answer that ends too early or says too much */
static struct nl parser = { .port = 5, .seq = 9 };
static unsigned int nr_messages;

static void count_message(const struct nlmsghdr *nlh, void *data)
{
	struct tc_filter f;

	(void)data;
	tc_filter_parse(nlh, &f);
	nr_messages++;
}

static int parse_answer(const void *buf, size_t len)
{
	return nl_parse(&parser, buf, len, count_message, NULL);
}

static void test_netlink_answers(void)
{
	_Alignas(8) unsigned char buf[256];
	struct nlmsghdr *nlh = (void *)buf;
	unsigned int i, round;

	memset(buf, 0, sizeof(buf));
	*nlh = (struct nlmsghdr){ .nlmsg_type = NLMSG_ERROR,
				  .nlmsg_seq = 9, .nlmsg_pid = 5 };
	for (i = 0; i < 36; i++) {
		nlh->nlmsg_len = i;
		CHECK(parse_answer(buf, i) == (i < 16 ? 1 : -EPROTO));
	}
	nlh->nlmsg_len = 36;
	CHECK(!parse_answer(buf, 36) && parse_answer(buf, 35) == 1);
	nlh->nlmsg_seq = 8; /* of another request */
	CHECK(parse_answer(buf, 36) == 1);
	nlh->nlmsg_seq = 9;
	nlh->nlmsg_pid = 6; /* of another socket */
	CHECK(parse_answer(buf, 36) == 1);
	nlh->nlmsg_pid = 5;
	nlh->nlmsg_len = 0x80000024U; /* libmnl takes it for negative */
	CHECK(parse_answer(buf, 36) == 1);
	srand(1);
	for (round = 0; round < 20000; round++) {
		for (i = sizeof(*nlh); i < sizeof(buf); i++)
			buf[i] = rand() % 16;
		*nlh = (struct nlmsghdr){
			.nlmsg_len = rand() % 300,
			.nlmsg_type = round % 2 ? RTM_NEWTFILTER : NLMSG_ERROR,
			.nlmsg_flags = NLM_F_ACK_TLVS | (rand() & 0x100),
			.nlmsg_seq = 9,
			.nlmsg_pid = 5,
		};
		parse_answer(buf, rand() % (sizeof(buf) + 1));
	}
	CHECK(nr_messages > 100);
}

static const struct test tests[] = {
	{ "link comes first", test_link_first },
	{ "tcx comes next", test_tcx_next },
	{ "TC links known, but no cls_bpf", test_no_cls_bpf },
	{ "after a failure no other is tried", test_no_other_is_tried },
	{ "neither link nor tcx", test_no_tcx },
	{ "features of a kernel with tcx only", test_features },
	{ "revision", test_revision },
	{ "next: links of one kind", test_next_of_a_kind },
	{ "next: a kernel without that kind", test_next_without_either },
	{ "next: tcx without BTF", test_next_tcx_without_btf },
	{ "tcx: not permitted", test_tcx_eperm },
	{ "netlink names the link", test_link_id_shown },
	{ "netlink says something else", test_link_id_not_known },
	{ "attach: no descriptor under 3", test_above_stdio },
	{ "names", test_names },
	{ "options: sizes and tails", test_opts_tails },
	{ "info, features: sizes", test_out_sizes },
	{ "NULL", test_null },
	{ "netlink answers of every length", test_netlink_answers },
};

int main(void)
{
	libbpf_set_print(NULL);
	tclink_set_log(keep_sentence);
	run_tests("choice", tests, sizeof(tests) / sizeof(tests[0]));
	return tap_done();
}
