#include "store/flight_codec.h"

#include <errno.h>
#include <string.h>

#include "store/flight_number.h"

/* Columns that have one bit in common, which says that none changed. */
#define GROUP	8u

static uint64_t
word_at(const unsigned char *row, const struct flight_column *column)
{
	uint64_t word;

	memcpy(&word, row + column->offset, sizeof(word));
	return word;
}

static void
put_bytes(struct bits_writer *bits, const unsigned char *bytes, size_t count)
{
	size_t i;

	flight_put_number(bits, count);
	for (i = 0; i < count; i++)
		bits_put(bits, bytes[i], 8);
}

static void
get_bytes(struct bits_reader *bits, unsigned char *bytes, size_t room)
{
	uint64_t count = flight_get_number(bits), i;

	if (count > room) {
		bits->failed = true;
		return;
	}
	for (i = 0; i < count; i++)
		bytes[i] = (unsigned char)bits_get(bits, 8);
	memset(bytes + count, 0, room - count);
}

/* Without the zeros at the end. */
static size_t
filled(const unsigned char *bytes, size_t room)
{
	while (room > 0 && bytes[room - 1] == 0)
		room--;
	return room;
}

static void
put_column(struct bits_writer *bits, const struct flight_column *column,
    const unsigned char *before, const unsigned char *after)
{
	switch (column->type) {
	case DROVER_TYPE_F64:
		flight_put_double(bits, word_at(before, column),
		    word_at(after, column));
		break;
	case DROVER_TYPE_I64:
	case DROVER_TYPE_TEXT:
		flight_put_number(bits, flight_zigzag((int64_t)
		    (word_at(after, column) - word_at(before, column))));
		break;
	default:
		put_bytes(bits, after + column->offset,
		    filled(after + column->offset, column->width));
	}
}

static void
get_column(struct bits_reader *bits, const struct flight_column *column,
    unsigned char *row)
{
	uint64_t word = 0;

	if (column->type == DROVER_TYPE_F64)
		word = flight_get_double(bits, word_at(row, column));
	else if (column->type == DROVER_TYPE_I64 ||
	    column->type == DROVER_TYPE_TEXT)
		word = word_at(row, column) +
		    (uint64_t)flight_unzigzag(flight_get_number(bits));
	else {
		get_bytes(bits, row + column->offset, column->width);
		return;
	}
	memcpy(row + column->offset, &word, sizeof(word));
}

static bool
differs(const struct flight_column *column, const unsigned char *before,
    const unsigned char *after)
{
	if (column->width == 8)
		return word_at(before, column) != word_at(after, column);
	return memcmp(before + column->offset, after + column->offset,
	    column->width) != 0;
}

static void
put_group(struct bits_writer *bits, const struct flight_table *table,
    uint32_t first, const unsigned char *before, const unsigned char *after)
{
	uint32_t end = first + GROUP, i;
	uint64_t different = 0;

	if (end > table->column_count)
		end = table->column_count;
	for (i = first; i < end; i++)
		if (differs(&table->columns[i], before, after))
			different |= UINT64_C(1) << (i - first);
	bits_put(bits, different != 0, 1);
	if (different == 0)
		return;
	bits_put(bits, different, end - first);
	for (i = first; i < end; i++)
		if ((different >> (i - first) & 1) != 0)
			put_column(bits, &table->columns[i], before, after);
}

static void
get_group(struct bits_reader *bits, const struct flight_table *table,
    uint32_t first, unsigned char *row)
{
	uint32_t end = first + GROUP, i;
	uint64_t different;

	if (bits_get(bits, 1) == 0)
		return;
	if (end > table->column_count)
		end = table->column_count;
	different = bits_get(bits, end - first);
	for (i = first; i < end && !bits->failed; i++)
		if ((different >> (i - first) & 1) != 0)
			get_column(bits, &table->columns[i], row);
}

static void
put_row(struct bits_writer *bits, const struct flight_table *table,
    const unsigned char *before, const unsigned char *after)
{
	uint32_t generation = flight_generation(after), i;

	bits_put(bits, generation != flight_generation(before), 1);
	if (generation != flight_generation(before))
		flight_put_number(bits, generation);
	if (generation == 0)
		return;
	for (i = 0; i < table->column_count; i += GROUP)
		put_group(bits, table, i, before, after);
}

static void
get_row(struct bits_reader *bits, const struct flight_table *table,
    unsigned char *row)
{
	struct drover_row_header header = { 0 };
	uint32_t i;

	memcpy(&header, row, sizeof(header));
	if (bits_get(bits, 1) != 0)
		header.generation = (uint32_t)flight_get_number(bits);
	if (header.generation == 0) {
		memset(row, 0, table->row_bytes);
		return;
	}
	memcpy(row, &header, sizeof(header));
	for (i = 0; i < table->column_count && !bits->failed; i += GROUP)
		get_group(bits, table, i, row);
}

