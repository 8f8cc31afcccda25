/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aa: may labctl's verdicts be believed? A program compared with itself must
 * not be called faster or slower, an injected ratio must lie in its interval
 * as often as promised, and a difference of 3 % must be found.
 *
 * Simulated: whole runs, looks included, over every kind of noise in
 * tests/noise.h and over recorded noise (tests/fixtures/noise), fixed seeds.
 * Real, a hundred in all, while another CPU is kept busy: most with a small
 * CPU-bound task forked per sample, in the same blocks and through the same
 * arithmetic; the rest (AA_LABCTL, 20) by labctl itself, which is handed a copy
 * of the algorithm exercise's baseline as a student's file.
 *
 *	aa                  rows for tests/bench/run
 *	aa --kinds          the same figures for each kind of noise, as a table
 *	aa --record FILE N  the times of N samples beside a busy CPU, for tests/fixtures
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../noise-recorded.h"
#include "../noise.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/proc.h"
#include "bench/plan.h"
#include "spec/result.h"
#include "tools/busy.h"

enum {
	PER_KIND = 200, /* simulated runs of each kind of noise and ratio */
	REAL_RUNS = 100,
	REAL_BLOCKS = 40,
	LABCTL_RUNS = 20,
};

static const double PRECISION = 0.02, CONFIDENCE = 0.95;

/* --- simulated runs ---------------------------------------------------------------- */

struct tally {
	double runs, flagged, excluded, covered, blocks;
};

static void simulate(const struct noise_kind *kind, double ratio, size_t runs, size_t max_blocks,
		     struct tally *sum)
{
	struct looks looks;

	ratio_plan_looks(PLAN_MIN_BLOCKS, max_blocks, CONFIDENCE, &looks);
	for (size_t i = 0; i < runs; i++) {
		struct noise_run r = noise_run(kind, ratio, &looks, PRECISION, 7919 * i + 17);

		sum->runs++;
		sum->flagged += r.verdict == VERDICT_FASTER || r.verdict == VERDICT_SLOWER;
		sum->excluded += r.ratio.low > 1 || r.ratio.high < 1;
		sum->covered += r.ratio.low <= ratio && ratio <= r.ratio.high;
		sum->blocks += (double)r.blocks;
	}
}

static double percent(double part, double whole)
{
	return whole > 0 ? 100 * part / whole : 0;
}

static bool row(const char *name, double ours, const char *bar, bool ok)
{
	printf("row %s %.2f%% - - %s %s\n", name, ours, bar, ok ? "ok" : "short");
	fflush(stdout);
	return ok;
}

static bool simulated_false_positives(void)
{
	struct tally sum = {0};

	for (size_t k = 0; k < noise_all_count; k++)
		simulate(&noise_all[k], 1, PER_KIND, PLAN_MAX_BLOCKS, &sum);
	printf("%.0f simulated runs of a program against itself: %.0f called faster or slower, "
	       "%.0f intervals without 1; %.0f blocks on average\n",
	       sum.runs, sum.flagged, sum.excluded, sum.blocks / sum.runs);
	double rate = percent(sum.flagged, sum.runs);
	return row("aa-simulated", rate, "<=5%", rate <= 5);
}

static bool simulated_coverage(double ratio)
{
	struct tally sum = {0};
	char name[32];

	for (size_t k = 0; k < noise_all_count; k++)
		simulate(&noise_all[k], ratio, PER_KIND, PLAN_MAX_BLOCKS, &sum);
	double rate = percent(sum.covered, sum.runs);
	snprintf(name, sizeof(name), "aa-coverage-%.2f", ratio);
	return row(name, rate, "93-97%", rate >= 93 && rate <= 97);
}

/*
 * Two minutes of a 100 ms task: a block of three samples with their starts and
 * checks takes some 0.5 s, so all the blocks that a run may have fit.
 */
