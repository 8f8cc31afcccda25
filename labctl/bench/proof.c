/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/proof.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "sandbox/hostcheck.h"

/* A limit, and the row of `labctl doctor` that tells what enforces it; row NULL: labctl does. */
static void add(struct result *r, const struct hostcheck_row *rows, size_t row_count,
		const char *limit, char *asked, const char *row)
{
	struct result_proof *proof = result_add_proof(r);

	proof->limit = xstrdup(limit);
	proof->asked = asked;
	proof->enforced = true;
	proof->by = xstrdup("labctl");
	for (size_t i = 0; row && i < row_count; i++) {
		if (!str_eq(rows[i].what, row))
			continue;
		free(proof->by);
		proof->by = xstrdup(rows[i].found);
		proof->enforced = rows[i].verdict == HOSTCHECK_FINE;
		if (!proof->enforced)
			proof->note = xstrdup(rows[i].cure);
	}
}

static char *number(int64_t value)
{
	return xasprintf("%lld", (long long)value);
}

void proof_collect(struct result *r)
{
	struct hostcheck_row rows[HOSTCHECK_ROWS_MAX];
	size_t count = hostcheck_all(rows);
	const struct limits *l = &r->limits;
	cleanup(strv_done) struct strv notes = STRV_INIT;

	if (l->cpuset)
		add(r, rows, count, "cpuset", xstrdup(l->cpuset), "limit: whole CPUs");
	if (l->cpu != floor(l->cpu))
		add(r, rows, count, "cpu", xasprintf("%g", l->cpu), "limit: fractions of a CPU");
	if (l->memory_bytes)
		add(r, rows, count, "memory", number(l->memory_bytes), "limit: memory");
	if (l->pids)
		add(r, rows, count, "pids", number(l->pids), "limit: processes");
	if (l->io_read_bps || l->io_write_bps)
		add(r, rows, count, "io",
		    xasprintf("%lld read, %lld written a second", (long long)l->io_read_bps,
			      (long long)l->io_write_bps),
		    "limit: block I/O");
	if (l->disk_bytes)
		add(r, rows, count, "disk", number(l->disk_bytes), "limit: disk");
	if (l->time_ns)
		add(r, rows, count, "time", number(l->time_ns), NULL);
	hostcheck_limits(l, &notes);
	for (size_t i = 0; i < notes.len; i++)
		strv_add(&r->warnings, notes.items[i]);
}
