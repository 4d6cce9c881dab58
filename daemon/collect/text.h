/*
 * Reading the text of the kernel without trusting it.  A struct text is a
 * stretch of bytes, not ended by a NUL; every function takes from its
 * front and never looks beyond its end.
 *
 * A number counts only when white space follows it: one that runs to the
 * end of the text may have been cut off, and is NaN like everything that
 * is no number or does not fit.
 */
#ifndef DROVER_COLLECT_TEXT_H
#define DROVER_COLLECT_TEXT_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
	const char	*at;
	const char	*end;
};

static inline bool
text_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static inline bool
text_is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static inline size_t
text_length(struct text text)
{
	return (size_t)(text.end - text.at);
}

/* Take the next line, its newline included.  False at the end. */
static inline bool
text_line(struct text *text, struct text *line)
{
	const char *newline;

	if (text->at >= text->end)
		return false;
	newline = memchr(text->at, '\n', text_length(*text));
	line->at = text->at;
	line->end = newline != NULL ? newline + 1 : text->end;
	text->at = line->end;
	return true;
}

static inline void
text_skip_space(struct text *text)
{
	while (text->at < text->end && text_is_space(*text->at))
		text->at++;
}

/* Take the next word, up to white space; empty at the end. */
static inline struct text
text_word(struct text *text)
{
	struct text word;

	text_skip_space(text);
	word.at = text->at;
	while (text->at < text->end && !text_is_space(*text->at))
		text->at++;
	word.end = text->at;
	return word;
}

static inline void
text_skip_words(struct text *text, int count)
{
	while (count-- > 0)
		(void)text_word(text);
}

static inline bool
text_is(struct text text, const char *word, size_t length)
{
	return text_length(text) == length &&
	    memcmp(text.at, word, length) == 0;
}
#define TEXT_IS(text, literal)	text_is(text, "" literal, sizeof(literal) - 1)

static inline bool
text_starts(struct text text, const char *word, size_t length)
{
	return text_length(text) >= length &&
	    memcmp(text.at, word, length) == 0;
}
#define TEXT_STARTS(text, literal)					\
	text_starts(text, "" literal, sizeof(literal) - 1)

/* Take an unsigned whole number, or the word that stands in its place. */
static inline double
text_number(struct text *text)
{
	const char *first;
	uint64_t value = 0;

	text_skip_space(text);
	first = text->at;
	/* Nineteen digits always fit 64 bits. */
	while (text->at < text->end && text_is_digit(*text->at) &&
	    text->at - first < 19)
		value = value * 10 + (uint64_t)(*text->at++ - '0');
	if (text->at == first || text->at == text->end ||
	    !text_is_space(*text->at)) {
		(void)text_word(text);
		return NAN;
	}
	return (double)value;
}

/* Take a whole number that may be negative. */
static inline double
text_signed(struct text *text)
{
	text_skip_space(text);
	if (text->at < text->end && *text->at == '-') {
		text->at++;
		return text->at < text->end && text_is_digit(*text->at) ?
		    -text_number(text) : NAN;
	}
	return text_number(text);
}

/* Take a number such as 12.34. */
static inline double
text_decimal(struct text *text)
{
	double value = 0, unit = 1;
	int digits = 0;
	bool point = false;

	text_skip_space(text);
	for (; text->at < text->end; text->at++) {
		if (*text->at == '.' && digits > 0 && !point) {
			point = true;
			continue;
		}
		if (!text_is_digit(*text->at) || digits == 19)
			break;
		value = value * 10 + (*text->at - '0');
		unit *= point ? 10 : 1;
		digits++;
	}
	if (digits == 0 || text->at == text->end ||
	    !text_is_space(*text->at)) {
		(void)text_word(text);
		return NAN;
	}
	return value / unit;
}

/* Growth of a counter; NaN when it went back or is unknown. */
static inline double
counter_growth(double before, double now)
{
	return now >= before ? now - before : NAN;
}

#endif
