/* A moment is what an operator would mean by it. */
#include <errno.h>
#include <stdio.h>

#include "tests/unit/suite.h"
#include "when.h"

#define NS_PER_S	INT64_C(1000000000)
/* 2026-11-21T00:12:07Z */
#define NOW_S		INT64_C(1795219927)

static void
is(const char *text, int64_t seconds)
{
	int64_t wall_ns = -1;

	CU_ASSERT_EQUAL(when_parse(text, NOW_S * NS_PER_S, &wall_ns), 0);
	if (wall_ns != seconds * NS_PER_S)
		printf("%s is %lld, not %lld: ", text,
		    (long long)(wall_ns / NS_PER_S), (long long)seconds);
	CU_ASSERT_EQUAL(wall_ns, seconds * NS_PER_S);
}

static void
a_span_is_so_long_ago(void)
{
	is("now", NOW_S);
	is("10m", NOW_S - 600);
	is("-10m", NOW_S - 600);
	is("2h30m", NOW_S - 9000);
	is("1w1d1s", NOW_S - 8 * 86400 - 1);
}

static void
a_clock_is_the_last_time_that_it_was_so_late(void)
{
	is("00:12:07", NOW_S);
	is("00:12", NOW_S - 7);
	is("00:13", NOW_S + 53 - 86400);
	is("23:00", NOW_S - 727 - 3600);
}

static void
a_date_is_that_date(void)
{
	is("2026-11-21T00:12:07Z", NOW_S);
	is("2026-11-21 00:12:07", NOW_S);
	is("2026-11-21 00:12", NOW_S - 7);
	is("11-21 00:12:07", NOW_S);
	is("11-20T00:12:07", NOW_S - 86400);
	/* Not yet this year. */
	is("12-21 00:12:07", NOW_S + 30 * 86400 - 365 * 86400);
	is("@1790000000", 1790000000);
}

static void
anything_else_is_refused(void)
{
	static const char *const wrong[] = { "", "-", "10", "10x", "m",
		"25:00", "00:60", "2026-02-30 00:00", "11-21", "@", "@12x",
		"2026-11-21 00:12:07 ", "99999999999w", "now now",
		"9999-12-31 00:00" };
	int64_t wall_ns;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CU_ASSERT_EQUAL(when_parse(wrong[i], NOW_S * NS_PER_S,
		    &wall_ns), -EINVAL);
}

static const struct suite_test tests[] = {
	{ "a span is so long ago", a_span_is_so_long_ago },
	{ "a clock is the last time that it was so late",
	    a_clock_is_the_last_time_that_it_was_so_late },
	{ "a date is that date", a_date_is_that_date },
	{ "anything else is refused", anything_else_is_refused },
};

SUITE_MAIN("when", tests)
