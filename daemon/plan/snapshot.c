#include "plan/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SNAPSHOT_VERSION	1

struct snapshot {
	struct planner_case	 asked;
	struct model		*model;
	json_t			*value;		/* holds its texts */
};

/* The tables that a planner looks at beside its fault, and which rows. */
static bool
is_of_case(const struct planner_case *asked, enum row_table table,
    const void *row)
{
	const struct row_plan *plan = row;
	const struct row_arm *arm = row;

	switch (table) {
	case ROW_TABLE_PLAN:
		return plan->fault == asked->fault->id ||
		    strcmp(plan->target, asked->fault->target) == 0;
	case ROW_TABLE_ARM:
		return arm->class == asked->fault->class;
	case ROW_TABLE_SETTING:
		return true;
	default:
		return false;
	}
}

/* What a plan was made of stands in a file of its own. */
static bool
is_left_out(enum row_table table, const char *field)
{
	return table == ROW_TABLE_PLAN && (strcmp(field, "why") == 0 ||
	    strcmp(field, "reason") == 0);
}

static json_t *
field_write(const struct row_field *field, const void *row)
{
	const char *bytes = (const char *)row + field->offset;
	int64_t number;

	if (field->room != 0)
		return bytes[0] == '\0' ? NULL : json_string(bytes);
	memcpy(&number, bytes, sizeof(number));
	return number == 0 ? NULL : json_integer((json_int_t)number);
}

static json_t *
row_write(enum row_table table, const void *row)
{
	const struct row_kind *kind = row_kind(table);
	json_t *object = json_object(), *value;
	size_t i;

	for (i = 0; object != NULL && i < kind->count; i++) {
		if (is_left_out(table, kind->fields[i].name))
			continue;
		value = field_write(&kind->fields[i], row);
		if (value != NULL)
			json_object_set_new(object, kind->fields[i].name,
			    value);
	}
	return object;
}

static json_t *
rows_write(const struct planner_case *asked)
{
	json_t *rows = json_object(), *list;
	const void *row;
	size_t table, i;

	json_object_set_new(rows, row_kind(ROW_TABLE_FAULT)->name,
	    json_pack("[o]", row_write(ROW_TABLE_FAULT, asked->fault)));
	for (table = 0; table < ROW_TABLES; table++) {
		list = json_array();
		for (i = 0; row_kind(table)->kept &&
		    i < model_count(asked->model, table); i++) {
			row = model_at(asked->model, table, i);
			if (is_of_case(asked, table, row))
				json_array_append_new(list,
				    row_write(table, row));
		}
		if (json_array_size(list) > 0)
			json_object_set(rows, row_kind(table)->name, list);
		json_decref(list);
	}
	return rows;
}

static json_t *
policy_write(const struct policy *policy)
{
	return json_pack("{s:s, s:i, s:I, s:I, s:I, s:I, s:s}", "name",
	    policy->name, "stage", (int)policy->stage, "auto_below",
	    (json_int_t)policy->auto_below, "veto_below",
	    (json_int_t)policy->veto_below, "two_from",
	    (json_int_t)policy->two_from, "veto_wait_ms",
	    (json_int_t)policy->veto_wait_ms, "allow", policy->allow);
}

json_t *
snapshot_write(const struct planner_case *asked)
{
	json_t *models = json_array();
	size_t i;

	for (i = 0; i < asked->model_count; i++)
		json_array_append_new(models, json_string(asked->models[i]));
	return json_pack("{s:i, s:I, s:I, s:s, s:s, s:o, s:o, s:b, s:b, s:i, "
	    "s:{s:I, s:I, s:I}, s:o}", "version", SNAPSHOT_VERSION,
	    "now_ms", (json_int_t)asked->now_ms,
	    "fault", (json_int_t)asked->fault->id,
	    "seed", asked->seed, "store", asked->store,
	    "policy", policy_write(&asked->policy), "models", models,
	    "voter", asked->voter, "leads", asked->leads,
	    "wanted", (int)asked->wanted, "slots",
	    "target", (json_int_t)asked->target_slots,
	    "ready", (json_int_t)asked->ready_slots,
	    "needed", (json_int_t)asked->needed_slots,
	    "rows", rows_write(asked));
}

