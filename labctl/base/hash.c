/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256. Images are gigabytes, so on x86 the compression function uses the
 * SHA extensions (1-2 GB/s instead of 0.3); both paths are tested against the
 * vectors of FIPS 180-4 and against each other.
 */
#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"

typedef void (*compress_fn)(uint32_t state[8], const uint8_t *data, size_t blocks);

static const uint32_t round_constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate_right(uint32_t x, int k)
{
	return (x >> k) | (x << (32 - k));
}

static uint32_t load_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void store_be32(uint8_t *p, uint32_t x)
{
	p[0] = (uint8_t)(x >> 24);
	p[1] = (uint8_t)(x >> 16);
	p[2] = (uint8_t)(x >> 8);
	p[3] = (uint8_t)x;
}

static void expand(uint32_t w[64], const uint8_t *data)
{
	for (int i = 0; i < 16; i++)
		w[i] = load_be32(data + 4 * i);
	for (int i = 16; i < 64; i++) {
		uint32_t a = w[i - 15], b = w[i - 2];

		w[i] = w[i - 16] + w[i - 7] +
		       (rotate_right(a, 7) ^ rotate_right(a, 18) ^ (a >> 3)) +
		       (rotate_right(b, 17) ^ rotate_right(b, 19) ^ (b >> 10));
	}
}

/* FIPS 180-4, section 6.2.2; v[0..7] are its a..h. */
static void compress_portable(uint32_t state[8], const uint8_t *data, size_t blocks)
{
	uint32_t w[64], v[8];

	for (; blocks; blocks--, data += 64) {
		expand(w, data);
		memcpy(v, state, sizeof(v));
		for (int i = 0; i < 64; i++) {
			uint32_t s1 =
			    rotate_right(v[4], 6) ^ rotate_right(v[4], 11) ^ rotate_right(v[4], 25);
			uint32_t choose = (v[4] & v[5]) ^ (~v[4] & v[6]);
			uint32_t t1 = v[7] + s1 + choose + round_constants[i] + w[i];
			uint32_t s0 =
			    rotate_right(v[0], 2) ^ rotate_right(v[0], 13) ^ rotate_right(v[0], 22);
			uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);

			memmove(v + 1, v, 7 * sizeof(v[0]));
			v[4] += t1;
			v[0] = t1 + s0 + majority;
		}
		for (int i = 0; i < 8; i++)
			state[i] += v[i];
	}
}

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

/*
 * The CPU holds the state as ABEF and CDGH, and does four rounds a step with
 * two sha256rnds2. m[] is the sliding window of 16 message words.
 */
__attribute__((target("sha,sse4.1,ssse3"))) static void compress_sha_ni(uint32_t state[8],
									const uint8_t *data,
									size_t blocks)
{
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	__m128i t = _mm_loadu_si128((const __m128i *)(const void *)&state[0]);
	__m128i s1 = _mm_loadu_si128((const __m128i *)(const void *)&state[4]);

	t = _mm_shuffle_epi32(t, 0xb1);
	s1 = _mm_shuffle_epi32(s1, 0x1b);
	__m128i s0 = _mm_alignr_epi8(t, s1, 8);

	s1 = _mm_blend_epi16(s1, t, 0xf0);
	for (; blocks; blocks--, data += 64) {
		const __m128i saved0 = s0, saved1 = s1;
		__m128i m[4];

		for (int i = 0; i < 16; i++) {
			__m128i *now = &m[i % 4];

			if (i < 4) {
				*now = _mm_shuffle_epi8(
				    _mm_loadu_si128((const __m128i *)(const void *)data + i), swap);
			} else {
				__m128i last = m[(i + 3) % 4], before = m[(i + 2) % 4];

				*now = _mm_sha256msg1_epu32(*now, m[(i + 1) % 4]);
				*now = _mm_add_epi32(*now, _mm_alignr_epi8(last, before, 4));
				*now = _mm_sha256msg2_epu32(*now, last);
			}
			t = _mm_add_epi32(
			    *now,
			    _mm_load_si128((const __m128i *)(const void *)&round_constants[4 * i]));
			s1 = _mm_sha256rnds2_epu32(s1, s0, t);
			s0 = _mm_sha256rnds2_epu32(s0, s1, _mm_shuffle_epi32(t, 0x0e));
		}
		s0 = _mm_add_epi32(s0, saved0);
		s1 = _mm_add_epi32(s1, saved1);
	}
	t = _mm_shuffle_epi32(s0, 0x1b);
	s1 = _mm_shuffle_epi32(s1, 0xb1);
	s0 = _mm_blend_epi16(t, s1, 0xf0);
	s1 = _mm_alignr_epi8(s1, t, 8);
	_mm_storeu_si128((__m128i *)(void *)&state[0], s0);
	_mm_storeu_si128((__m128i *)(void *)&state[4], s1);
}

