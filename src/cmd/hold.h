/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Waiting for signals, and meanwhile for a link to be severed */
#ifndef TCLINK_CMD_HOLD_H
#define TCLINK_CMD_HOLD_H

#include <signal.h>
#include <stdbool.h>
#include <sys/signalfd.h>
#include <tclink/tclink.h>

enum held {
	HELD_SIGNAL,
	HELD_SEVERED,
	HELD_FAILED,
};

struct hold {
	int signals; /* of signals_catch() */
	const struct tclink *link;
	bool notified; /* TCLINK_NOTIFIED is in force */
};

/* SIGINT, SIGTERM, SIGHUP and SIGCHLD as a descriptor */
int signals_catch(sigset_t *before);
bool signals_next(int fd, struct signalfd_siginfo *si);

enum held hold(struct hold *h, struct signalfd_siginfo *si);
int hold_until_told(int signals, const struct tclink *link,
		    const struct tclink_info *info);
void hold_say_severed(const struct tclink_info *info);

#endif /* TCLINK_CMD_HOLD_H */
