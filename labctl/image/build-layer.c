/* SPDX-License-Identifier: Apache-2.0 */
#include "image/build-layer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "base/strv.h"
#include "image/build-tools.h"
#include "image/dpkg.h"
#include "image/finish.h"
#include "image/store.h"

enum { IMAGE_FILE_MAX = 64 << 20 };

/* The script's text, with a NUL behind it. */
__asm__(".section .rodata\n"
	".globl build_layer_script\n"
	"build_layer_script:\n"
	".incbin \"labctl/image/configure.sh\"\n"
	".byte 0\n"
	".previous\n");

static char *below(const struct build_layer *l, const char *path)
{
	return xasprintf("%s/%s", l->stage, path);
}

char *build_layer_upper(const struct build_layer *l)
{
	return below(l, "tree/upper");
}

int build_layer_prepare(const struct build_layer *l, struct err *e)
{
	static const char *const dirs[] = {"tree/upper", "tree/work", "notes", "empty", "layer"};
	struct view v = VIEW_INIT;
	cleanup_free char *upper = build_layer_upper(l);

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		cleanup_free char *path = below(l, dirs[i]);

		if (path_mkdirs(path, 0755, e))
			return -1;
	}
	if (view_open(upper, NULL, &v, e))
		return -1;
	int result = dpkg_prepare(&v, e);

	view_close(&v);
	return result;
}

static int open_notes(const struct build_layer *l, struct err *e)
{
	cleanup_free char *path = below(l, "notes");

	return fd_open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, e);
}

/* A damaged file would stay in the cache for ever: its name says that it is whole. */
static int unpack_one(struct view *v, int notes_fd, const char *deb, const struct lock_package *p,
		      const struct diversions *diversions, struct err *e)
{
	bool damaged = false;

	if (dpkg_unpack(v, notes_fd, deb, p, diversions, &damaged, e) == 0)
		return 0;
	if (damaged && unlink(deb) == 0)
		hint(e, "the damaged file was removed: run the command again to fetch it anew");
	return -1;
}

int build_layer_unpack(const struct build_layer *l, struct view *v, const size_t *packages,
		       size_t count, struct err *e)
{
	cleanup(dpkg_diversions_done) struct diversions diversions = {.items = NULL};
	cleanup_fd int notes_fd = open_notes(l, e);

	if (notes_fd < 0 || dpkg_diversions(v, &diversions, e))
		return -1;
	for (size_t i = 0; i < count; i++)
		if (unpack_one(v, notes_fd, l->debs[packages[i]], &l->lock->packages[packages[i]],
			       &diversions, e))
			return -1;
	return 0;
}

/* The image's own files, over what packages brought. */
static int copy_files(const struct build_layer *l, struct view *v, struct err *e)
{
	for (size_t i = 0; i < l->spec->file_count; i++) {
		const struct image_file *f = &l->spec->files[i];
		cleanup_free char *source = xasprintf("%s/files/%s", l->spec->dir, f->source);
		cleanup(str_done) struct str text = STR_INIT;
		cleanup(str_done) struct str path = STR_INIT;

		if (unpack_clean_name(f->path + strspn(f->path, "/"), &path, e))
			return wrap(e, "file '%s' of image %s", f->path, l->spec->name);
		if (fd_read_file_at(AT_FDCWD, source, &text, IMAGE_FILE_MAX, e) ||
		    view_write(v, path.data, text.data, text.len, (mode_t)f->mode, e))
			return -1;
	}
	return 0;
}

static void fill_arguments(const struct build_layer *l, const struct dpkg_plan *plan,
			   struct strv *argv)
{
	strv_add(argv, "/bin/sh");
	strv_add(argv, "-c");
	strv_add(argv, build_layer_script);
	strv_add(argv, "configure");
	strv_add_all(argv, (const char *const *)strv_argv((struct strv *)&plan->preinst));
	strv_add(argv, "--");
	for (size_t i = 0; i < l->spec->step_count; i++) {
		strv_add(argv, l->spec->steps[i].user);
		strv_add(argv, l->spec->steps[i].run);
	}
}

