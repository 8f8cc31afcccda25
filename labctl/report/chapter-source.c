/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the figures come from, for whoever doubts them: host, limits, digests,
 * and the command that measures again.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "report/chapter.h"

/* As a shell reads it back. */
static void add_quoted(struct str *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "._-/=:,@+%";

	if (*word && strspn(word, plain) == strlen(word)) {
		str_add(out, word);
		return;
	}
	str_addc(out, '\'');
	for (; *word; word++)
		*word == '\'' ? str_add(out, "'\\''") : str_addc(out, *word);
	str_addc(out, '\'');
}

static void set_replay(struct chapter *c, const struct result *r, const char *path)
{
	cleanup(str_done) struct str command = STR_INIT;

	if (r->growth_count) {
		str_add(&command, "labctl run ");
		add_quoted(&command, r->exercise);
		str_add(&command, " --scaling --size ");
		add_quoted(&command, r->size ? r->size : "small");
		str_addf(&command, " --seed %llu", (unsigned long long)r->plan.seed);
		c->replay = str_take(&command);
		return;
	}
	str_add(&command, "labctl replay ");
	str_add(&command, *path == '-' ? "./" : "");
	add_quoted(&command, path);
	c->replay = str_take(&command);
}

static const char *stop_words(const char *stopped)
{
	return str_eq(stopped, "precise")       ? "every interval was narrow enough"
	       : str_eq(stopped, "budget")      ? "the time budget was spent"
	       : str_eq(stopped, "blocks")      ? "the budget's blocks were run"
	       : str_eq(stopped, "interrupted") ? "it was interrupted"
						: "no reason is recorded";
}

static void set_about(struct chapter *c, const struct result *r)
{
	cleanup(str_done) struct str text = STR_INIT;
	char human[32];

	str_addf(&text, "Size %s", r->size ? r->size : "unknown");
	if (r->limits.cpu > 0)
		str_addf(&text, ", %g CPU", r->limits.cpu);
	if (r->limits.memory_bytes > 0)
		str_addf(&text, ", %s of memory",
			 str_human_bytes(r->limits.memory_bytes, human, sizeof(human)));
	str_human_ns(r->duration_ns, human, sizeof(human));
	if (r->sample_count)
		str_addf(&text, ". %lld blocks, %zu samples in %s; it stopped because %s.",
			 (long long)(r->noise.n > 0 ? r->noise.n : 0), r->sample_count, human,
			 stop_words(r->stopped));
	else
		str_addf(&text, ". Measured in %s.", human);
	c->about = str_take(&text);
}

static void add_fact(struct table *t, const char *what, const char *value)
{
	if (!value || !*value)
		return;
	table_add_text(t, what);
	table_add_text(t, value);
}

void chapter_host(struct chapter *c, const struct result *r)
{
	struct table *t = chapter_add_table(c, "host", NULL, "The host and the plan");
	const struct result_host *h = &r->host;
	cleanup_free char *cpus = xasprintf("%lld", (long long)h->cpus_online);
	cleanup_free char *load = xasprintf("%.2f", h->load_1min);
	cleanup_free char *seed = xasprintf("%llu", (unsigned long long)r->plan.seed);
	cleanup_free char *precision = xasprintf("%g%%", 100 * r->plan.precision);
	cleanup_free char *notes = strv_join(&h->notes, "; ");
	cleanup_free char *parameters =
	    r->parameters ? json_dumps(r->parameters, JSON_COMPACT) : NULL;
	char memory[32];

	t->folded = t->last = true;
	table_add_column(t, "what", "what", TABLE_TEXT);
	table_add_column(t, "value", "", TABLE_TEXT);
	add_fact(t, "CPU", h->cpu_model);
	add_fact(t, "CPUs online", cpus);
	add_fact(t, "memory", str_human_bytes(h->memory_bytes, memory, sizeof(memory)));
	add_fact(t, "architecture", h->architecture);
	add_fact(t, "kernel", h->kernel);
	add_fact(t, "distribution", h->distribution);
	add_fact(t, "hypervisor", h->hypervisor);
	add_fact(t, "frequency governor", h->governor);
	add_fact(t, "turbo", h->turbo);
	add_fact(t, "hyper-threading", h->smt);
	add_fact(t, "control groups", h->cgroup_mode);
	add_fact(t, "clock source", h->clocksource);
	add_fact(t, "load when it began", load);
	add_fact(t, "noise found", notes);
	add_fact(t, "started", r->started);
	add_fact(t, "seed", seed);
	add_fact(t, "precision asked for", precision);
	add_fact(t, "parameters of the size", parameters);
	chapter_end_table(c);
}

/* The record has bytes and nanoseconds. */
static const char *asked_words(const struct result_proof *p, char *buf, size_t size)
{
	if (str_eq(p->limit, "memory") || str_eq(p->limit, "disk"))
		return str_human_bytes(strtoll(p->asked, NULL, 10), buf, size);
	if (str_eq(p->limit, "time"))
		return str_human_ns(strtoll(p->asked, NULL, 10), buf, size);
	return p->asked;
}

static void add_limits(struct chapter *c, const struct result *r)
{
	struct table *t =
	    chapter_add_table(c, "limits", NULL, "Limits: asked for, and what enforced them");

	t->folded = t->last = true;
	table_add_column(t, "limit", "limit", TABLE_TEXT);
	table_add_column(t, "asked", "asked for", TABLE_TEXT);
	table_add_column(t, "enforced", "enforced", TABLE_TEXT);
	table_add_column(t, "by", "by", TABLE_TEXT);
	table_add_column(t, "note", "note", TABLE_TEXT);
	for (size_t i = 0; i < r->proof_count; i++) {
		const struct result_proof *p = &r->proven[i];
		char words[32];

		table_add_text(t, p->limit);
		table_add_text(t, asked_words(p, words, sizeof(words)));
		table_add_text(t, p->enforced ? "yes" : "NO");
		table_add_text(t, p->by);
		table_add_text(t, p->note);
	}
	chapter_end_table(c);
}

static void add_digest(struct table *t, const char *what, const char *name, const char *digest)
{
	if (!digest)
		return;
	table_add_text(t, what);
	table_add_text(t, name);
	table_add_text(t, digest);
}

static void add_digests(struct chapter *c, const struct result *r, const char *path,
			const char *digest)
{
	struct table *t =
	    chapter_add_table(c, "digests", NULL, "Digests: what exactly was measured");

	t->folded = t->last = true;
	table_add_column(t, "what", "what", TABLE_TEXT);
	table_add_column(t, "name", "name", TABLE_TEXT);
	table_add_column(t, "sha256", "SHA-256", TABLE_CODE);
	add_digest(t, "record", path, digest);
	add_digest(t, "exercise", r->exercise, r->exercise_digest);
	add_digest(t, "data set", r->dataset, r->dataset_digest);
	for (size_t i = 0; i < r->image_count; i++) {
		add_digest(t, "image", r->images[i].name, r->images[i].digest);
		add_digest(t, r->images[i].locked ? "lock" : "lock, solved anew", r->images[i].name,
			   r->images[i].lock_digest);
	}
	for (size_t i = 0; i < r->variant_count; i++)
		add_digest(t, "variant", r->variants[i].file, r->variants[i].file_digest);
	chapter_end_table(c);
}

void chapter_source(struct chapter *c, const struct result *r, const char *path, const char *digest)
{
	c->started = xstrdup(r->started);
	set_about(c, r);
	set_replay(c, r, path);
	chapter_host(c, r);
	add_limits(c, r);
	add_digests(c, r, path, digest);
}
