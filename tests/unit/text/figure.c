/* Numbers, times and the columns they stand in. */
#include "figure.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aligned.h"
#include "tests/unit/suite.h"

static const char *
shown(const char *unit, bool counter, double value)
{
	static char text[FIGURE_BYTES];

	figure_short(text, unit, counter, value);
	return text;
}

static void
figures_are_rounded_as_their_unit_asks(void)
{
	CU_ASSERT_STRING_EQUAL(shown("percent", false, NAN), "-");
	CU_ASSERT_STRING_EQUAL(shown("percent", false, 12.345), "12.3");
	CU_ASSERT_STRING_EQUAL(shown("tasks", false, 0.256), "0.26");
	CU_ASSERT_STRING_EQUAL(shown("bytes", false, 1024), "1.0K");
	CU_ASSERT_STRING_EQUAL(shown("bits_per_s", false, 25e9), "25.0G");
	CU_ASSERT_STRING_EQUAL(shown("tokens", false, 8192.4), "8192");
	CU_ASSERT_STRING_EQUAL(shown("ms", true, 12.4), "12");
}

static void
exact_figures_have_every_digit_and_their_unit(void)
{
	char text[FIGURE_BYTES];

	figure_exact(text, "percent", 0.1);
	CU_ASSERT_STRING_EQUAL(text, "0.1 percent");
	figure_exact(text, "none", 3);
	CU_ASSERT_STRING_EQUAL(text, "3");
	figure_exact(text, "bytes", INFINITY);
	CU_ASSERT_STRING_EQUAL(text, "-");
}

static void
digits_read_back_as_the_same_number(void)
{
	static const double values[] = { 0.1, 1.0 / 3, 1e300, 5e-324,
	    123456789.125, 0 };
	char text[FIGURE_BYTES];
	double back;
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		figure_digits(text, values[i]);
		CU_ASSERT(sscanf(text, "%lf", &back) == 1);
		CU_ASSERT(memcmp(&back, &values[i], sizeof(back)) == 0);
	}
	figure_digits(text, 0.1);
	CU_ASSERT_STRING_EQUAL(text, "0.1");
}

static void
times_are_utc_and_zero_is_no_time(void)
{
	char text[FIGURE_BYTES];

	figure_time(text, 1763683200999999999);
	CU_ASSERT_STRING_EQUAL(text, "2025-11-21T00:00:00Z");
	figure_time(text, 0);
	CU_ASSERT_STRING_EQUAL(text, "-");
}

/* The bytes that a cell prints; the caller frees them. */
static char *
printed(struct aligned_cell cell, bool first, const char *text)
{
	char *bytes = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&bytes, &length);

	aligned_print(stream, &cell, first, text);
	fclose(stream);
	return bytes;
}

static void
cells_are_aligned_by_what_is_seen(void)
{
	static const struct {
		struct aligned_cell	 cell;
		bool			 first;
		const char		*text;
		const char		*wanted;
	} cases[] = {
		{ { 6, false, false }, true, "ab", "ab    " },
		{ { 6, false, false }, false, "ab", "  ab    " },
		{ { 6, false, true }, false, "ab", "  ab" },
		{ { 6, true, true }, false, "1.5", "     1.5" },
		{ { 2, true, false }, true, "1.5", "1.5" },
		{ { 6, false, false }, true, "\346\235\261\344\272\254",
		    "\346\235\261\344\272\254  " },
	};
	char *text;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text = printed(cases[i].cell, cases[i].first, cases[i].text);
		CU_ASSERT_STRING_EQUAL(text, cases[i].wanted);
		free(text);
	}
	CU_ASSERT_EQUAL(aligned_width(3, "\346\235\261\344\272\254"), 4);
	CU_ASSERT_EQUAL(aligned_width(9, "abc"), 9);
}

static const struct suite_test tests[] = {
	{ "figures are rounded as their unit asks",
	    figures_are_rounded_as_their_unit_asks },
	{ "exact figures have every digit and their unit",
	    exact_figures_have_every_digit_and_their_unit },
	{ "digits read back as the same number",
	    digits_read_back_as_the_same_number },
	{ "times are UTC and zero is no time",
	    times_are_utc_and_zero_is_no_time },
	{ "cells are aligned by what is seen",
	    cells_are_aligned_by_what_is_seen },
};

int
main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	return suite_run("figure", tests, sizeof(tests) / sizeof(tests[0]),
	    argc, argv);
}
