/* SPDX-License-Identifier: Apache-2.0 */

/*
 * How an initial state comes about:
 *
 *	1. the cluster: the image's init program runs once, in a sandbox on the
 *	   image, and what it wrote is the layer;
 *	   or the data set: the service runs on the layers so far, the loader fills
 *	   it from a sandbox of the same lab, and it is asked to end;
 *	2. a trial: the service runs once more on top of that, everything is
 *	   opened, and what overlayfs copied meanwhile is the list of hot files;
 *
 * made.c sees to it that it is done once, and that nothing half made is taken for whole.
 */
#include "lab/initial.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "image/lock.h"
#include "lab/builder.h"
#include "lab/made.h"
#include "lab/network.h"
#include "lab/precopy.h"
#include "lab/spare.h"
#include "sandbox/budget.h"
#include "spec/exercise.h"
#include "spec/json.h"

enum { FORMAT = 2, LIST_MAX_BYTES = 4 << 20 };

static const int64_t STEP_NS = 300 * NS_PER_S;

struct making {
	struct service *service;
	const struct dataset *dataset; /* NULL: the cluster itself */
	const char *temporary;         /* directory that all is made in */
	char *log_path;
	struct image loader; /* where there is a data set */
	char *index_path;    /* the package index on the host, or NULL */
};

/* ---- a service for a short while ---- */

static int start_alone(struct service *s, const struct limits *l, struct budget **budget,
		       struct err *e)
{
	cleanup_free char *name = xasprintf("initial-%s-%ld", s->type->name, (long)getpid());

	if (service_renew(s, e) || budget_create(name, l, budget, e))
		return -1;
	if (service_start(s, budget_path(*budget), budget_netns_fd(*budget), l, false, e))
		return -1;
	return service_await(s, 1, clock_now_ns() + STEP_NS, e);
}

static void end_alone(struct service *s, struct budget *budget)
{
	service_kill(s);
	budget_destroy(budget);
}

/* A second hand on the same service, with a directory and layers of its own. */
static void borrow(const struct service *from, const char *dir, const char *log_path,
		   struct service *out)
{
	*out = (struct service){.type = from->type,
				.uid = from->uid,
				.gid = from->gid,
				.notify_fd = -1,
				.log = LOGBOOK_INIT,
				.initial_fds = {-1, -1},
				.dir = xstrdup(dir),
				.log_path = xstrdup(log_path)};
	strv_add_all(&out->layers, (const char *const *)from->layers.items);
}

/* ---- 1: content ---- */

static int make_cluster(struct making *m, struct service *s, struct err *e)
{
	char *const argv[] = {(char *)m->service->type->initialise, NULL};

	return service_renew(s, e) ? -1 : service_run(s, argv, e);
}

static char *services_variable(const struct service *s)
{
	cleanup_free char *run = path_join(s->dir, "run");
	const struct service_address at = {.run_dir = run, .port = s->type->port};
	cleanup(json_free) json_t *all = json_object();

	json_object_set_new(all, s->type->name, s->type->describe(&at));
	cleanup_free char *text = json_text(all, false);
	return xasprintf("LABCTL_SERVICES=%s", text);
}

static int run_loader(struct making *m, struct service *s, struct budget *budget, struct err *e)
{
	struct sandbox_spec spec = SANDBOX_SPEC_INIT;
	struct sandbox_outcome out;
	const struct sandbox_bind binds[] = {
	    {.host_path = m->dataset->dir, .guest_path = "/lab/dataset"},
	    {.host_path = m->index_path, .guest_path = "/lab/data/Packages.xz"},
	    {0}};
	cleanup(strv_done) struct strv env = STRV_INIT;
	cleanup_fd int log_fd =
	    fd_open_at(AT_FDCWD, m->log_path, O_WRONLY | O_CREAT | O_APPEND, 0644, e);

	if (log_fd < 0)
		return -1;
	strv_add(&env, "PATH=/usr/local/bin:/usr/bin:/bin");
	strv_add(&env, "LANG=C.UTF-8");
	strv_add(&env, "PYTHONDONTWRITEBYTECODE=1");
	strv_take(&env, services_variable(s));
	spec.name = "loader";
	spec.layers = (const char *const *)strv_argv(&m->loader.layers);
	spec.binds = binds;
	spec.argv = m->dataset->load.items;
	spec.envp = strv_argv(&env);
	spec.cwd = "/tmp";
	spec.stdout_fd = spec.stderr_fd = log_fd;
	spec.cgroup_parent = budget_path(budget);
	spec.netns_fd = budget_netns_fd(budget);
	spec.limits.time_ns = m->dataset->limits.time_ns;
	spec.limits.disk_bytes = m->dataset->limits.disk_bytes;
	if (sandbox_run(&spec, &out, e))
		return -1;
	if (out.ending == SANDBOX_EXITED && out.status == 0)
		return 0;
	cleanup_free char *words = service_last_words(m->log_path);
	return fail(e, ERR_GUEST, 0, "the loader of data set '%s': %s%s%s", m->dataset->name,
		    out.words, *words ? "; it said: " : "", words);
}

