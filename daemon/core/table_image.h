/*
 * The wanted contents of one table of the segment: rows by key, each in a
 * slot of its own for as long as it lives.  Between table_image_begin()
 * and table_image_end() the caller names every row there should be; rows
 * that were not named are removed.  The image outlives the segment: it can
 * be written again, as a whole, into a larger one.
 */
#ifndef DROVER_CORE_TABLE_IMAGE_H
#define DROVER_CORE_TABLE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shm/writer.h"

#define TABLE_IMAGE_KEY_BYTES	232

struct table_image_row {
	char		 key[TABLE_IMAGE_KEY_BYTES];
	unsigned char	*row;		/* row_bytes, NULL: slot is free */
	bool		 named;
};

struct table_image {
	struct table_image_row	*rows;	/* by slot */
	size_t			 slots;
	size_t			 next;	/* where the next key is expected */
	size_t			 row_bytes;
	uint32_t		 table;
	uint32_t		 slots_max;
};

void	table_image_init(struct table_image *image, uint32_t table,
	    const struct segment_table *schema);
void	table_image_free(struct table_image *image);

void	table_image_begin(struct table_image *image);
/*
 * row is copied; its header must be zero.  *fresh, when not NULL, says
 * whether the key was not there before.  -ENOSPC: the table is full;
 * -ENOMEM.
 */
int	table_image_name(struct table_image *image, const char *key,
	    const void *row, bool *fresh);
/* The row kept under that key, NULL when there is none. */
const void *table_image_row(struct table_image *image, const char *key);
/*
 * Frees the slots that were not named, calling gone (may be NULL) with the
 * last contents of each.
 */
void	table_image_end(struct table_image *image,
	    void (*gone)(void *context, const void *row), void *context);

/*
 * Hand the image to the writer, which leaves alone what it has already;
 * returns what segment_put() returns.
 */
int	table_image_write(const struct table_image *image,
	    struct segment_writer *writer);
/* Rows in use. */
uint32_t table_image_count(const struct table_image *image);

#endif
