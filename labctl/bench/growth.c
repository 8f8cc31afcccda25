/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/growth.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rng.h"
#include "bench/block.h"
#include "bench/report.h"
#include "stats/complexity.h"

enum { ROUNDS = 3 };

static const double CONFIDENCE = 0.95;
static const double LEAST_BASE = 1.25; /* of what is called an exponential */
static const double TELLING_NS = 20e6; /* below, noise would tell how it grows */
static const double PATIENCE_NS = 4e9; /* a call that would take longer is not tried */

int growth_check(const struct exercise *x, struct err *e)
{
	if (x->scaling.parameter && !exercise_scales_cpus(&x->scaling))
		return 0;
	fail(e, ERR_USAGE, 0, "exercise '%s' names no parameter of its input to scale", x->name);
	return hint(e,
		    x->scaling.parameter
			? "it scales over CPUs: labctl run %s --sweep cpu"
			: "'scaling:' in exercise.yaml does: see `labctl exercise show %s`",
		    x->name);
}

/* ---- one variant's series ---- */

static size_t values_of(const struct result_growth *g)
{
	return json_array_size(g->values);
}

/* The quickest call: what disturbs one only ever lengthens it, and three are too few for better. */
static double time_at(const struct result_growth *g, size_t at)
{
	const json_t *times = json_array_get(g->times_ns, at);
	double least = INFINITY;

	for (size_t i = 0; i < json_array_size(times); i++)
		least = fmin(least, json_number_value(json_array_get(times, i)));
	return isinf(least) ? 0 : least;
}

static double value_at(const struct result_growth *g, size_t at)
{
	return json_number_value(json_array_get(g->values, at));
}

/* If the last two values go on as they did, as a power or as an exponential, whichever is more. */
static double expected_ns(const struct result_growth *g, double value)
{
	size_t n = values_of(g);

	if (n < 2)
		return 0;
	double a = value_at(g, n - 2), b = value_at(g, n - 1);
	double last = time_at(g, n - 1);

	if (last < TELLING_NS)
		return 0;
	double grew = log(last / time_at(g, n - 2));
	double power = last * exp(grew * log(value / b) / log(b / a));
	double exponential = last * exp(grew * (value - b) / (b - a));

	/* Far beyond the last value an exponential is a guess that would forbid everything. */
	return value < 1.5 * b ? fmax(power, exponential) : power;
}

static void end_series(struct result_growth *g, char *words)
{
	free(g->words);
	g->words = words;
}

/* Is the next value to be tried with this variant? */
static bool goes_on(struct result_growth *g, double value)
{
	char time[32];

	if (g->words)
		return false;
	double expected = expected_ns(g, value);

	if (expected <= PATIENCE_NS)
		return true;
	end_series(g, xasprintf("%g would take %s or more: not tried", value,
				str_human_ns((int64_t)fmin(expected, 1e17), time, sizeof(time))));
	return false;
}

/* The values from `first` on, and the time of each. */
static bool fit_from(const struct result_growth *g, size_t first, struct complexity *out)
{
	double sizes[COMPLEXITY_MAX_SIZES], times[COMPLEXITY_MAX_SIZES];
	size_t n = 0;

	for (size_t i = first; i < values_of(g) && n < COMPLEXITY_MAX_SIZES; i++, n++) {
		sizes[n] = value_at(g, i);
		times[n] = time_at(g, i);
	}
	return complexity_fit(sizes, times, n, CONFIDENCE, out);
}

