#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "api/text.h"

#define DIGITS_BYTES	40
#define VALUE_BYTES	512
#define WHOLE_MAX	1e15	/* as many digits as are kept */
#define REPLACEMENT	"\xef\xbf\xbd"

void
text_free(struct text *text)
{
	free(text->bytes);
	memset(text, 0, sizeof(*text));
}

static bool
make_room(struct text *text, size_t length)
{
	size_t room = text->room == 0 ? 4096 : text->room;
	char *more;

	if (text->failed)
		return false;
	while (room - text->length < length)
		room *= 2;
	if (room == text->room)
		return true;
	more = realloc(text->bytes, room);
	if (more == NULL) {
		text->failed = true;
		return false;
	}
	text->bytes = more;
	text->room = room;
	return true;
}

void
text_add(struct text *text, const char *bytes, size_t length)
{
	if (!make_room(text, length))
		return;
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
}

void
text_add_word(struct text *text, const char *word)
{
	text_add(text, word, strlen(word));
}

void
text_add_integer(struct text *text, int64_t value)
{
	uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	char digits[DIGITS_BYTES];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (value < 0)
		digits[--at] = '-';
	text_add(text, digits + at, sizeof(digits) - at);
}

/* Most values are whole: they need no printf. */
static bool
is_whole(double value)
{
	return value > -WHOLE_MAX && value < WHOLE_MAX &&
	    value == (double)(int64_t)value && !(value == 0 &&
	    signbit(value));
}

/* Fifteen digits, as droverstat; a real number is told from an integer. */
void
text_add_real(struct text *text, double value)
{
	char digits[DIGITS_BYTES];

	if (!isfinite(value)) {
		text_add_word(text, "null");
		return;
	}
	if (is_whole(value)) {
		text_add_integer(text, (int64_t)value);
		text_add(text, ".0", 2);
		return;
	}
	snprintf(digits, sizeof(digits), "%.15g", value);
	if (strpbrk(digits, ".e") == NULL)
		strcat(digits, ".0");
	text_add_word(text, digits);
}

static bool
is_plain(const char *value)
{
	for (; *value != '\0'; value++)
		if (*value < ' ' || *value > '~' || *value == '"' ||
		    *value == '\\')
			return false;
	return true;
}

/* The bytes of the character at value; 0: it is none. */
static size_t
character_bytes(const char *value)
{
	unsigned char lead = (unsigned char)*value;
	size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	json_t *character;

	if (strnlen(value, bytes) < bytes)
		return 0;
	character = json_stringn(value, bytes);
	json_decref(character);
	return character == NULL ? 0 : bytes;
}

/* Each byte that is not UTF-8 becomes U+FFFD. */
static json_t *
replaced(const char *value)
{
	char valid[VALUE_BYTES * 3 + 1];
	size_t stored = 0, bytes;

	while (*value != '\0' && stored < sizeof(valid) - 4) {
		bytes = character_bytes(value);
		if (bytes > 0) {
			memcpy(valid + stored, value, bytes);
			stored += bytes;
			value += bytes;
			continue;
		}
		memcpy(valid + stored, REPLACEMENT, sizeof(REPLACEMENT) - 1);
		stored += sizeof(REPLACEMENT) - 1;
		value++;
	}
	return json_stringn(valid, stored);
}

json_t *
text_json(const char *value)
{
	json_t *string = json_string(value);

	return string != NULL ? string : replaced(value);
}

static void
add_escaped(struct text *text, const char *value)
{
	json_t *string = text_json(value);
	char *escaped;

	escaped = json_dumps(string, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
	if (escaped == NULL)
		text->failed = true;
	else
		text_add_word(text, escaped);
	free(escaped);
	json_decref(string);
}

void
text_add_string(struct text *text, const char *value)
{
	if (!is_plain(value)) {
		add_escaped(text, value);
		return;
	}
	text_add(text, "\"", 1);
	text_add_word(text, value);
	text_add(text, "\"", 1);
}
