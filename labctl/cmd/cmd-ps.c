/* SPDX-License-Identifier: Apache-2.0 */

/* labctl ps: the labs, and what their parts use. */

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/command.h"
#include "lab/lab.h"
#include "spec/json.h"

static bool as_json, with_counters;

static const struct opt *options(void)
{
	static const struct opt table[] = {
	    {OPT_T_FLAG, 0, "json", NULL, "print JSON", &as_json, 0, 0, NULL},
	    {OPT_T_FLAG, 'c', "counters", NULL,
	     "with --json: the services' own counters (pg_stat_*, INFO, stats)", &with_counters, 0,
	     0, NULL},
	    OPT_END};

	return table;
}

/* ---- as JSON ---- */

static json_t *usage_json(const struct usage *u)
{
	return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "cpu_ns", (json_int_t)u->cpu_ns,
			 "memory_bytes", (json_int_t)u->memory_bytes, "memory_peak_bytes",
			 (json_int_t)u->memory_peak_bytes, "anon_bytes", (json_int_t)u->anon_bytes,
			 "file_bytes", (json_int_t)u->file_bytes, "pids", (json_int_t)u->pids,
			 "oom_kills", (json_int_t)u->oom_kills);
}

static json_t *service_json(struct lab *l, size_t i, struct err *e)
{
	struct service_status s;
	char *text = NULL;

	if (lab_service_status(l, i, &s, e))
		return NULL;
	json_t *out = json_pack("{s:s,s:b,s:i,s:s?,s:s?,s:o}", "name", s.name, "answering",
				lab_service_ask(l, i), "pid", (int)s.pid, "ended", s.ended,
				"initial", lab_initial_digest(l, i), "usage", usage_json(&s.usage));

	if (with_counters && !s.ended && !lab_service_counters(l, i, &text, e)) {
		json_object_set_new(out, "counters",
				    json_read_text("counters", text, strlen(text), e));
		free(text);
	}
	return out;
}

static int add_json(struct lab *l, const char *name, json_t *list, struct err *e)
{
	struct usage u;
	json_t *services = json_array();

	if (lab_usage(l, &u, e))
		return -1;
	for (size_t i = 0; i < lab_service_count(l); i++) {
		json_t *one = service_json(l, i, e);

		if (!one)
			return -1;
		json_array_append_new(services, one);
	}
	cleanup_free char *full = lab_disk_words(l);

	json_array_append_new(list,
			      json_pack("{s:s,s:s?,s:s?,s:o,s:s?,s:o}", "name", name, "created",
					lab_created(l), "image", lab_image(l), "usage",
					usage_json(&u), "disk_full", full, "services", services));
	return 0;
}

/* ---- as a table ---- */

static void print_row(const char *lab, const char *part, const char *state, const struct usage *u)
{
	char cpu[32], memory[32], peak[32];

	printf("%-21s %-10s %-10s %10s %10s %10s %5lld\n", lab, part, state,
	       str_human_ns(u->cpu_ns, cpu, sizeof(cpu)),
	       str_human_bytes(u->memory_bytes, memory, sizeof(memory)),
	       str_human_bytes(u->memory_peak_bytes, peak, sizeof(peak)), (long long)u->pids);
}

static int print_lab(struct lab *l, const char *name, struct err *e)
{
	static bool headed;
	struct service_status s;
	struct usage u;

	if (lab_usage(l, &u, e))
		return -1;
	if (!headed)
		printf("%-21s %-10s %-10s %10s %10s %10s %5s\n", "LAB", "PART", "STATE", "CPU",
		       "MEMORY", "PEAK", "PIDS");
	headed = true;
	print_row(name, "(all)", "up", &u);
	for (size_t i = 0; i < lab_service_count(l); i++) {
		if (lab_service_status(l, i, &s, e))
			return -1;
		print_row("", s.name,
			  s.ended                 ? "ended"
			  : lab_service_ask(l, i) ? "answers"
						  : "silent",
			  &s.usage);
		if (s.ended)
			printf("%17s%s ended: %s\n", "", s.name, s.ended);
		else if (s.usage.oom_kills > 0)
			printf("%17s%s: %lld of its processes were killed for memory\n", "", s.name,
			       (long long)s.usage.oom_kills);
	}
	cleanup_free char *full = lab_disk_words(l);

	if (full)
		printf("%17s%s\n", "", full);
	return 0;
}

static int look_at(const char *name, json_t *list, struct err *e)
{
	cleanup(lab_closep) struct lab *l = NULL;

	if (lab_open(name, &l, e))
		return -1;
	return list ? add_json(l, name, list, e) : print_lab(l, name, e);
}

static int run(struct strv *operands, int *status, struct err *e)
{
	cleanup(json_free) json_t *list = as_json ? json_array() : NULL;

	(void)status;
	if (!operands->len && lab_list(operands, e))
		return -1;
	for (size_t i = 0; i < operands->len; i++) {
		if (look_at(operands->items[i], list, e))
			return -1;
	}
	if (list) {
		cleanup_free char *text = json_text(list, true);
		puts(text);
	} else if (!operands->len) {
		puts("no lab is up; labctl up LAB starts one");
	}
	return 0;
}

const struct command cmd_ps = {
    .name = "ps",
    .summary = "List the labs, their services, and what they use",
    .synopsis = "[LAB...]",
    .options = options,
    .needs = NEED_ROOT,
    .run = run,
};
