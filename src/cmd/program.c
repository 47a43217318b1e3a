// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Where the program comes from, and how to get it */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "program.h"

static int prog_set(void *data, const char *arg)
{
	struct prog_source *src = data;

	if (src->nr_sets == MAX_SETS)
		return misused("more than %d --set", MAX_SETS);
	src->sets[src->nr_sets++] = arg;
	return set_check(arg);
}

const struct option_spec prog_options[] = {
	{ .help = "PROGRAM is one of" },
	{ "object", "FILE", "load it from an object file",
	  INTO(struct prog_source, object) },
	{ "pinned", "PATH", "it is pinned there",
	  INTO(struct prog_source, pinned) },
	{ "prog-id", "ID", "it is loaded, with this id",
	  INTO(struct prog_source, id), .min = 1, .max = ~0U },
	{ .help = "and with --object" },
	{ "program", "NAME",
	  "of the function or its section, if the file has several programs",
	  INTO(struct prog_source, program) },
	{ "set", "VAR=NUMBER",
	  "set a global variable before loading; may be repeated",
	  .call = prog_set },
	{},
};

int prog_check(const struct prog_source *src, const char *verb)
{
	if (!!src->object + !!src->pinned + !!src->id != 1)
		return misused("%s: name the program, by one of --object, --pinned and --prog-id",
			       verb);
	if (src->program && !src->object)
		return misused("%s: --program chooses from an object file; give --object too",
			       verb);
	if (src->nr_sets && !src->object)
		return misused("%s: --set only works before loading; give --object too",
			       verb);
	return RC_OK;
}

int libbpf_silence(enum libbpf_print_level level, const char *fmt,
		   va_list args)
{
	(void)level;
	(void)fmt;
	(void)args;
	return 0;
}

/* What the verifier says has to be seen. */
int libbpf_warnings(enum libbpf_print_level level, const char *fmt,
		    va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, fmt, args) : 0;
}

typedef const char *(*name_fn)(const struct bpf_program *prog);

/* How many programs of the object have this name, or any; the last of them */
static unsigned int prog_find(struct bpf_object *obj, name_fn name_of,
			      const char *name, struct bpf_program **last)
{
	struct bpf_program *prog;
	unsigned int nr = 0;

	bpf_object__for_each_program(prog, obj) {
		bpf_program__set_autoload(prog, false);
		if (name && strcmp(name_of(prog), name))
			continue;
		*last = prog;
		nr++;
	}
	return nr;
}

/* Some libbpf do not know the section of tcx, which holds classifiers too. */
static bool prog_is_classifier(struct bpf_program *prog)
{
	if (bpf_program__type(prog) == BPF_PROG_TYPE_UNSPEC &&
	    !strncmp(bpf_program__section_name(prog), "tcx/", 4))
		bpf_program__set_type(prog, BPF_PROG_TYPE_SCHED_CLS);
	return bpf_program__type(prog) == BPF_PROG_TYPE_SCHED_CLS;
}

static int prog_choose(struct bpf_object *obj, const struct prog_source *src,
		       struct bpf_program **chosen)
{
	unsigned int nr;

	nr = prog_find(obj, bpf_program__name, src->program, chosen);
	if (!nr)
		nr = prog_find(obj, bpf_program__section_name,
			       src->program, chosen);
	if (!nr && src->program)
		return failed("'%s' has no program '%s'", src->object,
			      src->program);
	if (!nr)
		return failed("'%s' has no program", src->object);
	if (nr > 1)
		return failed("'%s' has %u programs%s%s; choose one with --program",
			      src->object, nr,
			      src->program ? " in section " : "",
			      src->program ?: "");
	if (!prog_is_classifier(*chosen))
		return failed("program '%s' is not a classifier; it must be in SEC(\"tc\")",
			      bpf_program__name(*chosen));
	bpf_program__set_autoload(*chosen, true);
	return RC_OK;
}

static int prog_load(struct bpf_object *obj, const struct prog_source *src,
		     int *fd)
{
	struct bpf_program *prog;
	unsigned int i;
	int rc, err;

	rc = prog_choose(obj, src, &prog);
	for (i = 0; !rc && i < src->nr_sets; i++)
		rc = set_variable(obj, src->sets[i]);
	if (rc)
		return rc;
	libbpf_set_print(libbpf_warnings);
	err = bpf_object__load(obj);
	libbpf_set_print(libbpf_silence);
	if (err)
		return failed("cannot load '%s': %s", src->object,
			      strerror(-err));
	*fd = fcntl(bpf_program__fd(prog), F_DUPFD_CLOEXEC, 3);
	return *fd < 0 ? failed("fcntl: %s", strerror(errno)) : RC_OK;
}

static int prog_from_object(const struct prog_source *src, int *fd)
{
	struct bpf_object *obj;
	char text[128];
	int rc;

	libbpf_set_print(libbpf_silence);
	obj = bpf_object__open_file(src->object, NULL);
	if (!obj) {
		libbpf_strerror(errno, text, sizeof(text));
		return failed("cannot open the object file '%s': %s",
			      src->object, text);
	}
	rc = prog_load(obj, src, fd);
	bpf_object__close(obj);
	return rc;
}

int prog_get(const struct prog_source *src, int *fd)
{
	if (src->object)
		return prog_from_object(src, fd);
	if (src->pinned) {
		*fd = bpf_obj_get(src->pinned);
		if (*fd < 0)
			return failed("cannot open the pinned program '%s': %s",
				      src->pinned, strerror(-*fd));
		return RC_OK;
	}
	*fd = bpf_prog_get_fd_by_id(src->id);
	if (*fd == -ENOENT)
		return failed("there is no program %u; see 'bpftool prog'",
			      src->id);
	if (*fd < 0)
		return failed("cannot open program %u: %s", src->id,
			      strerror(-*fd));
	return RC_OK;
}
