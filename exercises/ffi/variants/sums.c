/* SPDX-License-Identifier: Apache-2.0 */

void add(double *sums, double value, double wanted)
{
	sums[0] += value;
	sums[1] += value * value;
	sums[2] += wanted;
	sums[3] += wanted * wanted;
	sums[4] += value * wanted;
}
