/*
 * A reader's handle.  What decides where memory is touched was copied here
 * and checked at attach; later changes of the header are without effect.
 */
#ifndef DROVER_SHM_READER_H
#define DROVER_SHM_READER_H

#include <stdbool.h>
#include <stdint.h>

#include <drover/segment.h>

#include "shm/layout.h"

/* Geometry of a table, checked. */
struct reader_table {
	uint32_t	row_bytes;
	uint32_t	rows_max;
	uint32_t	rows_per_leaf;
	uint32_t	leaf_count;
	uint32_t	first_column;
	uint32_t	columns;
};

struct reader_dictionary {
	uint32_t	first_word;
	uint32_t	words;
};

struct drover_segment {
	const unsigned char		*bytes;
	const struct segment_header	*header;
	const unsigned char		*pool;
	uint32_t			 pool_units;
	uint32_t			 small_units;
	const struct segment_event_slot	*ring;
	uint32_t			 ring_slots;
	uint32_t			 text_bytes;
	const char			*texts;
	const void			*schema;
	size_t				 schema_bytes;
	const struct segment_schema_table *schema_tables;
	const struct segment_schema_column *schema_columns;
	uint32_t			 column_count;
	uint32_t			 table_count;
	uint32_t			 dictionary_count;
	int				 descriptor;	/* -1: an image */
	size_t				 size;
	uint64_t			 instance;
	struct reader_dictionary	*dictionaries;
	struct segment_schema_word	*words;
	struct reader_table		 tables[SEGMENT_TABLES_MAX];
};

/* The block of one unit a reference names, NULL when it names none. */
static inline const void *
reader_small(const struct drover_segment *segment, uint64_t reference)
{
	uint32_t unit = segment_reference_unit(reference);

	if (reference == 0 || unit >= segment->small_units)
		return NULL;
	return segment->pool + (size_t)unit * SEGMENT_UNIT_BYTES;
}

/* The same for a leaf. */
static inline const unsigned char *
reader_leaf(const struct drover_segment *segment, uint64_t reference)
{
	uint32_t unit = segment_reference_unit(reference);

	if (reference == 0 || unit < segment->small_units ||
	    unit > segment->pool_units - SEGMENT_LEAF_UNITS ||
	    unit % SEGMENT_LEAF_UNITS != 0)
		return NULL;
	return segment->pool + (size_t)unit * SEGMENT_UNIT_BYTES;
}

/* Slots of a table in a snapshot, never more than it can have. */
uint32_t reader_used(const struct drover_snapshot *snapshot, uint32_t table);

/* Directory of a table in a snapshot; NULL when there is none. */
const struct segment_directory *reader_top(
	    const struct drover_snapshot *snapshot, uint32_t table);

/* Wait a little before try number attempt; false after the last one. */
bool	reader_retry(unsigned int *attempt);

#endif
