// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* tclink flow: choose classes as the flow classifier of tc does */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <linux/pkt_cls.h>

#include "flow_cmd.h"
#include "hold.h"

/* How often another change may come in between */
#define FLOW_MAX_TRIES 16

struct flow_filter {
	struct flow_words words;
	struct flow_set set;
	struct flow_prog prog;
	struct tclink *link;
	struct view view;
	int signals;
	__u32 ifindex;
};

static int flow_parse(struct flow_words *words, char **argv)
{
	words->opts.sz = sizeof(words->opts);
	words->opts.flags = TCLINK_F_CLASSIFY_ONLY;
	words->set.mask = ~0U;
	return flow_words_parse(words, argv);
}

static int flow_check_add(const struct flow_words *words)
{
	if (words->id)
		return misused("flow: 'id' goes with change and show");
	if (!words->device == !words->block)
		return misused("flow: name a device or a block, as in 'dev eth0'");
	if (words->block && words->parent)
		return misused("flow: 'parent' does not go with 'block'");
	if (words->parent == TCLINK_INGRESS || words->parent == TCLINK_EGRESS)
		return misused("flow: ingress and egress have no classes to choose from; name a classful qdisc, as in 'parent 1:'");
	return RC_OK;
}

static int flow_find_target(struct flow_filter *f)
{
	struct flow_words *w = &f->words;
	const struct target target = { .device = w->device, .block = w->block };
	int rc;

	rc = target_find(&target, &f->ifindex);
	if (!rc && w->device && !w->parent)
		rc = flow_root_qdisc(f->ifindex, w->device, &w->parent);
	if (w->block)
		w->parent = w->block;
	return rc;
}

/* The first class of the qdisc, unless the words name another. */
static int flow_first_set(struct flow_filter *f)
{
	int rc;

	rc = flow_set_new(&f->set);
	if (rc)
		return rc;
	f->set.baseclass = 1;
	if (!f->words.block)
		f->set.baseclass |= f->words.parent & 0xffff0000;
	return flow_words_apply(&f->words, &f->set) ?: flow_set_check(&f->set);
}

static int flow_attach(struct flow_filter *f)
{
	TCLINK_OPTS(tclink_info, info);
	sigset_t before;

	f->signals = signals_catch(&before);
	if (f->signals < 0)
		return RC_FAILED;
	if (f->words.pin)
		f->words.opts.require |= TCLINK_PINNABLE;
	f->link = tclink_attach(f->prog.fd, f->ifindex, f->words.parent,
				&f->words.opts);
	if (!f->link)
		return RC_FAILED;
	if ((f->words.pin && tclink__pin(f->link, f->words.pin)) ||
	    tclink__info(f->link, &info))
		return RC_FAILED;
	view_fill(&f->view, &info);
	return RC_OK;
}

static void flow_report(const struct flow_filter *f)
{
	print_link(&f->view, false);
	printf("  ");
	flow_set_print(&f->set);
	putchar('\n');
	if (f->words.pin)
		printf("pinned at %s\n", f->words.pin);
	else
		puts("holding the link; the filter goes when this process ends");
	fflush(stdout);
}

static int flow_add(char **words)
{
	struct flow_filter f = {};
	int rc;

	rc = flow_parse(&f.words, words) ?: flow_check_add(&f.words) ?:
	     flow_find_target(&f) ?: flow_first_set(&f) ?:
	     flow_prog_load(&f.prog, &f.set, -1);
	if (rc)
		return rc;
	rc = flow_attach(&f);
	flow_prog_close(&f.prog);
	if (!rc) {
		flow_report(&f);
		if (!f.words.pin)
			rc = hold_until_told(f.signals, f.link, &f.view.info);
	}
	if (tclink__destroy(f.link) && !rc)
		rc = RC_FAILED;
	return rc;
}

/* EPERM says that another change came first; this one is tried again. */
static void flow_log_except_eperm(int err, const char *sentence)
{
	if (err != EPERM)
		failed("%s", sentence);
}

/*
 * Put a program with the new parameters in the place of this one. Returns an
 * exit code, or -EPERM if this one has been replaced already.
 */
static int flow_replace(struct flow_filter *f, const struct flow_prog *old)
{
	TCLINK_OPTS(tclink_update_opts, opts);
	tclink_log_fn log;
	int rc;

	rc = flow_words_apply(&f->words, &f->set) ?: flow_set_check(&f->set) ?:
	     flow_prog_load(&f->prog, &f->set, old->counts);
	if (rc)
		return rc;
	opts.flags = TCLINK_F_EXPECT_OLD;
	opts.old_prog_fd = old->fd;
	log = tclink_set_log(flow_log_except_eperm);
	rc = tclink__update(f->link, f->prog.fd, &opts);
	tclink_set_log(log);
	flow_prog_close(&f->prog);
	return rc && rc != -EPERM ? RC_FAILED : rc;
}

