/* SPDX-License-Identifier: Apache-2.0 */
/*
 *	sources		read once (a student's before the run begins: submission.h):
 *			what is hashed is what is built, whatever is saved meanwhile
 *	<tmp>/source	written there, bound read-only at /lab/source
 *	sandbox		of the toolchain image, the exercise's own limits, no
 *			network; nothing of the host is writable inside
 *	archive		comes home on its standard output (build-archive.h)
 *	<tmp>/out	gets them; made.c renames <tmp> to its digest
 */
#include "bench/build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/input.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "bench/build-archive.h"
#include "bench/fault.h"
#include "lab/made.h"
#include "sandbox/sandbox.h"

static const char KIND[] = "built";
static const char GUEST_SOURCE_DIR[] = "/lab/source";
static const int64_t BUILD_TIME_NS = 60 * NS_PER_S; /* where the exercise has no limit of time */
static const int64_t UNUSED_NS = 30 * 86400 * NS_PER_S;

enum {
	SOURCE_MAX_BYTES = 4 << 20,
	OUTPUT_MAX_BYTES = BUILD_ARCHIVE_MAX_BYTES, /* and of what was said */
	SOURCES_MAX = 32,
};

struct source {
	const char *name; /* borrowed from the manifest */
	struct str text;
	char digest[HASH_HEX_SIZE];
};

struct job {
	const char *exercise;
	const struct limits *limits;
	const struct image *image;
	const struct strv *commands;
	struct source sources[SOURCES_MAX];
	size_t source_count;
	struct built *out;
};

static void job_done(struct job *j)
{
	for (size_t i = 0; i < j->source_count; i++)
		str_done(&j->sources[i].text);
}

void built_done(struct built *b)
{
	free(take_ptr(b->dir));
	free(take_ptr(b->words));
	free(take_ptr(b->log));
}

/* ---- sources ---- */

static int read_source(const struct setting *s, const struct build_request *r, const char *file,
		       struct str *text, struct err *e)
{
	const struct str *taken = r->submission ? submission_source(r->submission, file) : NULL;
	cleanup_free char *path = path_join(s->exercise->dir, file);

	if (!r->submission)
		return input_read(path, text, SOURCE_MAX_BYTES, e);
	if (!taken)
		return fail(e, ERR_BUG, 0, "build '%s', which was not handed in", file);
	str_addn(text, taken->data, taken->len);
	return 0;
}

static int read_sources(const struct setting *s, const struct build_request *r, struct job *j,
			struct err *e)
{
	const struct strv *names = &r->build->sources;

	if (names->len > SOURCES_MAX)
		return fail(e, ERR_SPEC, 0, "exercise '%s': a build of more than %d sources",
			    s->exercise->name, SOURCES_MAX);
	for (size_t i = 0; i < names->len; i++) {
		struct source *source = &j->sources[i];

		source->name = path_base(names->items[i]);
		str_init(&source->text);
		j->source_count++;
		if (read_source(s, r, names->items[i], &source->text, e))
			return -1;
		hash_hex(source->text.data, source->text.len, source->digest);
	}
	return 0;
}

static int write_sources(const struct job *j, const char *dir, struct err *e)
{
	if (path_mkdirs(dir, 0755, e))
		return -1;
	for (size_t i = 0; i < j->source_count; i++) {
		const struct source *source = &j->sources[i];
		cleanup_free char *path = path_join(dir, source->name);

		if (fd_replace_file_at(AT_FDCWD, path, source->text.data, source->text.len, 0644,
				       e))
			return -1;
	}
	return 0;
}

/* ---- running the commands ---- */

static int memory_file(const char *name, struct err *e)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	return fd < 0 ? fail(e, ERR_HOST, errno, "make a file in memory for %s", name) : fd;
}

