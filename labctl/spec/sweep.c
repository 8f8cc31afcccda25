/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Axes from the command line, their points, and the record. An axis is a key of
 * the limits' own table, which knows how its values are written and how small
 * they may be.
 */

#include "spec/sweep.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "spec/json.h"
#include "spec/schema.h"

enum { SWEEP_MAX_BYTES = 256 << 20 };

static const char *const axis_names[] = {"cpu", "memory", "pids", NULL};

/* ---- the record's tables ---- */

/* clang-format off */
#define ROW(field_type, name, text) {.key = #name, .type = field_type, .offset = AT(name), .help = text}
#define LIST(name, count, inner, text) \
	{.key = #name, .type = FIELD_LIST, .offset = AT(name), .count_offset = AT(count), .sub = &(inner), .help = text}

#define AT(member) offsetof(struct sweep_axis, member)

static const struct field axis_fields[] = {
    ROW(FIELD_STRING, name, "a limit: cpu, memory or pids"),
    ROW(FIELD_STRINGS, values, "as asked for"),
    {.type = FIELD_END},
};

static const struct schema axis_schema = {
    .title = "an axis",
    .summary = "What changes from point to point.",
    .size = sizeof(struct sweep_axis),
    .fields = axis_fields,
};

#undef AT
#define AT(member) offsetof(struct sweep_point, member)

static const struct field point_fields[] = {
    ROW(FIELD_STRINGS, values, "one of each axis"),
    ROW(FIELD_INT, position, "when it ran, counted from 0; -1: it did not come to it"),
    ROW(FIELD_STRING, failed, "why there is no run: the baseline did not live through these limits"),
    LIST(runs, run_count, result_schema, "its record; one, or none"),
    {.type = FIELD_END},
};

static const struct schema point_schema = {
    .title = "a point",
    .summary = "One run of the exercise, at one combination of limits.",
    .size = sizeof(struct sweep_point),
    .fields = point_fields,
};

#undef AT
#define AT(member) offsetof(struct sweep_fit, member)

static const struct field fit_fields[] = {
    ROW(FIELD_STRING, variant, ""),
    ROW(FIELD_DOUBLE, serial, "share of the work that more CPUs do not speed up, by Amdahl's law"),
    ROW(FIELD_DOUBLE, low, "of its 95% interval"),
    ROW(FIELD_DOUBLE, high, ""),
    ROW(FIELD_DOUBLE, one, "time on one CPU, as fitted; the baseline's is 1"),
    ROW(FIELD_INT, n, "blocks, all points together"),
    {.type = FIELD_END},
};

static const struct schema fit_schema = {
    .title = "a fit",
    .summary = "How one variant's time falls with CPUs; derived, can be computed again.",
    .size = sizeof(struct sweep_fit),
    .fields = fit_fields,
};

#undef AT
#define AT(member) offsetof(struct sweep, member)

static const struct field sweep_fields[] = {
    {.key = "sweep", .type = FIELD_INT, .offset = AT(sweep), .required = true, .min = SWEEP_SCHEMA, .max = SWEEP_SCHEMA, .help = "version of this format"},
    ROW(FIELD_STRING, labctl, "version that wrote it"),
    ROW(FIELD_STRING, started, "ISO 8601, UTC"),
    ROW(FIELD_INT, duration_ns, ""),
    ROW(FIELD_STRING, exercise, ""),
    ROW(FIELD_STRING, size, ""),
    ROW(FIELD_SEED, seed, "of the order of the points, and of every point's run"),
    LIST(axes, axis_count, axis_schema, ""),
    LIST(points, point_count, point_schema, "every combination; the last axis changes fastest"),
    LIST(fits, fit_count, fit_schema, "where the only axis is cpu and the exercise says that it scales"),
    ROW(FIELD_STRING, stopped, "done or interrupted"),
    {.type = FIELD_END},
};
#undef AT
#undef ROW
#undef LIST
/* clang-format on */

static int check_sweep(const void *object, const struct schema_where *where, struct err *e)
{
	const struct sweep *s = object;

	for (size_t i = 0; i < s->point_count; i++) {
		if (s->points[i].values.len != s->axis_count || s->points[i].run_count > 1)
			return schema_fail(where, "points", e,
					   "point %zu has %zu values for %zu axes, and %zu runs", i,
					   s->points[i].values.len, s->axis_count,
					   s->points[i].run_count);
	}
	return 0;
}

static const struct schema sweep_schema = {
    .title = "a sweep",
    .summary = "What `labctl run --sweep` keeps: a run at every combination of a few limits.",
    .size = sizeof(struct sweep),
    .fields = sweep_fields,
    .check = check_sweep,
};

void sweep_init(struct sweep *s)
{
	*s = (struct sweep){.sweep = SWEEP_SCHEMA};
}

void sweep_done(struct sweep *s)
{
	schema_done(&sweep_schema, s);
}

static void *grow(struct sweep *s, const char *key)
{
	const struct field *f = sweep_fields;

	while (!str_eq(f->key, key))
		f++;
	return schema_grow(f, s);
}

struct sweep_fit *sweep_add_fit(struct sweep *s)
{
	return grow(s, "fits");
}

/* ---- axes ---- */

static const struct field *limit_row(const char *name)
{
	const struct field *f = limits_schema.fields;

	while (f->type != FIELD_END && !str_eq(f->key, name))
		f++;
	return f;
}

static int set_limit(const char *axis, const char *value, struct limits *l, struct err *e)
{
	if (!schema_set(limit_row(axis), value, l, e))
		return 0;
	e->kind = ERR_USAGE;
	return wrap(e, "sweep %s", axis);
}

static int fail_no_axis(const char *name, struct err *e)
{
	const char *near = str_nearest(name, axis_names);

	fail(e, ERR_USAGE, 0, "sweep '%s': that is no limit that can be swept", name);
	if (near)
		return hint(e, "did you mean '%s'? The axes are: cpu, memory, pids", near);
	return hint(e, "the axes are: cpu, memory, pids");
}

static int check_name(const struct sweep *s, const char *name, struct err *e)
{
	size_t i = 0;

	while (axis_names[i] && !str_eq(axis_names[i], name))
		i++;
	if (!axis_names[i])
		return fail_no_axis(name, e);
	if (sweep_has_axis(s, name))
		return fail(e, ERR_USAGE, 0, "sweep %s: it is swept already: give it once", name);
	return 0;
}

/* 1 to n; in halves where a line through whole numbers would have too few points. */
static void add_cpus(struct strv *values, int host_cpus)
{
	double step = host_cpus < 3 ? 0.5 : 1;

	for (double cpus = 1; cpus <= host_cpus; cpus += step)
		strv_addf(values, "%g", cpus);
}

static int check_values(const struct sweep_axis *a, int host_cpus, struct err *e)
{
	for (size_t i = 0; i < a->values.len; i++) {
		struct limits l = LIMITS_NONE;
		const char *value = a->values.items[i];

		if (set_limit(a->name, value, &l, e))
			return -1;
		if (l.cpu > host_cpus)
			return fail(e, ERR_USAGE, 0, "sweep cpu: '%s': this host has %d", value,
				    host_cpus);
		for (size_t j = 0; j < i; j++)
			if (str_eq(a->values.items[j], value))
				return fail(e, ERR_USAGE, 0, "sweep %s: '%s' is given twice",
					    a->name, value);
	}
	return 0;
}

int sweep_add_axis(struct sweep *s, const char *text, int host_cpus, struct err *e)
{
	const char *equals = strchr(text, '=');
	cleanup_free char *name = xstrndup(text, equals ? (size_t)(equals - text) : strlen(text));

	if (check_name(s, name, e))
		return -1;
	struct sweep_axis *a = grow(s, "axes");

	a->name = take_ptr(name);
	if (equals)
		strv_split(&a->values, equals + 1, ',');
	else if (str_eq(a->name, "cpu"))
		add_cpus(&a->values, host_cpus);
	if (a->values.len == 0) {
		fail(e, ERR_USAGE, 0, "sweep %s: it has no values", a->name);
		return hint(e, "give them after '=': --sweep cpu=0.5,1,2 --sweep memory=64M,256M");
	}
	return check_values(a, host_cpus, e);
}

bool sweep_has_axis(const struct sweep *s, const char *name)
{
	for (size_t i = 0; i < s->axis_count; i++)
		if (str_eq(s->axes[i].name, name))
			return true;
	return false;
}

/* ---- points ---- */

int sweep_make_points(struct sweep *s, struct err *e)
{
	size_t count = 1;

	if (s->axis_count > SWEEP_AXES_MAX)
		return fail(e, ERR_USAGE, 0, "sweep over %zu limits: at most %d", s->axis_count,
			    SWEEP_AXES_MAX);
	for (size_t i = 0; i < s->axis_count; i++)
		count *= s->axes[i].values.len;
	if (count > SWEEP_POINTS_MAX) {
		fail(e, ERR_USAGE, 0, "sweep %zu points: at most %d", count, SWEEP_POINTS_MAX);
		return hint(e,
			    "each is a run of its own: give fewer values, or one axis at a time");
	}
	for (size_t at = 0; at < count; at++) {
		struct sweep_point *p = grow(s, "points");
		size_t below = count;
		size_t rest = at;

		p->position = -1;
		for (size_t i = 0; i < s->axis_count; i++) {
			below /= s->axes[i].values.len;
			strv_add(&p->values, s->axes[i].values.items[rest / below]);
			rest %= below;
		}
	}
	return 0;
}

void sweep_limits(const struct sweep *s, const struct sweep_point *p, struct limits *out)
{
	struct err checked; /* when the axis was added */

	for (size_t i = 0; i < s->axis_count; i++)
		(void)set_limit(s->axes[i].name, p->values.items[i], out, &checked);
}

char *sweep_point_name(const struct sweep *s, const struct sweep_point *p)
{
	cleanup(str_done) struct str name = STR_INIT;

	for (size_t i = 0; i < s->axis_count; i++)
		str_addf(&name, "%s%s %s", i ? ", " : "", s->axes[i].name, p->values.items[i]);
	return str_take(&name);
}

/* ---- the file ---- */

int sweep_load(const char *path, struct sweep *out, struct err *e)
{
	cleanup(json_free) json_t *j = json_read_file(path, SWEEP_MAX_BYTES, e);

	memset(out, 0, sizeof(*out));
	return !j || json_check_format(j, "sweep", SWEEP_SCHEMA, "the sweep", path, e) ||
		       json_decode(&sweep_schema, j, path, out, e)
		   ? wrap(e, "read the sweep")
		   : 0;
}

/* A run that is part of a sweep has the number of its format too. */
static void number_runs(struct sweep *s)
{
	for (size_t i = 0; i < s->point_count; i++)
		for (size_t j = 0; j < s->points[i].run_count; j++)
			s->points[i].runs[j].schema = RESULT_SCHEMA;
}

int sweep_save(struct sweep *s, const char *path, struct err *e)
{
	number_runs(s);
	cleanup(json_free) json_t *j = json_encode(&sweep_schema, s);
	return json_write_file(j, path, true, e) ? wrap(e, "write the sweep '%s'", path) : 0;
}

char *sweep_print(struct sweep *s)
{
	number_runs(s);
	cleanup(json_free) json_t *j = json_encode(&sweep_schema, s);
	return json_text(j, true);
}

/* Each table apart, as the record of a run has a page of its own. */
static void document(const struct schema *s, struct str *markdown)
{
	struct field rows[SCHEMA_MAX_FIELDS] = {0};
	struct schema flat = *s;

	for (size_t i = 0; s->fields[i].type != FIELD_END; i++) {
		rows[i] = s->fields[i];
		rows[i].sub = NULL;
	}
	flat.fields = rows;
	schema_document(&flat, markdown);
}

void sweep_document(struct str *markdown)
{
	document(&sweep_schema, markdown);
	document(&axis_schema, markdown);
	document(&point_schema, markdown);
	document(&fit_schema, markdown);
}
