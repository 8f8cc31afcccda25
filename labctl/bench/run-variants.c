/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/run-variants.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/path.h"

/* Of what will run: a submission was read already. */
static int digest_of(const struct run *r, const struct exercise_variant *v,
		     const struct submission *submission, char hex[HASH_HEX_SIZE], struct err *e)
{
	if (submission) {
		memcpy(hex, submission->digest, HASH_HEX_SIZE);
		return 0;
	}
	/* cppcheck-suppress nullPointer ; without a submission there is a v */
	cleanup_free char *path = path_join(r->exercise->dir, v->file);

	return hash_file_hex(AT_FDCWD, path, hex, e);
}

/* A variant of the exercise, or a submission, which is the run's from here on. */
static int add_variant(struct run *r, const char *name, const struct exercise_variant *v,
		       struct submission *submission, struct err *e)
{
	struct result *record = &r->record;
	char hex[HASH_HEX_SIZE];

	if (digest_of(r, v, submission, hex, e))
		return wrap(e, "variant '%s'", name);
	r->variants = xreallocarray(r->variants, record->variant_count + 1, sizeof(*r->variants));
	r->variants[record->variant_count] = (struct run_variant){
	    .path = submission ? NULL : xstrdup(v->file),
	    .submission = submission,
	    .image = v ? xstrdup(v->image) : NULL,
	    .machines = v && v->machines,
	};
	const struct exercise_build *build = v ? &v->build : &r->exercise->build;

	if (build->commands.len > 0)
		r->variants[record->variant_count].build = build;
	struct result_variant *out = result_add_variant(record);

	out->calls = 1;
	out->name = xstrdup(name);
	out->file = xstrdup(submission ? submission->path : v->file);
	out->file_digest = xstrdup(hex);
	out->image = xstrdup(v && v->image ? v->image : r->exercise->image);
	out->technique = v ? xstrdup(v->technique) : NULL;
	out->summary = xstrdup(v ? v->summary : "your file");
	out->machines = v && v->machines;
	return 0;
}

/* The last variant added: what talks to the machines needs what their image has. */
static int give_machines(struct run *r, struct err *e)
{
	struct run_variant *v = &r->variants[r->record.variant_count - 1];
	struct result_variant *out = &r->record.variants[r->record.variant_count - 1];

	if (r->exercise->machine_count == 0)
		return fail(e, ERR_USAGE, 0, "exercise '%s' has no machines", r->exercise->name);
	v->machines = out->machines = true;
	free(v->image);
	v->image = xstrdup(r->exercise->machines[0].image);
	free(out->image);
	out->image = xstrdup(v->image);
	return 0;
}

static bool finishes(const struct run *r, const struct exercise_variant *v)
{
	return v->sizes.len == 0 || strv_has(&v->sizes, r->size->name);
}

/* Is this variant asked for? The baseline always takes part. */
static bool wanted(const struct run *r, const struct exercise_variant *v,
		   const struct run_options *o)
{
	if (v == &r->exercise->variants[0])
		return true;
	if (o->aa)
		return false;
	if (o->variants.len > 0)
		return strv_has(&o->variants, v->name);
	return !o->try_file && finishes(r, v) && !v->hidden;
}

int run_variants_choose(struct run *r, const struct run_options *o, struct err *e)
{
	const struct exercise *x = r->exercise;

	for (size_t i = 0; i < o->variants.len; i++) {
		const struct exercise_variant *v = exercise_variant(x, o->variants.items[i]);

		if (!v)
			return exercise_no_variant(x, o->variants.items[i], e);
		if (!finishes(r, v))
			return fail(e, ERR_USAGE, 0,
				    "variant '%s' of '%s' does not finish in size '%s'", v->name,
				    x->name, r->size->name);
	}
	for (size_t i = 0; i < x->variant_count; i++)
		if (wanted(r, &x->variants[i], o) &&
		    add_variant(r, x->variants[i].name, &x->variants[i], NULL, e))
			return -1;
	if (o->try_file) {
		struct submission *submission = submission_take(o->try_file, x, e);

		if (!submission || add_variant(r, RUN_TRY_NAME, NULL, submission, e))
			return -1;
		return o->machines ? give_machines(r, e) : 0;
	}
	return 0;
}

void run_variants_free(struct run *r)
{
	for (size_t i = 0; r->variants && i < r->record.variant_count; i++) {
		free(r->variants[i].path);
		submission_free(r->variants[i].submission);
		free(r->variants[i].image);
		free(r->variants[i].built);
		free(r->variants[i].sanitized);
	}
	free(take_ptr(r->variants));
}
