/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest finds, besides its image:
 *
 *	/lab/harness	exercises/harness, read-only
 *	/lab/exercise	exercises/<name>, read-only
 *	/lab/data	the package index, where the exercise asks for it
 *	/lab/submission	a copy of a student's file, where one is measured
 *	/lab/disk, /lab/output, /lab/after	where it has a disk (workdisk.h)
 *	/lab/built	what was built of its sources, read-only
 *	/tmp		its own, empty
 *
 * The worker runs inside the lab: its network, its budget. The judge needs the
 * lab's network only, to ask the services what the right answer is; its memory
 * and CPU are not the student's, so its cgroup stands beside the lab.
 */
#include "bench/setting.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "image/derive.h"
#include "image/lock.h"
#include "lab/builder.h"

static const int64_t JUDGE_MEMORY_BYTES = INT64_C(1) << 30;
static const char GUEST_HARNESS_DIR[] = "/lab/harness";
static const char GUEST_INDEX[] = "/lab/data/Packages.xz";

/* The image as it is now, or, where a record asks for one by digest, that one if it still exists.
 */
static int open_image(struct setting *s, const char *name, struct image *out, struct err *e)
{
	struct err gone = {0};

	if (image_ensure(name, &builder_runner, out, e))
		return wrap(e, "exercise '%s'", s->exercise->name);
	for (size_t i = 0; i < s->pinned_count; i++) {
		struct image wanted;

		if (!str_eq(s->pinned[i].name, name) || str_eq(s->pinned[i].digest, out->digest))
			continue;
		if (image_open(s->pinned[i].digest, &wanted, &gone)) {
			strv_addf(&s->warnings, "Image %s is no longer here as %.12s; used: %.12s.",
				  name, s->pinned[i].digest, out->digest);
			continue;
		}
		image_done(out);
		*out = wanted;
		free(out->name);
		out->name = xstrdup(name);
	}
	derive_add(out, &builder_runner);
	return 0;
}

int setting_image(struct setting *s, const char *name, const struct image **out, struct err *e)
{
	if (!name)
		name = s->exercise->image;
	for (size_t i = 0; i < s->image_count; i++) {
		if (str_eq(s->images[i].name, name)) {
			*out = &s->images[i];
			return 0;
		}
	}
	if (s->image_count == SETTING_IMAGES_MAX)
		return fail(e, ERR_SPEC, 0, "open image '%s': an exercise may use %d images", name,
			    SETTING_IMAGES_MAX);
	if (open_image(s, name, &s->images[s->image_count], e))
		return -1;
	*out = &s->images[s->image_count++];
	return 0;
}

/* What the workers of this run have in common; in a lab their CPUs are the lab's. */
static int keep(struct setting *s, struct err *e)
{
	cleanup_free char *name = xasprintf("run-%s-%ld", s->exercise->name, (long)getpid());
	const bool alone = s->exercise->services.len == 0;

	return kept_create(name, alone ? &s->limits : NULL, &s->kept, e);
}

static int bring_lab_up(struct setting *s, struct err *e)
{
	cleanup_free char *name = xasprintf("run-%s-%ld", s->exercise->name, (long)getpid());
	struct lab_spec spec = {
	    .name = name,
	    .services = s->exercise->services,
	    .image = s->exercise->image,
	    .dataset = s->exercise->dataset,
	    .limits = s->limits,
	    .attached = true,
	};
	const struct exercise_disk *disk = &s->exercise->disk;

	if (disk->size_bytes)
		spec.limits.disk_bytes = disk->size_bytes;
	if (lab_up(&spec, &s->lab, e))
		return wrap(e, "start the lab of exercise '%s'", s->exercise->name);
	s->services = lab_services_json(s->lab);
	return disk->size_bytes ? workdisk_create(&s->disk, disk, s->lab, e) : 0;
}

/* The Debian package index that the lock of an image names: real data, the same for everybody. */
static int find_index(struct setting *s, struct err *e)
{
	char digest[HASH_HEX_SIZE];

	if (!s->exercise->index)
		return 0;
	s->index_path = lock_index_of(s->exercise->index, digest, e);
	return s->index_path ? 0 : wrap(e, "data of exercise '%s'", s->exercise->name);
}