bool growth_fit(struct result_growth *g)
{
	size_t count = values_of(g);
	size_t half = count / 2 < COMPLEXITY_MIN_SIZES ? COMPLEXITY_MIN_SIZES : (count + 1) / 2;
	size_t first = count > half ? count - half : 0;
	struct complexity upper, whole;

	free(g->nearest);
	g->nearest = NULL;
	g->exponent = g->low = g->high = g->base = NAN;
	if (!fit_from(g, first, &upper) || !fit_from(g, 0, &whole))
		return false;
	/* Over few neighbouring values an exponential and a high power look alike; over all of them
	 * they do not. Over a wide range noise makes an exponential of hardly more than 1. */
	bool exponential = whole.best == GROWTH_EXPONENTIAL && whole.base >= LEAST_BASE;
	const struct complexity *c = exponential ? &whole : &upper;
	enum complexity_growth nearest = c->best;

	if (!exponential)
		for (int i = nearest = GROWTH_CONSTANT; i < GROWTH_EXPONENTIAL; i++)
			if (c->misfit[i] < c->misfit[nearest])
				nearest = (enum complexity_growth)i;
	g->fitted = (int64_t)(exponential ? count : count - first);
	g->exponent = c->exponent;
	g->low = c->low;
	g->high = c->high;
	g->base = c->base;
	g->nearest = xstrdup(complexity_name(nearest));
	return true;
}

/* ---- measuring ---- */

static int make_inputs(struct run *r, const char *value, uint64_t seed, struct payloads *inputs,
		       struct err *e)
{
	free(r->setting.parameters);
	r->setting.parameters = exercise_scaled_json(r->exercise, r->size, value);
	return judge_inputs(&r->judge, seed, inputs, e);
}

/* One call of one variant; what it took is put to the value's times. */
static int measure(struct run *r, struct result_growth *g, const char *value,
		   const struct payloads *inputs, uint64_t layout_seed, json_t *times,
		   struct err *e)
{
	cleanup(result_sample_done) struct result_sample s = {0};

	if (block_call(r, (size_t)g->variant, inputs, layout_seed, NULL, &s, e))
		return -1;
	if (s.ending == ENDING_OK)
		json_array_append_new(times, json_integer(s.wall_ns));
	else
		end_series(g, xasprintf("ended at %s: %s", value, s.words));
	return 0;
}

/* All variants that still go on, once, in an order of the seed's. */
static int round_of(struct run *r, size_t at, struct rng *rng, json_t **times, struct err *e)
{
	const char *value = r->exercise->scaling.values.items[at];
	cleanup(payloads_done) struct payloads inputs = {.items = NULL};
	size_t count = r->record.growth_count;
	cleanup_free size_t *order = xcalloc(count, sizeof(*order));

	if (make_inputs(r, value, rng_u64(rng) >> 11, &inputs, e))
		return -1;
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	rng_shuffle(rng, order, count);
	for (size_t i = 0; i < count && !r->interrupted(); i++) {
		struct result_growth *g = &r->record.growths[order[i]];

		log_progress_update((int64_t)at, r->record.variants[g->variant].name);
		if (!g->words && measure(r, g, value, &inputs, rng_u64(rng), times[order[i]], e))
			return -1;
	}
	return 0;
}

/* Every variant that goes on gets its times at this value. */
static int measure_value(struct run *r, size_t at, struct rng *rng, struct err *e)
{
	size_t count = r->record.growth_count;
	cleanup_free json_t **times = xcalloc(count, sizeof(*times));
	double number = strtod(r->exercise->scaling.values.items[at], NULL);
	bool any = false;
	int rc = 0;

	for (size_t i = 0; i < count; i++) {
		times[i] = json_array();
		any |= goes_on(&r->record.growths[i], number);
	}
	for (int round = 0; round < ROUNDS && any && !rc && !r->interrupted(); round++)
		rc = round_of(r, at, rng, times, e);
	for (size_t i = 0; i < count; i++) {
		struct result_growth *g = &r->record.growths[i];

		if (!g->words && json_array_size(times[i]) > 0) {
			json_array_append_new(g->values, json_real(number));
			json_array_append(g->times_ns, times[i]);
		}
		json_decref(times[i]);
	}
	return rc;
}

