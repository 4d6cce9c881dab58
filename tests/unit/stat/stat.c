/* droverstat: values, names of OpenMetrics, the command line. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../suite.h"

#include "openmetrics.h"
#include "options.h"
#include "value.h"

#define REPLACEMENT	"\xef\xbf\xbd"

static struct drover_column
real(const char *name, const char *unit, enum drover_semantics semantics)
{
	struct drover_column column = { .type = DROVER_TYPE_F64,
	    .semantics = semantics, .width = 8, .dictionary = -1 };

	snprintf(column.name, sizeof(column.name), "%s", name);
	snprintf(column.unit, sizeof(column.unit), "%s", unit);
	return column;
}

static const char *
shown(double value, const char *unit, enum drover_semantics semantics)
{
	static char text[VALUE_BYTES];
	struct drover_column column = real("x", unit, semantics);

	value_short(text, NULL, &column, &value);
	return text;
}

static void
absent_is_a_dash_and_never_zero(void)
{
	CU_ASSERT_STRING_EQUAL(shown(NAN, "percent",
	    DROVER_SEMANTICS_GAUGE), "-");
	CU_ASSERT_STRING_EQUAL(shown(INFINITY, "bytes",
	    DROVER_SEMANTICS_GAUGE), "-");
	CU_ASSERT_STRING_EQUAL(shown(0, "percent",
	    DROVER_SEMANTICS_GAUGE), "0.0");
}

static void
values_are_rounded_as_their_unit_asks(void)
{
	enum drover_semantics gauge = DROVER_SEMANTICS_GAUGE;

	CU_ASSERT_STRING_EQUAL(shown(12.345, "percent", gauge), "12.3");
	CU_ASSERT_STRING_EQUAL(shown(0.256, "tasks", gauge), "0.26");
	CU_ASSERT_STRING_EQUAL(shown(1023, "bytes", gauge), "1023");
	CU_ASSERT_STRING_EQUAL(shown(1024, "bytes", gauge), "1.0K");
	CU_ASSERT_STRING_EQUAL(shown(1048575.9, "bytes", gauge), "1.0M");
	CU_ASSERT_STRING_EQUAL(shown(67.4e9, "bytes_per_s", gauge), "62.8G");
	CU_ASSERT_STRING_EQUAL(shown(25e9, "bits_per_s", gauge), "25.0G");
	CU_ASSERT_STRING_EQUAL(shown(1e30, "bytes", gauge),
	    "867361737988E");
	CU_ASSERT_STRING_EQUAL(shown(123456789, "count",
	    DROVER_SEMANTICS_COUNTER), "123456789");
}

static void
family_is(const char *name, const char *unit,
    enum drover_semantics semantics, const char *wanted, double scale)
{
	struct drover_column column = real(name, unit, semantics);
	struct openmetrics_family family;

	openmetrics_family(&family, "node", &column);
	CU_ASSERT_STRING_EQUAL(family.name, wanted);
	CU_ASSERT_DOUBLE_EQUAL(family.scale, scale, 0);
}

static void
families_end_in_their_base_unit(void)
{
	enum drover_semantics gauge = DROVER_SEMANTICS_GAUGE;

	family_is("cpu_busy", "percent", gauge, "drover_node_cpu_busy_ratio",
	    0.01);
	family_is("ttft", "ms", gauge, "drover_node_ttft_seconds", 1e-3);
	family_is("clock", "mhz", gauge, "drover_node_clock_hertz", 1e6);
	family_is("load1", "tasks", gauge, "drover_node_load1", 1);
	family_is("memory_total", "bytes", gauge,
	    "drover_node_memory_total_bytes", 1);
}

static void
families_have_no_reserved_ending(void)
{
	family_is("slots_total", "count", DROVER_SEMANTICS_GAUGE,
	    "drover_node_slots", 1);
	family_is("tokens_total", "count", DROVER_SEMANTICS_COUNTER,
	    "drover_node_tokens", 1);
	family_is("odd-name\n", "count", DROVER_SEMANTICS_GAUGE,
	    "drover_node_odd_name_", 1);
}

static void
label_values_are_escaped(void)
{
	char text[64];

	openmetrics_escape(text, sizeof(text), "a\"b\\c\nd");
	CU_ASSERT_STRING_EQUAL(text, "a\\\"b\\\\c" REPLACEMENT "d");
	/* No half of an escape at the end. */
	openmetrics_escape(text, 4, "a\"\"\"");
	CU_ASSERT_STRING_EQUAL(text, "a\\\"");
}

/* An argument vector that ends with NULL. */
static int
parsed(struct options *options, char **argv)
{
	int argc = 0;

	while (argv[argc] != NULL)
		argc++;
	return options_parse(options, argc, argv);
}

static void
an_interval_follows(void)
{
	char *argv[] = { "droverstat", "-c", "load1", "0.5", "3", NULL };
	struct options options;

	CU_ASSERT_EQUAL(parsed(&options, argv), 0);
	CU_ASSERT_TRUE(options.follow);
	CU_ASSERT_EQUAL(options.interval_ms, 500);
	CU_ASSERT_EQUAL(options.count, 3);
	CU_ASSERT_STRING_EQUAL(options.columns, "load1");
}

static void
a_schema_is_asked_for_with_or_before_json(void)
{
	char *after[] = { "droverstat", "-j", "--schema", NULL };
	char *before[] = { "droverstat", "--schema", "--json", NULL };
	struct options options;

	CU_ASSERT_EQUAL(parsed(&options, after), 0);
	CU_ASSERT_EQUAL(options.output, OUTPUT_SCHEMA);
	CU_ASSERT_EQUAL(parsed(&options, before), 0);
	CU_ASSERT_EQUAL(options.output, OUTPUT_SCHEMA);
}

static const struct suite_test tests[] = {
	{ "absent is a dash and never zero",
	    absent_is_a_dash_and_never_zero },
	{ "values are rounded as their unit asks",
	    values_are_rounded_as_their_unit_asks },
	{ "families end in their base unit",
	    families_end_in_their_base_unit },
	{ "families have no reserved ending",
	    families_have_no_reserved_ending },
	{ "label values are escaped", label_values_are_escaped },
	{ "an interval follows", an_interval_follows },
	{ "a schema is asked for with or before JSON",
	    a_schema_is_asked_for_with_or_before_json },
};

SUITE_MAIN("stat", tests)
