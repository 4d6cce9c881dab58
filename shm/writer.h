/*
 * The writing side of a segment (segment.h): one writer process, one
 * thread.  Every change is made in a transaction; readers see all of it or
 * nothing of it, from segment_publish() on.
 *
 * Errors are negative errno values; after an error of segment_publish()
 * what readers see is what they saw before.  -ENOSPC from a transaction
 * means that the pool is too small for it: make a larger segment.  A put or
 * remove that fails for want of room fails the whole transaction: nothing
 * more is taken, and segment_publish() gives it up with the same error.
 *
 * A child that is forked and does not exec keeps the writer's lock, and so
 * makes a dead writer look hung.  It has no mapping to write to.
 */
#ifndef DROVER_SHM_WRITER_H
#define DROVER_SHM_WRITER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <drover/segment.h>

struct segment_writer;

/* What a column, a table and a schema are made of; all static data. */
struct segment_column {
	const char		*name;
	const char		*unit;
	const char		*help;
	const char		*dictionary;	/* of an ENUM8, else NULL */
	enum drover_column_type	 type;
	enum drover_semantics	 semantics;
	uint32_t		 offset;
	uint32_t		 width;
};

struct segment_table {
	const char			*name;
	const char			*help;
	const struct segment_column	*columns;
	uint32_t			 column_count;
	uint32_t			 row_bytes;
	uint32_t			 rows_max;
};

struct segment_dictionary {
	const char		*name;
	const char *const	*words;		/* by value, no holes */
	uint32_t		 word_count;
};

struct segment_schema {
	const struct segment_table	*tables;
	const struct segment_dictionary	*dictionaries;
	uint32_t			 table_count;
	uint32_t			 dictionary_count;
};

struct segment_options {
	mode_t		mode;		/* of the file; 0: 0640 */
	size_t		pool_bytes;	/* leaves, directories, roots */
	size_t		text_bytes;	/* interned strings; 0: a default */
	uint32_t	event_slots;	/* a power of two; 0: a default */
	uint32_t	hold_ms;	/* age of a block before its reuse;
					   0: a default */
};

#define SEGMENT_NO_HOLD	UINT32_MAX	/* hold_ms: reuse at once */

/* The schema of core.seg, made from include/drover/tables/. */
extern const struct segment_schema segment_core_schema;

/* Pool that holds rows of each table of the schema with room to spare. */
size_t	segment_pool_bytes(const struct segment_schema *schema,
	    const uint32_t *rows);

/*
 * Make the segment beside path and rename it there, marking the segment
 * that stood there as superseded.  -EBUSY: another live writer holds it;
 * -ENOSPC: no room for the file, or a pool that holds nothing; -EINVAL: a
 * schema or options that a segment cannot have.
 */
int	segment_create(struct segment_writer **writer, const char *path,
	    const struct segment_schema *schema,
	    const struct segment_options *options);
/* Mark it closed and let go of it; the file stays readable. */
void	segment_close(struct segment_writer *writer);

/*
 * row points to row_bytes of the table; its header is the writer's.  A row
 * that is as the slot has it already is no change.
 */
int	segment_put(struct segment_writer *writer, uint32_t table,
	    uint32_t slot, const void *row);
/* Empty the slot. */
int	segment_remove(struct segment_writer *writer, uint32_t table,
	    uint32_t slot);
/* Publish what was put and removed since the last time, and a heartbeat. */
int	segment_publish(struct segment_writer *writer);
/* Give up what was put and removed since the last publish. */
void	segment_abandon(struct segment_writer *writer);
/* Say that the writer lives although nothing changed. */
void	segment_heartbeat(struct segment_writer *writer);

/* Append to the event ring at once; sequence is filled in. */
void	segment_event(struct segment_writer *writer,
	    struct drover_event *event);
/* Id of a long text, stored once; 0 is "". */
int64_t	segment_intern(struct segment_writer *writer, const char *text);

#endif
