/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KERNEL_H
#define KERNEL_H

/* The correlation of the window at (x, y) with the mark, -1 to 1; NAN where it is flat. */
double likeness(const double *values, long width, const double *mark, long side, long x, long y);

/* The window most like the mark: its place goes to at[0] and at[1], the likeness is returned. */
double search(const double *values, long width, long height, const double *mark, long side,
	      long *at);

#endif