static bool simulated_power(void)
{
	static const double spreads[] = {0.02, 0.03, 0.04, 0.05};
	double worst = 100;

	for (size_t i = 0; i < ARRAY_SIZE(spreads); i++) {
		struct noise_kind kind = {.name = "normal", .spread = spreads[i]};
		struct tally sum = {0};

		simulate(&kind, 1.03, 500, PLAN_MAX_BLOCKS, &sum);
		double found = percent(sum.flagged, sum.runs);
		printf("a true 3 %% under noise of %.0f %%: found in %.1f %% of runs, after %.0f "
		       "blocks on average\n",
		       100 * spreads[i], found, sum.blocks / sum.runs);
		worst = fmin(worst, found);
	}
	return row("aa-power-1.03", worst, ">=90%", worst >= 90);
}

static void print_kinds(void)
{
	static const double ratios[] = {1, 1.02, 1.1, 2};

	printf("| noise | false verdicts | covered 1.00 | 1.02 | 1.10 | 2.00 | blocks at 1.10 | "
	       "noise is |\n|---|---|---|---|---|---|---|---|\n");
	for (size_t k = 0; k < noise_all_count; k++) {
		struct tally t[ARRAY_SIZE(ratios)] = {{0}};

		for (size_t r = 0; r < ARRAY_SIZE(ratios); r++)
			simulate(&noise_all[k], ratios[r], 2000, PLAN_MAX_BLOCKS, &t[r]);
		printf("| %s | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.0f | %s |\n",
		       noise_all[k].name, percent(t[0].flagged, t[0].runs),
		       percent(t[0].covered, t[0].runs), percent(t[1].covered, t[1].runs),
		       percent(t[2].covered, t[2].runs), percent(t[3].covered, t[3].runs),
		       t[2].blocks / t[2].runs, noise_all[k].words);
		fflush(stdout);
	}
}

/* --- real runs ----------------------------------------------------------------------- */

static struct noise_block real_block(const struct busy_machine *m, struct rng *rng)
{
	size_t order[3] = {0, 1, 2};
	double times[3];

	rng_shuffle(rng, order, 3);
	for (size_t i = 0; i < 3; i++)
		times[order[i]] = log(busy_sample(m->cpu, rng));
	return (struct noise_block){times[0], times[1], times[2]};
}

static struct noise_run real_run(const struct busy_machine *m, struct rng *rng)
{
	double first[REAL_BLOCKS], again[REAL_BLOCKS], placebo[REAL_BLOCKS];
	struct noise_run run = {.blocks = 0};
	struct looks looks;

	ratio_plan_looks(PLAN_MIN_BLOCKS, REAL_BLOCKS, CONFIDENCE, &looks);
	for (size_t look = 0; look < looks.count; look++) {
		while (run.blocks < looks.blocks[look]) {
			struct noise_block b = real_block(m, rng);

			first[run.blocks] = b.baseline - b.variant;
			again[run.blocks] = b.again - b.variant;
			placebo[run.blocks++] = b.baseline - b.again;
		}
		ratio_interval(first, again, run.blocks, looks.confidence[look], &run.ratio);
		ratio_interval(placebo, NULL, run.blocks, looks.confidence[look], &run.noise);
		if (ratio_enough(&run.ratio, &run.noise, PRECISION))
			break;
	}
	run.verdict = ratio_verdict(&run.ratio, &run.noise, PRECISION);
	return run;
}

struct count {
	size_t runs, flagged, excluded, undecided, blocks;
};

static void count_run(struct count *c, const struct noise_run *r)
{
	c->runs++;
	c->flagged += r->verdict == VERDICT_FASTER || r->verdict == VERDICT_SLOWER;
	c->excluded += r->ratio.low > 1 || r->ratio.high < 1;
	c->undecided += r->verdict == VERDICT_IMPRECISE;
	c->blocks += r->blocks;
	if (c->runs % 10 == 0) {
		printf("real: %zu of %d runs, %zu called faster or slower, %zu intervals without "
		       "1, %zu not precise enough, %.1f blocks on average\n",
		       c->runs, REAL_RUNS, c->flagged, c->excluded, c->undecided,
		       (double)c->blocks / (double)c->runs);
		fflush(stdout);
	}
}

