/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/overview.h"

#include <stdlib.h>

#include "base/mem.h"
#include "bench/fault.h"
#include "bench/report.h"

#define ROW "%-11s  %-13s  %-20s  %8s  %6s  "

void overview_begin(bool colour, struct str *out)
{
	const char *on = colour ? "\033[1m" : "";
	const char *off = colour ? "\033[0m" : "";

	str_addf(out, "%s" ROW "%s\n", on, "", "", "times faster", "CPU, all", "peak", off);
	str_addf(out, "%s" ROW "verdict%s\n", on, "exercise", "variant", "[95% interval]",
		 "together", "memory", off);
}

/* CPU counts the services' too: work that moved to a server is still work. */
static void add_row(const struct result *r, const struct result_figure *f, bool colour,
		    struct str *out)
{
	cleanup(str_done) struct str ratio = STR_INIT;
	const bool baseline = f->variant == 0;
	const char *verdict = baseline ? "the baseline" : f->verdict ? f->verdict : "-";
	const char *paint = colour && !baseline ? report_verdict_colour(verdict) : "";
	const int64_t services = f->service_cpu_ns > 0 ? f->service_cpu_ns : 0;
	cleanup_free char *cpu = report_time(f->cpu_ns > 0 ? f->cpu_ns + services : 0);
	cleanup_free char *memory = report_bytes(f->memory_peak_bytes);

	if (baseline)
		str_add(&ratio, "1");
	else
		report_interval(&f->ratio, &ratio);
	str_addf(out, ROW "%s%s%s\n", baseline ? r->exercise : "", r->variants[f->variant].name,
		 ratio.data, cpu, memory, paint, verdict, *paint ? "\033[0m" : "");
}

void overview_add(const struct result *r, bool colour, struct str *out)
{
	for (size_t i = 0; i < r->figure_count; i++)
		if (!r->figures[i].again)
			add_row(r, &r->figures[i], colour, out);
}

void overview_add_failure(const char *exercise, const char *why, bool colour, struct str *out)
{
	const char *paint = colour ? report_verdict_colour("failed") : "";
	cleanup_free char *words = fault_clean(why);

	str_addf(out, ROW "%sfailed: %s%s\n", exercise, "", "-", "-", "-", paint, words,
		 *paint ? "\033[0m" : "");
}
