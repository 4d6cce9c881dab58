/* Blocks of a segment: taking, giving back, retiring. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "shm/access.h"
#include "shm/mutant.h"
#include "shm/pool.h"

/*
 * An eighth is plenty where tables are dense (one directory serves 64
 * leaves), and lets a run of small transactions, each of one leaf and
 * three small blocks, hold about as many of both.  A tiny pool needs room
 * for two roots, tops and directories first.
 */
uint32_t
pool_small_units(uint32_t pool_units, uint32_t tables)
{
	uint32_t least = 2 * (1 + 2 * tables);
	uint32_t units = pool_units / 8;

	if (units < least)
		units = least;
	return (units + SEGMENT_LEAF_UNITS - 1) & ~(SEGMENT_LEAF_UNITS - 1);
}

static int
class_init(struct pool_class *class, uint32_t first, uint32_t end,
    uint32_t units)
{
	class->units = units;
	class->room = (end - first) / units;
	class->fresh = first;
	class->fresh_end = first + class->room * units;
	class->head = 0;
	class->count = 0;
	class->retired = calloc(class->room, sizeof(*class->retired));
	return class->retired == NULL ? -ENOMEM : 0;
}

int
pool_init(struct pool *pool, void *units, uint32_t pool_units,
    uint32_t small_units, uint64_t *horizon_word, uint64_t hold_ns)
{
	int error;

	memset(pool, 0, sizeof(*pool));
	if (pool_units > SEGMENT_UNITS_MAX ||
	    small_units + 2 * SEGMENT_LEAF_UNITS > pool_units)
		return -ENOSPC;
	pool->units = units;
	pool->horizon_word = horizon_word;
	pool->hold_ns = hold_ns;
	error = class_init(&pool->small, 0, small_units, 1);
	if (error == 0)
		error = class_init(&pool->leaves, small_units, pool_units,
		    SEGMENT_LEAF_UNITS);
	if (error != 0)
		pool_free(pool);
	return error;
}

void
pool_free(struct pool *pool)
{
	free(pool->small.retired);
	free(pool->leaves.retired);
	pool->small.retired = NULL;
	pool->leaves.retired = NULL;
}

static void
class_pop(struct pool_class *class, struct pool_block *block)
{
	*block = class->retired[class->head];
	class->head = class->head + 1 == class->room ? 0 : class->head + 1;
	class->count--;
}

/*
 * Step 1 of the writer's order.  A reader of a version up to the block's
 * last must find out before the block changes under it, so the horizon
 * rises first, and the fence keeps it in front of every byte that will be
 * written into the block: a reader that sees one of those bytes sees the
 * horizon too.  The last version is always older than the current one
 * (blocks are retired after the root is stored), so the horizon never
 * passes the version published, and what the root names stays readable
 * wherever the writer dies.
 */
static void
raise_horizon(struct pool *pool, uint64_t last_version)
{
	if (last_version + 1 <= pool->horizon)
		return;
	pool->horizon = last_version + 1;
	MUTANT_RAISE_HORIZON(pool);
	segment_fence_release();
}

/*
 * A retired block older than the hold time first: it is likely still in
 * the caches, and no reader in its senses holds on to it.  Then one never
 * used.  A young one only when there is nothing else: it costs a slow
 * reader its snapshot, which beats failing the transaction.
 */
int
pool_take(struct pool *pool, struct pool_class *from, uint64_t now_ns,
    struct pool_block *block)
{
	if (from->fresh != from->fresh_end && (from->count == 0 ||
	    now_ns - from->retired[from->head].retired_ns < pool->hold_ns)) {
		block->unit = from->fresh;
		block->last_version = 0;
		block->retired_ns = 0;
		from->fresh += from->units;
		return 0;
	}
	if (from->count == 0)
		return -ENOSPC;
	class_pop(from, block);
	raise_horizon(pool, block->last_version);
	return 0;
}

void
pool_untake(struct pool_class *from, const struct pool_block *block)
{
	/* One never published: nobody reads it, it is as good as fresh. */
	if (block->last_version == 0 &&
	    block->unit + from->units == from->fresh) {
		from->fresh = block->unit;
		return;
	}
	assert(from->count < from->room);
	from->head = from->head == 0 ? from->room - 1 : from->head - 1;
	from->retired[from->head] = *block;
	from->count++;
}

void
pool_retire(struct pool_class *to, uint32_t unit, uint64_t last_version,
    uint64_t now_ns)
{
	struct pool_block *block;
	uint32_t tail;

	assert(to->count < to->room);
	tail = to->head + to->count;
	if (tail >= to->room)
		tail -= to->room;
	block = &to->retired[tail];
	block->unit = unit;
	block->last_version = last_version;
	block->retired_ns = now_ns;
	to->count++;
}
