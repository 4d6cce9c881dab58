#include "model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

const uint32_t model_row_bytes[DROVER_TABLES] = {
#define TABLE(name, NAME, rows_max, help)				\
	[DROVER_TABLE_##NAME] = sizeof(struct drover_##name##_row),
#include <drover/tables/tables.def>
#undef TABLE
};

int
model_init(struct model *model)
{
	int i;

	memset(model, 0, sizeof(*model));
	for (i = 0; i < DROVER_TABLES; i++)
		model->table[i].row_bytes = model_row_bytes[i];
	model->events = calloc(MODEL_EVENTS, sizeof(*model->events));
	return model->events == NULL ? -ENOMEM : 0;
}

void
model_release(struct model *model)
{
	int i;

	for (i = 0; i < DROVER_TABLES; i++)
		free(model->table[i].rows);
	free(model->events);
	trends_release(&model->trends);
	memset(model, 0, sizeof(*model));
}

int
model_table_reserve(struct model_table *rows, uint32_t slots)
{
	uint32_t capacity = rows->capacity > 0 ? rows->capacity : 16;
	unsigned char *bytes;

	if (slots <= rows->capacity)
		return 0;
	while (capacity < slots)
		capacity *= 2;
	bytes = realloc(rows->rows, (size_t)capacity * rows->row_bytes);
	if (bytes == NULL)
		return -ENOMEM;
	memset(bytes + (size_t)rows->capacity * rows->row_bytes, 0,
	    (size_t)(capacity - rows->capacity) * rows->row_bytes);
	rows->rows = bytes;
	rows->capacity = capacity;
	return 0;
}

void
model_add(struct model *model, enum drover_core_table table,
    const void *row)
{
	struct model_table *rows = &model->table[table];
	struct drover_row_header *header;

	if (model_table_reserve(rows, rows->slots + 1) != 0)
		return;
	header = (void *)(rows->rows + (size_t)rows->slots * rows->row_bytes);
	memcpy(header, row, rows->row_bytes);
	header->generation = 1;
	rows->slots++;
}

static uint64_t
event_key(const struct drover_event *event)
{
	uint64_t key = TEXT_HASH_START ^ (uint64_t)event->time_ns;

	key = text_hash(key, event->node);
	key = text_hash(key, event->kind);
	key = text_hash(key, event->object);
	return text_hash(key, event->text);
}

void
model_add_event(struct model *model, const struct drover_event *event)
{
	struct model_event *slot;
	uint64_t i, key = event_key(event);

	for (i = 0; i < model_events(model); i++)
		if (model_event(model, i)->key == key)
			return;
	slot = &model->events[model->event_count++ % MODEL_EVENTS];
	slot->event = *event;
	slot->key = key;
}

void
model_note(struct model *model)
{
	uint32_t slot;

	for (slot = 0; slot < model->table[DROVER_TABLE_NODE].slots; slot++) {
		const struct drover_node_row *node =
		    model_row(model, DROVER_TABLE_NODE, slot);

		if (node != NULL)
			trend_note(&model->trends,
			    model_node_hash(node->name), node);
	}
}

const void *
model_row(const struct model *model, enum drover_core_table table,
    uint32_t slot)
{
	const struct model_table *rows = &model->table[table];
	const struct drover_row_header *header;

	if (slot >= rows->slots)
		return NULL;
	header = (const void *)(rows->rows + (size_t)slot * rows->row_bytes);
	return header->generation == 0 ? NULL : header;
}

const struct drover_node_row *
model_node(const struct model *model, const char *name)
{
	uint32_t slot;

	for (slot = 0; slot < model->table[DROVER_TABLE_NODE].slots; slot++) {
		const struct drover_node_row *node =
		    model_row(model, DROVER_TABLE_NODE, slot);

		if (node != NULL && strcmp(node->name, name) == 0)
			return node;
	}
	return NULL;
}

uint64_t
model_events(const struct model *model)
{
	return model->event_count < MODEL_EVENTS ?
	    model->event_count : MODEL_EVENTS;
}

const struct model_event *
model_event(const struct model *model, uint64_t i)
{
	if (i >= model_events(model))
		return NULL;
	return &model->events[(model->event_count - 1 - i) % MODEL_EVENTS];
}

uint64_t
model_node_hash(const char *name)
{
	return text_hash(TEXT_HASH_START, name);
}