static compress_fn choose_compress(void)
{
	unsigned a, b, c, d;

	if (__get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA) &&
	    __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_1) && (c & bit_SSSE3))
		return compress_sha_ni;
	return compress_portable;
}
#else
static compress_fn choose_compress(void)
{
	return compress_portable;
}
#endif

/* Two threads may both choose; they choose the same. */
static void compress(uint32_t state[8], const uint8_t *data, size_t blocks)
{
	static _Atomic(compress_fn) chosen;
	compress_fn fn = chosen;

	if (!fn)
		chosen = fn = choose_compress();
	fn(state, data, blocks);
}

void hash_init(struct hash *h)
{
	static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
					  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

	memcpy(h->state, start, sizeof(start));
	h->total = 0;
}

void hash_update(struct hash *h, const void *data, size_t size)
{
	const uint8_t *p = data;
	size_t held = h->total % 64;

	h->total += size;
	if (held) {
		size_t n = size < 64 - held ? size : 64 - held;

		if (n)
			memcpy(h->block + held, p, n);
		p += n;
		size -= n;
		if (held + n < 64)
			return;
		compress(h->state, h->block, 1);
	}
	if (size >= 64) {
		compress(h->state, p, size / 64);
		p += size - size % 64;
		size %= 64;
	}
	if (size)
		memcpy(h->block, p, size);
}

void hash_final(struct hash *h, uint8_t digest[HASH_SIZE])
{
	uint64_t bits = h->total * 8;
	size_t held = h->total % 64;

	h->block[held++] = 0x80;
	if (held > 56) {
		memset(h->block + held, 0, 64 - held);
		compress(h->state, h->block, 1);
		held = 0;
	}
	memset(h->block + held, 0, 56 - held);
	store_be32(h->block + 56, (uint32_t)(bits >> 32));
	store_be32(h->block + 60, (uint32_t)bits);
	compress(h->state, h->block, 1);
	for (int i = 0; i < 8; i++)
		store_be32(digest + 4 * i, h->state[i]);
}

void hash_final_hex(struct hash *h, char hex[HASH_HEX_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t digest[HASH_SIZE];

	hash_final(h, digest);
	for (int i = 0; i < HASH_SIZE; i++) {
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
	hex[2 * HASH_SIZE] = '\0';
}

void hash_hex(const void *data, size_t size, char hex[HASH_HEX_SIZE])
{
	struct hash h;

	hash_init(&h);
	hash_update(&h, data, size);
	hash_final_hex(&h, hex);
}

int hash_file_hex(int dir_fd, const char *path, char hex[HASH_HEX_SIZE], struct err *e)
{
	enum { CHUNK = 128 * 1024 };
	cleanup_fd int fd = fd_open_at(dir_fd, path, O_RDONLY, 0, e);
	cleanup_free char *chunk = xmalloc(CHUNK);
	struct hash h;

	if (fd < 0)
		return -1;
	hash_init(&h);
	for (;;) {
		ssize_t n = fd_read_full(fd, chunk, CHUNK, e);

		if (n < 0)
			return wrap(e, "read '%s'", path);
		hash_update(&h, chunk, (size_t)n);
		if (n < CHUNK)
			break;
	}
	hash_final_hex(&h, hex);
	return 0;
}
