// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <poll.h>
#include <time.h>

#include "backend.h"
#include "internal.h"

#define LOOK_EVERY_MS 200

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

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* 0: severed; -ETIMEDOUT: not yet */
static int look(const struct tclink *link)
{
	struct tclink_info info = {};
	int err;

	err = link->ops->info(link, &info);
	if (err)
		return err;
	return info.severed ? 0 : -ETIMEDOUT;
}

int wait_look(const struct tclink *link, int timeout_ms)
{
	long long left = LOOK_EVERY_MS, end = now_ms() + timeout_ms;
	int err;

	while ((err = look(link)) == -ETIMEDOUT) {
		if (timeout_ms >= 0)
			left = end - now_ms();
		if (left <= 0)
			break;
		if (poll(NULL, 0, left < LOOK_EVERY_MS ? left : LOOK_EVERY_MS))
			return -errno;
	}
	return err;
}

int tclink__wait(const struct tclink *link, int timeout_ms)
{
	int err;

	if (!link)
		return tclink_err(null_arg(__func__));
	err = link->ops->wait(link, timeout_ms);
	if (err && err != -ETIMEDOUT && err != -EINTR)
		log_errno(err, "waiting for the link to be severed failed");
	return tclink_err(err);
}