static int make_dataset(struct making *m, struct service *s, struct err *e)
{
	struct budget *budget = NULL;
	int result = start_alone(s, &m->dataset->limits, &budget, e) ||
		     run_loader(m, s, budget, e) ||
		     service_stop(s, SIGINT, clock_now_ns() + STEP_NS, e);

	end_alone(s, budget);
	return result ? -1 : 0;
}

/* ---- 2: trial ---- */

static int touch_all(struct service *s, int netns_fd, struct err *e)
{
	cleanup_free char *run = path_join(s->dir, "run");
	const struct service_address at = {.run_dir = run, .port = s->type->port};
	void *client = NULL;
	int home = network_enter(netns_fd, e);

	if (home < 0)
		return -1;
	int result = s->type->connect(&at, &client, e);

	if (!result && s->type->touch)
		result = s->type->touch(client, e);
	if (!result)
		json_decref(s->type->counters(client, e));
	s->type->close(client);
	return network_leave(&home, e) || result ? -1 : 0;
}

/* s: on top of all layers, the new one among them. */
static int learn_hot_files(struct service *s, struct strv *hot, struct err *e)
{
	const struct limits none = LIMITS_NONE;
	struct budget *budget = NULL;
	cleanup_free char *upper = path_join(s->dir, "upper");
	int result = start_alone(s, &none, &budget, e) || touch_all(s, budget_netns_fd(budget), e);

	end_alone(s, budget);
	return result || precopy_learn(upper, &s->layers, hot, e) ? -1 : 0;
}

static int try_it(struct making *m, const char *new_layer, struct err *e)
{
	cleanup(service_done) struct service s;
	cleanup(strv_done) struct strv hot = STRV_INIT;
	cleanup_free char *dir = path_join(m->temporary, "trial");
	cleanup_free char *list = path_join(m->temporary, "hot");

	borrow(m->service, dir, m->log_path, &s);
	strv_done(&s.layers);
	strv_add(&s.layers, new_layer);
	strv_add_all(&s.layers, (const char *const *)m->service->layers.items);
	if (learn_hot_files(&s, &hot, e))
		return -1;
	cleanup_free char *text = strv_join(&hot, "\n");
	return path_remove_tree_at(AT_FDCWD, dir, e) ||
		       fd_replace_file_at(AT_FDCWD, list, text, strlen(text), 0644, e)
		   ? -1
		   : 0;
}

/* ---- 3: all of it ---- */

static int make_content(struct making *m, const char *root, struct err *e)
{
	cleanup(service_done) struct service s;
	cleanup_free char *dir = path_join(m->temporary, "service");
	cleanup_free char *upper = path_join(dir, "upper");

	borrow(m->service, dir, m->log_path, &s);
	if (m->dataset ? make_dataset(m, &s, e) : make_cluster(m, &s, e))
		return -1;
	if (rename(upper, root))
		return fail(e, ERR_HOST, errno, "move '%s' to '%s'", upper, root);
	for (const char *const *path = s.type->discard; path && *path; path++) {
		cleanup_free char *file = path_join(root, *path);

		if (unlink(file) && errno != ENOENT)
			return fail(e, ERR_HOST, errno, "remove '%s'", file);
	}
	return path_remove_tree_at(AT_FDCWD, dir, e);
}

static int make_all(const struct made *made, void *arg, struct err *e)
{
	struct making *m = arg;
	cleanup_free char *root = path_join(made->temporary, "root");

	log_info("making the initial state of %s%s%s, once for all labs", m->service->type->name,
		 m->dataset ? " with data set " : "", m->dataset ? m->dataset->name : "");
	return make_content(m, root, e) || try_it(m, root, e) ? -1 : 0;
}

/* ---- recipes ---- */

