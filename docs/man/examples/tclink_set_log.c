// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
// Send explanations to the system's log:

#include <syslog.h>
#include <tclink/tclink.h>

static void to_syslog(int err, const char *sentence)
{
	syslog(LOG_ERR, "%s (errno %d)", sentence, err);
}

void begin(void)
{
	openlog("agent", LOG_PID, LOG_DAEMON);
	tclink_set_log(to_syslog);
}
