/* Values and curves: what a cell says. */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "format.h"
#include "grid.h"
#include "manual.h"
#include "sign.h"
#include "tests/unit/suite.h"
#include "text.h"
#include "trend.h"

static void
half_a_wide_letter_is_never_left(void)
{
	struct grid grid = {.mode = GLYPH_MODE_BLOCK};
	char line[64];

	CU_ASSERT_EQUAL(grid_resize(&grid, 6, 1), 0);
	grid_text(&grid, 0, 0, 6, ROLE_TEXT, "\346\235\261\344\272\254x");
	grid_put(&grid, 0, 1, ROLE_TEXT, '|');
	grid_line(&grid, 0, line, sizeof(line));
	CU_ASSERT_STRING_EQUAL(line, " |\344\272\254x");
	grid_clear(&grid);
	/* It does not fit into what is left: an ellipsis stands there. */
	grid_text(&grid, 0, 0, 4, ROLE_TEXT, "abc\346\235\261");
	grid_line(&grid, 0, line, sizeof(line));
	CU_ASSERT_STRING_EQUAL(line, "abc\342\200\246");
	grid_release(&grid);
}

static void
values_are_rounded_to_what_is_read(void)
{
	static const struct {
		double		 value;
		enum unit	 unit;
		const char	*brief;
		const char	*spelled;
	} cases[] = {
		{NAN, UNIT_percent, "-", "-"},
		{INFINITY, UNIT_bytes, "-", "-"},
		{0, UNIT_percent, "0%", "0%"},
		{0.04, UNIT_percent, "0%", "0%"},
		{9.94, UNIT_percent, "9.9%", "9.9%"},
		{9.96, UNIT_percent, "10%", "10%"},
		{100, UNIT_percent, "100%", "100%"},
		{0, UNIT_bytes, "0", "0 B"},
		{1023, UNIT_bytes, "1023", "1023 B"},
		{1024, UNIT_bytes, "1.0K", "1.0 KiB"},
		{62.8 * 1073741824, UNIT_bytes, "62.8G", "62.8 GiB"},
		{1048575, UNIT_bytes, "1.0M", "1.0 MiB"},
		{1.25e6, UNIT_bytes_per_s, "1.2M", "1.2 MiB/s"},
		{1e10, UNIT_bits_per_s, "10.0G", "10.0 Gbit/s"},
		{999.7, UNIT_count, "1.0k", "1.0k"},
		{12420, UNIT_per_s, "12.4k", "12.4k/s"},
		{8192, UNIT_tokens, "8192", "8192"},
		{0.4, UNIT_ms, "400us", "400us"},
		{2410, UNIT_ms, "2.41s", "2.41s"},
		{180, UNIT_us, "180us", "180us"},
		{71.4, UNIT_celsius, "71C", "71 C"},
		{10.466, UNIT_tasks, "10.47", "10.47"},
		{1, UNIT_flag, "yes", "yes"},
		{8, UNIT_bits, "0x8", "0x8"},
		{59, UNIT_seconds, "59s", "59s"},
		{185, UNIT_seconds, "3m05s", "3m05s"},
		{1054800, UNIT_seconds, "12d05h", "12d05h"},
		{-5, UNIT_seconds, "0s", "0s"},
	};
	char text[FORMAT_BYTES];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		format_short(text, cases[i].value, cases[i].unit);
		CU_ASSERT_STRING_EQUAL(text, cases[i].brief);
		CU_ASSERT(strlen(text) <= 6);
		format_long(text, cases[i].value, cases[i].unit);
		CU_ASSERT_STRING_EQUAL(text, cases[i].spelled);
	}
}