static int run_commands(const struct job *j, const char *source_dir, int archive_fd, int log_fd,
			struct sandbox_outcome *outcome, struct err *e)
{
	struct sandbox_spec spec = SANDBOX_SPEC_INIT;
	cleanup(strv_done) struct strv argv = STRV_INIT;
	cleanup(strv_done) struct strv env = STRV_INIT;
	static const char *const variables[] = {"PATH=/usr/local/bin:/usr/bin:/bin",
						"HOME=/tmp",
						"CARGO_HOME=/tmp/cargo",
						"LANG=C.UTF-8",
						"OUT=/tmp/out",
						"SOURCE_DATE_EPOCH=0",
						"PYTHONDONTWRITEBYTECODE=1",
						NULL};
	const struct sandbox_bind binds[] = {
	    {.host_path = source_dir, .guest_path = GUEST_SOURCE_DIR}, {0}};

	strv_add(&argv, "/bin/sh");
	strv_add(&argv, "-c");
	strv_take(&argv, build_script(j->commands));
	strv_add_all(&env, variables);
	spec.name = "build";
	spec.layers = (const char *const *)j->image->layers.items;
	spec.binds = binds;
	spec.trust = SANDBOX_GUEST;
	spec.cwd = GUEST_SOURCE_DIR;
	spec.argv = strv_argv(&argv);
	spec.envp = strv_argv(&env);
	spec.stdout_fd = archive_fd;
	spec.stderr_fd = log_fd;
	limits_copy(&spec.limits, j->limits);
	spec.limits.output_bytes = OUTPUT_MAX_BYTES;
	if (spec.limits.time_ns <= 0)
		spec.limits.time_ns = BUILD_TIME_NS;
	int rc = sandbox_run(&spec, outcome, e);

	limits_done(&spec.limits);
	return rc;
}

/* ---- one build ---- */

/*
 * How its end is named: by the same words as a sample's. A compiler removes its temporary files
 * before it ends, so that the disk is not full any more when the sandbox looks.
 */
static enum result_ending ending_of(const struct sandbox_outcome *o, const char *log)
{
	if (o->ending == SANDBOX_EXITED && strstr(log, strerrordesc_np(ENOSPC)))
		return ENDING_LIMIT_DISK;
	switch (o->ending) {
	case SANDBOX_LIMIT_TIME:
		return ENDING_LIMIT_TIME;
	case SANDBOX_LIMIT_MEMORY:
		return ENDING_LIMIT_MEMORY;
	case SANDBOX_LIMIT_PIDS:
		return ENDING_LIMIT_PIDS;
	case SANDBOX_LIMIT_OUTPUT:
		return ENDING_LIMIT_OUTPUT;
	case SANDBOX_LIMIT_DISK:
		return ENDING_LIMIT_DISK;
	default:
		return ENDING_BUILD;
	}
}

static char *disk_words(const struct limits *l)
{
	char limit[32];

	str_human_bytes(l->disk_bytes ? l->disk_bytes : l->memory_bytes, limit, sizeof(limit));
	return xasprintf("while it was built: the disk was full at its limit of %s", limit);
}

static int note_failure(const struct job *j, const struct sandbox_outcome *o, const char *log,
			struct err *e)
{
	struct built *out = j->out;
	cleanup_free char *error = build_first_error(log);

	out->ending = ending_of(o, log);
	out->log = build_clean_log(log);
	if (out->ending == ENDING_LIMIT_DISK)
		out->words = disk_words(j->limits);
	else if (out->ending != ENDING_BUILD || o->ending != SANDBOX_EXITED)
		out->words = xasprintf("while it was built: %s", o->words);
	else if (error)
		out->words = xasprintf("does not build: %s", error);
	else
		out->words = xasprintf("does not build: a command ended with status %d and said "
				       "nothing",
				       o->status);
	return fail(e, ERR_GUEST, 0, "%s", out->words);
}

/* Compilers take seconds, and nothing is measured yet. */
static void tell(const struct job *j)
{
	cleanup(str_done) struct str names = STR_INIT;

	for (size_t i = 0; i < j->source_count; i++)
		str_addf(&names, "%s%s", i ? ", " : "", j->sources[i].name);
	log_info("%s: building %s", j->exercise, names.data);
}

