/* UTF-8 that stays on its line. */
#include <stdint.h>

#include "rules/line.h"

/* How many bytes the character takes that begins with lead; 0: none does. */
static size_t
character_bytes(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

static bool
is_shown_in_place(uint32_t code)
{
	if (code < 0x20 || (code >= 0x7f && code < 0xa0))
		return false;
	return !(code >= 0x2028 && code <= 0x202e) &&
	    !(code >= 0x2066 && code <= 0x2069);
}

/* Not longer than it need be, no half of a surrogate pair, in range. */
static bool
is_sound(uint32_t code, size_t bytes)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	return code >= least[bytes] && code <= 0x10ffff &&
	    (code < 0xd800 || code > 0xdfff) && is_shown_in_place(code);
}

bool
line_is_valid(const char *text, size_t length)
{
	const unsigned char *at = (const unsigned char *)text;
	const unsigned char *end = at + length;
	size_t bytes, i;
	uint32_t code;

	for (; at < end; at += bytes) {
		bytes = character_bytes(*at);
		if (bytes == 0 || (size_t)(end - at) < bytes)
			return false;
		code = bytes == 1 ? *at : *at & (0xffU >> (bytes + 1));
		for (i = 1; i < bytes; i++) {
			if ((at[i] & 0xc0) != 0x80)
				return false;
			code = code << 6 | (at[i] & 0x3fU);
		}
		if (!is_sound(code, bytes))
			return false;
	}
	return true;
}
