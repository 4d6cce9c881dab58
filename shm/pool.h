/*
 * The blocks of a segment as its writer sees them: which are free, since
 * when, and what readers must know before one is written again.
 *
 * All of it is private memory of the writer.  Nothing a reader, or a
 * process that scribbles on the mapping, can reach steers the writer.
 */
#ifndef DROVER_SHM_POOL_H
#define DROVER_SHM_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shm/layout.h"

/* A block no longer part of the current version. */
struct pool_block {
	uint64_t	last_version;	/* that used it */
	uint64_t	retired_ns;
	uint32_t	unit;
};

/* Blocks of one size: a ring of the retired ones, oldest first. */
struct pool_class {
	struct pool_block	*retired;
	uint32_t		 room;		/* of the ring */
	uint32_t		 head;		/* oldest */
	uint32_t		 count;
	uint32_t		 fresh;		/* next unit never used */
	uint32_t		 fresh_end;
	uint32_t		 units;		/* of one block */
};

struct pool {
	unsigned char		*units;
	uint64_t		*horizon_word;	/* in the segment */
	uint64_t		 horizon;	/* what was stored there */
	uint64_t		 hold_ns;
	struct pool_class	 small;
	struct pool_class	 leaves;
};

/* How many of pool_units are for blocks of one unit. */
uint32_t pool_small_units(uint32_t pool_units, uint32_t tables);

int	pool_init(struct pool *pool, void *units, uint32_t pool_units,
	    uint32_t small_units, uint64_t *horizon_word, uint64_t hold_ns);
void	pool_free(struct pool *pool);

/*
 * A block to be filled, and what to give pool_untake() should it not be
 * published.  -ENOSPC when there is none.
 */
int	pool_take(struct pool *pool, struct pool_class *from, uint64_t now_ns,
	    struct pool_block *block);
/* Give back the block taken last of those not given back. */
void	pool_untake(struct pool_class *from, const struct pool_block *block);
/* A block that last_version was the last to use. */
void	pool_retire(struct pool_class *to, uint32_t unit,
	    uint64_t last_version, uint64_t now_ns);

static inline void *
pool_address(const struct pool *pool, uint32_t unit)
{
	return pool->units + (size_t)unit * SEGMENT_UNIT_BYTES;
}

#endif
