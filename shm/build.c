#include "shm/build.h"

#include <errno.h>
#include <string.h>

#include "shm/layout.h"
#include "shm/reader.h"
#include "shm/schema.h"

struct building {
	const struct segment_parts		*parts;
	const struct segment_schema_table	*tables;
	uint32_t				 table_count;
	uint32_t				 small;	/* next unit */
	uint32_t				 leaf;
	uint32_t				 ring_slots;
	uint64_t				 pool_offset;
	uint64_t				 total_bytes;
	unsigned char				*bytes;
};

const void *
segment_schema_of(const struct drover_segment *segment, size_t *bytes)
{
	*bytes = segment->schema_bytes;
	return segment->schema;
}

static uint32_t
used(const struct building *building, uint32_t table)
{
	return building->parts->tables == NULL ? 0 :
	    building->parts->tables[table].used;
}

static uint32_t
leaves(const struct building *building, uint32_t table)
{
	return used(building, table) == 0 ? 0 : segment_leaves(
	    used(building, table), building->tables[table].row_bytes);
}

static uint32_t
directories(uint32_t leaf_count)
{
	return (leaf_count + SEGMENT_FANOUT - 1) / SEGMENT_FANOUT;
}

static int
measure(struct building *building)
{
	const struct segment_parts *parts = building->parts;
	struct segment_schema_head head;
	uint32_t count, i;
	uint64_t small = 1, leaf = 0;

	if (parts->schema_bytes < sizeof(head) || parts->version == 0)
		return -EINVAL;
	memcpy(&head, parts->schema, sizeof(head));
	if (head.tables == 0 || head.tables > SEGMENT_TABLES_MAX ||
	    parts->schema_bytes < sizeof(head) +
	    head.tables * sizeof(struct segment_schema_table))
		return -EINVAL;
	building->tables = (const void *)((const char *)parts->schema +
	    sizeof(head));
	building->table_count = head.tables;
	for (i = 0; i < head.tables; i++) {
		count = leaves(building, i);
		leaf += count;
		if (count > 0)
			small += 1 + directories(count);
	}
	small = segment_whole(small, SEGMENT_LEAF_UNITS);
	if (small + leaf * SEGMENT_LEAF_UNITS >= SEGMENT_UNITS_MAX)
		return -EINVAL;
	building->leaf = (uint32_t)small;
	building->ring_slots = 1;
	while (building->ring_slots < parts->event_count)
		building->ring_slots *= 2;
	building->pool_offset = SEGMENT_PAGE_BYTES +
	    segment_whole(parts->schema_bytes, 8) +
	    (uint64_t)building->ring_slots * SEGMENT_EVENT_BYTES;
	building->total_bytes = building->pool_offset + (small +
	    (leaf == 0 ? 1 : leaf) * SEGMENT_LEAF_UNITS) *
	    SEGMENT_UNIT_BYTES;
	return 0;
}

static void
fill_header(const struct building *building)
{
	const struct segment_parts *parts = building->parts;
	struct segment_header *header = (void *)building->bytes;

	memcpy(header->magic, SEGMENT_MAGIC, sizeof(header->magic));
	header->byte_order = SEGMENT_BYTE_ORDER;
	header->abi_major = DROVER_SEGMENT_ABI_MAJOR;
	header->abi_minor = DROVER_SEGMENT_ABI_MINOR;
	header->header_bytes = SEGMENT_PAGE_BYTES;
	header->unit_bytes = SEGMENT_UNIT_BYTES;
	header->segment_bytes = building->total_bytes;
	header->instance = parts->instance;
	header->schema_hash = segment_schema_hash(parts->schema,
	    parts->schema_bytes);
	header->writer_pid = parts->writer_pid;
	header->writer_started_ns = parts->writer_started_ns;
	header->schema_offset = SEGMENT_PAGE_BYTES;
	header->schema_bytes = parts->schema_bytes;
	header->text_offset = header->ring_offset = SEGMENT_PAGE_BYTES +
	    segment_whole(parts->schema_bytes, 8);
	header->ring_slots = building->ring_slots;
	header->pool_offset = building->pool_offset;
	header->small_units = building->leaf;
	header->pool_units = (uint32_t)((building->total_bytes -
	    building->pool_offset) / SEGMENT_UNIT_BYTES);
	header->state = SEGMENT_CLOSED;
	header->root = segment_reference(parts->version, 0);
	if (parts->event_count > 0)
		header->ring_head =
		    parts->events[parts->event_count - 1].sequence;
}

