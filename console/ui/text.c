#include "text.h"

#include <string.h>
#include <wchar.h>

static bool
is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) ||
	    code == 0x2028 || code == 0x2029;
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

uint32_t
text_next(const char **text)
{
	const unsigned char *bytes = (const unsigned char *)*text;
	uint32_t code;
	int i, length;

	if (*bytes == 0)
		return 0;
	length = sequence_length(*bytes);
	if (length == 0) {
		*text += 1;
		return TEXT_REPLACEMENT;
	}
	code = length == 1 ? *bytes : *bytes & (0x7fU >> length);
	for (i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80) {
			*text += i;
			return TEXT_REPLACEMENT;
		}
		code = code << 6 | (bytes[i] & 0x3f);
	}
	*text += length;
	if (!is_scalar(code, length) || is_control(code))
		return TEXT_REPLACEMENT;
	return code;
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
