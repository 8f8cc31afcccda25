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
 *	aa --taints         what to do about a disturbed sample: docs/decisions/taints.md
 *	aa --record FILE N  the times of N samples beside a busy CPU, for tests/fixtures
 */

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../noise.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/proc.h"
#include "bench/plan.h"
#include "spec/result.h"
#include "stats/summary.h"

enum {
	PER_KIND = 200, /* simulated runs of each kind of noise and ratio */
	REAL_RUNS = 100,
	REAL_BLOCKS = 40,
	LABCTL_RUNS = 20,
	MAX_KINDS = NOISE_KINDS + 8,
};

static const double PRECISION = 0.02, CONFIDENCE = 0.95;

static struct noise_kind kinds[MAX_KINDS];
static size_t kind_count;

/* --- recorded noise -------------------------------------------------------------- */

static void load_recording(const char *dir, const char *file)
{
	cleanup_free char *path = xasprintf("%s/%s", dir, file);
	double *times = xcalloc(NOISE_RECORDED_MAX, sizeof(*times));
	size_t count = 0;
	long ns;
	FILE *f = fopen(path, "re");

	while (f && count < NOISE_RECORDED_MAX && fscanf(f, "%ld", &ns) == 1)
		times[count++] = log((double)ns);
	if (f)
		fclose(f);
	if (count == 0)
		return;
	double *sorted = xcalloc(count, sizeof(*sorted));

	memcpy(sorted, times, count * sizeof(*sorted));
	summary_sort(sorted, count);
	kinds[kind_count++] = (struct noise_kind){.name = xstrdup(file),
						  .words = "recorded",
						  .recorded = times,
						  .recorded_count = count,
						  .recorded_median = summary_median(sorted, count)};
	free(sorted);
}

