// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"

static const char help[] =
	"Usage: tclink attach DEV ingress|egress|X:Y PROGRAM [OPTION]...\n"
	"\n"
	"Attach a program and own it. Without --pin, hold the link until SIGINT or\n"
	"SIGTERM, then let the filter go; exit with 3 if the link is severed meanwhile.\n"
	"A clsact qdisc is created for ingress and egress if the device has none.\n"
	"\n"
	"PROGRAM is one of\n"
	"  --object FILE [--program NAME]  load it from an object file\n"
	"  --pinned PATH                   it is pinned there\n"
	"  --id ID, --prog-id ID           it is loaded, with this id\n"
	"\n"
	"  --set VAR=NUMBER  set a global variable before loading; may be repeated\n"
	"  --pin PATH        pin the link in a BPF file system and return\n"
	"  --prio N          1 to 65535, lower runs first; default: kernel chooses\n"
	"  --handle N        of the filter in its priority; default: kernel chooses\n"
	"  --chain N         default 0\n"
	"  --protocol P      all, ip, ipv6, arp, 802.1Q, 802.1ad, mpls_uc or number;\n"
	"                    default all\n"
	"  --classid X:Y     class of packets that match\n"
	"  --classify-only   the program returns a class, not a TC_ACT_* verdict\n"
	"  --skip-hw         never offload to hardware\n"
	"  --skip-sw         hardware only\n"
	"  -j, --json        print the link as one line of JSON\n"
	"\n"
	"Exit codes: 0 success; 1 the operation failed; 2 wrong usage, nothing was\n"
	"done; 3 the link was severed.\n";

enum {
	OPT_PIN = OPT_VERB,
	OPT_PRIO,
	OPT_HANDLE,
	OPT_CHAIN,
	OPT_PROTOCOL,
	OPT_CLASSID,
	OPT_CLASSIFY_ONLY,
	OPT_SKIP_HW,
	OPT_SKIP_SW,
};

static const struct option options[] = {
	PROG_OPTIONS,
	{ "id", required_argument, NULL, OPT_PROG_ID },
	{ "pin", required_argument, NULL, OPT_PIN },
	{ "prio", required_argument, NULL, OPT_PRIO },
	{ "handle", required_argument, NULL, OPT_HANDLE },
	{ "chain", required_argument, NULL, OPT_CHAIN },
	{ "protocol", required_argument, NULL, OPT_PROTOCOL },
	{ "classid", required_argument, NULL, OPT_CLASSID },
	{ "classify-only", no_argument, NULL, OPT_CLASSIFY_ONLY },
	{ "skip-hw", no_argument, NULL, OPT_SKIP_HW },
	{ "skip-sw", no_argument, NULL, OPT_SKIP_SW },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{},
};

struct attach {
	struct prog_source prog;
	struct tclink_attach_opts opts;
	const char *device;
	__u32 parent;
	const char *pin;
	bool json;
	bool help;
};

static int attach_option(struct attach *a, int opt, const char *arg)
{
	switch (opt) {
	case OPT_PIN:
		a->pin = arg;
		return RC_OK;
	case OPT_PRIO:
		return parse_number("--prio", arg, 1, 0xffff,
				    &a->opts.priority);
	case OPT_HANDLE:
		return parse_number("--handle", arg, 1, ~0U, &a->opts.handle);
	case OPT_CHAIN:
		return parse_number("--chain", arg, 0, 0x0fffffff,
				    &a->opts.chain_index);
	case OPT_PROTOCOL:
		return parse_protocol(arg, &a->opts.protocol);
	case OPT_CLASSID:
		return parse_classid(arg, &a->opts.classid);
	case OPT_CLASSIFY_ONLY:
		a->opts.flags |= TCLINK_F_CLASSIFY_ONLY;
		return RC_OK;
	case OPT_SKIP_HW:
		a->opts.gen_flags |= TCLINK_SKIP_HW;
		return RC_OK;
	case OPT_SKIP_SW:
		a->opts.gen_flags |= TCLINK_SKIP_SW;
		return RC_OK;
	case 'j':
		a->json = true;
		return RC_OK;
	case 'h':
		a->help = true;
		return RC_OK;
	}
	return prog_option(&a->prog, opt, arg);
}

