// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd.h"
#include "hold.h"
#include "print.h"

static const char help[] =
	"Usage: tclink monitor [DEV | block N] [OPTION]...\n"
	"\n"
	"Print a line for each link that there is, and then for each that is attached,\n"
	"gets another program, is severed or goes, until SIGINT or SIGTERM. Links are\n"
	"looked at from time to time and not kept alive: one that comes and goes in\n"
	"between is not seen, of several programs only the last is, and one whose owner\n"
	"ends as soon as it is severed is only seen to be gone. The word 'dev' may stand\n"
	"before DEV.\n"
	"\n"
	"  --interval MS  time between two looks, in milliseconds; default 200\n"
	"  --new          only what happens from now on, not what there is\n"
	"  -j, --json     print an object on each line, with the members event (present,\n"
	"                 attached, updated, severed or gone), time (seconds since 1970),\n"
	"                 those of 'tclink show --json' but for owners, and with updated\n"
	"                 old_prog_id. Of links that are severed or gone they say what\n"
	"                 was known last, and device and ifindex where they were attached\n";

enum {
	OPT_INTERVAL = OPT_VERB,
	OPT_NEW,
};

static const struct option options[] = {
	{ "interval", required_argument, NULL, OPT_INTERVAL },
	{ "new", no_argument, NULL, OPT_NEW },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{},
};

struct known {
	struct tclink_info info; /* as it was read */
	struct view view; /* with the device that a severed link was on */
};

struct list {
	struct known *known; /* by ascending link id */
	size_t nr;
	size_t room;
};

struct monitor {
	struct target target;
	__u32 interval;
	bool only_new;
	bool json;
	bool first; /* look */
	struct list before;
	struct list now;
};

static int parse(struct monitor *m, int argc, char **argv)
{
	int opt, rc = RC_OK;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":jh", options, NULL)) != -1) {
		if (opt == 'h')
			return HELP;
		if (opt == OPT_INTERVAL)
			rc = parse_number("--interval", optarg, 1, 3600000,
					  &m->interval);
		else if (opt == OPT_NEW)
			m->only_new = true;
		else if (opt == 'j')
			m->json = true;
		else
			rc = option_error("monitor", opt, argv);
		if (rc)
			return rc;
	}
	if (optind < argc)
		rc = target_parse(&m->target, "monitor", argc, argv, false);
	return rc ? rc : no_operands("monitor", argc, argv);
}

static void print_json(const char *event, const struct timespec *now,
		       const struct view *view, __u32 old_prog_id)
{
	json_open('{');
	json_text("event", event);
	json_time("time", now);
	json_link(view);
	if (old_prog_id)
		json_u32("old_prog_id", old_prog_id);
	json_close('}');
	json_end();
}

static void print_plain(const char *event, const struct timespec *now,
			const struct view *view)
{
	struct view line = *view;
	struct tm tm;

	/* The event says it, but for one that was severed all along. */
	if (strcmp(event, "present"))
		line.info.severed = 0;
	localtime_r(&now->tv_sec, &tm);
	printf("%02d:%02d:%02d.%03ld %-8s ", tm.tm_hour, tm.tm_min, tm.tm_sec,
	       now->tv_nsec / 1000000, event);
	print_link(&line, false);
	fflush(stdout);
}

static void print_event(const struct monitor *m, const char *event,
			const struct view *view, __u32 old_prog_id)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (m->json)
		print_json(event, &now, view, old_prog_id);
	else
		print_plain(event, &now, view);
}

static struct known *list_add(struct list *list)
{
	struct known *known;
	size_t room;

	if (list->nr == list->room) {
		room = list->room ? 2 * list->room : 16;
		known = reallocarray(list->known, room, sizeof(*known));
		if (!known) {
			failed("out of memory");
			return NULL;
		}
		list->known = known;
		list->room = room;
	}
	return &list->known[list->nr++];
}

static void appeared(const struct monitor *m, struct known *known,
		     const struct tclink_info *info)
{
	known->info = *info;
	view_fill(&known->view, info);
	if (!m->first) {
		print_event(m, "attached", &known->view, 0);
		if (info->severed)
			print_event(m, "severed", &known->view, 0);
	} else if (!m->only_new) {
		print_event(m, "present", &known->view, 0);
	}
}

/* Print what has changed since the last look. */
static void compare(const struct monitor *m, struct known *known,
		    const struct tclink_info *info)
{
	const struct view old = known->view;

	if (!memcmp(&known->info, info, sizeof(*info)))
		return;
	known->info = *info;
	view_fill(&known->view, info);
	if (info->severed) {
		known->view.info.ifindex = old.info.ifindex;
		memcpy(known->view.device, old.device, sizeof(old.device));
	}
	if (info->prog_id != old.info.prog_id)
		print_event(m, "updated", &known->view, old.info.prog_id);
	if (info->severed && !old.info.severed)
		print_event(m, "severed", &known->view, 0);
}

/* Those in the list before with an id below this one are gone. */
static size_t gone_up_to(const struct monitor *m, size_t i, __u32 id)
{
	const struct list *before = &m->before;

	for (; i < before->nr && before->known[i].info.id < id; i++)
		print_event(m, "gone", &before->known[i].view, 0);
	return i;
}

static int look_at(struct monitor *m, size_t *i,
		   const struct tclink_info *info)
{
	bool old;
	struct known *known;

	*i = gone_up_to(m, *i, info->id);
	old = *i < m->before.nr && m->before.known[*i].info.id == info->id;
	if (!old && !target_has(&m->target, info))
		return RC_OK;
	known = list_add(&m->now);
	if (!known)
		return RC_FAILED;
	if (!old) {
		appeared(m, known, info);
		return RC_OK;
	}
	*known = m->before.known[(*i)++];
	compare(m, known, info);
	return RC_OK;
}

/* Links come by ascending id, in the list as well. */
static int look(struct monitor *m)
{
	TCLINK_OPTS(tclink_info, info);
	struct tclink *link;
	int rc = RC_OK, err;
	size_t i = 0;
	__u32 id = 0;

	m->now.nr = 0;
	while (!rc && (link = tclink_next(&id, NULL))) {
		err = tclink__info(link, &info);
		tclink__destroy(link);
		rc = err ? RC_FAILED : look_at(m, &i, &info);
	}
	if (rc || errno != ENOENT)
		return RC_FAILED;
	gone_up_to(m, i, ~0U);
	return RC_OK;
}

static bool told_to_stop(int signals, int ms)
{
	struct pollfd pfd = { .fd = signals, .events = POLLIN };
	struct signalfd_siginfo si;

	poll(&pfd, 1, ms);
	while (signals_next(signals, &si))
		if (si.ssi_signo != SIGCHLD)
			return true;
	return false;
}

static int monitor(struct monitor *m)
{
	struct list list;
	sigset_t before;
	int signals, rc;

	signals = signals_catch(&before);
	if (signals < 0)
		return RC_FAILED;
	do {
		rc = look(m);
		m->first = false;
		list = m->before;
		m->before = m->now;
		m->now = list;
	} while (!rc && !told_to_stop(signals, m->interval));
	return rc;
}

int cmd_monitor(int argc, char **argv)
{
	struct monitor m = { .interval = 200, .first = true };
	__u32 ifindex;
	int rc;

	rc = parse(&m, argc, argv);
	if (rc)
		return rc == HELP ? verb_help("monitor", help) : rc;
	rc = target_find(&m.target, &ifindex) ?: monitor(&m);
	free(m.before.known);
	free(m.now.known);
	return rc;
}
