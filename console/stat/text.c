#include "text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#define REPLACEMENT		"\xef\xbf\xbd"

/* Bytes of the UTF-8 character text begins with, 0 when it is none. */
static size_t
character(const char *text, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = (unsigned char)text[0];
	size_t length, i;

	length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 :
	    first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
	if (length == 0)
		return 0;
	*code = length == 1 ? first : first & (0x7fu >> length);
	for (i = 1; i < length; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | ((unsigned char)text[i] & 0x3f);
	}
	if (*code < least[length] || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return length;
}

/* Could it act on a terminal, or show a text as another one? */
static bool
acts(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) ||
	    (code >= 0x2028 && code <= 0x202e) ||
	    (code >= 0x2066 && code <= 0x2069) ||
	    code == 0x200e || code == 0x200f || code == 0x61c ||
	    code == 0xfeff;
}

static void
copy(char *text, size_t size, const char *from, bool clean)
{
	const char *piece;
	size_t length, taken;
	uint32_t code = 0;

	if (size == 0)
		return;
	while (*from != '\0') {
		taken = length = character(from, &code);
		piece = from;
		if (length == 0 || (clean && acts(code))) {
			piece = REPLACEMENT;
			length = sizeof(REPLACEMENT) - 1;
			taken = taken == 0 ? 1 : taken;
		}
		if (length >= size)
			break;
		memcpy(text, piece, length);
		text += length;
		size -= length;
		from += taken;
	}
	*text = '\0';
}

void
text_clean(char *text, size_t size, const char *from)
{
	copy(text, size, from, true);
}

void
text_valid(char *text, size_t size, const char *from)
{
	copy(text, size, from, false);
}

int
text_columns(const char *text)
{
	uint32_t code = 0;
	size_t length;
	int columns = 0, width;

	for (; *text != '\0'; text += length) {
		length = character(text, &code);
		if (length == 0)
			length = 1;
		width = wcwidth((wchar_t)code);
		columns += width < 0 ? 1 : width;
	}
	return columns;
}
