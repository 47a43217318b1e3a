// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Waiting for signals, and meanwhile for a link to be severed */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "hold.h"

/* Without TCLINK_NOTIFIED, the link is asked this often. */
#define HOLD_POLL_MS 200

static bool hold_ignored(int sig)
{
	struct sigaction sa;

	return !sigaction(sig, NULL, &sa) && sa.sa_handler == SIG_IGN;
}

/*
 * From here on these signals arrive at the descriptor only, and none is lost.
 * SIGHUP stays ignored under nohup(1).
 */
int signals_catch(sigset_t *before)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	if (!hold_ignored(SIGHUP))
		sigaddset(&set, SIGHUP);
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, &set, before);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		failed("signalfd: %s", strerror(errno));
	return fd;
}

bool signals_next(int fd, struct signalfd_siginfo *si)
{
	return read(fd, si, sizeof(*si)) == sizeof(*si);
}

/*
 * Until a signal is there or the link is severed, which is said once: after
 * that only signals are waited for.
 */
enum held hold(struct hold *h, struct signalfd_siginfo *si)
{
	struct pollfd fds[2] = { { .fd = h->signals, .events = POLLIN } };
	int err, ms;

	for (;;) {
		fds[1].fd = h->link && h->notified ? tclink__fd(h->link) : -1;
		ms = h->link && !h->notified ? HOLD_POLL_MS : -1;
		if (poll(fds, 2, ms) < 0 && errno != EINTR) {
			failed("poll: %s", strerror(errno));
			return HELD_FAILED;
		}
		if (signals_next(h->signals, si))
			return HELD_SIGNAL;
		err = h->link ? tclink__wait(h->link, 0) : -ETIMEDOUT;
		if (err && err != -ETIMEDOUT)
			return HELD_FAILED;
		if (!err) {
			h->link = NULL;
			return HELD_SEVERED;
		}
	}
}

void hold_say_severed(const struct tclink_info *info)
{
	if (info->id)
		notice("link %u was severed: its qdisc or device went away, or it was detached",
		       info->id);
	else
		notice("the filter is gone: its qdisc or device went away, or somebody deleted or replaced it");
}

/* Returns the exit code of a verb that only holds a link. */
int hold_until_told(int signals, const struct tclink *link,
		    const struct tclink_info *info)
{
	struct hold h = {
		.signals = signals,
		.link = link,
		.notified = info->guarantees & TCLINK_NOTIFIED,
	};
	struct signalfd_siginfo si;
	enum held held;

	do {
		held = hold(&h, &si);
	} while (held == HELD_SIGNAL && si.ssi_signo == SIGCHLD);
	if (held == HELD_SIGNAL)
		return RC_OK;
	if (held == HELD_FAILED)
		return RC_FAILED;
	hold_say_severed(info);
	return RC_SEVERED;
}
