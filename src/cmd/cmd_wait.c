// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* tclink wait: wait until a link is severed or gone */
#include <errno.h>
#include <time.h>

#include "cmd.h"

#define WAIT_POLL_MS 200

struct wait {
	struct link_choice choice;
	int timeout; /* in milliseconds; below 0: none */
};

static int wait_timeout(void *data, const char *arg)
{
	struct wait *wait = data;

	return parse_seconds("--timeout", arg, &wait->timeout);
}

static const struct option_spec wait_options[] = {
	{ "timeout", "SECONDS",
	  "how long at most, as in 5 or 0.5; 0 checks once; default: no limit",
	  .call = wait_timeout },
	{},
};

static int wait_parse(struct wait *wait, const struct verb *verb, char **words)
{
	const struct options options[] = {
		{ link_options, &wait->choice },
		{ wait_options, wait },
		{},
	};
	struct operands operands;

	return options_parse(verb, options, words, &operands) ?:
	       operands_end(&operands) ?: link_check(&wait->choice, verb->name);
}

enum state { ATTACHED, SEVERED, GONE, UNKNOWN };

/* Learns the id, which goes on to name the link when the pin does not. */
static enum state wait_look(struct link_choice *choice)
{
	TCLINK_OPTS(tclink_info, info);
	struct tclink *link = link_open(choice);
	int err;

	if (!link)
		return errno == ENOENT && !choice->pin ? GONE : UNKNOWN;
	err = tclink__info(link, &info);
	tclink__destroy(link);
	if (err)
		return UNKNOWN;
	choice->id = info.id;
	choice->pin = NULL;
	return info.severed ? SEVERED : ATTACHED;
}

static tclink_log_fn wait_log_before;

static void wait_log(int err, const char *sentence)
{
	if (err != ENOENT)
		wait_log_before(err, sentence);
}

static long long wait_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static void wait_nap(int ms)
{
	struct timespec ts = { .tv_sec = ms / 1000,
			       .tv_nsec = ms % 1000 * 1000000L };

	nanosleep(&ts, NULL);
}

static enum state wait_for_change(struct wait *wait)
{
	struct link_choice *choice = &wait->choice;
	long long left, end = wait_now_ms() + wait->timeout;
	enum state state;

	/* One that is not there from the start is none that went. */
	state = wait_look(choice);
	if (state == GONE)
		return UNKNOWN;
	wait_log_before = tclink_set_log(wait_log);
	while (state == ATTACHED) {
		left = wait->timeout < 0 ? WAIT_POLL_MS : end - wait_now_ms();
		if (left <= 0)
			break;
		wait_nap(left < WAIT_POLL_MS ? left : WAIT_POLL_MS);
		state = wait_look(choice);
	}
	tclink_set_log(wait_log_before);
	return state;
}

static int cmd_wait(const struct verb *verb, char **words)
{
	struct wait wait = { .timeout = -1 };
	int rc;

	rc = wait_parse(&wait, verb, words);
	if (rc)
		return rc;
	switch (wait_for_change(&wait)) {
	case ATTACHED:
		notice("link %u is still attached", wait.choice.id);
		return RC_TIMEOUT;
	case SEVERED:
		printf("link %u: severed\n", wait.choice.id);
		return RC_OK;
	case GONE:
		printf("link %u: gone\n", wait.choice.id);
		return RC_OK;
	case UNKNOWN:
		break;
	}
	return RC_FAILED;
}

const struct verb verb_wait = {
	.name = "wait",
	.summary = "wait until a link is severed",
	.help =
	"Usage: tclink wait LINK [--timeout SECONDS]\n"
	"\n"
	"Wait until a link is severed, its filter gone with the qdisc or device or by\n"
	"being detached, or until the link itself is gone with its last holder. The link\n"
	"is checked five times a second and not kept alive in between.\n",
	.run = cmd_wait,
};
