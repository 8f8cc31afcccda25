/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BASE_RNG_H
#define LABCTL_BASE_RNG_H

/* xoshiro256** (Blackman and Vigna 2018), seeded by splitmix64: the same seed gives the same
 * numbers on every host. Not for secrets: rng_secret is. */

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t s[4];
};

void rng_init(struct rng *r, uint64_t seed);
uint64_t rng_u64(struct rng *r);
uint64_t rng_below(struct rng *r, uint64_t bound); /* unbiased, bound > 0 */
double rng_double(struct rng *r);                  /* [0, 1) */
double rng_normal(struct rng *r);
void rng_shuffle(struct rng *r, size_t *items, size_t count);
uint64_t rng_secret(void); /* getrandom(2) */

#endif
