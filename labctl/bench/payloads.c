/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/payloads.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"

void payloads_init(struct payloads *p)
{
	*p = (struct payloads){.items = NULL};
}

void payloads_done(struct payloads *p)
{
	for (size_t i = 0; i < p->count; i++)
		str_done(&p->items[i]);
	free(p->items);
	payloads_init(p);
}

struct str *payloads_add(struct payloads *p)
{
	mem_grow(&p->items, &p->cap, p->count + 1, sizeof(*p->items));
	str_init(&p->items[p->count]);
	return &p->items[p->count++];
}

int64_t payloads_bytes(const struct payloads *p)
{
	int64_t sum = 0;

	for (size_t i = 0; i < p->count; i++)
		sum += (int64_t)p->items[i].len;
	return sum;
}

void payloads_digest(const struct payloads *p, char *hex)
{
	struct hash h;

	hash_init(&h);
	for (size_t i = 0; i < p->count; i++)
		hash_update(&h, p->items[i].data, p->items[i].len);
	hash_final_hex(&h, hex);
}
