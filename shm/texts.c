/*
 * Interned texts: an area that only grows.  The id of a text is its offset;
 * what lies below text_used never changes again, so readers need no check
 * of versions for it.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "shm/access.h"
#include "shm/schema.h"
#include "shm/writer_state.h"

static struct writer_text *
index_find(const struct segment_writer *writer, struct writer_text *table,
    uint32_t room, const struct writer_text *wanted, const char *text)
{
	struct writer_text *entry;
	uint32_t at;

	for (at = (uint32_t)wanted->hash & (room - 1);;
	    at = (at + 1) & (room - 1)) {
		entry = &table[at];
		if (entry->id == 0)
			return entry;
		if (text != NULL && entry->hash == wanted->hash &&
		    entry->length == wanted->length &&
		    memcmp(writer->texts + entry->id, text,
		    entry->length) == 0)
			return entry;
	}
}

static int
index_grow(struct segment_writer *writer)
{
	struct writer_text *table;
	uint32_t room = writer->text_room * 2;
	uint32_t i;

	table = calloc(room, sizeof(*table));
	if (table == NULL)
		return -ENOMEM;
	for (i = 0; i < writer->text_room; i++)
		if (writer->text_index[i].id != 0)
			*index_find(writer, table, room,
			    &writer->text_index[i], NULL) =
			    writer->text_index[i];
	free(writer->text_index);
	writer->text_index = table;
	writer->text_room = room;
	return 0;
}

/* Each text begins on a word, which keeps copies whole (access.h). */
static int
append(struct segment_writer *writer, const char *text,
    struct writer_text *entry)
{
	uint64_t start = (writer->text_used + 7) & ~(uint64_t)7;
	size_t room = (entry->length + 1 + 7) & ~(size_t)7;

	if (start > writer->text_bytes ||
	    room > writer->text_bytes - start)
		return -ENOSPC;
	memcpy(writer->texts + start, text, entry->length + 1);
	entry->id = (uint32_t)start;
	writer->text_used = start + room;
	segment_store_release(&writer->header->text_used, writer->text_used);
	return 0;
}

int64_t
segment_intern(struct segment_writer *writer, const char *text)
{
	struct writer_text wanted;
	struct writer_text *entry;
	size_t length = strlen(text);
	int error;

	if (length == 0)
		return 0;
	if (length >= writer->text_bytes)
		return -ENOSPC;
	wanted.length = (uint32_t)length;
	wanted.hash = segment_schema_hash(text, length);
	wanted.id = 0;
	entry = index_find(writer, writer->text_index, writer->text_room,
	    &wanted, text);
	if (entry->id != 0)
		return entry->id;
	if (2 * (writer->text_count + 1) > writer->text_room) {
		error = index_grow(writer);
		if (error != 0)
			return error;
		entry = index_find(writer, writer->text_index,
		    writer->text_room, &wanted, text);
	}
	error = append(writer, text, &wanted);
	if (error != 0)
		return error;
	*entry = wanted;
	writer->text_count++;
	return entry->id;
}
