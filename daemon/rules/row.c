/* Rows as their description says. */
#include <stdlib.h>
#include <string.h>

#include "rules/row.h"

#define FIELD_TEXT(field, size)	{ #field, offsetof(struct HERE, field), size },
#define FIELD_NUMBER(field)	{ #field, offsetof(struct HERE, field), 0 },

/* offsetof() needs the struct: one name for each, while its fields go by. */
#define HERE	row_node
static const struct row_field node_fields[] = {
	ROW_NODE(FIELD_TEXT, FIELD_NUMBER)
};
#undef HERE
#define HERE	row_hold
static const struct row_field hold_fields[] = {
	ROW_HOLD(FIELD_TEXT, FIELD_NUMBER)
};
#undef HERE
#define HERE	row_note
static const struct row_field note_fields[] = {
	ROW_NOTE(FIELD_TEXT, FIELD_NUMBER)
};
#undef HERE
#define HERE	row_setting
static const struct row_field setting_fields[] = {
	ROW_SETTING(FIELD_TEXT, FIELD_NUMBER)
};
#undef HERE
#define HERE	row_account
static const struct row_field account_fields[] = {
	ROW_ACCOUNT(FIELD_TEXT, FIELD_NUMBER)
};
#undef HERE
#define HERE	row_token
static const struct row_field token_fields[] = {
	ROW_TOKEN(FIELD_TEXT, FIELD_NUMBER)
};
#undef HERE
#define HERE	row_request
static const struct row_field request_fields[] = {
	ROW_REQUEST(FIELD_TEXT, FIELD_NUMBER)
};
#undef HERE
#define HERE	row_fault
static const struct row_field fault_fields[] = {
	ROW_FAULT(FIELD_TEXT, FIELD_NUMBER)
};
#undef HERE
#define HERE	row_prediction
static const struct row_field prediction_fields[] = {
	ROW_PREDICTION(FIELD_TEXT, FIELD_NUMBER)
};
#undef HERE
#define HERE	row_accuracy
static const struct row_field accuracy_fields[] = {
	ROW_ACCURACY(FIELD_TEXT, FIELD_NUMBER)
};
#undef HERE
#define HERE	row_plan
static const struct row_field plan_fields[] = {
	ROW_PLAN(FIELD_TEXT, FIELD_NUMBER)
};
#undef HERE
#define HERE	row_step
static const struct row_field step_fields[] = {
	ROW_STEP(FIELD_TEXT, FIELD_NUMBER)
};
#undef HERE
#define HERE	row_approval
static const struct row_field approval_fields[] = {
	ROW_APPROVAL(FIELD_TEXT, FIELD_NUMBER)
};
#undef HERE
#define HERE	row_lock
static const struct row_field lock_fields[] = {
	ROW_LOCK(FIELD_TEXT, FIELD_NUMBER)
};
#undef HERE
#define HERE	row_pace
static const struct row_field pace_fields[] = {
	ROW_PACE(FIELD_TEXT, FIELD_NUMBER)
};
#undef HERE
#define HERE	row_flap
static const struct row_field flap_fields[] = {
	ROW_FLAP(FIELD_TEXT, FIELD_NUMBER)
};
#undef HERE
#define HERE	row_arm
static const struct row_field arm_fields[] = {
	ROW_ARM(FIELD_TEXT, FIELD_NUMBER)
};
#undef HERE
#define HERE	row_curb
static const struct row_field curb_fields[] = {
	ROW_CURB(FIELD_TEXT, FIELD_NUMBER)
};
#undef HERE
#define HERE	row_audit
static const struct row_field audit_fields[] = {
	ROW_AUDIT(FIELD_TEXT, FIELD_NUMBER)
};
#undef HERE

static const struct row_kind kinds[ROW_TABLES] = {
#define ROW(NAME, name, kept, keys)					\
	{ #name, sizeof(struct row_##name), kept, keys,			\
	    sizeof(name##_fields) / sizeof(name##_fields[0]),		\
	    name##_fields },
#include "rules/rows.def"
#undef ROW
};

const struct row_kind *
row_kind(enum row_table table)
{
	return &kinds[table];
}

static int64_t
number_of(const struct row_field *field, const void *row)
{
	int64_t number;

	memcpy(&number, (const char *)row + field->offset, sizeof(number));
	return number;
}

static const char *
text_of(const struct row_field *field, const void *row)
{
	return (const char *)row + field->offset;
}

static int
compare(const struct row_field *field, const void *left, const void *right)
{
	int64_t a, b;

	if (field->room > 0)
		return strcmp(text_of(field, left), text_of(field, right));
	a = number_of(field, left);
	b = number_of(field, right);
	return (a > b) - (a < b);
}

static int
compare_fields(const struct row_kind *kind, size_t count, const void *left,
    const void *right)
{
	int order = 0;
	size_t i;

	for (i = 0; order == 0 && i < count; i++)
		order = compare(&kind->fields[i], left, right);
	return order;
}

int
row_compare(enum row_table table, const void *left, const void *right)
{
	return compare_fields(&kinds[table], kinds[table].keys, left, right);
}

bool
row_equal(enum row_table table, const void *left, const void *right)
{
	return compare_fields(&kinds[table], kinds[table].count, left,
	    right) == 0;
}

void
row_bytes_free(struct row_bytes *bytes)
{
	free(bytes->bytes);
	memset(bytes, 0, sizeof(*bytes));
}

void
row_bytes_add(struct row_bytes *bytes, const void *data, size_t length)
{
	size_t room = bytes->room > 0 ? bytes->room : 4096;
	unsigned char *grown;

	while (room - bytes->length < length)
		room *= 2;
	if (room > bytes->room) {
		grown = realloc(bytes->bytes, room);
		if (grown == NULL) {
			bytes->failed = true;
			return;
		}
		bytes->bytes = grown;
		bytes->room = room;
	}
	if (length > 0)
		memcpy(bytes->bytes + bytes->length, data, length);
	bytes->length += length;
}

void
row_bytes_number(struct row_bytes *bytes, uint64_t number)
{
	unsigned char encoded[8];
	size_t i;

	for (i = 0; i < sizeof(encoded); i++)
		encoded[i] = (unsigned char)(number >> (8 * i));
	row_bytes_add(bytes, encoded, sizeof(encoded));
}

void
row_bytes_text(struct row_bytes *bytes, const char *text)
{
	size_t length = strlen(text);

	row_bytes_number(bytes, length);
	row_bytes_add(bytes, text, length);
}

void
row_bytes_row(struct row_bytes *bytes, enum row_table table, const void *row,
    size_t count)
{
	const struct row_kind *kind = &kinds[table];
	size_t i;

	row_bytes_text(bytes, kind->name);
	for (i = 0; i < kind->count && i < count; i++) {
		if (kind->fields[i].room > 0)
			row_bytes_text(bytes, text_of(&kind->fields[i], row));
		else
			row_bytes_number(bytes,
			    (uint64_t)number_of(&kind->fields[i], row));
	}
}
