/*
 * Numbers with units and words: what they mean, what is refused, and how
 * they are written.
 */
#include "config/text.h"
#include "config/value.h"
#include "tests/unit/suite.h"

struct number_case {
	enum config_type	 type;
	const char		*text;
	uint64_t		 number;
	const char		*why;		/* NULL: it is sound */
};

static void
numbers_mean_what_they_say(void)
{
	static const struct number_case cases[] = {
		{ CONFIG_DURATION_MS, "100ms", 100, NULL },
		{ CONFIG_DURATION_MS, "1s", 1000, NULL },
		{ CONFIG_DURATION_MS, "1.5s", 1500, NULL },
		{ CONFIG_DURATION_MS, "1h30m", 5400000, NULL },
		{ CONFIG_DURATION_MS, "1d1ms", 86400001, NULL },
		{ CONFIG_DURATION_MS, "90m", 5400000, NULL },
		{ CONFIG_DURATION_MS, "0s", 0, NULL },
		{ CONFIG_DURATION_MS, "5", 0, "has no unit" },
		{ CONFIG_DURATION_MS, "5 s", 0, "has an unknown unit" },
		{ CONFIG_DURATION_MS, "5S", 0, "has an unknown unit" },
		{ CONFIG_DURATION_MS, "5us", 0, "has an unknown unit" },
		{ CONFIG_DURATION_MS, "30m1h", 0, "has an unknown unit" },
		{ CONFIG_DURATION_MS, "1m1m", 0, "has an unknown unit" },
		{ CONFIG_DURATION_MS, "1.0001s", 0, "is too fine" },
		{ CONFIG_DURATION_MS, "-1s", 0, "is not a number" },
		{ CONFIG_DURATION_MS, "s", 0, "is not a number" },
		{ CONFIG_DURATION_MS, "", 0, "is not a number" },
		{ CONFIG_DURATION_MS, "1.s", 0, "ends in a point" },
		{ CONFIG_DURATION_MS, "999999999999999d", 0, "is too large" },
		{ CONFIG_DURATION_MS, "1000000000000000s", 0,
		    "is too large" },
		{ CONFIG_BYTES, "512MiB", 536870912, NULL },
		{ CONFIG_BYTES, "1.5GiB", 1610612736, NULL },
		{ CONFIG_BYTES, "2kB", 2000, NULL },
		{ CONFIG_BYTES, "7B", 7, NULL },
		{ CONFIG_BYTES, "1TiB", UINT64_C(1) << 40, NULL },
		{ CONFIG_BYTES, "512M", 0, "has an unknown unit" },
		{ CONFIG_BYTES, "512", 0, "has no unit" },
		{ CONFIG_BYTES, "0.3B", 0, "is too fine" },
		{ CONFIG_COUNT, "0", 0, NULL },
		{ CONFIG_COUNT, "42", 42, NULL },
		{ CONFIG_COUNT, "042", 0, "begins with a zero" },
		{ CONFIG_COUNT, "0x10", 0, "is not a whole number" },
		{ CONFIG_COUNT, "4.0", 0, "is not a whole number" },
		{ CONFIG_COUNT, "1e3", 0, "is not a whole number" },
		{ CONFIG_COUNT, "+1", 0, "is not a number" },
		{ CONFIG_SHARE, "0.8", 800000, NULL },
		{ CONFIG_SHARE, ".8", 800000, NULL },
		{ CONFIG_SHARE, "1", 1000000, NULL },
		{ CONFIG_SHARE, "80%", 800000, NULL },
		{ CONFIG_SHARE, "12.5%", 125000, NULL },
		{ CONFIG_SHARE, "0.123456", 123456, NULL },
		{ CONFIG_SHARE, "0.1234560", 123456, NULL },
		{ CONFIG_SHARE, "0.1234567", 0, "has more than 6 decimals" },
		{ CONFIG_SHARE, "0.12345%", 0, "is too fine" },
		{ CONFIG_SHARE, ".", 0, "ends in a point" },
		{ CONFIG_SHARE, "0,8", 0, "is not a number" },
		{ CONFIG_SHARE, "nan", 0, "is not a number" },
		{ CONFIG_SHARE, "80%%", 0, "is not a number" },
	};
	uint64_t number;
	const char *why;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		why = value_number_read(cases[i].type, cases[i].text,
		    strlen(cases[i].text), &number);
		if ((why == NULL) != (cases[i].why == NULL) || (why != NULL &&
		    strcmp(why, cases[i].why) != 0) || (why == NULL &&
		    number != cases[i].number)) {
			fprintf(stderr, "\n%s: %s\n", cases[i].text,
			    why != NULL ? why : "accepted");
			CU_FAIL("number");
		}
	}
}