/* A made_fn. ERR_GUEST: the build failed, and job->out says how. */
static int make(const struct made *m, void *arg, struct err *e)
{
	struct job *j = arg;
	cleanup_free char *source_dir = path_join(m->temporary, "source");
	cleanup_free char *out_dir = path_join(m->temporary, "out");
	cleanup_free char *took_path = path_join(m->temporary, "took");
	cleanup_fd int archive_fd = memory_file("an archive", e);
	cleanup_fd int log_fd = memory_file("a compiler's words", e);
	cleanup(str_done) struct str log = STR_INIT;
	struct sandbox_outcome outcome;
	int64_t begin = clock_now_ns();

	tell(j);
	if (archive_fd < 0 || log_fd < 0 || write_sources(j, source_dir, e) ||
	    run_commands(j, source_dir, archive_fd, log_fd, &outcome, e) ||
	    lseek(log_fd, 0, SEEK_SET) < 0 || fd_read_all(log_fd, &log, OUTPUT_MAX_BYTES, e))
		return -1;
	j->out->build_ns = clock_now_ns() - begin;
	if (outcome.ending != SANDBOX_EXITED || outcome.status != 0)
		return note_failure(j, &outcome, log.data, e);
	if (build_archive_unpack(archive_fd, out_dir, e)) {
		if (e->kind != ERR_SPEC)
			return -1;
		cleanup_free char *why = fault_clean(e->msg); /* it quotes names */

		j->out->ending = ENDING_BUILD;
		j->out->words = xasprintf("does not build: %s", why);
		e->kind = ERR_GUEST;
		return -1;
	}
	cleanup_free char *took = xasprintf("%lld", (long long)j->out->build_ns);

	return path_remove_tree_at(AT_FDCWD, source_dir, e) ||
		       fd_replace_file_at(AT_FDCWD, took_path, took, strlen(took), 0644, e)
		   ? -1
		   : 0;
}

static int ensure(struct job *j, const struct made *m, const char *what, struct err *e)
{
	cleanup_free char *took = path_join(m->path, "took");
	struct err why = {0};
	int rc = made_ensure(m, what, make, j, &why);

	if (rc < 0 && why.kind == ERR_GUEST)
		return 0;
	if (rc < 0) {
		*e = why;
		return -1;
	}
	j->out->cached = rc == 0;
	j->out->dir = path_join(m->path, "out");
	return rc == 0 ? fd_read_int64_at(AT_FDCWD, took, &j->out->build_ns, e) : 0;
}

static int build_of(struct setting *s, struct job *j, struct err *e)
{
	cleanup(made_done) struct made m = {0};
	struct build_source sources[SOURCES_MAX];

	for (size_t i = 0; i < j->source_count; i++)
		sources[i] = (struct build_source){j->sources[i].name, j->sources[i].digest};
	cleanup_free char *recipe =
	    build_recipe(j->image->digest, j->limits, j->commands, sources, j->source_count);
	cleanup_free char *what = xasprintf("what exercise '%s' builds", s->exercise->name);

	made_init(&m, KIND, recipe);
	memcpy(j->out->digest, m.digest, sizeof(m.digest));
	return ensure(j, &m, what, e);
}

int build_ensure(struct setting *s, const struct build_request *r, struct built *out, struct err *e)
{
	struct limits limits = LIMITS_INIT;
	cleanup(job_done) struct job j = {
	    .exercise = s->exercise->name,
	    .limits = &limits,
	    .commands = r->sanitized ? &r->build->sanitize : &r->build->commands,
	    .out = out,
	};

	*out = (struct built){.ending = ENDING_OK};
	if (setting_image(s, r->build->image, &j.image, e) || read_sources(s, r, &j, e))
		return -1;
	limits_copy(&limits, &s->limits);
	if (r->memory_bytes > 0)
		limits.memory_bytes = r->memory_bytes;
	int rc = build_of(s, &j, e);

	limits_done(&limits);
	return rc;
}

int build_collect(struct strv *removed, struct err *e)
{
	return made_collect(KIND, "build", UNUSED_NS, removed, e);
}
