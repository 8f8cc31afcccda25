/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building images, quickly and the same every time.
 *
 * What takes time in an image is unpacking (xz) and maintainer scripts. So:
 *
 *	fetch      all packages of all images, in this process; a package that is whole
 *	           goes to a worker at once
 *	unpack     by as many workers as there are CPUs, straight into the layer's tree
 *	           (unpack.c), with dpkg's database written by us (dpkg.c): dpkg never
 *	           unpacks, so it reads and writes its database once per image
 *	configure  once per image, in a sandbox without network (configure.sh); the
 *	           images of one parent at the same time
 *	finish     what differs from build to build is taken out, the tree hashed (store.c)
 *
 * A child's packages are unpacked while its parent is still being configured,
 * which is the one stretch that keeps a single CPU busy. Where the finished
 * parent turns out to matter to them (a diversion, a directory that became a
 * link), they are unpacked once more: rare, and the result is the same.
 *
 * Workers are forked children (jobs.h), ended with their parent. This process
 * decides, in one loop, what starts next; it alone moves finished layers to
 * their digests. It holds the store's lock all along, so what it finds in
 * stage/ at the beginning is rubbish that a killed labctl left.
 */
#include "image/build.h"

#include <signal.h>
#include <sys/sysinfo.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "image/build-work.h"
#include "image/download.h"
#include "image/fetch.h"
#include "image/maven.h"
#include "image/store.h"
#include "image/tarball.h"

static volatile sig_atomic_t interrupted;

static void note_signal(int signal)
{
	interrupted = signal;
	download_stop();
}

static int check_interrupted(struct err *e)
{
	if (!interrupted)
		return 0;
	fail(e, ERR_HOST, 0, "the build was interrupted");
	return hint(e, "build again: what was fetched is kept, half-made layers are not");
}

static void report(const struct builder *b, const struct target *t, enum build_action action,
		   int64_t duration_ns)
{
	struct build_report r = {
	    .name = t->spec.name,
	    .action = action,
	    .digest = action == BUILD_PLANNED ? NULL : t->record.digest,
	    .lock_digest = t->lock.digest,
	    .lock_is_local = t->lock.local,
	    .packages = t->lock.packages.package_count,
	    .bytes = -1,
	    .duration_ns = duration_ns,
	    .why = t->why,
	};
	struct err ignored;

	if (action == BUILD_BUILT && store_size(t->record.layers.items[0], &r.bytes, &ignored))
		r.bytes = -1;
	if (b->options->report)
		b->options->report(b->options->arg, &r);
}

/* Starts all that can start now. */
static int start_more(struct builder *b, struct err *e)
{
	for (size_t i = 0; i < b->plan.count; i++) {
		struct build_work *w = b->plan.targets[i]->work;
		int started = 1;

		if (w && build_work_make(w, e))
			return -1;
		while (w && started == 1 && b->unpacking < b->unpacking_max)
			started = build_work_unpack(w, e);
		if (started < 0)
			return -1;
	}
	return check_interrupted(e);
}

/* A package is whole: give it to a worker, and see to what has ended meanwhile. */
static int take_package(void *arg, const struct lock_package *package, const char *path,
			struct err *e)
{
	struct build_work *w = arg;
	const struct image_lock *lock = w->layer.lock;
	int ended = 1;

	/* Those of `build` wait in the cache until the image is made (build-tools.c). */
	if (package >= lock->packages && package < lock->packages + lock->package_count)
		build_work_ready(w, (size_t)(package - lock->packages), path);
	if (start_more(w->builder, e))
		return -1;
	while (ended == 1) {
		ended = jobs_turn(w->builder->jobs, 0, e);
		if (ended < 0 || start_more(w->builder, e))
			return -1;
	}
	return 0;
}

static int fetch_all(struct builder *b, bool *gone, struct err *e)
{
	b->fetching = true;
	for (size_t i = 0; i < b->plan.count; i++) {
		struct build_work *w = b->plan.targets[i]->work;

		if (!w)
			continue;
		if (fetch_packages(w->layer.lock, take_package, w, gone, e) ||
		    maven_fetch(w->layer.spec, w->layer.lock, e))
			return -1;
		w->fetched = true;
	}
	b->fetching = false;
	return 0;
}

static bool is_complete(const struct builder *b)
{
	for (size_t i = 0; i < b->plan.count; i++)
		if (!build_work_is_done(b->plan.targets[i]))
			return false;
	return true;
}

