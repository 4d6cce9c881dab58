#include "store/flight_number.h"

#include <math.h>
#include <string.h>

/*
 * Decimals that are tried: what drover shows has no more.  Integers up to
 * 2^53 are exact, and so is a quotient of one of them and a power of ten,
 * as often as it is formed.
 */
#define DECIMALS	5
#define EXACT_LIMIT	0x1p51

/* Bits of a number by its class, three bits that come before. */
static const unsigned int class_width[8] = { 0, 3, 6, 9, 13, 19, 32, 64 };
static const double power[DECIMALS + 1] = { 1, 10, 100, 1e3, 1e4, 1e5 };

void
flight_put_number(struct bits_writer *bits, uint64_t value)
{
	unsigned int class = 0;

	while (class < 7 && value >> class_width[class] != 0)
		class++;
	bits_put(bits, class, 3);
	bits_put_wide(bits, value, class_width[class]);
}

uint64_t
flight_get_number(struct bits_reader *bits)
{
	return bits_get_wide(bits, class_width[bits_get(bits, 3)]);
}

static double
as_double(uint64_t word)
{
	double value;

	memcpy(&value, &word, sizeof(value));
	return value;
}

static uint64_t
as_word(double value)
{
	uint64_t word;

	memcpy(&word, &value, sizeof(word));
	return word;
}

/* Whether the double is an integer of that many decimals, bit for bit. */
static bool
scaled(uint64_t word, unsigned int decimals, int64_t *integer)
{
	double product = as_double(word) * power[decimals];

	if (!(fabs(product) < EXACT_LIMIT))
		return false;
	*integer = llrint(product);
	return as_word((double)*integer / power[decimals]) == word;
}

static bool
scale(uint64_t word, unsigned int *decimals, int64_t *integer)
{
	for (*decimals = 0; *decimals <= DECIMALS; ++*decimals)
		if (scaled(word, *decimals, integer))
			return true;
	*decimals = 0;
	*integer = 0;
	return false;
}

/* What was there, in decimals that it may not have been exact in. */
static int64_t
rescale(uint64_t word, unsigned int decimals)
{
	double product = as_double(word) * power[decimals];

	return fabs(product) < EXACT_LIMIT ? llrint(product) : 0;
}

static void
put_raw(struct bits_writer *bits, uint64_t different)
{
	unsigned int leading, trailing;

	leading = different == 0 ? 63 : (unsigned int)__builtin_clzll(
	    different);
	trailing = different == 0 ? 0 : (unsigned int)__builtin_ctzll(
	    different);
	bits_put(bits, 3, 2);
	bits_put(bits, leading, 6);
	bits_put(bits, trailing, 6);
	bits_put_wide(bits, different >> trailing, 64 - leading - trailing);
}

static uint64_t
get_raw(struct bits_reader *bits)
{
	unsigned int leading, trailing;

	leading = (unsigned int)bits_get(bits, 6);
	trailing = (unsigned int)bits_get(bits, 6);
	if (leading + trailing > 63) {
		bits->failed = true;
		return 0;
	}
	return bits_get_wide(bits, 64 - leading - trailing) << trailing;
}

/* 0: with the decimals of before; 10: with others; 11: as bits. */
void
flight_put_double(struct bits_writer *bits, uint64_t before, uint64_t after)
{
	unsigned int decimals, wanted;
	int64_t from, to;

	(void)scale(before, &decimals, &from);
	if (scaled(after, decimals, &to)) {
		bits_put(bits, 0, 1);
	} else if (scale(after, &wanted, &to)) {
		from = rescale(before, wanted);
		bits_put(bits, 1, 2);
		bits_put(bits, wanted, 3);
	} else {
		put_raw(bits, before ^ after);
		return;
	}
	flight_put_number(bits, flight_zigzag(to - from));
}

uint64_t
flight_get_double(struct bits_reader *bits, uint64_t before)
{
	unsigned int decimals;
	int64_t from;

	if (bits_get(bits, 1) == 0) {
		(void)scale(before, &decimals, &from);
	} else if (bits_get(bits, 1) == 0) {
		decimals = (unsigned int)bits_get(bits, 3);
		if (decimals > DECIMALS) {
			bits->failed = true;
			return 0;
		}
		from = rescale(before, decimals);
	} else {
		return before ^ get_raw(bits);
	}
	return as_word((double)(int64_t)((uint64_t)from +
	    (uint64_t)flight_unzigzag(flight_get_number(bits))) /
	    power[decimals]);
}