static int
field_read(const struct row_field *field, const json_t *value, void *row)
{
	char *bytes = (char *)row + field->offset;
	int64_t number;

	if (value == NULL)
		return 0;
	if (field->room != 0) {
		if (!json_is_string(value) ||
		    json_string_length(value) >= field->room)
			return -EINVAL;
		memcpy(bytes, json_string_value(value),
		    json_string_length(value));
		return 0;
	}
	if (!json_is_integer(value))
		return -EINVAL;
	number = json_integer_value(value);
	memcpy(bytes, &number, sizeof(number));
	return 0;
}

static int
row_read(struct model *model, enum row_table table, const json_t *object)
{
	const struct row_kind *kind = row_kind(table);
	void *row = calloc(1, kind->bytes);
	int error = row == NULL ? -ENOMEM : 0;
	size_t i;

	for (i = 0; error == 0 && i < kind->count; i++)
		error = field_read(&kind->fields[i], json_object_get(object,
		    kind->fields[i].name), row);
	if (error != 0) {
		free(row);
		return error;
	}
	return model_put(model, table, row);
}

static int
rows_read(struct model *model, const json_t *rows)
{
	const json_t *list;
	size_t table, i;
	int error = 0;

	for (table = 0; error == 0 && table < ROW_TABLES; table++) {
		list = json_object_get(rows, row_kind(table)->name);
		for (i = 0; error == 0 && row_kind(table)->kept &&
		    i < json_array_size(list); i++)
			error = row_read(model, table,
			    json_array_get(list, i));
	}
	return error;
}

static int64_t
number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static const char *
text(const json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));

	return value == NULL ? "" : value;
}

static struct policy
policy_read(const json_t *value)
{
	return (struct policy){ .name = text(value, "name"),
		.stage = (enum policy_stage)number(value, "stage"),
		.auto_below = number(value, "auto_below"),
		.veto_below = number(value, "veto_below"),
		.two_from = number(value, "two_from"),
		.veto_wait_ms = number(value, "veto_wait_ms"),
		.allow = text(value, "allow") };
}

static void
case_read(struct planner_case *asked, const json_t *value)
{
	const json_t *slots = json_object_get(value, "slots");
	const json_t *models = json_object_get(value, "models");
	const char *name;
	size_t i;

	asked->now_ms = number(value, "now_ms");
	asked->seed = text(value, "seed");
	asked->store = text(value, "store");
	asked->policy = policy_read(json_object_get(value, "policy"));
	asked->voter = json_is_true(json_object_get(value, "voter"));
	asked->leads = json_is_true(json_object_get(value, "leads"));
	asked->wanted = (enum strategy_number)number(value, "wanted");
	asked->target_slots = number(slots, "target");
	asked->ready_slots = number(slots, "ready");
	asked->needed_slots = number(slots, "needed");
	for (i = 0; i < json_array_size(models) &&
	    asked->model_count < PLANNER_MODELS_MAX; i++) {
		name = json_string_value(json_array_get(models, i));
		if (name != NULL)
			asked->models[asked->model_count++] = name;
	}
}

int
snapshot_read(struct snapshot **snapshot, const json_t *value)
{
	struct snapshot *made = calloc(1, sizeof(*made));
	int error = -ENOMEM;

	*snapshot = NULL;
	if (made == NULL || (made->value = json_deep_copy(value)) == NULL ||
	    (made->model = model_new()) == NULL)
		goto out;
	error = -EINVAL;
	if (number(value, "version") != SNAPSHOT_VERSION)
		goto out;
	error = rows_read(made->model, json_object_get(value, "rows"));
	if (error != 0)
		goto out;
	case_read(&made->asked, made->value);
	made->asked.model = made->model;
	made->asked.fault = model_fault(made->model, number(value, "fault"));
	if (made->asked.fault == NULL) {
		error = -EINVAL;
		goto out;
	}
	*snapshot = made;
	return 0;
out:
	snapshot_free(made);
	return error;
}

void
snapshot_free(struct snapshot *snapshot)
{
	if (snapshot == NULL)
		return;
	model_free(snapshot->model);
	json_decref(snapshot->value);
	free(snapshot);
}

const struct planner_case *
snapshot_case(const struct snapshot *snapshot)
{
	return &snapshot->asked;
}