size_t setting_calls(const struct setting *s)
{
	bool series = s->exercise->measure == MEASURE_SERIES;

	return series && s->size->calls > 0 ? (size_t)s->size->calls : 1;
}

int setting_create(struct setting *s, const struct exercise *exercise,
		   const struct exercise_size *size, const struct limits *limits, struct err *e)
{
	const struct image *image;

	*s = (struct setting){.exercise = exercise,
			      .size = size,
			      .pinned = s->pinned,
			      .pinned_count = s->pinned_count};
	limits_copy(&s->limits, limits);
	s->parameters = exercise_parameters_json(size, NULL, NULL);
	if (setting_image(s, NULL, &image, e) || find_index(s, e) || keep(s, e))
		return -1;
	if (exercise->services.len > 0 || exercise->disk.size_bytes)
		return bring_lab_up(s, e);
	s->services = xstrdup("{}");
	return 0;
}

int setting_start_machines(struct setting *s, struct err *e)
{
	const struct image *images[EXERCISE_MACHINES_MAX];
	struct sandbox_spec workspace = SANDBOX_SPEC_INIT;
	struct machines_spec spec = {
	    .exercise = s->exercise, .images = images, .cpuset = s->limits.cpuset};

	for (size_t i = 0; i < s->exercise->machine_count; i++)
		if (setting_image(s, s->exercise->machines[i].image, &images[i], e))
			return -1;
	if (s->lab && lab_sandbox_spec(s->lab, &workspace, e))
		return -1;
	spec.netns_fd = workspace.netns_fd;
	return machines_start(&spec, &s->machines, e);
}

void setting_stop_machines(struct setting *s)
{
	machines_destroy(take_ptr(s->machines));
}

void setting_destroy(struct setting *s)
{
	workdisk_destroy(&s->disk);
	setting_stop_machines(s);
	lab_close(s->lab);
	s->lab = NULL;
	kept_destroy(take_ptr(s->kept));
	for (size_t i = 0; i < s->image_count; i++)
		image_done(&s->images[i]);
	s->image_count = 0;
	limits_done(&s->limits);
	strv_done(&s->warnings);
	free(take_ptr(s->parameters));
	free(take_ptr(s->index_path));
	free(take_ptr(s->services));
}

static struct sandbox_bind *bind_dir(struct guest *g, const char *host_path, const char *guest_path)
{
	struct sandbox_bind *bind = &g->binds[g->bind_count++];

	*bind = (struct sandbox_bind){.host_path = xstrdup(host_path),
				      .guest_path = xstrdup(guest_path)};
	return bind;
}

/* The judge writes the input and sees what is safe; the worker reads it and writes its output. */
static void bind_disk(struct guest *g, const struct workdisk *d, enum guest_role role)
{
	const bool judge = role == GUEST_JUDGE;
	struct sandbox_bind *writable;

	if (!d->what)
		return;
	struct sandbox_bind *input = bind_dir(g, d->input, "/lab/disk");

	input->idmapped = true;
	if (judge)
		bind_dir(g, d->after, "/lab/after");
	writable = judge ? input : bind_dir(g, d->output, "/lab/output");
	writable->writable = writable->idmapped = true;
	strv_addf(&g->env, "LABCTL_DISK=/lab/disk");
	strv_addf(&g->env, "LABCTL_OUTPUT=%s", judge ? "/tmp/output" : "/lab/output");
}

/* The limits of one guest: the lab's budget bounds the worker, the judge has its own. */
static void set_limits(struct guest *g, const struct setting *s, enum guest_role role)
{
	limits_copy(&g->spec.limits, &s->limits);
	/* Time and output are watched by worker.c, which knows when GO was. */
	g->spec.limits.time_ns = 0;
	g->spec.limits.output_bytes = 0;
	if (role == GUEST_JUDGE) {
		g->spec.limits.memory_bytes = JUDGE_MEMORY_BYTES;
		g->spec.limits.cpu = 0;
		g->spec.limits.io_read_bps = 0;
		g->spec.limits.io_write_bps = 0;
	}
}