/* A row of nothing but zeros; no row is longer. */
static const uint64_t no_row[DROVER_ROW_BYTES_MAX / 8];

static const unsigned char *
row_or_none(const struct flight_table *table, uint32_t slot)
{
	return table == NULL || slot >= table->used ?
	    (const unsigned char *)no_row : flight_row(table, slot);
}

static bool
row_differs(const struct flight_table *before,
    const struct flight_table *after, uint32_t slot)
{
	return memcmp(row_or_none(before, slot), row_or_none(after, slot),
	    after->row_bytes) != 0;
}

/* Slots by the distance to the one before, and 0 at the end. */
static bool
put_table(struct bits_writer *bits, uint32_t number,
    const struct flight_table *before, const struct flight_table *after)
{
	uint32_t end = after->used, slot, last = 0;
	uint32_t used = before == NULL ? 0 : before->used;
	bool any = used != after->used;

	if (used > end)
		end = used;
	for (slot = 0; !any && slot < end; slot++)
		any = row_differs(before, after, slot);
	if (!any)
		return false;
	bits_put(bits, number + 1, 5);
	flight_put_number(bits, after->used);
	for (slot = 0; slot < after->used; slot++) {
		if (!row_differs(before, after, slot))
			continue;
		flight_put_number(bits, slot + 1 - last);
		last = slot + 1;
		put_row(bits, after, row_or_none(before, slot),
		    row_or_none(after, slot));
	}
	flight_put_number(bits, 0);
	return true;
}

static int
get_table(struct bits_reader *bits, struct flight_table *table)
{
	uint64_t used = flight_get_number(bits), gap, slot = 0;
	int error;

	if (used > table->rows_max)
		return -EBADMSG;
	error = flight_table_reserve(table, (uint32_t)used);
	if (error != 0)
		return error;
	if (used < table->used)
		memset(flight_row(table, (uint32_t)used), 0,
		    (size_t)(table->used - used) * table->row_bytes);
	table->used = (uint32_t)used;
	while (!bits->failed && (gap = flight_get_number(bits)) != 0) {
		slot += gap;
		if (slot > used || gap > used)
			return -EBADMSG;
		get_row(bits, table, flight_row(table, (uint32_t)slot - 1));
	}
	return 0;
}

static void
put_event(struct bits_writer *bits, const struct drover_event *event)
{
	flight_put_number(bits, (uint64_t)event->time_ns);
	bits_put(bits, (uint64_t)event->severity, 3);
	put_bytes(bits, (const unsigned char *)event->node,
	    strlen(event->node));
	put_bytes(bits, (const unsigned char *)event->kind,
	    strlen(event->kind));
	put_bytes(bits, (const unsigned char *)event->object,
	    strlen(event->object));
	put_bytes(bits, (const unsigned char *)event->text,
	    strlen(event->text));
}

/* The last byte of each text is the NUL that event has anyway. */
static void
get_event(struct bits_reader *bits, struct drover_event *event)
{
	memset(event, 0, sizeof(*event));
	event->time_ns = (int64_t)flight_get_number(bits);
	event->severity = (enum drover_severity)bits_get(bits, 3);
	if (event->severity > DROVER_SEVERITY_CRITICAL)
		bits->failed = true;
	get_bytes(bits, (unsigned char *)event->node,
	    sizeof(event->node) - 1);
	get_bytes(bits, (unsigned char *)event->kind,
	    sizeof(event->kind) - 1);
	get_bytes(bits, (unsigned char *)event->object,
	    sizeof(event->object) - 1);
	get_bytes(bits, (unsigned char *)event->text,
	    sizeof(event->text) - 1);
}

int
flight_encode(const struct flight_image *before,
    const struct flight_image *after, const struct drover_event *events,
    size_t event_count, struct bits_writer *bits, bool *changed)
{
	uint32_t number;
	size_t i;

	*changed = event_count > 0;
	for (number = 0; number < after->table_count; number++)
		if (put_table(bits, number,
		    before == NULL ? NULL : &before->tables[number],
		    &after->tables[number]))
			*changed = true;
	bits_put(bits, 0, 5);
	flight_put_number(bits, event_count);
	for (i = 0; i < event_count; i++)
		put_event(bits, &events[i]);
	bits_end(bits);
	return bits->failed ? -ENOMEM : 0;
}

int
flight_decode(struct flight_image *image, const void *bytes, size_t length)
{
	struct bits_reader bits = { .bytes = bytes, .length = length };
	struct drover_event event;
	uint64_t number, count;
	int error = 0;

	while (error == 0 && (number = bits_get(&bits, 5)) != 0) {
		if (number > image->table_count)
			return -EBADMSG;
		error = get_table(&bits, &image->tables[number - 1]);
	}
	if (error != 0)
		return error;
	count = flight_get_number(&bits);
	for (; count > 0 && !bits.failed; count--) {
		get_event(&bits, &event);
		if (!bits.failed)
			flight_image_event(image, &event);
	}
	return bits.failed ? -EBADMSG : 0;
}
