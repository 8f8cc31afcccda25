/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/levels.h"

#include <math.h>

#include "stats/summary.h"

bool levels_split(const double *x, size_t processes, size_t iterations, struct levels *out)
{
	double means = 0, squares = 0, within = 0;
	double p = (double)processes, m = (double)iterations;

	*out = (struct levels){NAN, NAN, NAN};
	if (processes < 2 || iterations < 2)
		return false;
	for (size_t i = 0; i < processes; i++) {
		const double *row = x + i * iterations;

		means += summary_mean(row, iterations) / p;
		within += summary_variance(row, iterations) / p;
	}
	for (size_t i = 0; i < processes; i++) {
		double d = summary_mean(x + i * iterations, iterations) - means;

		squares += d * d / (p - 1);
	}
	out->mean = means;
	out->within = within;
	/* The means of processes differ by chance alone by within / m. */
	out->between = fmax(0, squares - within / m);
	return true;
}
