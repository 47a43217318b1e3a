// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Threads and processes, and what they may do to an object. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backends.h"

#define THREADS 4
#define ROUNDS 60

static struct tclink *shared;
static atomic_int swaps;

/* What one thread does, other threads may have undone. */
static void *use_shared(void *arg)
{
	TCLINK_OPTS(tclink_update_opts, opts);
	int me = (long)arg, i, err;

	opts.flags = TCLINK_F_EXPECT_OLD;
	for (i = 0; i < ROUNDS; i++) {
		opts.old_prog_fd = veth.prog[(me + i) % 2];
		err = tclink__update(shared, veth.prog[(me + i + 1) % 2], &opts);
		CHECK(!err || err == -EPERM);
		CHECK(!err || last_err == EPERM);
		swaps += !err;
		CHECK(info_of(shared).ifindex == veth.dev);
		CHECK(tclink__wait(shared, 0) == -ETIMEDOUT);
	}
	return NULL;
}

static void in_threads(void *(*fn)(void *))
{
	pthread_t threads[THREADS];
	long i;

	for (i = 0; i < THREADS; i++)
		CHECK(!pthread_create(&threads[i], NULL, fn, (void *)i));
	for (i = 0; i < THREADS; i++)
		CHECK(!pthread_join(threads[i], NULL));
}

static void *detach_shared(void *arg)
{
	(void)arg;
	CHECK(!tclink__detach(shared) && info_of(shared).severed);
	CHECK(!tclink__wait(shared, 0));
	return NULL;
}

static void test_threads_share(void)
{
	shared = attach(0, TCLINK_INGRESS);
	in_threads(use_shared);
	CHECK(swaps > 0);
	in_threads(detach_shared);
	CHECK(!tclink__destroy(shared));
	CHECK(!nr_filters(&veth, TCLINK_INGRESS));
}

static pthread_barrier_t start;
static struct tclink *own[THREADS];

/* Each thread has an object of its own; there is no qdisc yet. */
static void *attach_own(void *arg)
{
	long me = (long)arg;

	forget();
	pthread_barrier_wait(&start);
	own[me] = attach_at(me % NR_PROGS, me < NR_PROGS ? veth.dev : veth.peer,
			    sides[me % 2], NULL);
	CHECK(own[me] && !info_of(own[me]).severed && !nr_sentences);
	return NULL;
}

static void test_threads_attach(void)
{
	int i, round;

	CHECK(!pthread_barrier_init(&start, NULL, THREADS));
	for (round = 0; round < 10; round++) {
		in_threads(attach_own);
		for (i = 0; i < THREADS; i++)
			CHECK(!tclink__destroy(own[i]));
		nothing_left();
		if (is_filter()) {
			clsact_del(veth.dev);
			clsact_del(veth.peer);
		}
	}
}

/* The child waits for the end of the file, which comes for all at once. */
static void attach_in_child(const int go[2])
{
	char c;

	close(go[1]);
	forget();
	if (read(go[0], &c, 1))
		_exit(1);
	own[0] = attach_at(0, veth.peer, TCLINK_INGRESS, NULL);
	_exit(!own[0] || nr_sentences);
}

/* A program is at a tcx hook once. */
static void test_processes_attach(void)
{
	int go[2], status, i, good = 0;

	CHECK(!pipe(go));
	for (i = 0; i < THREADS; i++)
		if (!fork())
			attach_in_child(go);
	close(go[0]);
	close(go[1]);
	for (i = 0; i < THREADS; i++) {
		CHECK(wait(&status) > 0 && WIFEXITED(status));
		good += !status;
	}
	CHECK(good == THREADS || (good && !is_filter()));
}

static int nested;

/* A callback may call the library, in the middle of a failure too. */
static void call_library(int err, const char *sentence)
{
	(void)sentence;
	CHECK(err > 0);
	if (nested++)
		return;
	CHECK(info_of(shared).prog_id == veth.id[0]);
	CHECK(tclink__update(shared, -1, NULL) == -EBADF);
	nested--;
}

static void test_log_calls_back(void)
{
	shared = attach(0, TCLINK_INGRESS);
	CHECK(tclink_set_log(call_library) == keep_sentence);
	CHECK(tclink__update(shared, -1, NULL) == -EBADF && errno == EBADF);
	CHECK(tclink_set_log(keep_sentence) == call_library);
	CHECK(!tclink__destroy(shared));
}