static void set_environment(struct guest *g, const struct setting *s)
{
	const struct limits *l = &s->limits;

	strv_add(&g->env, "PATH=/usr/local/bin:/usr/bin:/bin");
	strv_add(&g->env, "HOME=/tmp");
	strv_add(&g->env, "LANG=C.UTF-8");
	strv_add(&g->env, "PYTHONDONTWRITEBYTECODE=1");
	strv_add(&g->env, "LABCTL_TMPDIR=/tmp");
	strv_addf(&g->env, "LABCTL_SERVICES=%s", s->services);
	strv_addf(&g->env, "LABCTL_SIZE=%s", s->size->name);
	strv_addf(&g->env, "LABCTL_PARAMETERS=%s", s->parameters);
	strv_addf(&g->env, "LABCTL_CPUS=%g", l->cpu > 0 ? l->cpu : 1);
	if (s->exercise->measure == MEASURE_SERIES)
		strv_add(&g->env, "LABCTL_COMPILE_LOG=/tmp/.compilations");
	strv_addf(&g->env, "LABCTL_MEMORY_BYTES=%lld", (long long)l->memory_bytes);
	if (s->machines) {
		cleanup_free char *machines = machines_json(s->machines);

		strv_addf(&g->env, "LABCTL_MACHINES=%s", machines);
	}
}

/* The judge lives beside all of them: what it has is its own. */
static int use_kept(struct guest *g, struct setting *s, struct err *e)
{
	g->spec.kept = s->kept;
	if (s->machines) {
		g->spec.netns_fd = machines_netns_fd(s->machines);
		return 0;
	}
	if (!s->lab)
		g->spec.netns_fd = kept_network(s->kept, e);
	return !s->lab && g->spec.netns_fd < 0 ? -1 : 0;
}

int guest_init(struct guest *g, struct setting *s, enum guest_role role, const char *image,
	       const char *program, struct err *e)
{
	const struct image *opened;
	cleanup_free char *harness = path_join(path_data_dir("exercises"), "harness");

	*g = (struct guest){.spec = SANDBOX_SPEC_INIT};
	if (setting_image(s, image, &opened, e))
		return -1;
	if (s->lab && lab_sandbox_spec(s->lab, &g->spec, e))
		return -1;
	g->spec.layers = (const char *const *)opened->layers.items;
	if (role == GUEST_JUDGE)
		g->spec.cgroup_parent = NULL;
	else if (use_kept(g, s, e))
		return -1;
	g->name = xasprintf("%s-%s-%ld", role == GUEST_JUDGE ? "judge" : "worker",
			    s->exercise->name, (long)getpid());
	g->spec.name = g->name;
	g->spec.hostname = "lab";
	g->spec.trust = SANDBOX_GUEST;
	g->spec.cwd = "/tmp";
	set_limits(g, s, role);
	set_environment(g, s);
	bind_dir(g, harness, GUEST_HARNESS_DIR);
	bind_dir(g, s->exercise->dir, GUEST_EXERCISE_DIR);
	if (s->index_path)
		bind_dir(g, s->index_path, GUEST_INDEX);
	bind_disk(g, &s->disk, role);
	strv_add(&g->argv, "python3"); /* the image's: first in its PATH */
	strv_addf(&g->argv, "%s/%s", GUEST_HARNESS_DIR, program);
	return 0;
}

void guest_add_subject(struct guest *g, const char *variant, const struct submission *submission)
{
	cleanup_free char *inside =
	    submission ? xasprintf("/lab/submission/%s", path_base(submission->path))
		       : path_join(GUEST_EXERCISE_DIR, variant);

	if (submission)
		bind_dir(g, submission->copy, inside);
	strv_add(&g->argv, GUEST_EXERCISE_DIR);
	strv_add(&g->argv, inside);
}

void guest_add_built(struct guest *g, const char *dir)
{
	if (!dir)
		return;
	bind_dir(g, dir, GUEST_BUILT_DIR);
	strv_add(&g->env, "LABCTL_BUILT=" GUEST_BUILT_DIR);
}

struct sandbox_spec *guest_spec(struct guest *g)
{
	g->spec.binds = g->binds;
	g->spec.argv = strv_argv(&g->argv);
	g->spec.envp = strv_argv(&g->env);
	return &g->spec;
}

void guest_done(struct guest *g)
{
	for (size_t i = 0; i < g->bind_count; i++) {
		free((char *)g->binds[i].host_path);
		free((char *)g->binds[i].guest_path);
	}
	g->bind_count = 0;
	strv_done(&g->argv);
	strv_done(&g->env);
	limits_done(&g->spec.limits);
	free(take_ptr(g->name));
}
