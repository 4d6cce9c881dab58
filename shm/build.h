/*
 * A segment as an image, built from rows that are kept elsewhere: what a
 * store had written down, say.  drover_segment_attach_image() reads it.
 */
#ifndef DROVER_SHM_BUILD_H
#define DROVER_SHM_BUILD_H

#include <stddef.h>
#include <stdint.h>

#include <drover/segment.h>

/* used rows, one after the other; an empty slot has generation 0. */
struct segment_rows {
	const void	*rows;
	uint32_t	 used;
};

struct segment_parts {
	const void			*schema;	/* as in a segment */
	size_t				 schema_bytes;
	const struct segment_rows	*tables;	/* NULL: no rows */
	const struct drover_event	*events;	/* oldest first */
	size_t				 event_count;
	uint64_t			 instance;
	uint64_t			 version;	/* not 0 */
	int64_t				 writer_pid;
	int64_t				 writer_started_ns;
};

/* The schema of an open segment, which it is to outlive. */
const void *segment_schema_of(const struct drover_segment *segment,
	    size_t *bytes);

/*
 * Equal parts give equal bytes.  Returns the bytes stored, or the bytes
 * needed when bytes is NULL, or -ENOSPC, or -EINVAL: no schema.  A schema
 * that was never attached is checked by attaching an image without rows.
 */
int64_t	segment_build(const struct segment_parts *parts, void *bytes,
	    size_t size);

#endif