/* Behind the library's back */
static void test_closed_descriptor(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS);
	TCLINK_OPTS(tclink_info, info);

	if (tclink__fd(link) >= 0) {
		CHECK(!close(tclink__fd(link)));
		CHECK(tclink__info(link, &info) == -EBADF && errno == EBADF);
		CHECK(tclink__wait(link, 0) == -EBADF && errno == EBADF);
		CHECK(tclink__detach(link) == -EBADF && errno == EBADF);
		CHECK(tclink__update(link, veth.prog[1], NULL) == -EBADF);
		CHECK(tclink__destroy(link) == -EBADF && errno == EBADF);
		return;
	}
	CHECK(!tclink__destroy(link));
}

static void use_inherited(struct tclink *link, pid_t parent)
{
	TCLINK_OPTS(tclink_info, info);
	char text[256];

	if (!has(TCLINK_OWNED)) {
		snprintf(text, sizeof(text),
			 "the filter was attached without an owner by process %d, which alone can use its object; require owned or attach anew",
			 parent);
		FAILS(tclink__info(link, &info), EBADF, text);
		FAILS(tclink__update(link, veth.prog[1], NULL), EBADF, text);
		FAILS(tclink__detach(link), EBADF, text);
		FAILS(tclink__wait(link, 0), EBADF, text);
	} else {
		CHECK(!tclink__info(link, &info) && !info.severed);
	}
	CHECK(!tclink__destroy(link));
	exit(0);
}

/* What a child inherits it does not take away from its parent. */
static void test_fork(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS);
	pid_t parent = getpid(), child = fork();
	int status;

	if (!child)
		use_inherited(link, parent);
	CHECK(waitpid(child, &status, 0) == child && !status);
	CHECK(runs(0, TCLINK_INGRESS) && !info_of(link).severed);
	CHECK(!tclink__update(link, veth.prog[1], NULL));
	CHECK(!tclink__destroy(link) && !runs(1, TCLINK_INGRESS));
}

/* A thread may have descriptors that the process's first one has not. */
static void *open_in_thread(void *arg)
{
	char text[64];
	int fd;

	(void)arg;
	CHECK(!unshare(CLONE_FILES));
	fd = dup(veth.prog[0]);
	snprintf(text, sizeof(text), "descriptor %d is not a BPF link", fd);
	FAILS_PTR(tclink_open_fd(fd), EINVAL, text);
	return NULL;
}

static void test_files_of_thread(void)
{
	pthread_t thread;

	CHECK(!pthread_create(&thread, NULL, open_in_thread, NULL));
	CHECK(!pthread_join(thread, NULL));
}

/* Whoever has the descriptor of a link needs no more; a filter has none. */
static void test_without_capabilities(void)
{
	struct tclink *link = attach(0, TCLINK_INGRESS), *other;
	char text[256];

	drop_capabilities();
	CHECK(!info_of(link).severed && tclink__wait(link, 0) == -ETIMEDOUT);
	if (has(TCLINK_OWNED)) {
		CHECK(!tclink__update(link, veth.prog[1], NULL));
		CHECK(!tclink__detach(link) && !tclink__destroy(link));
		other = attach_at(2, veth.dev, TCLINK_INGRESS, NULL);
		CHECK(!other == (variant == TCLINK_BACKEND_LINK));
		CHECK(other || errno == EPERM);
		tclink__destroy(other);
		return;
	}
	snprintf(text, sizeof(text),
		 "replacing the program of the filter of t0 ingress with priority 49152 and handle 0x1 needs CAP_NET_ADMIN");
	FAILS(tclink__update(link, veth.prog[1], NULL), EPERM, text);
	FAILS(tclink__detach(link), EPERM,
	      "deleting the filter of t0 ingress with priority 49152 and handle 0x1 needs CAP_NET_ADMIN");
	FAILS(tclink__destroy(link), EPERM,
	      "deleting the filter of t0 ingress with priority 49152 and handle 0x1 needs CAP_NET_ADMIN");
}

static const struct test tests[] = {
	{ "threads share an object", test_threads_share },
	{ "threads attach", test_threads_attach },
	{ "processes attach", test_processes_attach },
	{ "a log callback that calls the library", test_log_calls_back },
	{ "descriptor closed by the caller", test_closed_descriptor },
	{ "without capabilities", test_without_capabilities },
	{ "in a child", test_fork },
	{ "descriptors of a thread", test_files_of_thread },
};

void run_threads(void)
{
	run_variant(tests, sizeof(tests) / sizeof(tests[0]));
}
