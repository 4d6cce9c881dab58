/* The life of a segment's writer: made, placed, closed. */
#include <sys/random.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shm/access.h"
#include "shm/clock.h"
#include "shm/schema.h"
#include "shm/writer_state.h"

#define TEXT_BYTES_DEFAULT	65536u
#define EVENT_SLOTS_DEFAULT	1024u
#define HOLD_MS_DEFAULT		2000u
#define TEXT_INDEX_FIRST	64u

static size_t
whole_pages(size_t bytes)
{
	return (bytes + SEGMENT_PAGE_BYTES - 1) &
	    ~(size_t)(SEGMENT_PAGE_BYTES - 1);
}

/*
 * What is live, once more for the copies that blocks of the hold time are,
 * and once more for a transaction that replaces everything.
 */
size_t
segment_pool_bytes(const struct segment_schema *schema, const uint32_t *rows)
{
	const struct segment_table *table;
	size_t leaves = 0, small = 1;
	uint32_t i, count;
	size_t units;

	for (i = 0; i < schema->table_count; i++) {
		table = &schema->tables[i];
		count = segment_leaves(rows[i] < table->rows_max ? rows[i] :
		    table->rows_max, table->row_bytes);
		leaves += count;
		small += 1 + (count + SEGMENT_FANOUT - 1) / SEGMENT_FANOUT;
	}
	units = 3 * (small + leaves * SEGMENT_LEAF_UNITS);
	units += 2 * SEGMENT_LEAF_UNITS;
	/* The share for small blocks comes on top (pool_small_units()). */
	units += units / 7 + 2 * (1 + 2 * (size_t)schema->table_count);
	return whole_pages(units * SEGMENT_UNIT_BYTES);
}

static void
read_boot_id(char *text, size_t size)
{
	ssize_t length;
	int file;

	file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	if (file == -1)
		return;
	length = read(file, text, size - 1);
	close(file);
	while (length > 0 && text[length - 1] == '\n')
		length--;
	memset(text + (length > 0 ? length : 0), 0,
	    size - (size_t)(length > 0 ? length : 0));
}

/* Where everything lies; 0, or -EINVAL for options that make no sense. */
static int
plan_layout(struct segment_header *header,
    const struct segment_schema *schema,
    const struct segment_options *options)
{
	uint64_t slots = options->event_slots;
	uint64_t units = options->pool_bytes / SEGMENT_UNIT_BYTES;

	if (slots == 0)
		slots = EVENT_SLOTS_DEFAULT;
	if ((slots & (slots - 1)) != 0 || units > SEGMENT_UNITS_MAX)
		return -EINVAL;
	units &= ~(uint64_t)(SEGMENT_LEAF_UNITS - 1);
	memset(header, 0, sizeof(*header));
	header->byte_order = SEGMENT_BYTE_ORDER;
	header->abi_major = DROVER_SEGMENT_ABI_MAJOR;
	header->abi_minor = DROVER_SEGMENT_ABI_MINOR;
	header->header_bytes = SEGMENT_PAGE_BYTES;
	header->unit_bytes = SEGMENT_UNIT_BYTES;
	header->schema_offset = SEGMENT_PAGE_BYTES;
	header->schema_bytes = segment_schema_bytes(schema);
	header->text_offset = header->schema_offset +
	    whole_pages(header->schema_bytes);
	header->text_bytes = whole_pages(options->text_bytes == 0 ?
	    TEXT_BYTES_DEFAULT : options->text_bytes);
	header->ring_offset = header->text_offset + header->text_bytes;
	header->ring_slots = (uint32_t)slots;
	header->pool_offset = header->ring_offset +
	    whole_pages(slots * SEGMENT_EVENT_BYTES);
	header->pool_units = (uint32_t)units;
	header->small_units = pool_small_units((uint32_t)units,
	    schema->table_count);
	header->segment_bytes = header->pool_offset +
	    whole_pages(units * SEGMENT_UNIT_BYTES);
	return header->text_bytes > UINT32_MAX ? -EINVAL : 0;
}

static int
identify(struct segment_header *header)
{
	if (getrandom(&header->instance, sizeof(header->instance), 0) !=
	    sizeof(header->instance))
		return -EIO;
	header->writer_pid = getpid();
	header->writer_started_ns =
	    clock_ns(CLOCK_REALTIME);
	read_boot_id(header->boot_id, sizeof(header->boot_id));
	return 0;
}

static int
table_init(struct writer_table *state, const struct segment_table *table)
{
	state->row_bytes = table->row_bytes;
	state->rows_max = table->rows_max;
	state->rows_per_leaf = segment_rows_per_leaf(table->row_bytes);
	state->leaf_count = segment_leaves(table->rows_max,
	    table->row_bytes);
	state->leaves = calloc(state->leaf_count, sizeof(*state->leaves));
	state->slots = calloc((size_t)state->leaf_count *
	    state->rows_per_leaf, sizeof(*state->slots));
	return state->leaves == NULL || state->slots == NULL ? -ENOMEM : 0;
}

