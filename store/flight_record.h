/*
 * The bytes of the flight log, and of what the core sends the recorder:
 * records, each with a sum over all of it.
 *
 *	file	head | schema | record ...
 *	record	struct flight_record | payload | zeros up to eight bytes
 *
 * Numbers are as this machine has them; the head says which order that is.
 * A STEP leads from the record before it to the next; a KEY stands for
 * itself.  See drover-flight(5).
 */
#ifndef DROVER_STORE_FLIGHT_RECORD_H
#define DROVER_STORE_FLIGHT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/bits.h"
#include "store/flight_image.h"

#define FLIGHT_MAGIC		"DROVERFL"
#define FLIGHT_VERSION		1u
#define FLIGHT_BYTE_ORDER	0x01020304u
#define FLIGHT_RECORD_MAGIC	0x44524652u	/* "RFRD" */
#define FLIGHT_RECORD_MAX	(64u << 20)

struct flight_head {
	char		magic[8];
	uint32_t	byte_order;
	uint32_t	version;
	uint32_t	check;		/* of what follows it, and the schema */
	uint32_t	schema_bytes;
	uint64_t	schema_hash;
	uint64_t	sequence;	/* of the file; it is in its name */
	int64_t		first_ns;	/* UNIX time of its first record */
};

enum flight_kind {
	FLIGHT_SCHEMA = 1,	/* on the wire only; payload: the schema */
	FLIGHT_KEY = 2,
	FLIGHT_STEP = 3,
	FLIGHT_INDEX = 4	/* the end of a file that is complete */
};

struct flight_record {
	uint32_t	magic;
	uint32_t	bytes;		/* all of it, a multiple of eight */
	uint32_t	check;		/* CRC-32 of what follows this word */
	uint32_t	kind;
	uint32_t	payload_bytes;
	uint32_t	reserved;
	uint64_t	step;		/* counted by who sends, without gaps */
	struct flight_moment moment;
};

/* What the payload of INDEX consists of, and what ends the file. */
struct flight_index_entry {
	int64_t		wall_ns;
	uint64_t	offset;		/* of a KEY */
};

/*
 * A record in one piece, to be freed with free().  check is reckoned;
 * NULL: no memory.
 */
struct flight_record *flight_record_make(enum flight_kind kind,
	    const struct flight_moment *moment, uint64_t step,
	    const void *payload, size_t payload_bytes);
/*
 * Whether a whole, sound record begins there, with at most length bytes.
 * -EAGAIN: there may be more of it; -EBADMSG.
 */
int	flight_record_check(const struct flight_record *record,
	    size_t length);
static inline const void *
flight_payload(const struct flight_record *record)
{
	return record + 1;
}

/* The record that makes the image out of nothing, with its events. */
struct flight_record *flight_record_key(const struct flight_image *image,
	    uint64_t step, struct bits_writer *bits);
/*
 * Applies a KEY or STEP.  A STEP wants the image of the record before it.
 * -EBADMSG: the image is spoilt.
 */
int	flight_record_apply(struct flight_image *image,
	    const struct flight_record *record);

#endif
