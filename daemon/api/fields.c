#include "api/fields.h"

#include <stdio.h>
#include <string.h>

#include "rules/kind.h"
#include "rules/line.h"
#include "rules/row.h"

#define ENTRY_ANY	0
#define ARGUMENT_NONE	0

enum field_type { TEXT, FLAG, COUNT, SPAN, ROLE, HOLD, TARGET, TARGETS };
enum field_need { MAY, MUST };

struct field {
	unsigned int	 entry;
	const char	*name;
	enum field_type	 type;
	unsigned int	 argument;
	enum field_need	 need;
};

static const struct field table[] = {
#define FIELD(ENTRY, name, TYPE, ARGUMENT, NEED, help)			\
	{ ENTRY_##ENTRY, #name, TYPE, ARGUMENT_##ARGUMENT, NEED },
#include <drover/tables/fields.def>
#undef FIELD
};
#define FIELDS	(sizeof(table) / sizeof(table[0]))

/* The longest text of each argument. */
static const int64_t limits[] = {
#define ARGUMENT(NAME, number, TYPE, limit, name, help)	[number] = limit,
#include <drover/tables/arguments.def>
#undef ARGUMENT
};

struct reading {
	struct fields	*fields;
	struct entry	*entry;
	int64_t		 now_ms;
	char		*detail;
};

static enum reply
refuse(struct reading *reading, enum reply reply, const char *name,
    const char *allowed)
{
	snprintf(reading->detail, FIELDS_DETAIL_BYTES, "%.60s%s%s", name,
	    allowed[0] != '\0' ? ": " : "", allowed);
	return reply;
}

static enum reply
read_text(struct reading *reading, const struct field *field,
    const json_t *value)
{
	const char *text = json_string_value(value);
	size_t length = text == NULL ? 0 : json_string_length(value);
	int64_t limit = field->argument == ARGUMENT_NONE ? ENTRY_NAME_MAX :
	    limits[field->argument];
	char allowed[96];

	if (text == NULL || !line_is_valid(text, length) ||
	    (int64_t)length > limit) {
		snprintf(allowed, sizeof(allowed),
		    "one line of text, of at most %lld bytes",
		    (long long)limit);
		return refuse(reading, REPLY_BAD_FIELD, field->name,
		    allowed);
	}
	if (field->argument != ARGUMENT_NONE) {
		(void)entry_add_text(reading->entry, field->argument, text);
		return REPLY_OK;
	}
	if (!entry_name_is_valid(text))
		return refuse(reading, REPLY_BAD_NAME, field->name, "");
	reading->fields->request = text;
	return REPLY_OK;
}

static enum reply
read_flag(struct reading *reading, const struct field *field,
    const json_t *value)
{
	if (!json_is_boolean(value))
		return refuse(reading, REPLY_BAD_FIELD, field->name,
		    "true or false");
	if (field->argument == ARGUMENT_NONE)
		reading->fields->preview = json_is_true(value);
	else if (json_is_true(value))
		(void)entry_add_number(reading->entry, field->argument, 1);
	return REPLY_OK;
}

static enum reply
read_count(struct reading *reading, const struct field *field,
    const json_t *value)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return refuse(reading, REPLY_BAD_FIELD, field->name,
		    "a whole number from 0");
	reading->fields->version = json_integer_value(value);
	return REPLY_OK;
}

static enum reply
read_span(struct reading *reading, const struct field *field,
    const json_t *value)
{
	double seconds = json_number_value(value);

	if (!json_is_number(value) ||
	    !(seconds > 0 && seconds <= (double)FIELDS_SPAN_SECONDS_MAX))
		return refuse(reading, REPLY_BAD_FIELD, field->name,
		    "a number of seconds, above 0");
	(void)entry_add_number(reading->entry, field->argument,
	    reading->now_ms + (int64_t)(seconds * 1000));
	return REPLY_OK;
}

static enum reply
read_role(struct reading *reading, const struct field *field,
    const json_t *value)
{
	const char *word = json_string_value(value);
	int role = word == NULL ? -1 : role_of_account(word);

	if (role < 0)
		return refuse(reading, REPLY_BAD_FIELD, field->name,
		    "viewer, operator or admin");
	(void)entry_add_number(reading->entry, field->argument, role);
	return REPLY_OK;
}