/* Everything a transaction can need is allocated now. */
static int
allocate_state(struct segment_writer *writer,
    const struct segment_schema *schema)
{
	size_t leaves = 0, slots = 0;
	uint32_t i;

	writer->tables = calloc(schema->table_count, sizeof(*writer->tables));
	if (writer->tables == NULL)
		return -ENOMEM;
	writer->table_count = schema->table_count;
	for (i = 0; i < schema->table_count; i++) {
		if (table_init(&writer->tables[i], &schema->tables[i]) != 0)
			return -ENOMEM;
		leaves += writer->tables[i].leaf_count;
		slots += (size_t)writer->tables[i].leaf_count *
		    writer->tables[i].rows_per_leaf;
	}
	writer->leaf_changes = calloc(leaves, sizeof(*writer->leaf_changes));
	writer->small_changes = calloc(1 + schema->table_count *
	    (1 + SEGMENT_FANOUT), sizeof(*writer->small_changes));
	writer->slots_before = calloc(slots, sizeof(*writer->slots_before));
	writer->text_room = TEXT_INDEX_FIRST;
	writer->text_index = calloc(writer->text_room,
	    sizeof(*writer->text_index));
	if (writer->leaf_changes == NULL || writer->small_changes == NULL ||
	    writer->slots_before == NULL || writer->text_index == NULL)
		return -ENOMEM;
	return 0;
}

/* The bytes of a segment with no rows, complete but for being LIVE. */
static int
fill_segment(struct segment_writer *writer,
    const struct segment_schema *schema, const struct segment_header *plan,
    uint32_t hold_ms)
{
	unsigned char *map = writer->file.map;
	int error;

	writer->header = writer->file.map;
	memcpy(writer->header, plan, sizeof(*plan));
	writer->header->schema_hash = segment_schema_store(schema,
	    map + plan->schema_offset);
	writer->ring = (void *)(map + plan->ring_offset);
	writer->ring_slots = plan->ring_slots;
	writer->text_bytes = plan->text_bytes;
	writer->texts = (char *)map + plan->text_offset;
	writer->text_used = 1;		/* id 0 is "" */
	segment_store(&writer->header->text_used, writer->text_used);
	error = pool_init(&writer->pool, map + plan->pool_offset,
	    plan->pool_units, plan->small_units, &writer->header->horizon,
	    (uint64_t)hold_ms * 1000000u);
	if (error == 0)
		error = allocate_state(writer, schema);
	if (error == 0)
		error = segment_publish_first(writer);
	return error;
}

/* The magic comes last: a file without it is nobody's segment. */
static void
mark_live(struct segment_writer *writer)
{
	segment_fence_release();
	memcpy(writer->header->magic, SEGMENT_MAGIC,
	    sizeof(writer->header->magic));
	segment_store_release(&writer->header->state, SEGMENT_LIVE);
}

static void
writer_free(struct segment_writer *writer)
{
	uint32_t i;

	segment_file_release(&writer->file);
	pool_free(&writer->pool);
	for (i = 0; i < writer->table_count; i++) {
		free(writer->tables[i].leaves);
		free(writer->tables[i].slots);
	}
	free(writer->tables);
	free(writer->leaf_changes);
	free(writer->small_changes);
	free(writer->slots_before);
	free(writer->text_index);
	free(writer);
}

int
segment_create(struct segment_writer **writer, const char *path,
    const struct segment_schema *schema,
    const struct segment_options *options)
{
	struct segment_writer *made;
	struct segment_header plan;
	uint32_t hold_ms = options->hold_ms;
	int error;

	*writer = NULL;
	error = segment_schema_check(schema);
	if (error == 0)
		error = plan_layout(&plan, schema, options);
	if (error == 0)
		error = identify(&plan);
	if (error != 0)
		return error;
	if (hold_ms == 0)
		hold_ms = HOLD_MS_DEFAULT;
	else if (hold_ms == SEGMENT_NO_HOLD)
		hold_ms = 0;
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return -ENOMEM;
	error = segment_file_make(&made->file, path, plan.segment_bytes,
	    options->mode == 0 ? 0640 : options->mode);
	if (error == 0)
		error = fill_segment(made, schema, &plan, hold_ms);
	if (error == 0) {
		mark_live(made);
		error = segment_file_place(&made->file, path);
	}
	if (error != 0) {
		writer_free(made);
		return error;
	}
	*writer = made;
	return 0;
}

void
segment_close(struct segment_writer *writer)
{
	if (writer == NULL)
		return;
	segment_abandon(writer);
	segment_store_release(&writer->header->state, SEGMENT_CLOSED);
	writer_free(writer);
}
