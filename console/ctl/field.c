#include "field.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

#define KIND_CHAR		false
#define KIND_ENUM8		false
#define KIND_F64		true
#define KIND_I64		true
#define COUNTER_ID		false
#define COUNTER_STATE		false
#define COUNTER_GAUGE		false
#define COUNTER_COUNTER		true

#define COLUMN(name, type, argument, semantics, unit, help)		\
	{ FIELD_TABLE, #name, #unit, COUNTER_##semantics, KIND_##type },

static const struct field fields[] = {
#define FIELD_TABLE	"node"
#include <drover/tables/node.def>
#undef FIELD_TABLE
#define FIELD_TABLE	"device"
#include <drover/tables/device.def>
#undef FIELD_TABLE
#define FIELD_TABLE	"backend"
#include <drover/tables/backend.def>
#undef FIELD_TABLE
#define FIELD_TABLE	"model"
#include <drover/tables/model.def>
#undef FIELD_TABLE
#define FIELD_TABLE	"process"
#include <drover/tables/process.def>
#undef FIELD_TABLE
#define FIELD_TABLE	"fault"
#include <drover/tables/fault.def>
#undef FIELD_TABLE
#define FIELD_TABLE	"prediction"
#include <drover/tables/prediction.def>
#undef FIELD_TABLE
#define FIELD_TABLE	"plan"
#include <drover/tables/plan.def>
#undef FIELD_TABLE
#define FIELD_TABLE	"step"
#include <drover/tables/step.def>
#undef FIELD_TABLE
#define FIELD_TABLE	"arm"
#include <drover/tables/arm.def>
#undef FIELD_TABLE
};
#undef COLUMN
#define FIELDS		(sizeof(fields) / sizeof(fields[0]))

static const struct {
	const char	*table;
	const char	*column;
} shown[] = {
#define SHOWN(table, column)	{ table, column },
#include <drover/tables/shown.def>
#undef SHOWN
};

const struct field *
field_find(const char *table, const char *name)
{
	size_t i;

	for (i = 0; i < FIELDS; i++)
		if (strcmp(fields[i].table, table) == 0 &&
		    strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

const struct field *
field_shown(const char *table, unsigned int index)
{
	size_t i;

	for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		if (strcmp(shown[i].table, table) == 0 && index-- == 0)
			return field_find(table, shown[i].column);
	return NULL;
}

static bool
is_time(const struct field *field)
{
	return field != NULL && strcmp(field->unit, "ns") == 0;
}

static void
text_of(char text[FIGURE_BYTES], const json_t *value)
{
	if (json_is_boolean(value))
		strcpy(text, json_is_true(value) ? "yes" : "no");
	else if (json_is_integer(value))
		snprintf(text, FIGURE_BYTES, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
	else if (json_is_real(value))
		figure_digits(text, json_real_value(value));
	else if (json_is_string(value))
		text_clean(text, FIGURE_BYTES, json_string_value(value));
	else
		text[0] = '\0';
	if (text[0] == '\0')
		strcpy(text, "-");
}

void
field_short(char text[FIGURE_BYTES], const struct field *field,
    const json_t *value)
{
	if (json_is_integer(value) && is_time(field))
		figure_time(text, json_integer_value(value));
	else if (json_is_number(value) && field != NULL && field->figure &&
	    strcmp(field->unit, "none") != 0)
		figure_short(text, field->unit, field->counter,
		    json_number_value(value));
	else
		text_of(text, value);
}

void
field_exact(char text[FIGURE_BYTES], const struct field *field,
    const json_t *value)
{
	if (json_is_number(value) && field != NULL && field->figure &&
	    !is_time(field))
		figure_exact(text, field->unit, json_number_value(value));
	else
		field_short(text, field, value);
}
