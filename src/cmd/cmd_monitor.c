// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* tclink monitor: print links as they come, change and go */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd.h"
#include "hold.h"
#include "print.h"

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
	bool first; /* check */
	struct list before;
	struct list now;
};

static const struct option_spec monitor_options[] = {
	{ "interval", "MS", "time between two checks, in milliseconds; default: 200",
	  INTO(struct monitor, interval), .min = 1, .max = 3600000 },
	{ "new", NULL, "only what happens from now on, not what there is",
	  INTO(struct monitor, only_new) },
	{ "json", NULL,
	  "print an object on each line, with the members event (present, attached, updated, severed or gone), time (seconds since 1970), those of 'tclink show --json' except owners, and with updated old_prog_id. Of links that are severed or gone they say what was known last, and device and ifindex where they were attached",
	  INTO(struct monitor, json), .letter = 'j' },
	{},
};

static int monitor_parse(struct monitor *m, const struct verb *verb,
			 char **words)
{
	const struct options options[] = { { monitor_options, m }, {} };
	struct operands operands;
	int rc;

	rc = options_parse(verb, options, words, &operands);
	if (!rc && *operands.next)
		rc = target_parse(&m->target, &operands, false);
	return rc ?: operands_end(&operands);
}

static void monitor_json(const char *event, const struct timespec *now,
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

static void monitor_plain(const char *event, const struct timespec *now,
			  const struct view *view)
{
	struct view line = *view;
	struct tm tm;

	/* The event says it, except of one that was severed from the start. */
	if (strcmp(event, "present"))
		line.info.severed = 0;
	localtime_r(&now->tv_sec, &tm);
	printf("%02d:%02d:%02d.%03ld %-8s ", tm.tm_hour, tm.tm_min, tm.tm_sec,
	       now->tv_nsec / 1000000, event);
	print_link(&line, false);
	fflush(stdout);
}

static void monitor_print(const struct monitor *m, const char *event,
			  const struct view *view, __u32 old_prog_id)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (m->json)
		monitor_json(event, &now, view, old_prog_id);
	else
		monitor_plain(event, &now, view);
}

static struct known *monitor_add(struct list *list)
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

static void monitor_appeared(const struct monitor *m, struct known *known,
			     const struct tclink_info *info)
{
	known->info = *info;
	view_fill(&known->view, info);
	if (!m->first) {
		monitor_print(m, "attached", &known->view, 0);
		if (info->severed)
			monitor_print(m, "severed", &known->view, 0);
	} else if (!m->only_new) {
		monitor_print(m, "present", &known->view, 0);
	}
}

/* Print what has changed since the last check. */
static void monitor_compare(const struct monitor *m, struct known *known,
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
		monitor_print(m, "updated", &known->view, old.info.prog_id);
	if (info->severed && !old.info.severed)
		monitor_print(m, "severed", &known->view, 0);
}

/* Those in the list before with an id below this one are gone. */
static size_t monitor_gone(const struct monitor *m, size_t i, __u32 id)
{
	const struct list *before = &m->before;

	for (; i < before->nr && before->known[i].info.id < id; i++)
		monitor_print(m, "gone", &before->known[i].view, 0);
	return i;
}

static int monitor_link(struct monitor *m, size_t *i,
			const struct tclink_info *info)
{
	bool old;
	struct known *known;

	*i = monitor_gone(m, *i, info->id);
	old = *i < m->before.nr && m->before.known[*i].info.id == info->id;
	if (!old && !target_has(&m->target, info))
		return RC_OK;
	known = monitor_add(&m->now);
	if (!known)
		return RC_FAILED;
	if (!old) {
		monitor_appeared(m, known, info);
		return RC_OK;
	}
	*known = m->before.known[(*i)++];
	monitor_compare(m, known, info);
	return RC_OK;
}

/* Links come by ascending id, in the list as well. */
static int monitor_check(struct monitor *m)
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
		rc = err ? RC_FAILED : monitor_link(m, &i, &info);
	}
	if (rc || errno != ENOENT)
		return RC_FAILED;
	monitor_gone(m, i, ~0U);
	return RC_OK;
}

static bool monitor_told_to_stop(int signals, int ms)
{
	struct pollfd pfd = { .fd = signals, .events = POLLIN };
	struct signalfd_siginfo si;

	poll(&pfd, 1, ms);
	while (signals_next(signals, &si))
		if (si.ssi_signo != SIGCHLD)
			return true;
	return false;
}

static int monitor_run(struct monitor *m)
{
	struct list list;
	sigset_t before;
	int signals, rc;

	signals = signals_catch(&before);
	if (signals < 0)
		return RC_FAILED;
	do {
		rc = monitor_check(m);
		m->first = false;
		list = m->before;
		m->before = m->now;
		m->now = list;
	} while (!rc && !monitor_told_to_stop(signals, m->interval));
	return rc;
}

static int cmd_monitor(const struct verb *verb, char **words)
{
	struct monitor m = { .interval = 200, .first = true };
	__u32 ifindex;
	int rc;

	rc = monitor_parse(&m, verb, words);
	if (rc)
		return rc;
	rc = target_find(&m.target, &ifindex) ?: monitor_run(&m);
	free(m.before.known);
	free(m.now.known);
	return rc;
}

const struct verb verb_monitor = {
	.name = "monitor",
	.summary = "print links as they come, change and go",
	.help =
	"Usage: tclink monitor [DEV | block N] [OPTION]...\n"
	"\n"
	"Print a line for each link that there is, and then for each that is attached,\n"
	"gets another program, is severed or goes, until SIGINT or SIGTERM. Links are\n"
	"checked from time to time and not kept alive: one that comes and goes in between\n"
	"is not seen, of several programs only the last is, and one whose owner ends as\n"
	"soon as it is severed is only seen to be gone. The word 'dev' may stand before\n"
	"DEV.\n",
	.run = cmd_monitor,
};