static void
absurd_values_stay_in_their_place(void)
{
	static const double absurd[] = {1e300, -1e300, 9.2e18, -1, 1e-300};
	char text[FORMAT_BYTES];
	size_t i;
	int unit;

	for (i = 0; i < sizeof(absurd) / sizeof(absurd[0]); i++) {
		for (unit = UNIT_none; unit <= UNIT_tokens; unit++) {
			format_short(text, absurd[i], (enum unit)unit);
			CU_ASSERT(strlen(text) < FORMAT_BYTES);
			format_long(text, absurd[i], (enum unit)unit);
			CU_ASSERT(strlen(text) < FORMAT_BYTES);
		}
	}
	format_date(text, INT64_MAX);
	format_clock(text, INT64_MIN);
	CU_ASSERT_STRING_EQUAL(text, "-");
}

static void
every_state_has_a_symbol_and_a_word(void)
{
	unsigned int i;

	for (i = 0; i < 256; i++) {
		CU_ASSERT(sign_node_state(i).word != NULL);
		CU_ASSERT(sign_backend_state(i).word != NULL);
		CU_ASSERT(sign_process_state(i).word != NULL);
		CU_ASSERT(sign_model_state(i).word != NULL);
		CU_ASSERT(sign_severity(i).word != NULL);
	}
	CU_ASSERT_STRING_EQUAL(sign_node_state(200).word, "?");
}

static void
draw_curve(const struct trends *trends, char *line, size_t size,
    enum glyph_mode mode, enum node_metric metric)
{
	struct grid grid = {.mode = mode};

	grid_resize(&grid, 8, 1);
	trend_draw(trend_of(trends, 7), metric, &grid, 0, 0, 8);
	grid_line(&grid, 0, line, size);
	grid_release(&grid);
}

/* So many seconds of a CPU that gets busier, without some of them. */
static void
note(struct trends *trends, int seconds, int without, int until)
{
	struct drover_node_row row;
	int second;

	for (second = 0; second < seconds; second++) {
		if (second >= without && second < until)
			continue;
		fixture_node(&row, 0, FIXTURE_NOW_NS / 10000000000LL *
		    10000000000LL + second * 1000000000LL);
		row.cpu_busy = second * 100.0 / seconds;
		row.context_switches = second * 50;
		trend_note(trends, 7, &row);
	}
}

static void
a_curve_rises_in_every_glyph_mode(void)
{
	struct trends trends = {0};
	char line[64];

	note(&trends, 80, 0, 0);
	draw_curve(&trends, line, sizeof(line), GLYPH_MODE_BLOCK,
	    NODE_METRIC_cpu_busy);
	CU_ASSERT_STRING_EQUAL(line, "\342\226\201\342\226\202\342\226\203"
	    "\342\226\204\342\226\205\342\226\206\342\226\207\342\226\210");
	draw_curve(&trends, line, sizeof(line), GLYPH_MODE_ASCII,
	    NODE_METRIC_cpu_busy);
	CU_ASSERT_STRING_EQUAL(line, ".:-=+*#@");
	draw_curve(&trends, line, sizeof(line), GLYPH_MODE_BRAILLE,
	    NODE_METRIC_cpu_busy);
	CU_ASSERT_EQUAL(text_columns(line, true), 8);
	trends_release(&trends);
}

static void
a_gap_is_blank_and_not_zero(void)
{
	struct trends trends = {0};
	char line[64];

	note(&trends, 80, 30, 50);
	draw_curve(&trends, line, sizeof(line), GLYPH_MODE_ASCII,
	    NODE_METRIC_cpu_busy);
	CU_ASSERT_STRING_EQUAL(line, ".:-  *#@");
	draw_curve(&trends, line, sizeof(line), GLYPH_MODE_ASCII,
	    NODE_METRIC_forks);
	CU_ASSERT_STRING_EQUAL(line, "");
	trends_release(&trends);
}

