// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
// Wait for input of a user and for the end of a link at the same time, if the
// kernel notifies:

#include <poll.h>
#include <stdio.h>
#include <unistd.h>
#include <tclink/tclink.h>

void serve(const struct tclink *link)
{
	struct pollfd fds[2] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = tclink__fd(link) },
	};

	while (poll(fds, 2, -1) > 0) {
		if (fds[1].revents & POLLHUP) {
			fprintf(stderr, "the filter is gone\n");
			return;
		}
		if (getchar() == EOF)
			return;
	}
}