/* Changes that come at once go one after the other: none is lost. */
static int flow_try_change(struct flow_filter *f)
{
	TCLINK_OPTS(tclink_info, info);
	struct flow_prog old;
	bool ours;
	int rc;

	if (tclink__info(f->link, &info))
		return RC_FAILED;
	rc = flow_prog_open(&old, info.prog_id, &f->set, &ours);
	if (rc)
		return rc;
	if (!ours)
		return failed("link %u runs another program, not that of 'tclink flow'; see 'tclink show'",
			      info.id);
	rc = flow_replace(f, &old);
	flow_prog_close(&old);
	return rc;
}

static int flow_change_link(struct flow_filter *f)
{
	TCLINK_OPTS(tclink_info, info);
	int i, rc = -EPERM;

	for (i = 0; rc == -EPERM && i < FLOW_MAX_TRIES; i++)
		rc = flow_try_change(f);
	if (rc == -EPERM)
		return failed("other changes of the link came first, %d times; try again",
			      FLOW_MAX_TRIES);
	if (rc)
		return rc;
	if (tclink__info(f->link, &info))
		return RC_FAILED;
	view_fill(&f->view, &info);
	print_link(&f->view, false);
	printf("  ");
	flow_set_print(&f->set);
	putchar('\n');
	return RC_OK;
}

static int flow_change(char **words)
{
	struct flow_filter f = {};
	int rc;

	rc = flow_parse(&f.words, words);
	if (rc)
		return rc;
	if (f.words.targets)
		return misused("flow change: the filter stays where it is; name it by id or pin, and then what changes");
	if (!f.words.id == !f.words.pin)
		return misused("flow change: name the link, by either id or pin");
	f.link = link_open(&(struct link_choice){ f.words.id, f.words.pin });
	if (!f.link)
		return RC_FAILED;
	rc = flow_change_link(&f);
	tclink__destroy(f.link);
	return rc;
}

static bool flow_wants_help(char **words)
{
	for (; *words; words++)
		if (!strcmp(*words, "--help") || !strcmp(*words, "-h") ||
		    !strcmp(*words, "help"))
			return true;
	return false;
}

static int cmd_flow(const struct verb *verb, char **words)
{
	const struct options none[] = { {} };
	const char *first = *words ?: "";

	if (flow_wants_help(words)) {
		options_help(verb, none);
		return HELP;
	}
	if (!strcmp(first, "show"))
		return flow_show(words + 1);
	if (!strcmp(first, "change"))
		return flow_change(words + 1);
	return flow_add(words + !strcmp(first, "add"));
}

const struct verb verb_flow = {
	.name = "flow",
	.summary = "choose classes as the flow classifier of tc does",
	.help =
	"Usage: tclink flow [add] dev DEV [WORD]... map key KEY [WORD]...\n"
	"       tclink flow [add] dev DEV [WORD]... hash keys KEY,... [WORD]...\n"
	"       tclink flow change {id ID | pin PATH} WORD...\n"
	"       tclink flow show [id ID | pin PATH] [--json]\n"
	"\n"
	"Choose a class for every packet, as 'tc filter add ... flow ...' does, with a\n"
	"filter that a BPF link owns. Without a pin, hold the link until SIGINT, SIGTERM\n"
	"or SIGHUP, then release the filter; exit with 3 if the link is severed.\n"
	"\n"
	"Words of the filter, which come first:\n"
	"  parent X:[Y]    classful qdisc, or class of it; default: the root qdisc\n"
	"  block N         instead of dev: a shared block\n"
	"  prio N          1 to 65535, lower runs first; default: the kernel chooses\n"
	"  handle N, chain N, protocol P\n"
	"  pin PATH        pin the link in a BPF file system and return\n"
	"  backend B       link, netlink or any\n"
	"\n"
	"Words of the flow classifier, as in tc-flow(8); 'flow' may stand before them:\n"
	"  map key KEY     the class is the value of the key, after\n"
	"                  and N, or N, xor N, rshift N, addend [-]N or an address\n"
	"  hash keys KEY,...\n"
	"                  the class is a hash of the values\n"
	"  divisor N       modulo N\n"
	"  baseclass X:Y   is added to it; default: 1 of the qdisc\n"
	"  perturb SECONDS another hash after each such period\n"
	"\n"
	"KEY is src, dst, proto, proto-src, proto-dst, iif, priority, mark, nfct,\n"
	"nfct-src, nfct-dst, nfct-proto-src, nfct-proto-dst, rt-classid, sk-uid, sk-gid,\n"
	"vlan-tag or rxhash.\n"
	"\n"
	"'change' replaces what its words name, in one step: each packet sees the old or\n"
	"the new parameters. 'show' prints parameters, packets and bytes by class.\n",
	.run = cmd_flow,
};