static void
a_counter_is_kept_as_its_rate(void)
{
	struct trends trends = {0};
	struct drover_node_row row;
	const struct trend *trend;

	note(&trends, 20, 0, 0);
	trend = trend_of(&trends, 7);
	CU_ASSERT_DOUBLE_EQUAL(
	    (double)trend->rate[NODE_METRIC_context_switches], 50, 0.01);
	/* It began anew: no rate rather than a wrong one. */
	fixture_node(&row, 0, trend->sampled_ns + 1000000000LL);
	row.context_switches = 3;
	trend_note(&trends, 7, &row);
	CU_ASSERT(isnan(trend->rate[NODE_METRIC_context_switches]));
	trends_release(&trends);
}

static void
a_clock_that_jumps_does_no_harm(void)
{
	static const int64_t jumps_s[] = {3600, -7200, 1, 86400 * 365LL,
		-86400 * 365LL, 2};
	struct trends trends = {0};
	struct drover_node_row row;
	int64_t now = FIXTURE_NOW_NS;
	char line[64];
	size_t i;

	note(&trends, 20, 0, 0);
	for (i = 0; i < sizeof(jumps_s) / sizeof(jumps_s[0]); i++) {
		now += jumps_s[i] * 1000000000LL;
		fixture_node(&row, 0, now);
		trend_note(&trends, 7, &row);
		draw_curve(&trends, line, sizeof(line), GLYPH_MODE_BLOCK,
		    NODE_METRIC_cpu_busy);
	}
	CU_ASSERT_EQUAL(trends.count, 1);
	trends_release(&trends);
}

static void
hostile_pages_are_parsed_within_bounds(void)
{
	static const char *const pages[] = {"\b\b\b", "a\b", "\ba\n", "_\b",
		"a\ba\ba\ba", "\303\b\303", "(((1)((", "x(1", "\n\n\n", "",
		"  \342\202\b\342\202\254(7)"};
	struct manual manual;
	size_t i;

	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		memset(&manual, 0, sizeof(manual));
		CU_ASSERT_EQUAL(manual_parse(&manual, pages[i],
		    (int)strlen(pages[i])), 0);
		manual_release(&manual);
	}
}

static void
overstrikes_become_styles(void)
{
	static const char page[] = "TITLE\n b\bbo\bo _\bu_\b\303\251\n";
	struct manual manual = {0};

	CU_ASSERT_EQUAL(manual_parse(&manual, page, sizeof(page) - 1), 0);
	CU_ASSERT_EQUAL(manual.line_count, 2);
	CU_ASSERT_STRING_EQUAL(manual.lines[1].text, " bo u\303\251");
	CU_ASSERT_EQUAL(manual.lines[1].style[1], MANUAL_BOLD);
	CU_ASSERT_EQUAL(manual.lines[1].style[2], MANUAL_BOLD);
	CU_ASSERT_EQUAL(manual.lines[1].style[3], 0);
	CU_ASSERT_EQUAL(manual.lines[1].style[4], MANUAL_UNDERLINE);
	CU_ASSERT_EQUAL(manual.lines[1].style[5], MANUAL_UNDERLINE);
	manual_release(&manual);
}

static const struct suite_test tests[] = {
	{"half a wide letter is never left",
	    half_a_wide_letter_is_never_left},
	{"values are rounded to what is read",
	    values_are_rounded_to_what_is_read},
	{"absurd values stay in their place",
	    absurd_values_stay_in_their_place},
	{"every state has a symbol and a word",
	    every_state_has_a_symbol_and_a_word},
	{"a curve rises in every glyph mode",
	    a_curve_rises_in_every_glyph_mode},
	{"a gap is blank and not zero", a_gap_is_blank_and_not_zero},
	{"a counter is kept as its rate", a_counter_is_kept_as_its_rate},
	{"a clock that jumps does no harm", a_clock_that_jumps_does_no_harm},
	{"hostile pages are parsed within bounds",
	    hostile_pages_are_parsed_within_bounds},
	{"overstrikes become styles", overstrikes_become_styles},
};

int
main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	return suite_run("ui-text", tests, sizeof(tests) / sizeof(tests[0]),
	    argc, argv);
}
