/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/strv.h"
#include "spec/json.h"
#include "spec/result.h"

static void fill(struct result *r)
{
	memset(r, 0, sizeof(*r));
	r->labctl = xstrdup("0.1.0");
	r->exercise = xstrdup("algorithm");
	r->plan.seed = 0xdeadbeefcafef00dULL;
	result_add_look(r)->blocks = 10;
	result_add_image(r)->name = xstrdup("python");
	result_add_proof(r)->limit = xstrdup("memory");
	result_add_variant(r)->name = xstrdup("baseline");
	result_add_variant(r)->name = xstrdup("quick");
	for (int i = 0; i < 3; i++) {
		struct result_sample *s = result_add_sample(r);
		s->variant = i % 2;
		s->wall_ns = 1000000 + i;
		s->ending = i == 2 ? ENDING_LIMIT_MEMORY : ENDING_OK;
		strv_add(&s->taints, "steal 3.1%");
		struct result_service *service = result_add_service(s);
		service->name = xstrdup("postgres");
		service->counters = json_pack("{s:i}", "xact_commit", 5);
	}
	struct result_figure *f = result_add_figure(r);
	f->variant = 1;
	f->ratio = (struct result_interval){.estimate = 2.5, .low = 2.4, .high = NAN, .n = 9};
}

static void what_is_written_reads_back(void **state)
{
	struct result r, back;
	struct err e = {0};
	(void)state;

	fill(&r);
	cleanup_free char *text = result_print(&r);
	assert_int_equal(result_parse("r.json", text, strlen(text), &back, &e), 0);
	assert_true(back.plan.seed == r.plan.seed);
	assert_int_equal(back.sample_count, 3);
	assert_int_equal(back.samples[2].ending, ENDING_LIMIT_MEMORY);
	assert_int_equal(json_int_or(back.samples[0].services[0].counters, "xact_commit", 0), 5);
	assert_true(back.figures[0].ratio.estimate == 2.5);
	assert_true(isnan(back.figures[0].ratio.high));
	cleanup_free char *again = result_print(&back);
	assert_string_equal(text, again);
	result_done(&r);
	result_done(&back);
}

static void refuses(const char *text, const char *part)
{
	struct result r;
	struct err e = {0};

	assert_int_equal(result_parse("r.json", text, strlen(text), &r, &e), -1);
	assert_int_equal(e.kind, ERR_SPEC);
	if (!strstr(e.msg, part))
		print_error("'%s' lacks '%s'\n", e.msg, part);
	assert_non_null(strstr(e.msg, part));
}

static void refuses_other_documents(void **state)
{
	(void)state;
	refuses("{}", "this is no record of a run");
	refuses("[1]", "this is no record of a run");
	refuses("{\"schema\": 99}", "the record has schema 99; this labctl reads 1");
	refuses("{\"schema\": 1, \"zebra\": 2}", "r.json: zebra: unknown key");
	refuses("{\"schema\": 1, \"samples\": [{\"variant\": 0}]}",
		"sample 0 is of variant 0, of 0");
	refuses("{\"schema\": 1, \"samples\": [{\"wall_ns\": \"1\"}]}", "samples[0].wall_ns");
	refuses("{\"schema\": 1", "not valid JSON");
}

static void endings_have_names(void **state)
{
	(void)state;
	assert_string_equal(result_ending_name(ENDING_OK), "ok");
	assert_string_equal(result_ending_name(ENDING_HOST), "host");
	assert_string_equal(result_ending_name(99), "unknown");
}

static void every_key_is_documented(void **state)
{
	cleanup(str_done) struct str out = STR_INIT;
	(void)state;

	result_document(&out);
	assert_non_null(strstr(out.data, "| `wall_ns` | whole number |"));
	assert_non_null(strstr(out.data, "### a record: samples: an element: usage"));
}

UNIT_TESTS(unit(what_is_written_reads_back), unit(refuses_other_documents),
	   unit(endings_have_names), unit(every_key_is_documented))