static void
numbers_are_written_with_their_units(void)
{
	static const struct number_case cases[] = {
		{ CONFIG_DURATION_MS, "0s", 0, NULL },
		{ CONFIG_DURATION_MS, "250ms", 250, NULL },
		{ CONFIG_DURATION_MS, "1s500ms", 1500, NULL },
		{ CONFIG_DURATION_MS, "1h30m", 5400000, NULL },
		{ CONFIG_DURATION_MS, "24h", 86400000, NULL },
		{ CONFIG_BYTES, "0B", 0, NULL },
		{ CONFIG_BYTES, "512MiB", 536870912, NULL },
		{ CONFIG_BYTES, "3kB", 3000, NULL },
		{ CONFIG_BYTES, "1025B", 1025, NULL },
		{ CONFIG_COUNT, "7", 7, NULL },
		{ CONFIG_SHARE, "0", 0, NULL },
		{ CONFIG_SHARE, "1", 1000000, NULL },
		{ CONFIG_SHARE, "0.8", 800000, NULL },
		{ CONFIG_SHARE, "0.000001", 1, NULL },
	};
	char text[64];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		value_number_write(cases[i].type, cases[i].number, text,
		    sizeof(text));
		CU_ASSERT_STRING_EQUAL(text, cases[i].text);
	}
}

static void
every_number_written_reads_the_same(void)
{
	static const enum config_type types[] = { CONFIG_DURATION_MS,
	    CONFIG_BYTES, CONFIG_COUNT, CONFIG_SHARE };
	uint64_t state = 1, number, again;
	char text[64];
	int i;

	for (i = 0; i < 20000; i++) {
		state = state * UINT64_C(6364136223846793005) + 1;
		number = (state >> 24) % UINT64_C(1000000000000);
		number >>= (state >> 16) % 40;
		value_number_write(types[i % 4], number, text, sizeof(text));
		CU_ASSERT_PTR_NULL_FATAL(value_number_read(types[i % 4], text,
		    strlen(text), &again));
		CU_ASSERT_EQUAL_FATAL(again, number);
	}
}

static void
distance_counts_single_slips(void)
{
	CU_ASSERT_EQUAL(text_distance("interval", "interval"), 0);
	CU_ASSERT_EQUAL(text_distance("intervall", "interval"), 1);
	CU_ASSERT_EQUAL(text_distance("interval", "intreval"), 1);
	CU_ASSERT_EQUAL(text_distance("intarval", "interval"), 1);
	CU_ASSERT_EQUAL(text_distance("", "abc"), 3);
	CU_ASSERT_EQUAL(text_distance("abc", ""), 3);
	CU_ASSERT_EQUAL(text_distance("kitten", "sitting"), 3);
	CU_ASSERT_EQUAL(text_distance("an_overlong_word_that_nobody_"
	    "would_ever_write", "interval"), TEXT_UNLIKE);
}

static void
quotes_show_what_cannot_be_printed(void)
{
	char quoted[192];
	const char *text;

	CU_ASSERT_STRING_EQUAL(text_quote("a\nb", 3, quoted, sizeof(quoted)),
	    "\"a\\x0ab\"");
	CU_ASSERT_STRING_EQUAL(text_quote("\xc2\x85", 2, quoted,
	    sizeof(quoted)), "\"\\xc2\\x85\"");
	text = "0123456789012345678901234567890123456789";
	CU_ASSERT_STRING_EQUAL(text_quote(text, 40, quoted, sizeof(quoted)),
	    "\"0123456789012345678901234567890123456789\"");
	text = "012345678901234567890123456789012345678\xc3\xa9\xc3\xa9";
	CU_ASSERT_STRING_EQUAL(text_quote(text, 43, quoted, sizeof(quoted)),
	    "\"012345678901234567890123456789012345678\xc3\xa9...\"");
}

static const struct suite_test tests[] = {
	{ "numbers mean what they say", numbers_mean_what_they_say },
	{ "numbers are written with their units",
	    numbers_are_written_with_their_units },
	{ "every number written reads the same",
	    every_number_written_reads_the_same },
	{ "distance counts single slips", distance_counts_single_slips },
	{ "quotes show what cannot be printed",
	    quotes_show_what_cannot_be_printed },
};

SUITE_MAIN("config value", tests)
