#include "core/serving.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <drover/rows.h>

#include "rules/line.h"

/* Slots of backends that tell; known is false while none does. */
struct slots {
	double	total;
	double	busy;
	bool	known;
};

struct capacity {
	struct slots	slots;
	unsigned int	nodes;
};

static const void *
row_at(const struct table_image *image, size_t slot)
{
	return slot < image->slots ? image->rows[slot].row : NULL;
}

static bool
is_target(const char *const *targets, size_t count, const char *node)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(targets[i], node) == 0)
			return true;
	return false;
}

static const struct drover_node_row *
node_of(const struct serving *serving, const char *name)
{
	const struct drover_node_row *row;
	size_t slot;

	for (slot = 0; slot < serving->nodes->slots; slot++) {
		row = row_at(serving->nodes, slot);
		if (row != NULL && strcmp(row->name, name) == 0)
			return row;
	}
	return NULL;
}

/* Seen, up, and neither drained nor being drained. */
static bool
is_in_service(const struct serving *serving, const char *name)
{
	const struct drover_node_row *row = node_of(serving, name);
	const struct row_node *node = model_node(serving->shared, name);

	return row != NULL && row->state != DROVER_NODE_STATE_DOWN &&
	    row->state != DROVER_NODE_STATE_SUSPECT &&
	    row->state != DROVER_NODE_STATE_QUARANTINE &&
	    (node == NULL || node->drain == DRAIN_NONE);
}

static bool
answers(const struct serving *serving, const char *node,
    const char *backend)
{
	const struct drover_backend_row *row;
	size_t slot;

	for (slot = 0; slot < serving->backends->slots; slot++) {
		row = row_at(serving->backends, slot);
		if (row != NULL && strcmp(row->name, backend) == 0 &&
		    strcmp(row->node, node) == 0)
			return row->state == DROVER_BACKEND_STATE_UP ||
			    row->state == DROVER_BACKEND_STATE_LOADING;
	}
	return false;
}

static bool
is_copy(const struct serving *serving, const struct drover_model_row *row)
{
	return (row->state == DROVER_MODEL_STATE_LOADED ||
	    row->state == DROVER_MODEL_STATE_STORED) &&
	    answers(serving, row->node, row->backend);
}

static int
compare(const void *left, const void *right)
{
	const struct serving_model *a = left, *b = right;

	return strcmp(a->name, b->name);
}

/* A name that a backend gave, as a line that an entry can hold. */
static void
copy_name(char name[97], const char *from)
{
	size_t i;

	snprintf(name, 97, "%.96s", from);
	if (line_is_valid(name, strlen(name)))
		return;
	for (i = 0; name[i] != '\0'; i++)
		if (name[i] < ' ' || name[i] > '~')
			name[i] = '?';
}

static size_t
add_here(const struct serving *serving, const char *const *targets,
    size_t target_count, struct serving_model *models)
{
	const struct drover_model_row *row;
	struct serving_model *model;
	char name[97];
	size_t slot, i, count = 0;

	for (slot = 0; slot < serving->models->slots; slot++) {
		row = row_at(serving->models, slot);
		if (row == NULL || !is_copy(serving, row) ||
		    !is_target(targets, target_count, row->node))
			continue;
		copy_name(name, row->name);
		for (i = 0; i < count; i++)
			if (strcmp(models[i].name, name) == 0)
				break;
		model = &models[i];
		if (i == count) {
			memset(model, 0, sizeof(*model));
			memcpy(model->name, name, sizeof(name));
			count++;
		}
		model->here++;
		model->loaded += row->state == DROVER_MODEL_STATE_LOADED;
	}
	return count;
}

static void
count_elsewhere(const struct serving *serving, const char *const *targets,
    size_t target_count, struct serving_model *models, size_t count)
{
	const struct drover_model_row *row;
	struct serving_model key, *model;
	size_t slot;

	for (slot = 0; slot < serving->models->slots; slot++) {
		row = row_at(serving->models, slot);
		if (row == NULL || is_target(targets, target_count,
		    row->node))
			continue;
		copy_name(key.name, row->name);
		model = bsearch(&key, models, count, sizeof(*models),
		    compare);
		if (model != NULL && is_copy(serving, row) &&
		    is_in_service(serving, row->node))
			model->elsewhere++;
	}
}

int
serving_models(const struct serving *serving, const char *const *targets,
    size_t target_count, struct serving_model **models)
{
	size_t count;

	*models = calloc(serving->models->slots + 1, sizeof(**models));
	if (*models == NULL)
		return -ENOMEM;
	count = add_here(serving, targets, target_count, *models);
	qsort(*models, count, sizeof(**models), compare);
	count_elsewhere(serving, targets, target_count, *models, count);
	return (int)count;
}

void
serving_facts(const struct serving_model *models, size_t count,
    struct entry *entry)
{
	size_t i;

