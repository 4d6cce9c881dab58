/* Values as JSON text: what is written reads back as the same. */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include <jansson.h>

#include "../suite.h"
#include "api/text.h"

static json_t *
read_back(struct text *text)
{
	json_t *value;

	CU_ASSERT_FALSE_FATAL(text->failed);
	value = json_loadb(text->bytes, text->length, JSON_DECODE_ANY, NULL);
	CU_ASSERT_PTR_NOT_NULL(value);
	text_free(text);
	return value;
}

static void
reals_read_back(void)
{
	static const double values[] = { 0, -0.0, 1, -1, 0.1, 1e14,
	    999999999999999, 1e15, -1e15, 1e300, 123456.75, DBL_MIN,
	    1.00502512562814 };
	struct text text = { 0 };
	json_t *value;
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		text_add_real(&text, values[i]);
		value = read_back(&text);
		CU_ASSERT_TRUE(json_is_real(value));
		CU_ASSERT_DOUBLE_EQUAL(json_real_value(value), values[i],
		    fabs(values[i]) * 1e-14);
		json_decref(value);
	}
	text_add_real(&text, NAN);
	value = read_back(&text);
	CU_ASSERT_TRUE(json_is_null(value));
	json_decref(value);
	text_add_real(&text, -INFINITY);
	value = read_back(&text);
	CU_ASSERT_TRUE(json_is_null(value));
	json_decref(value);
}

static void
integers_read_back(void)
{
	static const int64_t values[] = { 0, 7, -7, INT64_MAX, INT64_MIN };
	struct text text = { 0 };
	json_t *value;
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		text_add_integer(&text, values[i]);
		value = read_back(&text);
		CU_ASSERT_EQUAL(json_integer_value(value), values[i]);
		json_decref(value);
	}
}

static void
strings_are_ascii_and_read_back(void)
{
	static const char *const values[] = { "", "plain", "a\"b\\c",
	    "tab\there", "\x1b[2J", "\xc3\xa9\xf0\x9f\x90\x91",
	    ("\xc2\x9b" "2J"), "\x7f" };
	struct text text = { 0 };
	json_t *value;
	size_t i, at;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		text_add_string(&text, values[i]);
		for (at = 0; at < text.length; at++)
			CU_ASSERT_TRUE(text.bytes[at] >= ' ');
		value = read_back(&text);
		CU_ASSERT_STRING_EQUAL(json_string_value(value), values[i]);
		json_decref(value);
	}
	text_add_string(&text, "a\xff\xc3");
	value = read_back(&text);
	CU_ASSERT_STRING_EQUAL(json_string_value(value),
	    "a\xef\xbf\xbd\xef\xbf\xbd");
	json_decref(value);
}

static const struct suite_test tests[] = {
	{ "reals read back", reals_read_back },
	{ "integers read back", integers_read_back },
	{ "strings are ASCII and read back",
	    strings_are_ascii_and_read_back },
};

SUITE_MAIN("api-text", tests)
