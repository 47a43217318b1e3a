// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <errno.h>
#include <time.h>

#include "cmd.h"

static const char help[] =
	"Usage: tclink wait --id LINK_ID|--pin PATH [--timeout SECONDS]\n"
	"\n"
	"Wait until a link is severed, its filter gone with the qdisc or device or by\n"
	"being detached, or until the link itself is gone with its last holder. Looks\n"
	"five times a second and does not keep the link alive in between.\n"
	"\n"
	"  --timeout SECONDS  how long at most, as in 5 or 0.5; default: for ever. 0\n"
	"                     looks once\n";

#define LOOK_MS 200

enum {
	OPT_ID = OPT_VERB,
	OPT_PIN,
	OPT_TIMEOUT,
};

static const struct option options[] = {
	{ "id", required_argument, NULL, OPT_ID },
	{ "pin", required_argument, NULL, OPT_PIN },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "help", no_argument, NULL, 'h' },
	{},
};

static int parse(struct link_choice *choice, int *timeout, int argc,
		 char **argv)
{
	int opt, rc = RC_OK;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (opt == 'h')
			return HELP;
		if (opt == OPT_ID)
			rc = parse_number("link id", optarg, 1, ~0U,
					  &choice->id);
		else if (opt == OPT_PIN)
			rc = parse_path("--pin", optarg, &choice->pin);
		else if (opt == OPT_TIMEOUT)
			rc = parse_seconds("--timeout", optarg, timeout);
		else
			rc = option_error("wait", opt, argv);
		if (rc)
			return rc;
	}
	return no_operands("wait", argc, argv) ?: link_check(choice, "wait");
}

enum state { ATTACHED, SEVERED, GONE, UNKNOWN };

/* Learns the id, which goes on to name the link when the pin does not. */
static enum state look(struct link_choice *choice)
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

static tclink_log_fn log_before;

static void log_unless_gone(int err, const char *sentence)
{
	if (err != ENOENT)
		log_before(err, sentence);
}

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static void nap(int ms)
{
	struct timespec ts = { .tv_sec = ms / 1000,
			       .tv_nsec = ms % 1000 * 1000000L };

	nanosleep(&ts, NULL);
}

/* A timeout below 0 is none. */
static enum state wait_for_change(struct link_choice *choice, int timeout)
{
	long long left, end = now_ms() + timeout;
	enum state state;

	/* One that is not there from the start is none that went. */
	state = look(choice);
	if (state == GONE)
		return UNKNOWN;
	log_before = tclink_set_log(log_unless_gone);
	while (state == ATTACHED) {
		left = timeout < 0 ? LOOK_MS : end - now_ms();
		if (left <= 0)
			break;
		nap(left < LOOK_MS ? left : LOOK_MS);
		state = look(choice);
	}
	tclink_set_log(log_before);
	return state;
}

int cmd_wait(int argc, char **argv)
{
	struct link_choice choice = {};
	int rc, timeout = -1;

	rc = parse(&choice, &timeout, argc, argv);
	if (rc)
		return rc == HELP ? verb_help("wait", help) : rc;
	switch (wait_for_change(&choice, timeout)) {
	case ATTACHED:
		notice("link %u is still attached", choice.id);
		return RC_TIMEOUT;
	case SEVERED:
		printf("link %u: severed\n", choice.id);
		return RC_OK;
	case GONE:
		printf("link %u: gone\n", choice.id);
		return RC_OK;
	case UNKNOWN:
		break;
	}
	return RC_FAILED;
}
