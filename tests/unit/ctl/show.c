/* Answers of the management API as a person reads them. */
#include "show.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "tests/unit/suite.h"

#define REPLACEMENT	"\xef\xbf\xbd"

static char *output;

/* Keeps what is printed of JSON in output, until the next call. */
static const char *
printed(void (*print)(FILE *, const json_t *), const char *text)
{
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
	size_t length = 0;
	FILE *stream;

	CU_ASSERT_PTR_NOT_NULL(value);
	free(output);
	stream = open_memstream(&output, &length);
	print(stream, value);
	fclose(stream);
	json_decref(value);
	return output;
}

static void
models(FILE *stream, const json_t *rows)
{
	show_table(stream, "model", rows);
}

static void
processes(FILE *stream, const json_t *rows)
{
	show_table(stream, "process", rows);
}

static void
node(FILE *stream, const json_t *row)
{
	show_row(stream, "node", row);
}

static void
rows_are_aligned_and_rounded(void)
{
	CU_ASSERT_STRING_EQUAL(printed(models,
	    "[{\"name\":\"llama3:8b\",\"state\":\"loaded\",\"size\":4e9,"
	    "\"context\":8192,\"backend\":\"gpt\",\"new\":1},"
	    "{\"name\":\"\u6771\",\"state\":\"stored\",\"size\":null,"
	    "\"backend\":\"\"}]"),
	    "MODEL      backend  state   size  context\n"
	    "llama3:8b  gpt      loaded  3.7G     8192\n"
	    "\u6771         -        stored     -        -\n");
}

static void
absent_columns_are_left_out(void)
{
	CU_ASSERT_STRING_EQUAL(printed(processes,
	    "[{\"name\":\"core\",\"pid\":123456,\"message\":\"\","
	    "\"started\":1763683200000000000,\"cpu\":0}]"),
	    "PROCESS     pid  started               cpu\n"
	    "core     123456  2025-11-21T00:00:00Z  0.0\n");
}

static void
without_rows_there_is_a_heading(void)
{
	CU_ASSERT_STRING_EQUAL(printed(processes, "[]"),
	    "PROCESS  state  pid  started  restarts  cpu  memory  message\n");
}

static void
a_row_has_every_digit_and_the_unit(void)
{
	CU_ASSERT_STRING_EQUAL(printed(node,
	    "{\"name\":\"n1\",\"cpu_busy\":12.345678,\"load1\":null,"
	    "\"unheard_of\":7}"),
	    "  name                     n1\n"
	    "  cpu_busy                 12.345678 percent\n"
	    "  load1                    -\n"
	    "  unheard_of               7\n");
}

static void
members_of_members_are_dotted(void)
{
	CU_ASSERT_STRING_EQUAL(printed(show_object,
	    "{\"api\":1,\"caller\":{\"uid\":0,\"role\":\"admin\"},"
	    "\"ok\":true,\"list\":[1,2]}"),
	    "api                        1\n"
	    "caller.uid                 0\n"
	    "caller.role                admin\n"
	    "ok                         yes\n"
	    "list                       2 entries\n");
}

static void
hostile_text_is_made_fit(void)
{
	CU_ASSERT_STRING_EQUAL(printed(show_object,
	    "{\"a\\u001b\":\"b\\u009b\\nc\\u202e\"}"),
	    "a" REPLACEMENT "                         b" REPLACEMENT
	    REPLACEMENT "c" REPLACEMENT "\n");
	CU_ASSERT_PTR_NULL(strchr(printed(show_event,
	    "{\"time\":\"\\u001b\",\"object\":\"\\u001b\"}"), '\033'));
}

static void
answers_of_another_shape_do_no_harm(void)
{
	static const char *const odd[] = { "null", "[]", "{}", "7",
		"{\"tables\":7,\"writer\":{\"pid\":[]}}",
		"{\"tables\":{\"node\":[7,null,[],{\"name\":{}}]}}",
		"{\"node\":[],\"devices\":{},\"models\":[[[]]]}" };
	size_t i;

	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		printed(show_status, odd[i]);
		printed(show_node, odd[i]);
		printed(show_object, odd[i]);
		printed(show_event, odd[i]);
		printed(models, odd[i]);
	}
	CU_PASS("it is still here");
}

static void
text(FILE *stream, const json_t *string)
{
	show_text(stream, json_string_value(string));
}

static void
text_keeps_its_lines(void)
{
	CU_ASSERT_STRING_EQUAL(printed(text, "\"a: 1\\n\\n  b: 2\""),
	    "a: 1\n\n  b: 2\n");
	CU_ASSERT_STRING_EQUAL(printed(text, "\"a\\tb\\r\\n\""),
	    "a" REPLACEMENT "b" REPLACEMENT "\n");
}

/* shown.def names columns that there are. */
static void
every_column_that_is_shown_is_known(void)
{
#define SHOWN(table, column)						\
	if (strcmp(table, "metric") != 0)				\
		CU_ASSERT_PTR_NOT_NULL(field_find(table, column));
#include <drover/tables/shown.def>
#undef SHOWN
}

static const struct suite_test tests[] = {
	{ "rows are aligned and rounded", rows_are_aligned_and_rounded },
	{ "absent columns are left out", absent_columns_are_left_out },
	{ "without rows there is a heading",
	    without_rows_there_is_a_heading },
	{ "a row has every digit and the unit",
	    a_row_has_every_digit_and_the_unit },
	{ "members of members are dotted", members_of_members_are_dotted },
	{ "hostile text is made fit", hostile_text_is_made_fit },
	{ "answers of another shape do no harm",
	    answers_of_another_shape_do_no_harm },
	{ "text keeps its lines", text_keeps_its_lines },
	{ "every column that is shown is known",
	    every_column_that_is_shown_is_known },
};

int
main(int argc, char **argv)
{
	int status;

	setlocale(LC_CTYPE, "C.UTF-8");
	status = suite_run("ctl-show", tests,
	    sizeof(tests) / sizeof(tests[0]), argc, argv);
	free(output);
	return status;
}
