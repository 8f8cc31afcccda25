/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/readings.h"

#include <jansson.h>

#include "base/mem.h"

/* Those that have a place here; the machines come after them, and always have one. */
static size_t service_count(const struct setting *s)
{
	const size_t most = READINGS_SERVICES_MAX - EXERCISE_MACHINES_MAX;
	size_t count = s->lab ? lab_service_count(s->lab) : 0;

	return count < most ? count : most;
}

static int read_services(struct setting *s, struct readings *r, struct err *e)
{
	for (size_t i = 0; i < service_count(s); i++) {
		struct service_status status;

		if (lab_service_status(s->lab, i, &status, e))
			return wrap(e, "read what the services used");
		r->services[i] = status.usage;
	}
	for (size_t i = 0; s->machines && i < machines_count(s->machines); i++)
		if (machines_usage(s->machines, i, &r->services[service_count(s) + i], e))
			return wrap(e, "read what the machines used");
	return 0;
}

/* Outside of what is measured; a service that does not answer here costs evidence, not the sample.
 */
static void read_counters(struct setting *s, struct readings *r)
{
	for (size_t i = 0; i < service_count(s); i++) {
		cleanup_free char *text = NULL;
		struct err ignored = {0};

		if (!lab_service_counters(s->lab, i, &text, &ignored))
			r->counters[i] = json_loads(text, 0, NULL);
	}
}

/* Calls of read and write cost a look at every process, so only where they are the lesson. */
static void read_io_calls(const struct setting *s, const struct worker *w, struct usage_io *io)
{
	if (s->disk.what)
		sandbox_io(w->sandbox, io);
}

static void record_part(const char *name, const struct readings *before,
			const struct readings *after, size_t i, struct result_sample *out,
			struct usage *used)
{
	struct result_service *service = result_add_service(out);

	usage_difference(&before->services[i], &after->services[i], used);
	service->name = xstrdup(name);
	service->usage = *used;
	service->counters = counters_difference(before->counters[i], after->counters[i]);
}

/* From the outside in: what takes longest is read furthest from the work. */
int readings_begin(struct readings *r, struct setting *s, const struct noise_watch *watch,
		   const struct worker *w, struct err *e)
{
	read_counters(s, r);
	if (noise_read(watch, &r->noise, e) || read_services(s, r, e) ||
	    sandbox_usage(w->sandbox, &r->usage, e))
		return -1;
	read_io_calls(s, w, &r->io);
	return 0;
}

int readings_end(struct readings *r, struct setting *s, const struct noise_watch *watch,
		 const struct worker *w, bool ended, struct err *e)
{
	read_io_calls(s, w, &r->io);
	if (ended)
		r->usage = w->outcome.usage;
	else if (sandbox_usage(w->sandbox, &r->usage, e))
		return -1;
	if (read_services(s, r, e) || noise_read(watch, &r->noise, e))
		return -1;
	read_counters(s, r);
	return 0;
}

void readings_record(const struct setting *s, const struct readings *before,
		     const struct readings *after, int64_t anon_peak, struct result_sample *out,
		     struct usage *total)
{
	usage_difference(&before->usage, &after->usage, &out->usage);
	usage_io_difference(&before->io, &after->io, &out->io);
	out->usage.anon_peak_bytes = anon_peak;
	*total = out->usage;
	struct usage used;

	for (size_t i = 0; i < service_count(s); i++) {
		record_part(s->exercise->services.items[i], before, after, i, out, &used);
		total->cpu_ns += used.cpu_ns;
		total->throttled_ns += used.throttled_ns;
		total->major_faults += used.major_faults;
	}
	/* Their budgets are their own: that a quota makes them wait is no disturbance. */
	for (size_t i = 0; s->machines && i < machines_count(s->machines); i++) {
		record_part(machines_name(s->machines, i), before, after, service_count(s) + i, out,
			    &used);
		total->cpu_ns += used.cpu_ns;
	}
	out->total_cpu_ns = total->cpu_ns;
}

void readings_done(struct readings *r)
{
	for (size_t i = 0; i < READINGS_SERVICES_MAX; i++)
		json_decref(r->counters[i]);
}
