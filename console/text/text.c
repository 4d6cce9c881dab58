#include "text.h"

#include <string.h>
#include <wchar.h>

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

/* Length of the sequence a byte begins, 0 when it begins none. */
static int
sequence_length(unsigned char byte)
{
	if (byte < 0x80)
		return 1;
	if (byte >= 0xc2 && byte < 0xe0)
		return 2;
	if (byte >= 0xe0 && byte < 0xf0)
		return 3;
	if (byte >= 0xf0 && byte < 0xf5)
		return 4;
	return 0;
}

static bool
is_scalar(uint32_t code, int length)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

	return code >= least[length] && code <= 0x10ffff &&
	    (code < 0xd800 || code > 0xdfff);
}

/* Moves past one character, or past one byte that is none. */
static uint32_t
decode(const char **text)
{
	const unsigned char *bytes = (const unsigned char *)*text;
	int i, length = sequence_length(*bytes);
	uint32_t code;

	*text += 1;
	if (length <= 1)
		return length == 0 ? TEXT_REPLACEMENT : *bytes;
	code = *bytes & (0x7fU >> length);
	for (i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return TEXT_REPLACEMENT;
		code = code << 6 | (bytes[i] & 0x3f);
	}
	if (!is_scalar(code, length))
		return TEXT_REPLACEMENT;
	*text += length - 1;
	return code;
}

uint32_t
text_next(const char **text)
{
	uint32_t code;

	if (**text == '\0')
		return 0;
	code = decode(text);
	return acts(code) ? TEXT_REPLACEMENT : code;
}

static void
copy(char *text, size_t size, const char *from, bool clean)
{
	char bytes[4];
	size_t length;
	uint32_t code;

	if (size == 0)
		return;
	while (*from != '\0') {
		code = clean ? text_next(&from) : decode(&from);
		length = text_encode(code, bytes);
		if (length >= size)
			break;
		memcpy(text, bytes, length);
		text += length;
		size -= length;
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
text_columns_of(uint32_t code, bool ascii)
{
	int columns;

	if (code < 0x7f || ascii)
		return 1;
	if (code == 0xad)	/* soft hyphen: terminals disagree */
		return 0;
	columns = wcwidth((wchar_t)code);
	return columns < 0 ? 0 : columns;
}

int
text_columns(const char *text, bool ascii)
{
	uint32_t code;
	int columns = 0;

	while ((code = text_next(&text)) != 0)
		columns += text_columns_of(code, ascii);
	return columns;
}

size_t
text_encode(uint32_t code, char *bytes)
{
	if (code < 0x80) {
		bytes[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		bytes[0] = (char)(0xc0 | code >> 6);
		bytes[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		bytes[0] = (char)(0xe0 | code >> 12);
		bytes[1] = (char)(0x80 | (code >> 6 & 0x3f));
		bytes[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	bytes[0] = (char)(0xf0 | code >> 18);
	bytes[1] = (char)(0x80 | (code >> 12 & 0x3f));
	bytes[2] = (char)(0x80 | (code >> 6 & 0x3f));
	bytes[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

bool
text_contains(const char *text, const char *needle)
{
	return strcasestr(text, needle) != NULL;
}

uint64_t
text_hash(uint64_t hash, const char *text)
{
	for (; *text != '\0'; text++) {
		hash ^= (unsigned char)*text;
		hash *= 0x100000001b3ULL;
	}
	return (hash ^ 0xff) * 0x100000001b3ULL;
}