static int attach_operands(struct attach *a, int argc, char **argv)
{
	if (argc - optind < 2)
		return misused("attach: name a device and ingress, egress or a class such as 1:10");
	a->device = argv[optind++];
	return parse_parent(argv[optind++], &a->parent) ?:
	       no_operands("attach", argc, argv);
}

static int attach_parse(struct attach *a, int argc, char **argv)
{
	int opt, rc;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":jh", options, NULL)) != -1) {
		if (opt == '?' || opt == ':')
			return option_error("attach", opt, argv);
		rc = attach_option(a, opt, optarg);
		if (rc || a->help)
			return rc;
	}
	if (a->opts.gen_flags == (TCLINK_SKIP_HW | TCLINK_SKIP_SW))
		return misused("attach: --skip-hw and --skip-sw exclude each other");
	rc = attach_operands(a, argc, argv);
	return rc ? rc : prog_check(&a->prog, "attach");
}

static volatile sig_atomic_t stopped;

static void stop(int sig)
{
	(void)sig;
	stopped = 1;
}

/* From here on the two signals arrive in ppoll() only, none is lost. */
static void catch_signals(sigset_t *waiting)
{
	struct sigaction sa = { .sa_handler = stop };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, waiting);
	sigdelset(waiting, SIGINT);
	sigdelset(waiting, SIGTERM);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
}

static int hold(const struct tclink *link, __u32 id, const sigset_t *waiting)
{
	struct pollfd pfd = { .fd = tclink__fd(link) };

	while (!stopped) {
		if (ppoll(&pfd, 1, NULL, waiting) < 0 && errno != EINTR)
			return failed("ppoll: %s", strerror(errno));
		if (stopped || !(pfd.revents & POLLHUP))
			continue;
		failed("link %u was severed: its qdisc or device went away, or it was detached",
		       id);
		return RC_SEVERED;
	}
	return RC_OK;
}

static int report(const struct attach *a, const struct tclink *link, __u32 *id)
{
	TCLINK_OPTS(tclink_info, info);

	if (tclink__info(link, &info))
		return RC_FAILED;
	*id = info.id;
	if (a->json) {
		print_link_json(&info);
		putchar('\n');
	} else {
		print_link_line(&info);
		if (a->pin)
			printf("pinned at %s\n", a->pin);
		else
			puts("holding the link; the filter goes when this process ends");
	}
	fflush(stdout);
	return RC_OK;
}

static int attach_run(const struct attach *a, int prog_fd, __u32 ifindex)
{
	struct tclink *link;
	sigset_t waiting;
	__u32 id;
	int rc;

	catch_signals(&waiting);
	link = tclink_attach(prog_fd, ifindex, a->parent, &a->opts);
	if (!link)
		return RC_FAILED;
	rc = RC_FAILED;
	if (!a->pin || !tclink__pin(link, a->pin))
		rc = report(a, link, &id);
	if (!rc && !a->pin)
		rc = hold(link, id, &waiting);
	tclink__destroy(link);
	return rc;
}

int cmd_attach(int argc, char **argv)
{
	struct attach a = { .opts.sz = sizeof(a.opts) };
	int prog_fd, rc;
	__u32 ifindex;

	rc = attach_parse(&a, argc, argv);
	if (rc)
		return rc;
	if (a.help) {
		fputs(help, stdout);
		return RC_OK;
	}
	rc = find_device(a.device, &ifindex) ?: prog_get(&a.prog, &prog_fd);
	if (rc)
		return rc;
	rc = attach_run(&a, prog_fd, ifindex);
	close(prog_fd);
	return rc;
}
