/* SPDX-License-Identifier: Apache-2.0 */

/* kernel.c, but the next point is fetched while this one is worked on. */

#include "kernel.h"

#include <math.h>

static const double FLAT = 1e-6;

double likeness(const double *values, long width, const double *mark, long side, long x, long y)
{
	const double n = (double)(side * side);
	double a = 0, aa = 0, b = 0, bb = 0, ab = 0;

	for (long row = 0; row < side; row++) {
		const double *value = values + (y + row) * width + x;
		const double *wanted = mark + row * side;

		double next = value[0];

		for (long column = 0; column < side; column++) {
			const double now = next;

			next = value[column + 1];
			a += now;
			aa += now * now;
			b += wanted[column];
			bb += wanted[column] * wanted[column];
			ab += now * wanted[column];
		}
	}
	const double varies = n * aa - a * a;

	if (varies < FLAT)
		return NAN;
	return (n * ab - a * b) / sqrt(varies * (n * bb - b * b));
}

double search(const double *values, long width, long height, const double *mark, long side,
	      long *at)
{
	double best = -2;

	at[0] = at[1] = -1;
	for (long y = 0; y + side <= height; y++) {
		for (long x = 0; x + side <= width; x++) {
			const double found = likeness(values, width, mark, side, x, y);

			if (isnan(found) || found <= best)
				continue;
			best = found;
			at[0] = x;
			at[1] = y;
		}
	}
	return best;
}