/* The made layer becomes the service's topmost. */
static int adopt(const struct made *made, struct service *s, struct err *e)
{
	cleanup(strv_done) struct strv layers = STRV_INIT;
	cleanup(str_done) struct str list = STR_INIT;
	cleanup_free char *root = path_join(made->path, "root");
	cleanup_free char *hot = path_join(made->path, "hot");
	int *hold_fd = s->initial_fds[0] < 0 ? &s->initial_fds[0] : &s->initial_fds[1];

	*hold_fd = made_hold(made, e);
	if (*hold_fd < 0 || fd_read_file_at(AT_FDCWD, hot, &list, LIST_MAX_BYTES, e))
		return -1;
	precopy_done(&s->hot);
	strv_split(&s->hot.paths, list.data, '\n');
	strv_add(&layers, root);
	strv_add_all(&layers, (const char *const *)s->layers.items);
	strv_done(&s->layers);
	s->layers = layers;
	layers = (struct strv)STRV_INIT;
	free(s->initial_digest);
	s->initial_digest = xstrdup(made->digest);
	return 0;
}

static int make_and_adopt(struct making *m, const char *recipe, struct err *e)
{
	cleanup(made_done) struct made made;
	cleanup_free char *what = xasprintf("the initial state of %s", m->service->type->name);

	made_init(&made, "initial", recipe);
	m->temporary = made.temporary;
	m->log_path = path_join(made.temporary, "log");
	int result = made_ensure(&made, what, make_all, m, e) < 0 || adopt(&made, m->service, e);

	free(m->log_path);
	return result ? -1 : 0;
}

static int ensure_cluster(struct service *s, struct err *e)
{
	struct making m = {.service = s};
	cleanup_free char *recipe =
	    xasprintf("format %d\nservice %s\nimage %s\n", FORMAT, s->type->name, s->image.digest);

	return make_and_adopt(&m, recipe, e) ? wrap(e, "initial state of %s", s->type->name) : 0;
}

/* The index of Debian packages that the data set is made from. */
static int find_index(struct making *m, char digest[HASH_HEX_SIZE], struct err *e)
{
	snprintf(digest, HASH_HEX_SIZE, "none");
	if (!m->dataset->index)
		return 0;
	m->index_path = lock_index_of(m->dataset->index, digest, e);
	return m->index_path ? 0 : -1;
}

static int ensure_dataset(struct service *s, const struct dataset *d, struct err *e)
{
	struct making m = {.service = s, .dataset = d};
	char folder[HASH_HEX_SIZE], index[HASH_HEX_SIZE];
	int result = dataset_digest(d, folder, e) || find_index(&m, index, e) ||
		     image_ensure(d->image, &builder_runner, &m.loader, e);

	if (!result) {
		cleanup_free char *recipe =
		    xasprintf("format %d\nservice %s\nimage %s\non %s\ndataset %s %s\n"
			      "loader %s\nindex %s\n",
			      FORMAT, s->type->name, s->image.digest,
			      s->initial_digest ? s->initial_digest : "nothing", d->name, folder,
			      m.loader.digest, index);
		result = make_and_adopt(&m, recipe, e);
	}
	image_done(&m.loader);
	free(m.index_path);
	return result ? wrap(e, "data set '%s'", d->name) : 0;
}

int initial_ensure(struct service *s, const char *dataset, struct err *e)
{
	struct dataset d;
	int result = 0;

	if (s->type->initialise && ensure_cluster(s, e))
		return -1;
	if (!dataset)
		return 0;
	if (dataset_load(dataset, &d, e))
		return -1;
	if (str_eq(d.service, s->type->name))
		result = ensure_dataset(s, &d, e);
	dataset_done(&d);
	return result;
}

/* ---- collecting ---- */

/* Spares of another boot, of the states that stay. */
static int collect_spares(struct strv *removed, struct err *e)
{
	cleanup_free char *parent = path_join(path_state_dir(), "initial");
	DIR *d = opendir(parent);
	const struct dirent *entry;
	int result = 0;

	while (d && !result && (entry = readdir(d))) {
		cleanup_free char *path = path_join(parent, entry->d_name);

		if (entry->d_name[0] != '.')
			result = spare_collect(path, removed, e);
	}
	if (d)
		closedir(d);
	return result;
}

int initial_collect(struct strv *removed, struct err *e)
{
	if (made_collect("initial", "initial state", 0, removed, e))
		return -1;
	return collect_spares(removed, e);
}