	/* What matters most must not fall off the end. */
	for (i = 0; i < count; i++)
		if (models[i].elsewhere == 0)
			(void)entry_add_fact(entry, FACT_COPIES_ELSEWHERE,
			    models[i].name, 0);
	for (i = 0; i < count; i++)
		if (models[i].elsewhere > 0)
			(void)entry_add_fact(entry, FACT_COPIES_ELSEWHERE,
			    models[i].name, models[i].elsewhere);
}

static void
add_backend(struct capacity *capacity, const struct drover_backend_row *row)
{
	if (row->state != DROVER_BACKEND_STATE_UP || isnan(row->slots_total))
		return;
	capacity->slots.known = true;
	capacity->slots.total += row->slots_total;
	capacity->slots.busy += isnan(row->slots_busy) ? 0 : row->slots_busy;
}

/* Of the nodes in service, without those among the targets. */
static struct capacity
capacity_without(const struct serving *serving, const char *const *targets,
    size_t target_count)
{
	struct capacity capacity = { .nodes = 0 };
	const struct drover_backend_row *backend;
	const struct drover_node_row *node;
	size_t slot;

	for (slot = 0; slot < serving->nodes->slots; slot++) {
		node = row_at(serving->nodes, slot);
		if (node != NULL && is_in_service(serving, node->name) &&
		    !is_target(targets, target_count, node->name))
			capacity.nodes++;
	}
	for (slot = 0; slot < serving->backends->slots; slot++) {
		backend = row_at(serving->backends, slot);
		if (backend != NULL &&
		    is_in_service(serving, backend->node) &&
		    !is_target(targets, target_count, backend->node))
			add_backend(&capacity, backend);
	}
	return capacity;
}

static json_t *
slots_object(const struct slots *slots)
{
	if (!slots->known)
		return json_null();
	return json_pack("{s:f, s:f, s:f}", "total", slots->total,
	    "busy", slots->busy, "free", slots->total - slots->busy);
}

/* Is what is in flight no more than a bound for one of its backends? */
static bool
is_bound(const struct serving *serving, const char *node)
{
	const struct drover_backend_row *row;
	size_t slot;

	for (slot = 0; slot < serving->backends->slots; slot++) {
		row = row_at(serving->backends, slot);
		if (row != NULL && strcmp(row->node, node) == 0 &&
		    row->in_flight > 0 && isnan(row->slots_busy))
			return true;
	}
	return false;
}

static json_t *
target_object(const struct serving *serving, const char *name)
{
	static const char *const states[] = {
#define WORD(dictionary, NAME, value, text)	[value] = text,
		DROVER_DICTIONARY_NODE_STATE(WORD)
#undef WORD
	};
	static const char *const drains[] = { "in service", "draining",
		"drained", "late" };
	const struct drover_node_row *row = node_of(serving, name);
	const struct row_node *node = model_node(serving->shared, name);
	bool known = row != NULL && !isnan(row->in_flight);

	return json_pack("{s:s, s:s, s:s, s:o, s:b}", "name", name,
	    "state", states[row == NULL ? 0 : row->state],
	    "drain", drains[node == NULL ? 0 : node->drain],
	    "in_flight", known ? json_real(row->in_flight) : json_null(),
	    "in_flight_bound", is_bound(serving, name));
}

static json_t *
models_array(const struct serving_model *models, size_t count)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < count; i++)
		json_array_append_new(array, json_pack(
		    "{s:s, s:i, s:i, s:i, s:b}", "name", models[i].name,
		    "here", (int)models[i].here,
		    "loaded", (int)models[i].loaded,
		    "elsewhere", (int)models[i].elsewhere,
		    "last", models[i].elsewhere == 0));
	return array;
}

static json_t *
limit_object(const char *limit, const char *subject, int have, int need)
{
	return json_pack("{s:s, s:s, s:i, s:i}", "limit", limit,
	    "subject", subject, "have", have, "need", need);
}

static json_t *
limits_array(const struct serving_model *models, size_t count,
    const struct capacity *after)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < count; i++)
		if (models[i].elsewhere == 0)
			json_array_append_new(array, limit_object(
			    "last copy", models[i].name, 0, 1));
	if (after->nodes == 0)
		json_array_append_new(array, limit_object(
		    "last node in service", "", 0, 1));
	return array;
}

json_t *
serving_preview(const struct serving *serving, const char *const *targets,
    size_t target_count, const struct serving_model *models, size_t count)
{
	struct capacity before = capacity_without(serving, NULL, 0);
	struct capacity after = capacity_without(serving, targets,
	    target_count);
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < target_count; i++)
		json_array_append_new(array,
		    target_object(serving, targets[i]));
	return json_pack("{s:o, s:o, s:{s:o, s:o}, s:{s:i, s:i}, s:o}",
	    "targets", array, "models", models_array(models, count),
	    "slots", "before", slots_object(&before.slots),
	    "after", slots_object(&after.slots),
	    "nodes", "before", (int)before.nodes, "after", (int)after.nodes,
	    "limits", limits_array(models, count, &after));
}
