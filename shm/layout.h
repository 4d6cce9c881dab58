/*
 * The bytes of a segment.  Everything here is the ABI: a change of it that
 * an older reader cannot live with raises DROVER_SEGMENT_ABI_MAJOR.
 *
 *	header page | schema | texts | event ring | pool
 *
 * The pool is cut into units of 512 B.  Its first small_units hold blocks
 * of one unit (root blocks, tops, directories), the rest leaves of four.
 * A reference is version << 24 | unit, where version is the transaction
 * that wrote the block: equal references mean equal content.  The word
 * `root` is such a reference too.
 *
 *	root block -> top of each table -> directory of 64 -> leaf of rows
 *
 * Sizes are in bytes and offsets from the start of the segment unless the
 * name says otherwise.
 */
#ifndef DROVER_SHM_LAYOUT_H
#define DROVER_SHM_LAYOUT_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#define SEGMENT_MAGIC		"DROVERSG"
#define SEGMENT_BYTE_ORDER	0x01020304u
#define SEGMENT_PAGE_BYTES	4096u
#define SEGMENT_UNIT_BYTES	512u
#define SEGMENT_LEAF_UNITS	4u
#define SEGMENT_LEAF_BYTES	(SEGMENT_LEAF_UNITS * SEGMENT_UNIT_BYTES)
#define SEGMENT_FANOUT		64u	/* references in a directory, top */
#define SEGMENT_LEAVES_MAX	(SEGMENT_FANOUT * SEGMENT_FANOUT)
#define SEGMENT_TABLES_MAX	31u
#define SEGMENT_UNIT_BITS	24
#define SEGMENT_UNITS_MAX	(1u << SEGMENT_UNIT_BITS)
#define SEGMENT_UNIT_MASK	(SEGMENT_UNITS_MAX - 1)
#define SEGMENT_NAME_BYTES	32
#define SEGMENT_EVENT_BYTES	256u
#define SEGMENT_PADDING		15u	/* words up to the next pair of lines */

enum segment_state {
	SEGMENT_INIT = 0,
	SEGMENT_LIVE = 1,
	SEGMENT_CLOSED = 2,
	SEGMENT_SUPERSEDED = 3
};

/*
 * What never changes stands first; each word that changes has a pair of
 * cache lines of its own (adjacent lines are fetched together), so that
 * polling one does not take another from the writer's cache.
 */
struct segment_header {
	char		magic[8];
	uint32_t	byte_order;
	uint16_t	abi_major;
	uint16_t	abi_minor;
	uint32_t	header_bytes;
	uint32_t	unit_bytes;
	uint64_t	segment_bytes;
	uint64_t	instance;
	uint64_t	schema_hash;
	int64_t		writer_pid;
	int64_t		writer_started_ns;
	char		boot_id[40];
	uint64_t	schema_offset;
	uint64_t	schema_bytes;
	uint64_t	text_offset;
	uint64_t	text_bytes;
	uint64_t	ring_offset;
	uint32_t	ring_slots;	/* a power of two */
	uint32_t	pool_units;
	uint32_t	small_units;	/* a multiple of SEGMENT_LEAF_UNITS */
	uint32_t	reserved;
	uint64_t	pool_offset;

	uint64_t	padding[11];

	uint64_t	state;
	uint64_t	state_padding[SEGMENT_PADDING];
	uint64_t	root;
	uint64_t	root_padding[SEGMENT_PADDING];
	/* Versions below it may have been overwritten in part. */
	uint64_t	horizon;
	uint64_t	horizon_padding[SEGMENT_PADDING];
	uint64_t	heartbeat_ns;	/* CLOCK_BOOTTIME */
	uint64_t	heartbeat_padding[SEGMENT_PADDING];
	/* Sequence of the last event appended, 0 for none. */
	uint64_t	ring_head;
	uint64_t	ring_padding[SEGMENT_PADDING];
	/* Texts below this offset are complete. */
	uint64_t	text_used;
	uint64_t	text_padding[SEGMENT_PADDING];
};

static_assert(offsetof(struct segment_header, state) % 128 == 0 &&
    offsetof(struct segment_header, text_used) % 128 == 0,
    "words that change stand on lines of their own");
static_assert(sizeof(struct segment_header) <= SEGMENT_PAGE_BYTES,
    "the header fits its page");

/* The schema: this head, then the arrays in the order of its counts. */
struct segment_schema_head {
	uint32_t	tables;
	uint32_t	columns;
	uint32_t	dictionaries;
	uint32_t	words;
};

struct segment_schema_table {
	char		name[SEGMENT_NAME_BYTES];
	char		help[96];
	uint32_t	row_bytes;
	uint32_t	rows_max;
	uint32_t	rows_per_leaf;
	uint32_t	first_column;
	uint32_t	columns;
	uint32_t	key_column;	/* in the table: its first ID column */
};

struct segment_schema_column {
	char		name[SEGMENT_NAME_BYTES];
	char		unit[16];
	char		help[128];
	uint32_t	type;
	uint32_t	semantics;
	uint32_t	offset;
	uint32_t	width;
	int32_t		dictionary;
	uint32_t	table;
};

struct segment_schema_dictionary {
	char		name[SEGMENT_NAME_BYTES];
	uint32_t	first_word;
	uint32_t	words;
};

struct segment_schema_word {
	char		text[SEGMENT_NAME_BYTES];
};

#define SEGMENT_COLUMNS_MAX		4096u
#define SEGMENT_DICTIONARIES_MAX	256u
#define SEGMENT_WORDS_MAX		4096u

struct segment_table_root {
	uint64_t	top;		/* reference, 0: no rows */
	uint32_t	used;		/* slots */
	uint32_t	reserved;
};

struct segment_root {
	uint64_t			version;
	uint64_t			reserved;
	struct segment_table_root	tables[SEGMENT_TABLES_MAX];
};

static_assert(sizeof(struct segment_root) == SEGMENT_UNIT_BYTES,
    "a root block is one unit");

struct segment_directory {
	uint64_t	references[SEGMENT_FANOUT];
};

static_assert(sizeof(struct segment_directory) == SEGMENT_UNIT_BYTES,
    "a directory is one unit");

/* sequence is 0 while the slot is being filled. */
struct segment_event_slot {
	uint64_t	sequence;
	int64_t		time_ns;
	uint64_t	severity;
	char		node[64];
	char		kind[32];
	char		object[48];
	char		text[80];
	uint64_t	reserved;
};

static_assert(sizeof(struct segment_event_slot) == SEGMENT_EVENT_BYTES,
    "an event fills its slot");

/* So many bytes, or units, up to a whole number of others. */
static inline uint64_t
segment_whole(uint64_t count, uint64_t unit)
{
	return (count + unit - 1) / unit * unit;
}

static inline uint64_t
segment_reference(uint64_t version, uint32_t unit)
{
	return version << SEGMENT_UNIT_BITS | unit;
}

static inline uint64_t
segment_reference_version(uint64_t reference)
{
	return reference >> SEGMENT_UNIT_BITS;
}

static inline uint32_t
segment_reference_unit(uint64_t reference)
{
	return (uint32_t)reference & SEGMENT_UNIT_MASK;
}

#endif
