/*
 * All tables of a segment at one moment, unpacked: the rows as they stand
 * in it, slot by slot, with the schema that describes them.  What the
 * flight log is made from, and what it gives back.
 *
 * An image belongs to one thread at a time.  Errors: -ENOMEM; -EBADMSG the
 * schema is not sound; -EAGAIN the segment was written while it was read.
 */
#ifndef DROVER_STORE_FLIGHT_IMAGE_H
#define DROVER_STORE_FLIGHT_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <drover/segment.h>

#define FLIGHT_TABLES_MAX	31
/* Events that an image carries with it, the newest ones. */
#define FLIGHT_EVENTS		256

struct flight_column {
	char		name[32];
	bool		counter;	/* it only rises, or begins anew */
	uint32_t	offset;
	uint32_t	width;
	uint32_t	type;		/* enum drover_column_type */
};

struct flight_table {
	char			 name[32];
	struct flight_column	*columns;
	unsigned char		*rows;
	uint32_t		 column_count;
	uint32_t		 row_bytes;
	uint32_t		 rows_max;
	uint32_t		 used;		/* slots */
	uint32_t		 room;		/* slots allocated, zeroed */
};

/* Whose image it is, and of when. */
struct flight_moment {
	uint64_t	instance;	/* of the segment */
	uint64_t	version;
	int64_t		wall_ns;	/* UNIX time */
	int64_t		writer_pid;
	int64_t		writer_started_ns;
};

struct flight_image {
	void			*schema;
	size_t			 schema_bytes;
	uint64_t		 schema_hash;
	struct flight_table	 tables[FLIGHT_TABLES_MAX];
	uint32_t		 table_count;
	struct flight_moment	 moment;
	struct drover_event	*events;	/* FLIGHT_EVENTS, a ring */
	uint64_t		 event_count;	/* all that were added */
};

/* An image without rows; it has a copy of the schema. */
int	flight_image_init(struct flight_image *image, const void *schema,
	    size_t schema_bytes);
void	flight_image_free(struct flight_image *image);
/* The same schema, no rows, no events. */
void	flight_image_clear(struct flight_image *image);

/* Slots up to slots exist; new ones are empty. */
int	flight_table_reserve(struct flight_table *table, uint32_t slots);
static inline unsigned char *
flight_row(const struct flight_table *table, uint32_t slot)
{
	return table->rows + (size_t)slot * table->row_bytes;
}
static inline uint32_t
flight_generation(const unsigned char *row)
{
	return ((const struct drover_row_header *)(const void *)row)->
	    generation;
}
/* Index of the table, or -ENOENT. */
int	flight_table_find(const struct flight_image *image,
	    const char *name);

/* The rows of the segment as they are; its schema must be the image's. */
int	flight_image_take(struct flight_image *image,
	    const struct drover_segment *segment, int64_t wall_ns);
void	flight_image_event(struct flight_image *image,
	    const struct drover_event *event);
/*
 * As the bytes of a segment, to be freed with free(): equal images give
 * equal bytes.
 */
int	flight_image_bytes(const struct flight_image *image, void **bytes,
	    size_t *length);

#endif