static enum reply
read_hold(struct reading *reading, const struct field *field,
    const json_t *value)
{
	static const char *const words[] = { [HOLD_PAUSE] = "pause",
		[HOLD_MAINTENANCE] = "maintenance",
		[HOLD_SILENCE] = "silence", [HOLD_VETO] = "veto" };
	const char *word = json_string_value(value);
	size_t i;

	for (i = 0; word != NULL && i < sizeof(words) / sizeof(words[0]);
	    i++) {
		if (strcmp(word, words[i]) != 0)
			continue;
		(void)entry_add_number(reading->entry, field->argument,
		    (int64_t)i);
		return REPLY_OK;
	}
	return refuse(reading, REPLY_BAD_FIELD, field->name,
	    "pause, maintenance, silence or veto");
}

static enum reply
read_target(struct reading *reading, const struct field *field,
    const json_t *value)
{
	const char *name = json_string_value(value);

	if (name == NULL || strlen(name) != json_string_length(value) ||
	    !entry_name_is_valid(name))
		return refuse(reading, REPLY_BAD_NAME, field->name, "");
	if (entry_add_target(reading->entry, name) != 0)
		return refuse(reading, REPLY_BAD_FIELD, field->name,
		    "no more than 32 at once");
	return REPLY_OK;
}

static enum reply
read_targets(struct reading *reading, const struct field *field,
    const json_t *value)
{
	enum reply reply = REPLY_OK;
	size_t i;

	if (!json_is_array(value))
		return refuse(reading, REPLY_BAD_FIELD, field->name,
		    "a list of names");
	for (i = 0; reply == REPLY_OK && i < json_array_size(value); i++)
		reply = read_target(reading, field, json_array_get(value, i));
	return reply;
}

static enum reply
read_field(struct reading *reading, const struct field *field,
    const json_t *value)
{
	switch (field->type) {
	case TEXT:
		return read_text(reading, field, value);
	case FLAG:
		return read_flag(reading, field, value);
	case COUNT:
		return read_count(reading, field, value);
	case SPAN:
		return read_span(reading, field, value);
	case ROLE:
		return read_role(reading, field, value);
	case HOLD:
		return read_hold(reading, field, value);
	case TARGET:
		return read_target(reading, field, value);
	case TARGETS:
		return read_targets(reading, field, value);
	}
	return REPLY_INTERNAL;
}

static bool
belongs(const struct field *field, unsigned int kind)
{
	return field->entry == kind || field->entry == ENTRY_ANY;
}

static enum reply
check_known(struct reading *reading, const json_t *object)
{
	const char *key;
	json_t *value;
	size_t i;

	json_object_foreach((json_t *)object, key, value) {
		for (i = 0; i < FIELDS; i++)
			if (belongs(&table[i], reading->entry->kind) &&
			    strcmp(table[i].name, key) == 0)
				break;
		if (i == FIELDS)
			return refuse(reading, REPLY_UNKNOWN_FIELD, key, "");
	}
	return REPLY_OK;
}

/* A hold that does not say of what kind it is pauses. */
static void
add_usual(struct entry *entry)
{
	if (entry->kind == ENTRY_HOLD_PUT)
		(void)entry_add_number(entry, ARGUMENT_HOLD_KIND,
		    HOLD_PAUSE);
}

enum reply
fields_read(struct fields *fields, struct entry *entry,
    const json_t *object, int64_t now_ms, char detail[FIELDS_DETAIL_BYTES])
{
	struct reading reading = { fields, entry, now_ms, detail };
	enum reply reply;
	const json_t *value;
	size_t i;

	*fields = (struct fields){ .version = -1 };
	detail[0] = '\0';
	reply = check_known(&reading, object);
	for (i = 0; reply == REPLY_OK && i < FIELDS; i++) {
		if (!belongs(&table[i], entry->kind))
			continue;
		value = json_object_get(object, table[i].name);
		if (value != NULL && !json_is_null(value))
			reply = read_field(&reading, &table[i], value);
		else if (table[i].need == MUST)
			reply = refuse(&reading,
			    table[i].argument == ARGUMENT_REASON ?
			    REPLY_NO_REASON : REPLY_MISSING_FIELD,
			    table[i].name, "");
	}
	/* entry_add_number() keeps the first of two. */
	add_usual(entry);
	return reply;
}