/* Nothing of the caller's environment: its locale, time zone and umask must not show. */
static void fill_environment(const struct build_layer *l, struct strv *envp)
{
	static const char *const fixed[] = {
	    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	    "HOME=/root",
	    "USER=root",
	    "LOGNAME=root",
	    "SHELL=/bin/sh",
	    "TERM=dumb",
	    "LC_ALL=C.UTF-8",
	    "TZ=UTC",
	    "DEBIAN_FRONTEND=noninteractive",
	    "DEBCONF_NONINTERACTIVE_SEEN=true",
	    "UCF_FORCE_CONFFOLD=1",
	    "PERL_HASH_SEED=0", /* the order in which debconf writes its database */
	    "PERL_PERTURB_KEYS=0",
	    "PYTHONHASHSEED=0",
	    NULL,
	};

	strv_add_all(envp, fixed);
	strv_addf(envp, "ARCHITECTURE=%s", l->lock->architecture);
	strv_addf(envp, "EPOCH=%lld", (long long)l->lock->source_date_epoch);
}

static int configure(const struct build_layer *l, const char *const *lowers,
		     const struct dpkg_plan *plan, const struct build_runner *runner, int output_fd,
		     struct err *e)
{
	cleanup(strv_done) struct strv argv = STRV_INIT;
	cleanup(strv_done) struct strv envp = STRV_INIT;
	cleanup_free char *tree = below(l, "tree");
	cleanup_free char *empty = below(l, "empty");
	cleanup_free char *name = xasprintf("build-%s", l->spec->name);
	const char *const nothing[] = {empty, NULL};
	struct build_step step = {
	    .name = name,
	    .layers = *lowers ? lowers : nothing,
	    .upper_dir = tree,
	    .privileged = true,
	    .output_fd = output_fd,
	};

	fill_arguments(l, plan, &argv);
	fill_environment(l, &envp);
	step.argv = strv_argv(&argv);
	step.envp = strv_argv(&envp);
	return runner->run(&step, runner->arg, e);
}

/* From the tree as the sandbox left it to a layer that only lacks its place. The tree stays where
 * it is: children may be unpacking over it. */
static int seal(const struct build_layer *l, struct view *v, char digest[HASH_HEX_SIZE],
		struct err *e)
{
	cleanup_free char *upper = build_layer_upper(l);
	cleanup_free char *layer = below(l, "layer");

	if (finish_tree(v, l->lock->source_date_epoch, e))
		return -1;
	return store_seal(layer, upper, digest, e);
}

int build_layer_run(const struct build_layer *l, const char *const *lowers,
		    const struct build_runner *runner, int output_fd, struct err *e)
{
	cleanup(dpkg_plan_done) struct dpkg_plan plan = {.preinst = STRV_INIT};
	cleanup(view_close) struct view v = VIEW_INIT;
	cleanup_free char *upper = build_layer_upper(l);
	cleanup_fd int notes_fd = open_notes(l, e);
	bool again;

	if (notes_fd < 0 || view_open(upper, lowers, &v, e) ||
	    dpkg_assemble(&v, notes_fd, l->lock, (const char *const *)l->debs, false, &again, &plan,
			  e))
		return -1;
	return configure(l, lowers, &plan, runner, output_fd, e);
}

int build_layer_make(const struct build_layer *l, const char *const *lowers, bool early,
		     const struct build_runner *runner, int output_fd, char digest[HASH_HEX_SIZE],
		     bool *again, struct err *e)
{
	cleanup(dpkg_plan_done) struct dpkg_plan plan = {.preinst = STRV_INIT};
	cleanup(view_close) struct view v = VIEW_INIT;
	cleanup_free char *upper = build_layer_upper(l);
	cleanup_fd int notes_fd = open_notes(l, e);

	*again = false;
	/* The files first: what directories they made gets its attributes with all others. */
	if (notes_fd < 0 || view_open(upper, lowers, &v, e) || copy_files(l, &v, e))
		return -1;
	if (dpkg_assemble(&v, notes_fd, l->lock, (const char *const *)l->debs, early, again, &plan,
			  e))
		return -1;
	if (*again)
		return 0;
	if (build_tools_make(l, lowers, runner, output_fd, &v, e) ||
	    configure(l, lowers, &plan, runner, output_fd, e))
		return -1;
	return seal(l, &v, digest, e);
}

int build_layer_commit(const struct build_layer *l, const char *digest, struct err *e)
{
	cleanup_free char *upper = build_layer_upper(l);
	cleanup_free char *layer = below(l, "layer");

	return store_commit(layer, upper, digest, e);
}
