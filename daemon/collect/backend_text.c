#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "collect/backend_text.h"

/*
 * Decodes one character (RFC 3629: no overlong forms, no surrogates).
 * Returns its bytes, or 0.
 */
static size_t
decode(const unsigned char *from, size_t length, uint32_t *character)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t bytes, i;

	if (from[0] < 0x80)
		bytes = 1;
	else if (from[0] >= 0xc2 && from[0] < 0xe0)
		bytes = 2;
	else if (from[0] >= 0xe0 && from[0] < 0xf0)
		bytes = 3;
	else if (from[0] >= 0xf0 && from[0] < 0xf5)
		bytes = 4;
	else
		return 0;
	if (bytes > length)
		return 0;
	*character = bytes == 1 ? from[0] : from[0] & (0x7fU >> bytes);
	for (i = 1; i < bytes; i++) {
		if ((from[i] & 0xc0) != 0x80)
			return 0;
		*character = *character << 6 | (from[i] & 0x3fU);
	}
	if (*character < least[bytes] || *character > 0x10ffff ||
	    (*character >= 0xd800 && *character < 0xe000))
		return 0;
	return bytes;
}

/* Controls, and what Unicode calls format characters and separators. */
static bool
is_harmful(uint32_t c)
{
	static const struct {
		uint32_t	first;
		uint32_t	last;
	} harmful[] = {
		{ 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x00ad, 0x00ad },
		{ 0x034f, 0x034f }, { 0x0600, 0x0605 }, { 0x061c, 0x061c },
		{ 0x06dd, 0x06dd }, { 0x070f, 0x070f }, { 0x115f, 0x1160 },
		{ 0x180b, 0x180f }, { 0x200b, 0x200f }, { 0x2028, 0x202e },
		{ 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xe000, 0xf8ff },
		{ 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 },
		{ 0xfff0, 0xfffb }, { 0xfffe, 0xffff },
		{ 0x1d173, 0x1d17a }, { 0xe0000, 0x10ffff },
	};
	size_t i;

	for (i = 0; i < sizeof(harmful) / sizeof(harmful[0]); i++)
		if (c >= harmful[i].first && c <= harmful[i].last)
			return true;
	return false;
}

size_t
backend_text_clean(char *to, size_t size, const char *from, size_t length)
{
	const unsigned char *bytes = (const unsigned char *)from;
	size_t at = 0, step, stored = 0;
	uint32_t character;

	while (at < length) {
		step = decode(bytes + at, length - at, &character);
		if (step == 0 || is_harmful(character)) {
			if (stored + 1 >= size)
				break;
			to[stored++] = '?';
			at += step == 0 ? 1 : step;
			continue;
		}
		if (stored + step >= size)
			break;
		memcpy(to + stored, from + at, step);
		stored += step;
		at += step;
	}
	if (size > 0)
		to[stored] = '\0';
	return stored;
}
