/*
 * The schema as it stands in a segment: made from the static tables of the
 * writer, read by name by anyone.
 */
#ifndef DROVER_SHM_SCHEMA_H
#define DROVER_SHM_SCHEMA_H

#include <stddef.h>
#include <stdint.h>

#include "shm/layout.h"
#include "shm/writer.h"

/* 0, or -EINVAL when a segment cannot hold a table or column of it. */
int	segment_schema_check(const struct segment_schema *schema);
size_t	segment_schema_bytes(const struct segment_schema *schema);
/* Fill segment_schema_bytes() bytes; returns the hash of them. */
uint64_t segment_schema_store(const struct segment_schema *schema,
	    void *bytes);
uint64_t segment_schema_hash(const void *bytes, size_t length);

static inline uint32_t
segment_rows_per_leaf(uint32_t row_bytes)
{
	return SEGMENT_LEAF_BYTES / row_bytes;
}

static inline uint32_t
segment_leaves(uint32_t rows, uint32_t row_bytes)
{
	uint32_t per_leaf = segment_rows_per_leaf(row_bytes);

	return (rows + per_leaf - 1) / per_leaf;
}

#endif
