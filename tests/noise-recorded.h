/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_TESTS_NOISE_RECORDED_H
#define LABCTL_TESTS_NOISE_RECORDED_H

/*
 * The kinds of noise.h, and after them those that were recorded on real
 * machines: tests/fixtures/noise, a time in ns a line, written by `aa --record`.
 * To be called from the top of the checkout.
 */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noise.h"
#include "stats/summary.h"

static struct noise_kind noise_all[NOISE_KINDS + 8];
static size_t noise_all_count;

static inline void noise_load_recording(const char *dir, const char *file)
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
	noise_all[noise_all_count++] =
	    (struct noise_kind){.name = xstrdup(file),
				.words = "recorded",
				.recorded = times,
				.recorded_count = count,
				.recorded_median = summary_median(sorted, count)};
	free(sorted);
}

static inline void noise_load_all(void)
{
	const char *dir = "tests/fixtures/noise";
	struct dirent **entries = NULL;

	memcpy(noise_all, noise_kinds, sizeof(noise_kinds));
	noise_all_count = NOISE_KINDS;
	int count = scandir(dir, &entries, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.' && noise_all_count < ARRAY_SIZE(noise_all))
			noise_load_recording(dir, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

#endif