static void load_kinds(void)
{
	const char *dir = "tests/fixtures/noise";
	struct dirent **entries = NULL;

	memcpy(kinds, noise_kinds, sizeof(noise_kinds));
	kind_count = NOISE_KINDS;
	int count = scandir(dir, &entries, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.' && kind_count < MAX_KINDS)
			load_recording(dir, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

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

	for (size_t k = 0; k < kind_count; k++)
		simulate(&kinds[k], 1, PER_KIND, PLAN_MAX_BLOCKS, &sum);
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

	for (size_t k = 0; k < kind_count; k++)
		simulate(&kinds[k], ratio, PER_KIND, PLAN_MAX_BLOCKS, &sum);
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
	for (size_t k = 0; k < kind_count; k++) {
		struct tally t[ARRAY_SIZE(ratios)] = {{0}};

		for (size_t r = 0; r < ARRAY_SIZE(ratios); r++)
			simulate(&kinds[k], ratios[r], 2000, PLAN_MAX_BLOCKS, &t[r]);
		printf("| %s | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.0f | %s |\n",
		       kinds[k].name, percent(t[0].flagged, t[0].runs),
		       percent(t[0].covered, t[0].runs), percent(t[1].covered, t[1].runs),
		       percent(t[2].covered, t[2].runs), percent(t[3].covered, t[3].runs),
		       t[2].blocks / t[2].runs, kinds[k].words);
		fflush(stdout);
	}
}

/* --- what to do about a disturbed sample ------------------------------------------- */

enum rule { RULE_KEEP, RULE_SAMPLE, RULE_BLOCK, RULES };

static const char *const rule_names[] = {"used as it is", "measured again, alone",
					 "its whole block again"};

struct course { /* of one simulated run of a block of `entries`, of which three are looked at */
	struct noise noise;
	struct rng rng;
	enum rule rule;
	size_t entries, samples, repeats;
	double ratio;
};

static double course_sample(struct course *c, size_t entry)
{
	c->samples++;
	return noise_slot(&c->noise, entry == 2 ? c->ratio : 1);
}

/* As block.c: at most one sample in so many is a repeat. */
static bool may_repeat(const struct course *c, size_t more)
{
	return c->repeats + more <= 1 + c->samples / PLAN_REPEAT_DIVISOR;
}

static struct noise_block course_block(struct course *c)
{
	size_t order[PLAN_ENTRIES_MAX];
	double times[PLAN_ENTRIES_MAX];
	bool disturbed[PLAN_ENTRIES_MAX];
	bool any = false;

	for (size_t i = 0; i < c->entries; i++)
		order[i] = i;
	rng_shuffle(&c->rng, order, c->entries);
	for (size_t i = 0; i < c->entries; i++) {
		times[order[i]] = course_sample(c, order[i]);
		disturbed[order[i]] = c->noise.disturbed;
		any |= c->noise.disturbed;
	}
	if (any && c->rule == RULE_BLOCK && may_repeat(c, c->entries)) {
		c->repeats += c->entries;
		return course_block(c);
	}
	for (size_t i = 0; i < c->entries && c->rule == RULE_SAMPLE; i++) {
		if (!disturbed[order[i]] || !may_repeat(c, 1))
			continue;
		c->repeats++;
		times[order[i]] = course_sample(c, order[i]);
	}
	return (struct noise_block){times[0], times[1], times[2]};
}

/* A run that has time for so many samples, however many blocks that comes to. */
static struct interval course_run(const struct noise_kind *kind, enum rule rule, size_t entries,
				  size_t samples, double ratio, uint64_t seed)
{
	struct course c = {.rule = rule, .entries = entries, .ratio = ratio};
	double first[NOISE_MAX_BLOCKS], again[NOISE_MAX_BLOCKS];
	struct interval out;
	size_t n = 0;

	rng_init(&c.rng, seed);
	noise_init(&c.noise, kind, &c.rng);
	while (c.samples + entries <= samples && n < NOISE_MAX_BLOCKS) {
		struct noise_block b = course_block(&c);

		first[n] = b.baseline - b.variant;
		again[n++] = b.again - b.variant;
	}
	ratio_interval(first, again, n, CONFIDENCE, &out);
	return out;
}

static void print_rule(enum rule rule, size_t entries, double ratio)
{
	enum { BLOCKS = 20, RUNS = 1000 };
	double missed = 0, worst = 0, width = 0, runs = 0;
	const char *where = "";

	for (size_t k = 0; k < kind_count; k++) {
		double missed_here = 0;

		for (size_t i = 0; i < RUNS; i++) {
			struct interval r = course_run(&kinds[k], rule, entries, BLOCKS * entries,
						       ratio, 104729 * i + k);

			missed_here += !(r.low <= ratio && ratio <= r.high);
			width += log(log(r.high / r.low) / 2);
			runs++;
		}
		missed += missed_here;
		if (percent(missed_here, RUNS) > worst) {
			worst = percent(missed_here, RUNS);
			where = kinds[k].name;
		}
	}
	printf("| %zu | %s | %.2f | %.1f %% (%.1f, %s) | %.2f %% |\n", entries, rule_names[rule],
	       ratio, percent(missed, runs), worst, where, 100 * exp(width / runs));
	fflush(stdout);
}

static void print_taints(void)
{
	static const size_t entries[] = {3, 9};
	static const double ratios[] = {1, 1.1};

	printf("| entries | a disturbed sample is | true ratio | missed (worst, where) | "
	       "half-width |\n|---|---|---|---|---|\n");
	for (size_t e = 0; e < ARRAY_SIZE(entries); e++)
		for (size_t r = 0; r < ARRAY_SIZE(ratios); r++)
			for (int rule = 0; rule < RULES; rule++)
				print_rule((enum rule)rule, entries[e], ratios[r]);
}

/* --- real runs ----------------------------------------------------------------------- */

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* Work that a compiler cannot shorten and a cache cannot swallow whole: some 10 ms. */
static uint64_t task(void)
{
	enum { CELLS = 1 << 16, ROUNDS = 2000000 };
	static uint32_t cells[CELLS];
	uint64_t sum = 0, at = 1;

	for (size_t i = 0; i < CELLS; i++)
		cells[i] = (uint32_t)(i * 2654435761U);
	for (size_t i = 0; i < ROUNDS; i++) {
		at = at * 6364136223846793005ULL + cells[(at >> 40) % CELLS];
		sum ^= at;
	}
	return sum;
}

/* GO and RESULT through pipes, a fresh process with its stack elsewhere each time. */
static double sample(int cpu, struct rng *rng)
{
	int go[2], result[2];
	char byte = 0;
	size_t pad = rng_below(rng, 4096) + 1;

	if (pipe(go) || pipe(result)) {
		perror("aa: pipe");
		exit(4);
	}
	pid_t pid = fork();
	if (pid < 0) {
		perror("aa: fork");
		exit(4);
	}
	if (pid == 0) {
		volatile char *padding = __builtin_alloca(pad);

		padding[0] = 0;
		pin(cpu);
		if (write(result[1], &byte, 1) != 1 || read(go[0], &byte, 1) != 1)
			_exit(1);
		byte = (char)task();
		_exit(write(result[1], &byte, 1) != 1);
	}
	if (read(result[0], &byte, 1) != 1)
		exit(70);
	int64_t begin = clock_now_ns();
	if (write(go[1], &byte, 1) != 1 || read(result[0], &byte, 1) != 1)
		exit(70);
	int64_t took = clock_now_ns() - begin;
	waitpid(pid, NULL, 0);
	close(go[0]);
	close(go[1]);
	close(result[0]);
	close(result[1]);
	return (double)took;
}

/* Keeps a CPU busy until this process is gone. */
static pid_t start_neighbour(int cpu)
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pin(cpu);
		for (;;)
			task();
	}
	return pid;
}

