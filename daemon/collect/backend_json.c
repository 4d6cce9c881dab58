#include <math.h>
#include <string.h>

#include "collect/backend_json.h"
#include "collect/backend_text.h"

/*
 * An upper bound of the values in text, before anything is allocated:
 * "[[],[],..." makes jansson need forty times the bytes it is given.
 */
static size_t
values_at_most(const char *text, size_t length)
{
	size_t i, values = 1;

	for (i = 0; i < length; i++)
		values += text[i] == ',' || text[i] == '[' || text[i] == '{';
	return values;
}

static json_t *
parse(const char *text, size_t length, size_t flags)
{
	json_error_t error;

	if (values_at_most(text, length) > BACKEND_JSON_VALUES_MAX)
		return NULL;
	return json_loadb(text, length, flags, &error);
}

json_t *
backend_json_parse(const char *text, size_t length)
{
	return parse(text, length, 0);
}

json_t *
backend_json_parse_tokens(const char *text, size_t length)
{
	return parse(text, length, JSON_ALLOW_NUL);
}

double
backend_json_amount(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	double number;

	if (!json_is_number(value))
		return NAN;
	number = json_number_value(value);
	return isfinite(number) && number >= 0 ? number : NAN;
}

void
backend_json_text(const json_t *object, const char *key, char *to,
    size_t size)
{
	const json_t *value = json_object_get(object, key);

	to[0] = '\0';
	if (json_is_string(value))
		backend_text_clean(to, size, json_string_value(value),
		    json_string_length(value));
}