/* The figure of the student's file in labctl's record. */
static bool read_record(const char *path, struct noise_run *out)
{
	struct result record;
	struct err e;

	if (result_load(path, &record, &e))
		return false;
	bool found = false;

	for (size_t i = 0; i < record.figure_count; i++) {
		const struct result_figure *f = &record.figures[i];

		if (f->variant == 0)
			continue;
		found = true;
		out->ratio = (struct interval){f->ratio.estimate, f->ratio.low, f->ratio.high,
					       (size_t)f->ratio.n};
		out->blocks = (size_t)f->ratio.n;
		for (int v = VERDICT_FASTER; v <= VERDICT_FAILED; v++)
			if (str_eq(f->verdict, ratio_verdict_words((enum verdict)v)))
				out->verdict = (enum verdict)v;
	}
	result_done(&record);
	return found && out->verdict < VERDICT_WRONG;
}

/* False where labctl cannot measure here: no images, no root. */
static bool labctl_run(const char *file, struct noise_run *out)
{
	char path[] = "/tmp/labctl-aa.XXXXXX";
	cleanup_fd int fd = mkstemp(path);
	const char *argv[] = {"build/labctl", "--quiet", "run",    "algorithm", "--variant",
			      "baseline",     "--try",   file,     "--size",    "small",
			      "--budget",     "10s",     "--json", path,        NULL};
	struct proc_result result = PROC_RESULT_INIT;
	struct err e;
	bool ok = fd >= 0 && proc_run(argv, NULL, 0, 120 * NS_PER_S, &result, &e) == 0 &&
		  read_record(path, out);

	proc_result_done(&result);
	unlink(path);
	return ok;
}

static void labctl_runs(size_t runs, struct count *count)
{
	const char *baseline = "exercises/algorithm/variants/baseline.py";
	char copy[] = "/tmp/labctl-aa-XXXXXX.py";
	cleanup(str_done) struct str text = STR_INIT;
	struct err e;
	cleanup_fd int fd = mkstemps(copy, 3);

	if (fd < 0 || fchmod(fd, 0644) || fd_read_file_at(AT_FDCWD, baseline, &text, 1 << 20, &e) ||
	    fd_write_all(fd, text.data, text.len, &e))
		runs = 0;
	for (size_t i = 0; i < runs; i++) {
		struct noise_run r = {.blocks = 0};

		if (!labctl_run(copy, &r)) {
			printf("labctl cannot measure here: the small task takes its runs\n");
			break;
		}
		count_run(count, &r);
	}
	unlink(copy);
}

static bool real_false_positives(void)
{
	const char *asked = getenv("AA_LABCTL");
	struct count count = {0};
	struct busy_machine m = busy_start();
	struct rng rng;

	labctl_runs(asked ? strtoul(asked, NULL, 10) : LABCTL_RUNS, &count);
	printf("real: %zu runs by labctl itself\n", count.runs);
	busy_pin(m.other);
	rng_init(&rng, 20240229);
	while (count.runs < REAL_RUNS) {
		struct noise_run r = real_run(&m, &rng);

		count_run(&count, &r);
	}
	busy_stop(&m);
	double rate = percent((double)count.flagged, REAL_RUNS);
	return row("aa-real", rate, "<=5%", rate <= 5);
}

static int record(const char *path, long count)
{
	struct busy_machine m = busy_start();
	struct rng rng;
	FILE *f = fopen(path, "we");

	if (!f) {
		perror(path);
		return 4;
	}
	busy_pin(m.other);
	rng_init(&rng, 1);
	for (long i = 0; i < count; i++)
		fprintf(f, "%.0f\n", busy_sample(m.cpu, &rng));
	fclose(f);
	busy_stop(&m);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "--record") == 0)
		return record(argv[2], strtol(argv[3], NULL, 10));
	noise_load_all();
	if (argc == 2 && strcmp(argv[1], "--kinds") == 0) {
		print_kinds();
		return 0;
	}
	bool ok = simulated_false_positives();
	ok = simulated_coverage(1.02) && ok;
	ok = simulated_coverage(1.10) && ok;
	ok = simulated_coverage(2.0) && ok;
	ok = simulated_power() && ok;
	ok = real_false_positives() && ok;
	return !ok;
}
