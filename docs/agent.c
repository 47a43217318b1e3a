// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * An agent that keeps a program at ingress of a device:
 *
 *	agent DEVICE OBJECT PIN
 *
 * The agent uses the first program of OBJECT, a BPF object file. PIN is a path
 * in a BPF file system: the link is pinned there, so that the filter stays while
 * the agent is restarted, or dead. Removing PIN removes both.
 *
 * SIGHUP and a restart replace the program by what is in OBJECT then; each packet
 * meets one of the two programs. If the filter is severed, for example because
 * the device is gone, the agent attaches again as soon as it can.
 *
 *	cc agent.c -o agent $(pkg-config --cflags --libs libtclink)
 */
#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include <bpf/libbpf.h>
#include <tclink/tclink.h>

struct agent {
	const char *device;
	const char *object;
	const char *pin;
	struct tclink *link; /* NULL while there is no filter */
};

static volatile sig_atomic_t reload, stop;

static void on_signal(int sig)
{
	reload |= sig == SIGHUP;
	stop |= sig == SIGTERM;
}

/* The first program of the object, or NULL, which the library refuses. The
 * caller closes the object in any case.
 */
static struct bpf_program *load(const struct agent *a, struct bpf_object **obj)
{
	*obj = bpf_object__open_file(a->object, NULL);
	if (!*obj || bpf_object__load(*obj))
		return NULL;
	return bpf_object__next_program(*obj, NULL);
}

static void report(const struct agent *a, const char *what)
{
	TCLINK_OPTS(tclink_info, info);

	if (!tclink__info(a->link, &info))
		printf("%s: program %u %s, %s link %u\n", a->device,
		       info.prog_id, what, tclink_backend_name(info.backend),
		       info.id);
}

/* The kernel keeps the program, so the object can be closed. */
static int attach(struct agent *a)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	struct bpf_object *obj;
	int err;

	opts.require = TCLINK_OWNED | TCLINK_ATOMIC | TCLINK_PINNABLE;
	a->link = tclink_attach_program(load(a, &obj),
					if_nametoindex(a->device),
					TCLINK_INGRESS, &opts);
	err = a->link ? tclink__pin(a->link, a->pin) : -errno;
	bpf_object__close(obj);
	if (!err)
		report(a, "attached");
	return err;
}

/* On failure the old program keeps running. */
static void update(const struct agent *a)
{
	struct bpf_object *obj;

	if (!tclink__update_program(a->link, load(a, &obj), NULL))
		report(a, "in place of the old one");
	bpf_object__close(obj);
}

static void let_go(struct agent *a)
{
	printf("%s: severed\n", a->device);
	tclink__unpin(a->link);
	tclink__destroy(a->link);
	a->link = NULL;
}

/* Use the link of an earlier agent, with today's program. */
static int take_up(struct agent *a)
{
	if (access(a->pin, F_OK))
		return 0;
	a->link = tclink_open_path(a->pin);
	if (!a->link)
		return -errno;
	if (tclink__wait(a->link, 0))
		update(a);
	return 0;
}

/* Do one thing, or wait for a second or a signal. */
static int step(struct agent *a)
{
	int err;

	if (!a->link && !if_nametoindex(a->device)) {
		usleep(100000);
		return 0;
	}
	if (!a->link) {
		err = attach(a);
		return err == -ENODEV ? 0 : err; /* it has gone again */
	}
	if (reload) {
		reload = 0;
		update(a);
	}
	err = tclink__wait(a->link, 1000);
	if (!err)
		let_go(a);
	return err == -ETIMEDOUT || err == -EINTR ? 0 : err;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct agent a = {};
	int err;

	if (argc != 4)
		return fprintf(stderr, "Usage: agent DEVICE OBJECT PIN\n"), 2;
	a = (struct agent){ argv[1], argv[2], argv[3], NULL };
	setvbuf(stdout, NULL, _IOLBF, 0);
	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	err = take_up(&a);
	while (!err && !stop)
		err = step(&a);
	return err ? 1 : 0; /* the library has said why, on stderr */
}