static void
fill_ring(const struct building *building)
{
	const struct segment_header *header = (void *)building->bytes;
	struct segment_event_slot *ring, *slot;
	const struct drover_event *event;
	size_t i;

	ring = (void *)(building->bytes + header->ring_offset);
	for (i = 0; i < building->parts->event_count; i++) {
		event = &building->parts->events[i];
		slot = &ring[event->sequence & (building->ring_slots - 1)];
		slot->sequence = event->sequence;
		slot->time_ns = event->time_ns;
		slot->severity = (uint64_t)event->severity;
		memcpy(slot->node, event->node, sizeof(slot->node));
		memcpy(slot->kind, event->kind, sizeof(slot->kind));
		memcpy(slot->object, event->object, sizeof(slot->object));
		memcpy(slot->text, event->text, sizeof(slot->text));
	}
}

static void *
unit_address(const struct building *building, uint32_t unit)
{
	return building->bytes + building->pool_offset +
	    (size_t)unit * SEGMENT_UNIT_BYTES;
}

static uint64_t
take(const struct building *building, uint32_t *next, uint32_t units)
{
	uint32_t unit = *next;

	*next += units;
	return segment_reference(building->parts->version, unit);
}

static void *
at(const struct building *building, uint64_t reference)
{
	return unit_address(building, segment_reference_unit(reference));
}

static void
fill_leaf(const struct building *building, uint32_t table, uint32_t leaf,
    uint64_t reference)
{
	const struct segment_rows *rows = &building->parts->tables[table];
	const uint32_t row_bytes = building->tables[table].row_bytes;
	const uint32_t per_leaf = segment_rows_per_leaf(row_bytes);
	uint32_t first = leaf * per_leaf, count = rows->used - first;

	if (count > per_leaf)
		count = per_leaf;
	memcpy(at(building, reference),
	    (const char *)rows->rows + (size_t)first * row_bytes,
	    (size_t)count * row_bytes);
}

static uint64_t
fill_table(struct building *building, uint32_t table)
{
	struct segment_directory *top, *directory = NULL;
	uint32_t count = leaves(building, table), leaf;
	uint64_t reference, below;

	if (count == 0)
		return 0;
	reference = take(building, &building->small, 1);
	top = at(building, reference);
	for (leaf = 0; leaf < count; leaf++) {
		if (leaf % SEGMENT_FANOUT == 0) {
			below = take(building, &building->small, 1);
			top->references[leaf / SEGMENT_FANOUT] = below;
			directory = at(building, below);
		}
		below = take(building, &building->leaf, SEGMENT_LEAF_UNITS);
		directory->references[leaf % SEGMENT_FANOUT] = below;
		fill_leaf(building, table, leaf, below);
	}
	return reference;
}

static void
fill_tables(struct building *building)
{
	struct segment_root *root;
	uint32_t i;

	root = at(building, take(building, &building->small, 1));
	root->version = building->parts->version;
	for (i = 0; i < building->table_count; i++) {
		root->tables[i].top = fill_table(building, i);
		root->tables[i].used = used(building, i);
	}
}

int64_t
segment_build(const struct segment_parts *parts, void *bytes, size_t size)
{
	struct building building = { .parts = parts, .bytes = bytes };
	int error;

	error = measure(&building);
	if (error != 0)
		return error;
	if (bytes == NULL)
		return (int64_t)building.total_bytes;
	if (building.total_bytes > size)
		return -ENOSPC;
	memset(bytes, 0, building.total_bytes);
	memcpy(building.bytes + SEGMENT_PAGE_BYTES, parts->schema,
	    parts->schema_bytes);
	fill_header(&building);
	fill_ring(&building);
	fill_tables(&building);
	return (int64_t)building.total_bytes;
}
