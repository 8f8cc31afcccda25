/* SPDX-License-Identifier: Apache-2.0 */
#include "image/lineage.h"

#include <string.h>

#include "base/str.h"

static int fail_deep(const struct lineage *l, const char *name, struct err *e)
{
	for (size_t i = 0; i < l->count; i++) {
		if (str_eq(l->specs[i].name, name))
			return fail(e, ERR_SPEC, 0,
				    "%s/image.yaml: the parents of '%s' go round in a circle",
				    l->specs[i].dir, name);
	}
	return fail(e, ERR_SPEC, 0, "image '%s' has more than %d generations of parents",
		    l->specs[0].name, LINEAGE_MAX - 1);
}

static void reverse(struct lineage *l)
{
	for (size_t i = 0; i < l->count / 2; i++) {
		struct image_spec s = l->specs[i];

		l->specs[i] = l->specs[l->count - 1 - i];
		l->specs[l->count - 1 - i] = s;
	}
}

int lineage_load(const char *name, struct lineage *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	for (const char *next = name; next; next = out->specs[out->count - 1].parent) {
		int rc;

		if (out->count == LINEAGE_MAX)
			rc = fail_deep(out, next, e);
		else
			rc = image_spec_load(next, &out->specs[out->count], e);
		if (rc) {
			if (out->count && out->count < LINEAGE_MAX)
				wrap(e, "%s/image.yaml: parent", out->specs[out->count - 1].dir);
			lineage_done(out);
			return -1;
		}
		out->count++;
	}
	reverse(out);
	return 0;
}

void lineage_done(struct lineage *l)
{
	for (size_t i = 0; i < l->count; i++)
		image_spec_done(&l->specs[i]);
	l->count = 0;
}

const char *lineage_release(const struct lineage *l)
{
	return l->specs[0].release;
}

const struct strv *lineage_components(const struct lineage *l)
{
	return &l->specs[0].components;
}
