/* SPDX-License-Identifier: Apache-2.0 */

/* The rows of the record; part of result.c and of nothing else. */

/* clang-format off */

#define ROW(field_type, name, text) {.key = #name, .type = field_type, .offset = AT(name), .help = text}
#define OBJECT(name, inner, text) {.key = #name, .type = FIELD_OBJECT, .offset = AT(name), .sub = &(inner), .help = text}
#define LIST(name, count, inner, text) \
	{.key = #name, .type = FIELD_LIST, .offset = AT(name), .count_offset = AT(count), .sub = &(inner), .help = text}

#define AT(member) offsetof(struct usage, member)

static const struct field usage_fields[] = {
    ROW(FIELD_INT, cpu_ns, "CPU time, all processes"),
    ROW(FIELD_INT, cpu_user_ns, ""),
    ROW(FIELD_INT, cpu_system_ns, ""),
    ROW(FIELD_INT, throttled_ns, "time that the quota made it wait"),
    ROW(FIELD_INT, throttled_periods, ""),
    ROW(FIELD_INT, memory_bytes, "charged now: anonymous, file cache and kernel"),
    ROW(FIELD_INT, memory_peak_bytes, "highest since the sandbox began"),
    ROW(FIELD_INT, anon_bytes, "anonymous memory"),
    ROW(FIELD_INT, file_bytes, "file cache"),
    ROW(FIELD_INT, kernel_bytes, ""),
    ROW(FIELD_INT, anon_peak_bytes, "highest seen by sampling; -1 where nobody sampled"),
    ROW(FIELD_INT, major_faults, "pages read from disk"),
    ROW(FIELD_INT, minor_faults, ""),
    ROW(FIELD_INT, io_read_bytes, ""),
    ROW(FIELD_INT, io_write_bytes, ""),
    ROW(FIELD_INT, pids, ""),
    ROW(FIELD_INT, pids_peak, ""),
    ROW(FIELD_INT, oom_kills, ""),
    ROW(FIELD_INT, pids_refused, "forks refused by the limit"),
    ROW(FIELD_INT, context_switches_voluntary, "it had to wait; of the threads that live at RESULT; -1 where unknown"),
    ROW(FIELD_INT, context_switches_involuntary, "it was made to wait: its slice was over, or somebody else came first"),
    {.type = FIELD_END},
};

static const struct schema usage_schema = {
    .title = "usage",
    .summary = "What a cgroup counted between GO and RESULT; levels and peaks are as of RESULT.",
    .size = sizeof(struct usage),
    .fields = usage_fields,
};

#undef AT

#define AT(member) offsetof(struct limits, member)

static const struct field asked_fields[] = {
    ROW(FIELD_DOUBLE, cpu, "CPUs"),
    ROW(FIELD_STRING, cpuset, ""),
    ROW(FIELD_INT, cpu_period_ns, ""),
    ROW(FIELD_INT, memory_bytes, ""),
    ROW(FIELD_INT, pids, ""),
    ROW(FIELD_INT, io_read_bps, "bytes a second"),
    ROW(FIELD_INT, io_write_bps, "bytes a second"),
    ROW(FIELD_INT, disk_bytes, ""),
    ROW(FIELD_INT, nofile, ""),
    ROW(FIELD_INT, output_bytes, ""),
    ROW(FIELD_INT, time_ns, ""),
    {.type = FIELD_END},
};

static const struct schema asked_schema = {
    .title = "limits asked",
    .summary = "What was asked for; 0 or absent: no limit.",
    .size = sizeof(struct limits),
    .fields = asked_fields,
};

#undef AT

#define AT(member) offsetof(struct result_image, member)

static const struct field image_fields[] = {
    ROW(FIELD_STRING, name, ""),
    ROW(FIELD_STRING, digest, "of its layers and configuration"),
    ROW(FIELD_STRING, lock_digest, "of the list of its packages"),
    ROW(FIELD_BOOL, locked, "false: the committed lock was stale, and solved anew on this host"),
    {.type = FIELD_END},
};

static const struct schema image_schema = {
    .title = "an image",
    .summary = "An image that something of the run ran in: a variant, or a service, whose name it then has.",
    .size = sizeof(struct result_image),
    .fields = image_fields,
};

#undef AT

#define AT(member) offsetof(struct result_proof, member)

static const struct field proof_fields[] = {
    ROW(FIELD_STRING, limit, ""),
    ROW(FIELD_STRING, asked, ""),
    ROW(FIELD_STRING, by, "the mechanism: a cgroup file, a cpuset, an rlimit"),
    ROW(FIELD_BOOL, enforced, ""),
    ROW(FIELD_STRING, note, "why not, or the error that the probe measured"),
    {.type = FIELD_END},
};

static const struct schema proof_schema = {
    .title = "a proof",
    .summary = "One limit, and what enforced it.",
    .size = sizeof(struct result_proof),
    .fields = proof_fields,
};

#undef AT

#define AT(member) offsetof(struct result_host, member)

static const struct field host_fields[] = {
    ROW(FIELD_STRING, cpu_model, ""),
    ROW(FIELD_STRING, architecture, ""),
    ROW(FIELD_STRING, kernel, ""),
    ROW(FIELD_STRING, distribution, ""),
    ROW(FIELD_INT, cpus_online, ""),
    ROW(FIELD_INT, memory_bytes, ""),
    ROW(FIELD_STRING, governor, "of CPU 0"),
    ROW(FIELD_STRING, turbo, "on, off, unknown"),
    ROW(FIELD_STRING, smt, "on, off, unknown"),
    ROW(FIELD_STRING, cgroup_mode, "v1, v2, hybrid"),
    ROW(FIELD_STRING, hypervisor, "none where it is bare metal"),
    ROW(FIELD_DOUBLE, load_1min, "when the run began"),
    ROW(FIELD_STRING, clocksource, ""),
    ROW(FIELD_STRINGS, notes, "sources of noise that were found"),
    {.type = FIELD_END},
};

static const struct schema host_schema = {
    .title = "the host",
    .summary = "The machine, as far as it bears on time.",
    .size = sizeof(struct result_host),
    .fields = host_fields,
};

#undef AT

#define AT(member) offsetof(struct result_build, member)

static const struct field build_fields[] = {
    ROW(FIELD_STRING, digest, "over image, sources, commands and limits; absent where nothing was built"),
    ROW(FIELD_BOOL, cached, "built by an earlier run"),
    ROW(FIELD_INT, build_ns, "what building took, then or now"),
    ROW(FIELD_INT, sanitize_ns, "the same for the build with a sanitizer; 0 where there is none"),
    ROW(FIELD_INT, trial_ns, "the run under the sanitizer, before anything was measured; 0: there was none, or an earlier one passed"),
    ROW(FIELD_STRING, log, "what the compiler said, where it failed"),
    {.type = FIELD_END},
};

static const struct schema build_schema = {
    .title = "a build",
    .summary = "What was built for a variant, if anything.",
    .size = sizeof(struct result_build),
    .fields = build_fields,
};

#undef AT

#define AT(member) offsetof(struct result_variant, member)

static const struct field variant_fields[] = {
    ROW(FIELD_STRING, name, "`try` is a student's own file"),
    ROW(FIELD_STRING, file, "as asked for"),
    ROW(FIELD_STRING, file_digest, "SHA-256"),
    ROW(FIELD_STRING, image, ""),
    ROW(FIELD_STRING, technique, ""),
    ROW(FIELD_STRING, summary, ""),
    ROW(FIELD_BOOL, machines, "the exercise's machines were up for its samples"),
    ROW(FIELD_STRING, python, "as the guest told at READY"),
    ROW(FIELD_INT, calls, "in each sample, set after block 1 so that a sample lasts 100 ms if the budget has room for it"),
    OBJECT(build, build_schema, ""),
    {.type = FIELD_END},
};

static const struct schema variant_schema = {
    .title = "a variant",
    .summary = "What was measured.",
    .size = sizeof(struct result_variant),
    .fields = variant_fields,
};

#undef AT

#define AT(member) offsetof(struct result_look, member)

static const struct field look_fields[] = {
    ROW(FIELD_INT, blocks, "after how many"),
    ROW(FIELD_DOUBLE, confidence, "of the interval at this look, so that stopping early keeps the error"),
    {.type = FIELD_END},
};

static const struct schema look_schema = {
    .title = "a look",
    .summary = "A planned chance to stop.",
    .size = sizeof(struct result_look),
    .fields = look_fields,
};

#undef AT

#define AT(member) offsetof(struct result_plan, member)

static const struct field plan_fields[] = {
    ROW(FIELD_SEED, seed, "order, inputs and layouts follow from it"),
    ROW(FIELD_DOUBLE, precision, "half-width asked for: 0.02 is 2%"),
    ROW(FIELD_DOUBLE, confidence, ""),
    ROW(FIELD_INT, budget_ns, ""),
    ROW(FIELD_INT, min_blocks, ""),
    ROW(FIELD_INT, max_blocks, ""),
    ROW(FIELD_INT, max_repeats, "of samples, for taints"),
    LIST(looks, look_count, look_schema, "when the run may stop"),
    {.type = FIELD_END},
};

static const struct schema plan_schema = {
    .title = "the plan",
    .summary = "Fixed before the first sample.",
    .size = sizeof(struct result_plan),
    .fields = plan_fields,
};

#undef AT

#define AT(member) offsetof(struct result_latency, member)

static const struct field latency_fields[] = {
    ROW(FIELD_DOUBLE, rate, "open loop: requests a second that were sent"),
    ROW(FIELD_INT, p50_ns, "from the intended start"),
    ROW(FIELD_INT, p95_ns, ""),
    ROW(FIELD_INT, p99_ns, ""),
    ROW(FIELD_INT, max_ns, ""),
    ROW(FIELD_INT, requests, ""),
    ROW(FIELD_INT, errors, ""),
    ROW(FIELD_DOUBLE, throughput, "closed loop: requests a second that were answered"),
    ROW(FIELD_DOUBLE, cold_throughput, "the same of the cold requests before it; 0 where the load has none"),
    {.type = FIELD_END},
};

static const struct schema latency_schema = {
    .title = "latency",
    .summary = "Response times, for `measure: load`; all 0 otherwise.",
    .size = sizeof(struct result_latency),
    .fields = latency_fields,
};

#undef AT

#define AT(member) offsetof(struct usage_io, member)

static const struct field io_fields[] = {
    ROW(FIELD_INT, read_calls, "-1: not counted"),
    ROW(FIELD_INT, write_calls, ""),
    ROW(FIELD_INT, read_bytes, "asked for by these calls, from the page cache or the disk"),
    ROW(FIELD_INT, write_bytes, ""),
    {.type = FIELD_END},
};

static const struct schema io_schema = {
    .title = "reads and writes",
    .summary = "Calls of read(2), write(2) and their kin, where the exercise has a disk; all 0 otherwise.",
    .size = sizeof(struct usage_io),
    .fields = io_fields,
};

#undef AT

#define AT(member) offsetof(struct result_series, member)

static const struct field series_fields[] = {
    ROW(FIELD_JSON, calls_ns, "the time of each call, in order, from GO to RESULT"),
    ROW(FIELD_STRING, engine, "the interpreter, as the guest told"),
    ROW(FIELD_INT, compilations, "of loops and functions, as the engine itself counted; 0: none seen"),
    ROW(FIELD_STRING, shape, "flat, warms up, slows down, no steady state"),
    ROW(FIELD_INT, cold_ns, "start of the process, set-up and first call"),
    ROW(FIELD_INT, steady_ns, "of a call at the end"),
    ROW(FIELD_INT, steady_from, "the first call that is steady, counted from 1; 0: none is"),
    {.type = FIELD_END},
};

static const struct schema series_schema = {
    .title = "a series",
    .summary = "The calls of one process, each with an input of its own, for `measure: series`; empty otherwise.",
    .size = sizeof(struct result_series),
    .fields = series_fields,
};

#undef AT

#define AT(member) offsetof(struct result_service, member)

static const struct field service_fields[] = {
    ROW(FIELD_STRING, name, ""),
    OBJECT(usage, usage_schema, ""),
    ROW(FIELD_JSON, counters, "its own (pg_stat_*, INFO, stats), the difference over the sample"),
    {.type = FIELD_END},
};

static const struct schema service_schema = {
    .title = "a service",
    .summary = "What a service used for this sample.",
    .size = sizeof(struct result_service),
    .fields = service_fields,
};

#undef AT

#define AT(member) offsetof(struct result_sample, member)

static const struct field sample_fields[] = {
    ROW(FIELD_INT, block, "as run, from 1; 0 only warms up"),
    ROW(FIELD_INT, position, "in the block, as run"),
    ROW(FIELD_INT, variant, "index into variants"),
    ROW(FIELD_BOOL, again, "the baseline's second copy"),
    ROW(FIELD_INT, begin_ns, "GO, since the run began"),
    ROW(FIELD_INT, wall_ns, "from GO to RESULT, on the supervisor's clock"),
    ROW(FIELD_INT, measured_ns, "how long it was measured: wall_ns, or of a load all its loops"),
    ROW(FIELD_INT, start_ns, "from exec to READY, less setup_ns"),
    ROW(FIELD_INT, setup_ns, "the variant's own set-up"),
    ROW(FIELD_INT, batch, "calls in the sample, each in a fresh process of its own; times and counters are of all together, `start_ns` and `setup_ns` the mean"),
    ROW(FIELD_JSON, calls_ns, "the wall time of each call, where there are several"),
    ROW(FIELD_SEED, input_seed, "of the workload; in a series of its first call, and those of the other calls follow from it"),
    ROW(FIELD_INT, input_bytes, "of the inputs of all calls of a series"),
    ROW(FIELD_INT, output_bytes, ""),
    ROW(FIELD_STRING, output_digest, "SHA-256; in a series of all outputs, one after the other"),
    {.key = "ending", .type = FIELD_CHOICE, .offset = AT(ending), .choices = ENDING_CHOICES, .help = "how it ended; no time of a sample that is not ok counts"},
    ROW(FIELD_STRING, words, "what happened, where it is not ok"),
    OBJECT(usage, usage_schema, "of the workspace"),
    ROW(FIELD_INT, total_cpu_ns, "workspace, services and machines"),
    ROW(FIELD_INT, own_cpu_ns, "CPU time outside the guest: labctl, the makers of namespaces, init, the guest until exec"),
    LIST(services, service_count, service_schema, "and machines, where the variant has some"),
    OBJECT(latency, latency_schema, ""),
    OBJECT(io, io_schema, "of the workspace"),
    OBJECT(series, series_schema, ""),
    ROW(FIELD_STRINGS, taints, "what disturbed it; it was measured again: of an entry in a block the last one counts"),
    {.type = FIELD_END},
};

static const struct schema sample_schema = {
    .title = "a sample",
    .summary = "One measured process.",
    .size = sizeof(struct result_sample),
    .fields = sample_fields,
};

#undef AT

#define AT(member) offsetof(struct result_interval, member)

static const struct field interval_fields[] = {
    ROW(FIELD_DOUBLE, estimate, ""),
    ROW(FIELD_DOUBLE, low, ""),
    ROW(FIELD_DOUBLE, high, ""),
    ROW(FIELD_INT, n, "blocks"),
    {.type = FIELD_END},
};

static const struct schema interval_schema = {
    .title = "an interval",
    .summary = "Times faster than the baseline.",
    .size = sizeof(struct result_interval),
    .fields = interval_fields,
};

#undef AT

#define AT(member) offsetof(struct result_warm, member)

static const struct field warm_fields[] = {
    OBJECT(cold_ratio, interval_schema, "by the first call, start of the process included"),
    OBJECT(break_even, interval_schema, "calls after which the variant has cost less than the baseline in all; null: never"),
    ROW(FIELD_INT, cold_ns, "median"),
    ROW(FIELD_INT, steady_from, "median"),
    ROW(FIELD_INT, unsteady, "samples without a steady end: the median of their last third stands in"),
    ROW(FIELD_INT, compilations, "median"),
    ROW(FIELD_DOUBLE, within, "standard deviation of steady calls within a process, relative"),
    ROW(FIELD_DOUBLE, between, "the same between processes"),
    {.type = FIELD_END},
};

static const struct schema warm_schema = {
    .title = "warming up",
    .summary = "For `measure: series`.",
    .size = sizeof(struct result_warm),
    .fields = warm_fields,
};

#undef AT

#define AT(member) offsetof(struct result_figure, member)

static const struct field figure_fields[] = {
    ROW(FIELD_INT, variant, "index into variants"),
    ROW(FIELD_BOOL, again, ""),
    OBJECT(ratio, interval_schema, "by wall time"),
    OBJECT(cpu_ratio, interval_schema, "by CPU time of workspace and services"),
    ROW(FIELD_STRING, verdict, "faster, slower, no difference shown, not precise enough, wrong, failed"),
    ROW(FIELD_STRING, words, ""),
    ROW(FIELD_INT, samples, ""),
    ROW(FIELD_INT, tainted, ""),
    ROW(FIELD_INT, failed, ""),
    ROW(FIELD_INT, wall_ns, "median"),
    ROW(FIELD_INT, wall_spread_ns, "half the interquartile range"),
    ROW(FIELD_INT, cpu_ns, "median, workspace"),
    ROW(FIELD_INT, service_cpu_ns, "median, services"),
    ROW(FIELD_INT, setup_ns, "median"),
    ROW(FIELD_INT, start_ns, "median"),
    ROW(FIELD_INT, anon_peak_bytes, "highest"),
    ROW(FIELD_INT, file_bytes, "highest"),
    ROW(FIELD_INT, memory_peak_bytes, "highest"),
    ROW(FIELD_INT, p50_ns, "median over blocks"),
    ROW(FIELD_INT, p95_ns, ""),
    ROW(FIELD_INT, p99_ns, ""),
    ROW(FIELD_INT, io_calls, "median of a call, reads and writes together, where the exercise has a disk"),
    ROW(FIELD_INT, io_bytes, ""),
    ROW(FIELD_DOUBLE, throughput, "median, requests a second"),
    ROW(FIELD_DOUBLE, cold_throughput, "median, of the cold requests"),
    OBJECT(warm, warm_schema, ""),
    {.type = FIELD_END},
};

static const struct schema figure_schema = {
    .title = "a figure",
    .summary = "Derived from the samples of one variant.",
    .size = sizeof(struct result_figure),
    .fields = figure_fields,
};

#undef AT

#define AT(member) offsetof(struct result_growth, member)

static const struct field growth_fields[] = {
    ROW(FIELD_INT, variant, "index into variants"),
    ROW(FIELD_STRING, parameter, "of the workload"),
    ROW(FIELD_JSON, values, "at which it was measured, ascending"),
    ROW(FIELD_JSON, times_ns, "of each value a list: GO to RESULT of each call"),
    ROW(FIELD_STRING, words, "why it ended before the last value"),
    ROW(FIELD_INT, fitted, "how many of the values, the last ones, the fit is over"),
    ROW(FIELD_DOUBLE, exponent, "slope of log time over log value"),
    ROW(FIELD_DOUBLE, low, "of its 95% interval"),
    ROW(FIELD_DOUBLE, high, ""),
    ROW(FIELD_STRING, nearest, "the known growth that lies nearest"),
    ROW(FIELD_DOUBLE, base, "if the time is an exponential of the value: of what"),
    {.type = FIELD_END},
};

static const struct schema growth_schema = {
    .title = "a growth",
    .summary = "How the time of one variant grows with a parameter (`run --scaling`).",
    .size = sizeof(struct result_growth),
    .fields = growth_fields,
};

#undef AT

#define AT(member) offsetof(struct result, member)

static const struct field result_fields[] = {
    {.key = "schema", .type = FIELD_INT, .offset = AT(schema), .required = true, .min = RESULT_SCHEMA, .max = RESULT_SCHEMA, .help = "version of this format"},
    ROW(FIELD_STRING, labctl, "version that wrote it"),
    ROW(FIELD_STRING, started, "ISO 8601, UTC"),
    ROW(FIELD_INT, duration_ns, ""),
    ROW(FIELD_STRING, exercise, ""),
    ROW(FIELD_STRING, exercise_digest, ""),
    ROW(FIELD_STRING, measure, "time, load or series"),
    ROW(FIELD_STRING, size, ""),
    ROW(FIELD_JSON, parameters, "of the size"),
    ROW(FIELD_STRING, dataset, ""),
    ROW(FIELD_STRING, dataset_digest, "of the initial state it became: image, loader and package index"),
    LIST(images, image_count, image_schema, "of the variants, then of the services"),
    ROW(FIELD_STRING, profile, ""),
    OBJECT(limits, asked_schema, "asked for"),
    LIST(proven, proof_count, proof_schema, "what enforced them"),
    OBJECT(host, host_schema, ""),
    OBJECT(plan, plan_schema, ""),
    LIST(variants, variant_count, variant_schema, "the baseline first"),
    LIST(samples, sample_count, sample_schema, "in the order they ran"),
    ROW(FIELD_INT, overhead_ns, "of a call: what a program takes that does nothing with the input, the shortest of five; 0 where it was not measured"),
    ROW(FIELD_DOUBLE, noise_floor, "how far A'/A may be from 1"),
    OBJECT(noise, interval_schema, "A'/A: the baseline against its second copy"),
    LIST(figures, figure_count, figure_schema, "derived; can be computed again from the samples"),
    LIST(growths, growth_count, growth_schema, "of `run --scaling`, which has neither samples nor figures"),
    ROW(FIELD_STRING, stopped, "precise, budget, blocks or interrupted"),
    ROW(FIELD_STRINGS, warnings, ""),
    {.type = FIELD_END},
};

#undef AT

#undef ROW
#undef OBJECT
#undef LIST

/* clang-format on */