static int loop(struct builder *b, struct err *e)
{
	while (!is_complete(b)) {
		if (start_more(b, e))
			return -1;
		if (!jobs_running(b->jobs))
			return fail(e, ERR_BUG, 0, "a build that waits for nothing");
		if (jobs_turn(b->jobs, INT64_MAX, e) < 0)
			return -1;
	}
	return 0;
}

static int begin_all(struct builder *b, struct err *e)
{
	for (size_t i = 0; i < b->plan.count; i++)
		if (b->plan.targets[i]->why && build_work_begin(b, b->plan.targets[i], e))
			return -1;
	return 0;
}

static int run_builder(struct builder *b, bool *gone, struct err *e)
{
	/* Before the first fork, so that no child needs to load it. */
	if (tarball_prepare(e) || store_sweep(e) || begin_all(b, e))
		return -1;
	b->jobs = jobs_new();
	int result = fetch_all(b, gone, e);

	if (result == 0) {
		log_progress_begin("build images", b->total, "steps");
		log_progress_update(b->done, NULL);
		result = loop(b, e);
		log_progress_end(result ? "failed" : "done");
	}
	jobs_free(b->jobs);
	return result;
}

static void builder_done(struct builder *b)
{
	for (size_t i = 0; i < b->plan.count; i++)
		build_work_free(b->plan.targets[i]->work);
	build_plan_done(&b->plan);
}

static size_t count_work(const struct build_plan *p)
{
	size_t count = 0;

	for (size_t i = 0; i < p->count; i++)
		count += p->targets[i]->why != NULL;
	return count;
}

/* Times of the tree are cut off at the lock's: a clock before that would show in the layer. */
static int check_clock(const struct build_plan *p, struct err *e)
{
	int64_t now = clock_wall_ns() / NS_PER_S;

	for (size_t i = 0; i < p->count; i++) {
		if (!p->targets[i]->why || p->targets[i]->lock.packages.source_date_epoch <= now)
			continue;
		fail(e, ERR_HOST, 0, "the lock of image %s is of a later day than this machine",
		     p->targets[i]->spec.name);
		return hint(e, "set the machine's clock");
	}
	return 0;
}

static void report_built(const struct builder *b, const struct target *t, int64_t duration_ns)
{
	report(b, t, BUILD_BUILT, duration_ns);
}

static void report_rest(const struct builder *b, enum build_action action)
{
	for (size_t i = 0; i < b->plan.count; i++) {
		const struct target *t = b->plan.targets[i];

		if (!t->work)
			report(b, t, t->why ? action : BUILD_UNCHANGED, 0);
	}
}

/* With signals noted instead of deadly, so that children end and stages go before we do. */
static int build_undisturbed(struct builder *b, bool *gone, struct err *e)
{
	const struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESETHAND};
	struct sigaction was[2];

	interrupted = 0;
	sigaction(SIGINT, &action, &was[0]);
	sigaction(SIGTERM, &action, &was[1]);
	int result = run_builder(b, gone, e);

	if (result)
		check_interrupted(e); /* whatever failed because of it */
	sigaction(SIGINT, &was[0], NULL);
	sigaction(SIGTERM, &was[1], NULL);
	return result;
}

/* Once; *gone when it failed because a package has left the mirror meanwhile. */
static int build_once(const struct strv *names, const struct build_options *o,
		      const struct build_runner *runner, bool *gone, struct err *e)
{
	struct builder b = {.options = o, .runner = runner, .on_built = report_built};
	cleanup_fd int lock_fd = -1;
	int result = 0;

	b.unpacking_max = (size_t)get_nprocs();
	if (build_plan_make(names, o, &b.plan, e))
		return -1;
	if (!o->dry_run && count_work(&b.plan)) {
		/* Another labctl may have built meanwhile what was missing: look again. */
		lock_fd = store_lock(e);
		build_plan_done(&b.plan);
		if (lock_fd < 0 || build_plan_make(names, o, &b.plan, e))
			return -1;
	}
	if (!o->dry_run && count_work(&b.plan))
		result = check_clock(&b.plan, e) || build_undisturbed(&b, gone, e) ? -1 : 0;
	if (result == 0)
		report_rest(&b, BUILD_PLANNED);
	builder_done(&b);
	return result;
}

int build_images(const struct strv *names, const struct build_options *o,
		 const struct build_runner *runner, struct err *e)
{
	struct build_options again = *o;
	bool gone = false;

	if (build_once(names, o, runner, &gone, e) == 0)
		return 0;
	if (!gone || o->locked || o->relock)
		return -1;
	again.relock = true;
	again.gone = true;
	*e = (struct err){.kind = ERR_NONE};
	return build_once(names, &again, runner, &gone, e);
}
