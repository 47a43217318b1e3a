// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Waiting for an attachment to be severed: by poll(), or by looking again. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "backend/backend.h"
#include "base/internal.h"

#define NS_PER_S 1000000000LL
#define WAIT_STEP_NS 200000000LL

int wait_poll(const struct tclink *link, int timeout_ms)
{
	struct pollfd pfd = { .fd = link->fd };
	int ret;

	ret = poll(&pfd, 1, timeout_ms < 0 ? -1 : timeout_ms);
	if (ret < 0)
		return -errno;
	if (!ret)
		return -ETIMEDOUT;
	return pfd.revents & POLLNVAL ? -EBADF : 0;
}

static long long wait_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/* 0: severed; -ETIMEDOUT: not yet */
static int wait_check(const struct tclink *link)
{
	struct tclink_info info = {};
	int err;

	err = link->ops->info(link, &info);
	if (err)
		return err;
	return info.severed ? 0 : -ETIMEDOUT;
}

/* With the signals in mask let through while it waits, and only then */
static int wait_pause(long long ns, const sigset_t *mask)
{
	const struct timespec ts = { .tv_nsec = ns };

	return ppoll(NULL, 0, &ts, mask) ? -errno : 0;
}

static int wait_until(const struct tclink *link, long long end,
		      const sigset_t *mask)
{
	long long left = WAIT_STEP_NS;
	int err;

	while ((err = wait_check(link)) == -ETIMEDOUT) {
		if (end >= 0)
			left = end - wait_now_ns();
		if (left <= 0)
			break;
		err = wait_pause(left < WAIT_STEP_NS ? left : WAIT_STEP_NS,
				 mask);
		if (err)
			break;
	}
	return err;
}

/* A signal that comes during a check is not lost: it ends the next wait. */
int wait_look(const struct tclink *link, int timeout_ms)
{
	long long end =
		timeout_ms < 0 ? -1 : wait_now_ns() + timeout_ms * 1000000LL;
	sigset_t all, before;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = wait_until(link, end, &before);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return err;
}
