// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attachment.h"

static const char help[] =
	"Usage: tclink exec DEV ingress|egress|X:Y PROGRAM [OPTION]... -- COMMAND...\n"
	"       tclink exec block N PROGRAM [OPTION]... -- COMMAND...\n"
	"\n"
	"Attach a program, run a command, and detach when it has ended. SIGINT, SIGTERM\n"
	"and SIGHUP are handed on to the command. It finds the id of the link in the\n"
	"environment variable TCLINK_ID, unless the backend is netlink. If the link is\n"
	"severed meanwhile, a line on standard error says so and the command runs on.\n"
	ATTACH_HELP;

/* It would be taken for an abbreviation of --pinned. */
#define OPT_PIN OPT_ATTACH_VERB

static const struct option options[] = {
	ATTACH_OPTIONS,
	{ "pin", required_argument, NULL, OPT_PIN },
	{ "help", no_argument, NULL, 'h' },
	{},
};

/* Own words end where the first "--" stands; what follows is the command. */
static int split(int argc, char **argv, char ***command)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--"))
			break;
	*command = i + 1 < argc ? argv + i + 1 : NULL;
	if (i < argc)
		argv[i] = NULL;
	return i;
}

static int parse(struct attach *a, int argc, char **argv, char **command)
{
	int opt, rc;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (opt == 'h')
			return HELP;
		if (opt == '?' || opt == ':')
			return option_error("exec", opt, argv);
		if (opt == OPT_PIN)
			return misused("exec: with --pin the filter would outlive the command; see 'tclink attach --help'");
		rc = attach_option(a, opt, optarg);
		if (rc)
			return rc;
	}
	rc = target_parse(&a->target, "exec", argc, argv, true) ?:
	     no_operands("exec", argc, argv);
	if (!rc && !command)
		return misused("exec: name the command to run, after '--'");
	return rc ?: attach_check(a, "exec");
}

static int spawn(const struct attach *a, char **command, pid_t *pid)
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
static void hand_on(const struct signalfd_siginfo *si, pid_t pid)
{
	if (si->ssi_signo != SIGCHLD && si->ssi_code != SI_KERNEL)
		kill(pid, si->ssi_signo);
}

/* The command's exit code, or -1 while it runs */
static int ended(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, WNOHANG) != pid)
		return -1;
	return WIFSIGNALED(status) ? RC_EXEC_SIGNAL + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

static int wait_for_command(const struct attach *a, pid_t pid)
{
	struct hold h = {
		.signals = a->signals,
		.link = a->link,
		.notified = a->view.info.guarantees & TCLINK_NOTIFIED,
	};
	struct signalfd_siginfo si;
	int rc;

	while ((rc = ended(pid)) < 0) {
		switch (hold(&h, &si)) {
		case HELD_SIGNAL:
			hand_on(&si, pid);
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

int cmd_exec(int argc, char **argv)
{
	struct attach a = { .opts.sz = sizeof(a.opts) };
	char **command;
	pid_t pid;
	int rc;

	argc = split(argc, argv, &command);
	rc = parse(&a, argc, argv, command);
	if (rc == HELP)
		return verb_help("exec", help);
	if (!rc)
		rc = attach_run(&a);
	if (rc)
		return RC_EXEC_FAILED;
	rc = spawn(&a, command, &pid) ?: wait_for_command(&a, pid);
	tclink__detach(a.link);
	tclink__destroy(a.link);
	return rc;
}
