// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* tclink exec: attach a program while a command runs */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attachment.h"

static int exec_refuse_pin(void *data, const char *arg)
{
	(void)data;
	(void)arg;
	return misused("exec: with --pin the filter would outlive the command; see 'tclink attach --help'");
}

static const struct option_spec own_options[] = {
	{ "pin", "PATH", NULL, .call = exec_refuse_pin },
	{},
};

/* The command stands behind the first "--". Returns NULL if there is none. */
static char **exec_split(char **words)
{
	while (*words && strcmp(*words, "--"))
		words++;
	if (!*words)
		return NULL;
	*words = NULL;
	return words[1] ? words + 1 : NULL;
}

static int exec_parse(struct attach *a, const struct verb *verb, char **words,
		      char **command)
{
	const struct options options[] = {
		{ prog_options, &a->prog },
		{ attach_options, a },
		{ own_options, a },
		{},
	};
	struct operands operands;
	int rc;

	rc = options_parse(verb, options, words, &operands) ?:
	     target_parse(&a->target, &operands, true) ?:
	     operands_end(&operands);
	if (!rc && !command)
		return misused("exec: name the command to run, after '--'");
	return rc ?: attach_check(a, verb->name);
}

static int exec_spawn(const struct attach *a, char **command, pid_t *pid)
{
	posix_spawnattr_t attr;
	char id[16];
	int err;

	snprintf(id, sizeof(id), "%u", a->view.info.id);
	if (a->view.info.id)
		setenv("TCLINK_ID", id, 1);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attr, &a->signals_before);
	err = posix_spawnp(pid, command[0], NULL, &attr, command, environ);
	posix_spawnattr_destroy(&attr);
	if (!err)
		return RC_OK;
	notice("cannot run '%s': %s", command[0], strerror(err));
	return err == ENOENT ? RC_EXEC_NO_COMMAND : RC_EXEC_CANNOT;
}

/* What the terminal sends, it sends to the command as well. */
static void exec_hand_on(const struct signalfd_siginfo *si, pid_t pid)
{
	if (si->ssi_signo != SIGCHLD && si->ssi_code != SI_KERNEL)
		kill(pid, si->ssi_signo);
}

/* The command's exit code, or -1 while it runs */
static int exec_status(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, WNOHANG) != pid)
		return -1;
	return WIFSIGNALED(status) ? RC_EXEC_SIGNAL + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

static int exec_wait(const struct attach *a, pid_t pid)
{
	struct hold h = {
		.signals = a->signals,
		.link = a->link,
		.notified = a->view.info.guarantees & TCLINK_NOTIFIED,
	};
	struct signalfd_siginfo si;
	int rc;

	while ((rc = exec_status(pid)) < 0) {
		switch (hold(&h, &si)) {
		case HELD_SIGNAL:
			exec_hand_on(&si, pid);
			break;
		case HELD_SEVERED:
			hold_say_severed(&a->view.info);
			break;
		case HELD_FAILED:
			h.link = NULL;
			break;
		}
	}
	return rc;
}

static int cmd_exec(const struct verb *verb, char **words)
{
	struct attach a = { .opts.sz = sizeof(a.opts) };
	char **command = exec_split(words);
	pid_t pid;
	int rc;

	rc = exec_parse(&a, verb, words, command) ?: attach_run(&a);
	if (rc)
		return rc == HELP ? HELP : RC_EXEC_FAILED;
	rc = exec_spawn(&a, command, &pid) ?: exec_wait(&a, pid);
	tclink__detach(a.link);
	tclink__destroy(a.link);
	return rc;
}

const struct verb verb_exec = {
	.name = "exec",
	.summary = "attach a program while a command runs",
	.help =
	"Usage: tclink exec DEV ingress|egress|X:Y PROGRAM [OPTION]... -- COMMAND...\n"
	"       tclink exec block N PROGRAM [OPTION]... -- COMMAND...\n"
	"\n"
	"Attach a program, run a command, and detach when it has ended. SIGINT, SIGTERM\n"
	"and SIGHUP are passed on to the command. The environment variable TCLINK_ID\n"
	"tells it the id of the link, unless the backend is netlink. If the link is\n"
	"severed meanwhile, a line on standard error says so and the command runs on.\n"
	ATTACH_HELP,
	.run = cmd_exec,
};