struct machine {
	int cpu, other; /* of the samples; of the neighbour and our own, where there is one */
	pid_t neighbour;
};

static struct machine machine_start(void)
{
	cpu_set_t allowed;
	int first = -1, last = -1;

	sched_getaffinity(0, sizeof(allowed), &allowed);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &allowed))
			continue;
		first = first < 0 ? cpu : first;
		last = cpu;
	}
	return (struct machine){.cpu = last, .other = first, .neighbour = start_neighbour(first)};
}

static void machine_stop(struct machine *m)
{
	kill(m->neighbour, SIGKILL);
	waitpid(m->neighbour, NULL, 0);
}

static struct noise_block real_block(const struct machine *m, struct rng *rng)
{
	size_t order[3] = {0, 1, 2};
	double times[3];

	rng_shuffle(rng, order, 3);
	for (size_t i = 0; i < 3; i++)
		times[order[i]] = log(sample(m->cpu, rng));
	return (struct noise_block){times[0], times[1], times[2]};
}

static struct noise_run real_run(const struct machine *m, struct rng *rng)
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
	struct machine m = machine_start();
	struct rng rng;

	labctl_runs(asked ? strtoul(asked, NULL, 10) : LABCTL_RUNS, &count);
	printf("real: %zu runs by labctl itself\n", count.runs);
	pin(m.other);
	rng_init(&rng, 20240229);
	while (count.runs < REAL_RUNS) {
		struct noise_run r = real_run(&m, &rng);

		count_run(&count, &r);
	}
	machine_stop(&m);
	double rate = percent((double)count.flagged, REAL_RUNS);
	return row("aa-real", rate, "<=5%", rate <= 5);
}

static int record(const char *path, long count)
{
	struct machine m = machine_start();
	struct rng rng;
	FILE *f = fopen(path, "we");

	if (!f) {
		perror(path);
		return 4;
	}
	pin(m.other);
	rng_init(&rng, 1);
	for (long i = 0; i < count; i++)
		fprintf(f, "%.0f\n", sample(m.cpu, &rng));
	fclose(f);
	machine_stop(&m);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "--record") == 0)
		return record(argv[2], strtol(argv[3], NULL, 10));
	load_kinds();
	if (argc == 2 && strcmp(argv[1], "--kinds") == 0) {
		print_kinds();
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "--taints") == 0) {
		print_taints();
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
