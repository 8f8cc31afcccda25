/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BASE_HASH_H
#define LABCTL_BASE_HASH_H

/* SHA-256 (FIPS 180-4), with the CPU's SHA extensions where present; and hex. */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { HASH_SIZE = 32, HASH_HEX_SIZE = 65 };

struct hash {
	uint32_t state[8];
	uint64_t total;
	uint8_t block[64];
};

void hash_init(struct hash *h);
void hash_update(struct hash *h, const void *data, size_t size);
void hash_final(struct hash *h, uint8_t digest[HASH_SIZE]);
void hash_final_hex(struct hash *h, char hex[HASH_HEX_SIZE]);
void hash_hex(const void *data, size_t size, char hex[HASH_HEX_SIZE]);
int hash_file_hex(int dir_fd, const char *path, char hex[HASH_HEX_SIZE], struct err *e);

#endif
