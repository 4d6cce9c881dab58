/*
 * A writer from the inside.  The references it works with are its own
 * copies: the blocks in the segment are written from them and never read
 * back to find a way.
 */
#ifndef DROVER_SHM_WRITER_STATE_H
#define DROVER_SHM_WRITER_STATE_H

#include <stdint.h>

#include "shm/file.h"
#include "shm/layout.h"
#include "shm/pool.h"
#include "shm/writer.h"

#define SLOT_FILLED	0x80000000u	/* beside the generation of a slot */

struct writer_table {
	uint64_t	*leaves;	/* references */
	uint32_t	*slots;		/* generation and SLOT_FILLED */
	uint64_t	 directories[SEGMENT_FANOUT];
	uint64_t	 top;
	uint64_t	 dirty;		/* bit for each directory */
	uint32_t	 leaf_count;
	uint32_t	 row_bytes;
	uint32_t	 rows_max;
	uint32_t	 rows_per_leaf;
	uint32_t	 used;		/* with the open transaction */
	uint32_t	 used_before;	/* as published */
};

/* A block written by the open transaction, and what it replaces. */
struct writer_change {
	uint64_t		*reference;
	uint64_t		 replaced;
	struct pool_block	 block;
	uint32_t		 table;
};

struct writer_text {
	uint64_t	hash;
	uint32_t	id;		/* 0: free */
	uint32_t	length;
};

struct segment_writer {
	struct segment_file	 file;
	struct segment_header	*header;
	struct pool		 pool;
	uint64_t		 version;	/* published */
	uint64_t		 root;
	uint64_t		 now_ns;	/* of the transaction */
	struct writer_table	*tables;
	uint32_t		 table_count;
	int			 error;		/* of the transaction */
	struct writer_change	*leaf_changes;
	struct writer_change	*small_changes;
	uint32_t		*slots_before;	/* of changed leaves */
	uint32_t		 leaf_change_count;
	uint32_t		 small_change_count;
	uint32_t		 slots_before_count;
	struct segment_event_slot *ring;
	uint64_t		 ring_head;
	uint32_t		 ring_slots;
	char			*texts;
	uint64_t		 text_bytes;
	struct writer_text	*text_index;
	uint64_t		 text_used;
	uint32_t		 text_count;
	uint32_t		 text_room;	/* a power of two */
};

/* Version 1: no rows. */
int	segment_publish_first(struct segment_writer *writer);

#endif
