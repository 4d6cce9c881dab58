/* Numbers with units, read and written; the same in every locale. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "config/value.h"

#define MILLION		UINT64_C(1000000)
#define DIGITS_MAX	15	/* of the whole part */
#define FRACTION_MAX	6

struct unit {
	const char	*name;
	uint64_t	 factor;
};

/* Falling, as in 1h30m. */
static const struct unit duration_units[] = {
	{ "d", UINT64_C(86400000) },
	{ "h", UINT64_C(3600000) },
	{ "m", UINT64_C(60000) },
	{ "s", UINT64_C(1000) },
	{ "ms", UINT64_C(1) },
	{ NULL, 0 }
};

static const struct unit byte_units[] = {
	{ "TiB", UINT64_C(1) << 40 },
	{ "TB", UINT64_C(1000000000000) },
	{ "GiB", UINT64_C(1) << 30 },
	{ "GB", UINT64_C(1000000000) },
	{ "MiB", UINT64_C(1) << 20 },
	{ "MB", UINT64_C(1000000) },
	{ "KiB", UINT64_C(1) << 10 },
	{ "kB", UINT64_C(1000) },
	{ "B", UINT64_C(1) },
	{ NULL, 0 }
};

/* A decimal number without sign or exponent. */
struct decimal {
	uint64_t	whole;
	uint64_t	millionths;
	size_t		length;		/* 0: there was none */
	bool		fraction;	/* a point was given */
};

static const char *
read_fraction(struct decimal *decimal, const char *text, size_t length)
{
	uint64_t weight = MILLION / 10;
	size_t begin = decimal->length;

	decimal->fraction = true;
	for (; decimal->length < length && text[decimal->length] >= '0' &&
	    text[decimal->length] <= '9'; decimal->length++) {
		if (weight == 0 && text[decimal->length] != '0')
			return "has more than 6 decimals";
		decimal->millionths += weight *
		    (uint64_t)(text[decimal->length] - '0');
		weight /= 10;
	}
	return decimal->length == begin ? "ends in a point" : NULL;
}

static const char *
read_decimal(struct decimal *decimal, const char *text, size_t length)
{
	size_t i;

	*decimal = (struct decimal){ 0 };
	for (i = 0; i < length && text[i] >= '0' && text[i] <= '9'; i++) {
		if (i >= DIGITS_MAX)
			return "is too large";
		decimal->whole = decimal->whole * 10 + (uint64_t)(text[i] -
		    '0');
	}
	decimal->length = i;
	if (i < length && text[i] == '.') {
		decimal->length++;
		return read_fraction(decimal, text, length);
	}
	if (i == 0)
		return "is not a number";
	if (i > 1 && text[0] == '0')
		return "begins with a zero";
	return NULL;
}

/* *amount = decimal * factor, which must be whole. */
static const char *
scale(const struct decimal *decimal, uint64_t factor, uint64_t *amount)
{
	uint64_t part = decimal->millionths * factor;

	if (__builtin_mul_overflow(decimal->whole, factor, amount) ||
	    __builtin_add_overflow(*amount, part / MILLION, amount))
		return "is too large";
	return part % MILLION != 0 ? "is too fine" : NULL;
}

static const struct unit *
read_unit(const struct unit *units, const char *text, size_t length)
{
	for (; units->name != NULL; units++)
		if (strlen(units->name) == length &&
		    memcmp(units->name, text, length) == 0)
			return units;
	return NULL;
}

/* One part as 30m, with a unit that stands before end of units. */
static const char *
read_part(const struct unit **units, const char **text, size_t *length,
    uint64_t *amount)
{
	struct decimal decimal;
	const struct unit *unit;
	const char *why = read_decimal(&decimal, *text, *length);
	size_t letters;

	if (why != NULL)
		return why;
	*text += decimal.length;
	*length -= decimal.length;
	for (letters = 0; letters < *length; letters++)
		if ((*text)[letters] >= '0' && (*text)[letters] <= '9')
			break;
	if (letters == 0)
		return "has no unit";
	unit = read_unit(*units, *text, letters);
	if (unit == NULL)
		return "has an unknown unit";
	*text += letters;
	*length -= letters;
	*units = unit + 1;
	return scale(&decimal, unit->factor, amount);
}

static const char *
read_parts(const struct unit *units, const char *text, size_t length,
    uint64_t *number)
{
	uint64_t amount;
	const char *why;

	*number = 0;
	do {
		why = read_part(&units, &text, &length, &amount);
		if (why != NULL)
			return why;
		if (__builtin_add_overflow(*number, amount, number))
			return "is too large";
	} while (length > 0);
	return NULL;
}

static const char *
read_count(const char *text, size_t length, uint64_t *number)
{
	struct decimal decimal;
	const char *why = read_decimal(&decimal, text, length);

	if (why == NULL && (decimal.fraction || decimal.length != length))
		why = "is not a whole number";
	*number = decimal.whole;
	return why;
}

static const char *
read_share(const char *text, size_t length, uint64_t *number)
{
	struct decimal decimal;
	const char *why = read_decimal(&decimal, text, length);
	uint64_t factor = MILLION;

	if (why != NULL)
		return why;
	if (decimal.length + 1 == length && text[length - 1] == '%')
		factor /= 100;
	else if (decimal.length != length)
		return "is not a number";
	return scale(&decimal, factor, number);
}

const char *
value_number_read(enum config_type type, const char *text, size_t length,
    uint64_t *number)
{
	switch (type) {
	case CONFIG_DURATION_MS:
		return read_parts(duration_units, text, length, number);
	case CONFIG_BYTES:
		return read_parts(byte_units, text, length, number);
	case CONFIG_SHARE:
		return read_share(text, length, number);
	default:
		return read_count(text, length, number);
	}
}

/* 1h30m; days are read, and written as hours. */
static void
write_duration(uint64_t number, char *text, size_t size)
{
	const struct unit *unit;
	size_t used = 0;

	if (number == 0)
		snprintf(text, size, "0s");
	for (unit = duration_units + 1; unit->factor > 0; unit++) {
		if (number < unit->factor)
			continue;
		if (used < size)
			used += (size_t)snprintf(text + used, size - used,
			    "%" PRIu64 "%s", number / unit->factor,
			    unit->name);
		number %= unit->factor;
	}
}

static void
write_bytes(uint64_t number, char *text, size_t size)
{
	const struct unit *unit = byte_units;

	while (unit->factor > 1 && (number == 0 ||
	    number % unit->factor != 0))
		unit++;
	snprintf(text, size, "%" PRIu64 "%s", number / unit->factor,
	    unit->name);
}

static void
write_share(uint64_t number, char *text, size_t size)
{
	char digits[8];
	size_t length;

	snprintf(digits, sizeof(digits), "%06" PRIu64, number % MILLION);
	for (length = 6; length > 0 && digits[length - 1] == '0'; length--)
		digits[length - 1] = '\0';
	snprintf(text, size, "%" PRIu64 "%s%s", number / MILLION,
	    length > 0 ? "." : "", digits);
}

void
value_number_write(enum config_type type, uint64_t number, char *text,
    size_t size)
{
	switch (type) {
	case CONFIG_DURATION_MS:
		write_duration(number, text, size);
		break;
	case CONFIG_BYTES:
		write_bytes(number, text, size);
		break;
	case CONFIG_SHARE:
		write_share(number, text, size);
		break;
	default:
		snprintf(text, size, "%" PRIu64, number);
	}
}
