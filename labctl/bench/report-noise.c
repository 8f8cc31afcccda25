/* SPDX-License-Identifier: Apache-2.0 */

/* How far the samples can be trusted: the noise floor, and what disturbed them. */

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "bench/report.h"

static const char *const kinds[] = {"neighbours",   "steal",           "disk",   "throttled",
				    "major faults", "memory pressure", "starved"};

struct disturbance {
	size_t tainted; /* samples */
	size_t kept;    /* of them, those that were not measured again */
	size_t counts[ARRAY_SIZE(kinds)];
};

static void add_floor(const struct result *r, struct str *out)
{
	cleanup(str_done) struct str text = STR_INIT;

	if (isnan(r->noise_floor)) {
		str_add(&text, "Noise floor: unknown, too few blocks.");
	} else {
		str_addf(&text,
			 "Noise floor: %.1f%%. The baseline was measured twice in every block; "
			 "its copies came out %.1f%% apart, so no smaller difference counts.",
			 100 * r->noise_floor, 100 * r->noise_floor);
	}
	report_note(out, text.data);
}

/* "steal 3.1%" is one of "steal". */
static size_t taint_name_length(const char *taint)
{
	size_t length = strcspn(taint, "0123456789");

	while (length > 0 && taint[length - 1] == ' ')
		length--;
	return length;
}

static void count_kinds(const struct result_sample *s, size_t counts[ARRAY_SIZE(kinds)])
{
	for (size_t t = 0; t < s->taints.len; t++)
		for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
			counts[k] += taint_name_length(s->taints.items[t]) == strlen(kinds[k]) &&
				     str_starts(s->taints.items[t], kinds[k]);
}

/* Is there a later sample of the same entry in the same block? */
static bool was_repeated(const struct result *r, size_t index)
{
	const struct result_sample *s = &r->samples[index];

	for (size_t k = index + 1; k < r->sample_count; k++)
		if (r->samples[k].block == s->block && r->samples[k].variant == s->variant &&
		    r->samples[k].again == s->again)
			return true;
	return false;
}

static struct disturbance count_taints(const struct result *r)
{
	struct disturbance d = {0};

	for (size_t i = 0; i < r->sample_count; i++) {
		const struct result_sample *s = &r->samples[i];

		if (s->block == 0 || s->taints.len == 0)
			continue;
		d.tainted++;
		d.kept += !was_repeated(r, i);
		count_kinds(s, d.counts);
	}
	return d;
}

static void add_taints(const struct result *r, struct str *out)
{
	const struct disturbance d = count_taints(r);
	cleanup(str_done) struct str text = STR_INIT;
	const char *comma = "";

	if (d.tainted == 0)
		return;
	str_addf(&text, "Disturbed: %zu of %zu samples (", d.tainted, r->sample_count);
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		if (!d.counts[k])
			continue;
		str_addf(&text, "%s%s %zu", comma, kinds[k], d.counts[k]);
		comma = ", ";
	}
	str_add(&text, ")");
	if (d.tainted > d.kept)
		str_addf(&text, "; %zu measured again", d.tainted - d.kept);
	if (d.kept > 0)
		str_addf(&text,
			 "; %zu had to be used as %s: a quieter machine gives narrower intervals",
			 d.kept, d.kept == 1 ? "it is" : "they are");
	str_add(&text, ".");
	report_note(out, text.data);
}

void report_noise(const struct result *r, bool with_floor, struct str *out)
{
	if (with_floor)
		add_floor(r, out);
	add_taints(r, out);
}
