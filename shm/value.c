/* One value of a row, by its column. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "shm/access.h"
#include "shm/reader.h"

static uint64_t
word_of(const struct drover_column *column, const void *row)
{
	uint64_t word = 0;
	uint8_t byte;

	if (column->width == sizeof(word))
		memcpy(&word, (const char *)row + column->offset,
		    sizeof(word));
	else if (column->width == sizeof(byte)) {
		memcpy(&byte, (const char *)row + column->offset, 1);
		word = byte;
	}
	return word;
}

static double
as_double(uint64_t word)
{
	double value;

	memcpy(&value, &word, sizeof(value));
	return value;
}

int64_t
drover_get_i64(const struct drover_column *column, const void *row)
{
	double value;

	switch (column->type) {
	case DROVER_TYPE_I64:
	case DROVER_TYPE_ENUM8:
	case DROVER_TYPE_TEXT:
		return (int64_t)word_of(column, row);
	case DROVER_TYPE_F64:
		if (column->width == 0)
			return 0;
		value = as_double(word_of(column, row));
		if (isnan(value))
			return 0;
		if (value >= 0x1p63)
			return INT64_MAX;
		return value < -0x1p63 ? INT64_MIN : (int64_t)value;
	case DROVER_TYPE_CHAR:
		break;
	}
	return 0;
}

double
drover_get_f64(const struct drover_column *column, const void *row)
{
	if (column->width == 0)
		return NAN;
	switch (column->type) {
	case DROVER_TYPE_F64:
		return as_double(word_of(column, row));
	case DROVER_TYPE_I64:
	case DROVER_TYPE_TEXT:
		return (double)(int64_t)word_of(column, row);
	case DROVER_TYPE_ENUM8:
		return (double)word_of(column, row);
	case DROVER_TYPE_CHAR:
		break;
	}
	return NAN;
}

/* Bytes up to a NUL that fit, without half a character at the end. */
static size_t
store(char *text, size_t size, const char *from, size_t length)
{
	length = strnlen(from, length);
	if (length >= size) {
		length = size - 1;
		while (length > 0 &&
		    ((unsigned char)from[length] & 0xc0) == 0x80)
			length--;
	}
	memcpy(text, from, length);
	text[length] = '\0';
	return length;
}

static size_t
store_interned(const struct drover_segment *segment, uint64_t id, char *text,
    size_t size)
{
	uint64_t used;

	used = segment_load_acquire(&segment->header->text_used);
	if (used > segment->text_bytes)
		used = segment->text_bytes;
	if (id == 0 || id >= used)
		return store(text, size, "", 0);
	return store(text, size, segment->texts + id, used - id);
}

size_t
drover_get_str(const struct drover_segment *segment,
    const struct drover_column *column, const void *row, char *text,
    size_t size)
{
	const char *word;
	char number[32];

	if (size == 0)
		return 0;
	text[0] = '\0';
	if (column->width == 0)
		return 0;
	switch (column->type) {
	case DROVER_TYPE_CHAR:
		return store(text, size, (const char *)row + column->offset,
		    column->width);
	case DROVER_TYPE_ENUM8:
		word = drover_word(segment, column->dictionary,
		    (unsigned int)word_of(column, row));
		return store(text, size, word, strlen(word));
	case DROVER_TYPE_TEXT:
		return store_interned(segment, word_of(column, row), text,
		    size);
	case DROVER_TYPE_I64:
		snprintf(number, sizeof(number), "%" PRId64,
		    drover_get_i64(column, row));
		return store(text, size, number, sizeof(number));
	case DROVER_TYPE_F64:
		snprintf(number, sizeof(number), "%.10g",
		    drover_get_f64(column, row));
		return store(text, size, number, sizeof(number));
	}
	return 0;
}
