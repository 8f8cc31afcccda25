/* SPDX-License-Identifier: Apache-2.0 */
#include "image/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "image/image.h"
#include "image/lock.h"
#include "image/record.h"
#include "image/store.h"
#include "spec/image.h"

enum { OUTPUT_MAX = 1 << 20 };

static struct verify_check *add_check(struct verify *v, char *what)
{
	mem_grow(&v->checks, &v->cap, v->count + 1, sizeof(*v->checks));
	v->checks[v->count] = (struct verify_check){.what = what, .good = true};
	return &v->checks[v->count++];
}

static void set_failed(struct verify *v, struct verify_check *c)
{
	c->good = false;
	v->good = false;
}

static void set_skipped(struct verify_check *c, const char *why)
{
	c->skipped = true;
	strv_add(&c->detail, why);
}

static int check_layer(struct verify *v, const char *digest, struct err *e)
{
	struct verify_check *c = add_check(v, xasprintf("layer %.12s", digest));

	if (store_verify(digest, &c->detail, e))
		return -1;
	if (c->detail.len)
		set_failed(v, c);
	return 0;
}

/* The packages' way from the archive's signature to the lock, without network. */
static void check_chain(struct verify *v, const struct record *r)
{
	struct verify_check *c = add_check(v, xasprintf("lock %.12s", r->lock));
	struct lock lock = {0};
	struct err e = {.kind = ERR_NONE};

	if (lock_current(r->name, false, &lock, &e) || !str_eq(lock.digest, r->lock))
		set_skipped(c, "the image was built from another lock than the one here now");
	else if (lock_verify_chain(&lock.packages, &e) && e.kind == ERR_HOST)
		set_skipped(c, e.msg);
	else if (e.kind != ERR_NONE) {
		strv_add(&c->detail, e.msg);
		set_failed(v, c);
	}
	lock_done(&lock);
}

/* All that a command said; of a probe that succeeded its last line, the evidence. */
static int take_output(struct verify_check *c, int fd, bool evidence, struct err *e)
{
	cleanup(str_done) struct str output = STR_INIT;
	cleanup(strv_done) struct strv lines = STRV_INIT;

	if (lseek(fd, 0, SEEK_SET) < 0 || fd_read_all(fd, &output, OUTPUT_MAX, e))
		return wrap(e, "read what '%s' said", c->what);
	strv_split(&lines, output.data, '\n');
	if (!evidence)
		strv_add_all(&c->detail, (const char *const *)strv_argv(&lines));
	else if (lines.len)
		strv_add(&c->detail, lines.items[lines.len - 1]);
	return 0;
}

static int run_command(struct verify *v, const struct image *image, const char *what,
		       const char *command, const struct build_runner *runner, struct err *e)
{
	char *const argv[] = {(char *)"/bin/sh", (char *)"-c", (char *)command, NULL};
	char *const envp[] = {
	    (char *)"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	    (char *)"HOME=/root", (char *)"LC_ALL=C.UTF-8", NULL};
	cleanup_fd int output_fd = memfd_create("output", MFD_CLOEXEC);
	const bool probe = what != command;
	const struct build_step step = {
	    .name = "verify",
	    .layers = (const char *const *)image->layers.items,
	    .argv = argv,
	    .envp = envp,
	    .output_fd = output_fd,
	};

	if (output_fd < 0)
		return fail(e, ERR_HOST, errno, "make a file in memory");
	struct verify_check *c = add_check(v, xstrdup(what));

	if (runner->run(&step, runner->arg, e) == 0)
		return probe ? take_output(c, output_fd, true, e) : 0;
	if (e->kind != ERR_GUEST)
		return -1;
	set_failed(v, c);
	strv_add(&c->detail, e->msg);
	*e = (struct err){.kind = ERR_NONE};
	return take_output(c, output_fd, false, e);
}

static int run_commands(struct verify *v, const struct record *r, const struct build_runner *runner,
			struct err *e)
{
	struct image image;
	struct image_spec spec;

	if (image_spec_load(r->name, &spec, e))
		return -1;
	if (image_open(r->digest, &image, e)) {
		image_spec_done(&spec);
		return -1;
	}
	int result = 0;

	for (size_t i = 0; i < spec.verify.len && result == 0; i++)
		result =
		    run_command(v, &image, spec.verify.items[i], spec.verify.items[i], runner, e);
	for (size_t i = 0; i < spec.probe_count && result == 0; i++)
		result =
		    run_command(v, &image, spec.probes[i].proves, spec.probes[i].run, runner, e);
	image_done(&image);
	image_spec_done(&spec);
	return result;
}

int verify_image(const char *name, const struct build_runner *runner, struct verify *out,
		 struct err *e)
{
	cleanup(record_done) struct record r = {.name = NULL};

	*out = (struct verify){.good = true};
	if (record_load(name, &r, e))
		return -1;
	out->name = xstrdup(r.name);
	out->digest = xstrdup(r.digest);
	for (size_t i = 0; i < r.layers.len; i++)
		if (check_layer(out, r.layers.items[i], e))
			return -1;
	check_chain(out, &r);
	return run_commands(out, &r, runner, e);
}

void verify_done(struct verify *v)
{
	for (size_t i = 0; i < v->count; i++) {
		free(v->checks[i].what);
		strv_done(&v->checks[i].detail);
	}
	free(v->checks);
	free(v->name);
	free(v->digest);
	*v = (struct verify){.name = NULL};
}
