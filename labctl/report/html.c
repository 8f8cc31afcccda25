/* SPDX-License-Identifier: Apache-2.0 */
#include "report/html.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

static const char REPLACEMENT[] = "\xef\xbf\xbd"; /* U+FFFD */

/* Bytes of the well-formed character that begins here and that HTML allows; 0: none. */
static size_t character_length(const unsigned char *p)
{
	if (*p < 0x80)
		return (*p >= 0x20 && *p != 0x7f) || *p == '\n' || *p == '\t';
	size_t length = *p >= 0xf0 ? 4 : *p >= 0xe0 ? 3 : 2;
	uint32_t code = *p & (0xff >> (length + 1));

	if (*p < 0xc2 || *p > 0xf4)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (p[i] & 0x3f);
	}
	bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
	bool forbidden = code < 0xa0 || (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff ||
			 (code & 0xfffe) == 0xfffe || (code >= 0xfdd0 && code <= 0xfdef);

	return overlong || forbidden ? 0 : length;
}

static const char *reference(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_text(struct str *out, const char *text)
{
	while (text && *text) {
		const char *escaped = reference(*text);
		size_t length = character_length((const unsigned char *)text);

		if (escaped)
			str_add(out, escaped);
		else if (length)
			str_addn(out, text, length);
		else
			str_add(out, REPLACEMENT);
		text += length ? length : 1;
	}
}

/* < > & occur in strings only, and there \u00XX means the same. U+2028 and U+2029 are ended lines
 * to JavaScript before 2019; JSON_ENSURE_ASCII escapes them, and all else that is not ASCII. */
void html_data(struct str *out, const json_t *json)
{
	cleanup_free char *text =
	    json_dumps(json, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(8));

	for (const char *p = text ? text : "null"; *p; p++)
		if (*p == '<' || *p == '>' || *p == '&')
			str_addf(out, "\\u%04x", (unsigned)*p);
		else
			str_addc(out, *p);
}

void html_add_hash(struct str *out, const char *text, size_t size)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t digest[HASH_SIZE + 1] = {0}; /* 33 bytes: whole groups of three */
	struct hash h;

	hash_init(&h);
	hash_update(&h, text, size);
	hash_final(&h, digest);
	str_add(out, "'sha256-");
	for (size_t i = 0; i < sizeof(digest); i += 3) {
		uint32_t group = (uint32_t)digest[i] << 16 | digest[i + 1] << 8 | digest[i + 2];

		for (int shift = 18; shift >= 0; shift -= 6)
			str_addc(out, digits[group >> shift & 63]);
	}
	out->data[out->len - 1] = '='; /* of the last group only two bytes are digest */
	str_addc(out, '\'');
}
