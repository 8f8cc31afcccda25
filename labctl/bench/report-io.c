/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bench/report.h"

#define ROW "  %-14s  %10s  %10s  %12s  %12s\n"

static void add_row(const struct result *r, const struct result_figure *f, struct str *out)
{
	const double seconds = (double)f->wall_ns / NS_PER_S;
	cleanup_free char *calls = xasprintf("%" PRId64, f->io_calls);
	cleanup_free char *bytes = report_bytes(f->io_bytes);
	cleanup_free char *each =
	    f->io_calls > 0 ? report_bytes(f->io_bytes / f->io_calls) : xstrdup("-");
	cleanup_free char *rate =
	    seconds > 0 ? report_bytes((int64_t)((double)f->io_bytes / seconds)) : xstrdup("-");

	str_addf(out, ROW, r->variants[f->variant].name, calls, bytes, each, rate);
}

void report_io(const struct result *r, struct str *out)
{
	bool any = false;

	for (size_t i = 0; i < r->figure_count; i++) {
		const struct result_figure *f = &r->figures[i];

		if (f->again || f->io_calls <= 0 || f->wall_ns <= 0)
			continue;
		if (!any)
			str_addf(out, ROW, "reads, writes", "calls", "bytes", "bytes a call",
				 "bytes a s");
		any = true;
		add_row(r, f, out);
	}
	if (any)
		str_add(out,
			"    as the kernel counted them for the sandbox, from the page cache or "
			"the disk\n\n");
}