static int course(struct run *r, void *arg, struct err *e)
{
	const struct strv *values = &r->exercise->scaling.values;
	struct rng rng;

	(void)arg;
	r->begin_ns = clock_now_ns();
	rng_init(&rng, r->plan.seed);
	for (size_t i = 0; i < r->record.variant_count; i++) {
		struct result_growth *g = result_add_growth(&r->record);

		g->variant = (int64_t)i;
		g->parameter = xstrdup(r->exercise->scaling.parameter);
		g->values = json_array();
		g->times_ns = json_array();
	}
	log_progress_begin(r->exercise->name, (int64_t)values->len, "values");
	for (size_t i = 0; i < values->len && !r->interrupted(); i++) {
		if (measure_value(r, i, &rng, e))
			return -1;
		log_progress_update((int64_t)i + 1, NULL);
	}
	r->record.stopped = xstrdup(r->interrupted() ? "interrupted" : "values");
	return 0;
}

int growth_execute(struct run *r, struct err *e)
{
	int64_t begin = clock_now_ns();

	r->record.plan.seed = r->plan.seed;
	if (run_execute_course(r, course, NULL, e))
		return -1;
	for (size_t i = 0; i < r->record.growth_count; i++)
		growth_fit(&r->record.growths[i]);
	r->record.duration_ns = clock_now_ns() - begin;
	return 0;
}

/* ---- printing ---- */

static void print_fit(const struct result_growth *g, struct str *out)
{
	if (isnan(g->exponent))
		str_addf(out, "%-22s  %-22s", "-", "too few values");
	else if (str_eq(g->nearest, complexity_name(GROWTH_EXPONENTIAL))) {
		cleanup_free char *base = xasprintf("exponential, %.2f^n", g->base);

		str_addf(out, "%-22s  %-22s", "no power fits", base);
	} else {
		cleanup_free char *interval =
		    xasprintf("%.2f [%.2f, %.2f]", g->exponent, g->low, g->high);

		str_addf(out, "%-22s  %-22s", interval, g->nearest);
	}
}

static void print_row(const struct result *r, const struct result_growth *g, struct str *out)
{
	size_t n = values_of(g);

	str_addf(out, "%-13s  ", r->variants[g->variant].name);
	print_fit(g, out);
	if (n > 0) {
		cleanup_free char *first = report_time((int64_t)time_at(g, 0));
		cleanup_free char *last = report_time((int64_t)time_at(g, n - 1));

		str_addf(out, "  %s at %g, %s at %g", first, value_at(g, 0), last,
			 value_at(g, n - 1));
	}
	str_addc(out, '\n');
}

static void add_note(struct str *out, const char *text)
{
	str_add(out, "  ");
	str_add_wrapped(out, text, 2, 4);
}

void growth_print(const struct result *r, struct str *out)
{
	char time[32];

	str_addf(out, "%s: how time grows with `%s`\n\n%-13s  %-22s  %-22s  %s\n", r->exercise,
		 r->growth_count ? r->growths[0].parameter : "-", "variant", "exponent [95%]",
		 "nearest growth", "time of a call");
	for (size_t i = 0; i < r->growth_count; i++)
		print_row(r, &r->growths[i], out);
	str_addc(out, '\n');
	for (size_t i = 0; i < r->growth_count; i++) {
		if (!r->growths[i].words)
			continue;
		cleanup_free char *text = xasprintf(
		    "%s: %s.", r->variants[r->growths[i].variant].name, r->growths[i].words);

		add_note(out, text);
	}
	cleanup_free char *note = xasprintf(
	    "The exponent is the slope through the logarithms of time and %s at the larger half of "
	    "the values, where what does not grow no longer shows; with Student's interval. The "
	    "quickest of %d calls a value, each in a fresh process, every output checked. %s, seed %llu.",
	    r->growth_count ? r->growths[0].parameter : "value", ROUNDS,
	    str_human_ns(r->duration_ns, time, sizeof(time)), (unsigned long long)r->plan.seed);

	add_note(out, note);
}
