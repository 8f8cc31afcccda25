/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Yours to write. It is compiled to kernel.so before anything is measured; in solution.py:
 *
 *	kernel = ctypes.CDLL(os.path.join(ctx.built, "kernel.so"))
 *	kernel.total.argtypes = [ctypes.c_void_p, ctypes.c_long]
 *	kernel.total.restype = ctypes.c_double
 *	kernel.total(values.buffer_info()[0], len(values))	# values: array.array("d")
 *
 * With a PyInit_kernel() it is a module as well: `import kernel`.
 */

/* An example: the sum of numbers. */
double total(const double *values, long count)
{
	double sum = 0;

	for (long i = 0; i < count; i++)
		sum += values[i];
	return sum;
}
