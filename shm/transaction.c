/*
 * Transactions by path copying: a change copies the leaf it touches, and
 * publishing copies the directories, tops and the root above the changed
 * leaves.  What the current root names is never written.
 */
#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "shm/access.h"
#include "shm/clock.h"
#include "shm/mutant.h"
#include "shm/writer_state.h"

static bool
transaction_open(const struct segment_writer *writer)
{
	return writer->leaf_change_count != 0 || writer->error != 0;
}

/* One reading of the clock serves a transaction: hold times, heartbeat. */
static void
transaction_begin(struct segment_writer *writer)
{
	if (!transaction_open(writer))
		writer->now_ns = (uint64_t)clock_ns(CLOCK_BOOTTIME);
}

/* A new block for *reference in the version to come, still to be filled. */
static int
replace_block(struct segment_writer *writer, struct pool_class *class,
    struct writer_change *change, uint64_t *reference, uint32_t table)
{
	int error;

	error = pool_take(&writer->pool, class, writer->now_ns,
	    &change->block);
	if (error != 0)
		return error;
	change->reference = reference;
	change->replaced = *reference;
	change->table = table;
	*reference = segment_reference(writer->version + 1,
	    change->block.unit);
	return 0;
}

static void *
block_of(const struct segment_writer *writer, uint64_t reference)
{
	return pool_address(&writer->pool, segment_reference_unit(reference));
}

/* The leaf as this transaction may write it, a copy when it has to be. */
static int
own_leaf(struct segment_writer *writer, uint32_t table, uint32_t leaf)
{
	struct writer_table *state = &writer->tables[table];
	uint64_t *reference = &state->leaves[leaf];
	struct writer_change *change;
	uint32_t first, slots;
	int error;

	if (segment_reference_version(*reference) == writer->version + 1)
		return 0;
	change = &writer->leaf_changes[writer->leaf_change_count];
	error = replace_block(writer, &writer->pool.leaves, change, reference,
	    table);
	if (error != 0)
		return error;
	writer->leaf_change_count++;
	if (change->replaced == 0)
		segment_clear(block_of(writer, *reference),
		    SEGMENT_LEAF_BYTES);
	else
		segment_copy_in(block_of(writer, *reference),
		    block_of(writer, change->replaced), SEGMENT_LEAF_BYTES);
	state->dirty |= (uint64_t)1 << leaf / SEGMENT_FANOUT;
	first = leaf * state->rows_per_leaf;
	slots = state->rows_per_leaf;
	memcpy(&writer->slots_before[writer->slots_before_count],
	    &state->slots[first], slots * sizeof(*state->slots));
	writer->slots_before_count += slots;
	return 0;
}

static unsigned char *
row_of(const struct segment_writer *writer, const struct writer_table *state,
    uint32_t slot)
{
	unsigned char *leaf;

	leaf = block_of(writer, state->leaves[slot / state->rows_per_leaf]);
	return leaf + slot % state->rows_per_leaf * state->row_bytes;
}

/* A slot filled again gets a generation no reader has met there. */
static uint32_t
fill_slot(uint32_t slot)
{
	if ((slot & SLOT_FILLED) != 0)
		return slot;
	slot = (slot + 1) & ~SLOT_FILLED;
	return (slot == 0 ? 1 : slot) | SLOT_FILLED;
}

/* An error closes the transaction to anything but being given up. */
static int
transaction_fail(struct segment_writer *writer, int error)
{
	writer->error = error;
	return error;
}

int
segment_put(struct segment_writer *writer, uint32_t table, uint32_t slot,
    const void *row)
{
	struct drover_row_header header = { 0, 0 };
	const size_t head = sizeof(header);
	struct writer_table *state;
	unsigned char *place;
	int error;

	if (table >= writer->table_count ||
	    slot >= writer->tables[table].rows_max)
		return -EINVAL;
	if (writer->error != 0)
		return writer->error;
	state = &writer->tables[table];
	/* A row that says nothing new makes no reader copy its leaf. */
	if ((state->slots[slot] & SLOT_FILLED) != 0 &&
	    memcmp(row_of(writer, state, slot) + head,
	    (const unsigned char *)row + head, state->row_bytes - head) == 0)
		return 0;
	transaction_begin(writer);
	error = own_leaf(writer, table, slot / state->rows_per_leaf);
	if (error != 0)
		return transaction_fail(writer, error);
	state->slots[slot] = fill_slot(state->slots[slot]);
	header.generation = state->slots[slot] & ~SLOT_FILLED;
	place = row_of(writer, state, slot);
	segment_copy_in(place, &header, head);
	segment_copy_in(place + head, (const unsigned char *)row + head,
	    state->row_bytes - head);
	if (slot >= state->used)
		state->used = slot + 1;
	return 0;
}

int
segment_remove(struct segment_writer *writer, uint32_t table, uint32_t slot)
{
	struct writer_table *state;
	int error;

	if (table >= writer->table_count ||
	    slot >= writer->tables[table].rows_max)
		return -EINVAL;
	if (writer->error != 0)
		return writer->error;
	state = &writer->tables[table];
	if ((state->slots[slot] & SLOT_FILLED) == 0)
		return 0;
	transaction_begin(writer);
	error = own_leaf(writer, table, slot / state->rows_per_leaf);
	if (error != 0)
		return transaction_fail(writer, error);
	segment_clear(row_of(writer, state, slot), state->row_bytes);
	state->slots[slot] &= ~SLOT_FILLED;
	while (state->used > 0 &&
	    (state->slots[state->used - 1] & SLOT_FILLED) == 0)
		state->used--;
	return 0;
}

static struct writer_change *
replace_small(struct segment_writer *writer, uint64_t *reference)
{
	struct writer_change *change;

	change = &writer->small_changes[writer->small_change_count];
	if (replace_block(writer, &writer->pool.small, change, reference,
	    0) != 0)
		return NULL;
	writer->small_change_count++;
	return change;
}

static int
store_directories(struct segment_writer *writer, struct writer_table *state)
{
	uint64_t dirty = state->dirty;
	uint32_t i, first, count;
	unsigned char *block;

	while (dirty != 0) {
		i = (uint32_t)__builtin_ctzll(dirty);
		dirty &= dirty - 1;
		if (replace_small(writer, &state->directories[i]) == NULL)
			return -ENOSPC;
		first = i * SEGMENT_FANOUT;
		count = state->leaf_count - first;
		if (count > SEGMENT_FANOUT)
			count = SEGMENT_FANOUT;
		block = block_of(writer, state->directories[i]);
		segment_copy_in(block, &state->leaves[first],
		    count * sizeof(uint64_t));
		segment_clear(block + count * sizeof(uint64_t),
		    (SEGMENT_FANOUT - count) * sizeof(uint64_t));
	}
	if (replace_small(writer, &state->top) == NULL)
		return -ENOSPC;
	segment_copy_in(block_of(writer, state->top), state->directories,
	    sizeof(state->directories));
	return 0;
}

/* Step 2 of the writer's order: everything above the changed leaves. */
static int
store_tree(struct segment_writer *writer)
{
	struct segment_root root;
	uint32_t i;

	memset(&root, 0, sizeof(root));
	root.version = writer->version + 1;
	for (i = 0; i < writer->table_count; i++) {
		if (writer->tables[i].dirty != 0 &&
		    store_directories(writer, &writer->tables[i]) != 0)
			return -ENOSPC;
		root.tables[i].top = writer->tables[i].top;
		root.tables[i].used = writer->tables[i].used;
	}
	if (replace_small(writer, &writer->root) == NULL)
		return -ENOSPC;
	segment_copy_in(block_of(writer, writer->root), &root, sizeof(root));
	return 0;
}

static void
retire(struct segment_writer *writer, struct pool_class *class,
    const struct writer_change *changes, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		if (changes[i].replaced != 0)
			pool_retire(class,
			    segment_reference_unit(changes[i].replaced),
			    MUTANT_LAST_VERSION(writer->version),
			    writer->now_ns);
}

static void
transaction_close(struct segment_writer *writer)
{
	uint32_t i;

	for (i = 0; i < writer->table_count; i++)
		writer->tables[i].dirty = 0;
	writer->leaf_change_count = 0;
	writer->small_change_count = 0;
	writer->slots_before_count = 0;
	writer->error = 0;
}

/*
 * Steps 3 and 4.  The root is stored with release, so that who sees it sees
 * the blocks it names.  Only then may the replaced blocks be reused, and
 * they are tagged with the version that used them last: a writer that dies
 * before the store has touched nothing the old root names, and one that
 * dies after it has lost only its private list.
 */
static void
commit(struct segment_writer *writer)
{
	uint32_t i;

	segment_store_release(&writer->header->root, writer->root);
	MUTANT_HORIZON_LATE(writer);
	retire(writer, &writer->pool.leaves, writer->leaf_changes,
	    writer->leaf_change_count);
	retire(writer, &writer->pool.small, writer->small_changes,
	    writer->small_change_count);
	writer->version++;
	for (i = 0; i < writer->table_count; i++)
		writer->tables[i].used_before = writer->tables[i].used;
	transaction_close(writer);
}

int
segment_publish(struct segment_writer *writer)
{
	int error = writer->error;

	if (!transaction_open(writer)) {
		segment_heartbeat(writer);
		return 0;
	}
	if (error == 0)
		error = store_tree(writer);
	if (error == 0)
		commit(writer);
	else
		segment_abandon(writer);
	segment_store(&writer->header->heartbeat_ns, writer->now_ns);
	return error;
}

int
segment_publish_first(struct segment_writer *writer)
{
	int error;

	error = store_tree(writer);
	if (error == 0) {
		commit(writer);
		segment_heartbeat(writer);
	}
	return error;
}

/* Undone in the opposite order, so that the pool is as it was. */
static void
undo(struct pool_class *class, struct writer_change *changes, uint32_t count)
{
	while (count-- > 0) {
		*changes[count].reference = changes[count].replaced;
		pool_untake(class, &changes[count].block);
	}
}

static void
undo_slots(struct segment_writer *writer)
{
	struct writer_change *change;
	struct writer_table *state;
	uint32_t i, leaf;

	for (i = writer->leaf_change_count; i-- > 0;) {
		change = &writer->leaf_changes[i];
		state = &writer->tables[change->table];
		leaf = (uint32_t)(change->reference - state->leaves);
		writer->slots_before_count -= state->rows_per_leaf;
		memcpy(&state->slots[leaf * state->rows_per_leaf],
		    &writer->slots_before[writer->slots_before_count],
		    state->rows_per_leaf * sizeof(*state->slots));
	}
	assert(writer->slots_before_count == 0);
}

void
segment_abandon(struct segment_writer *writer)
{
	uint32_t i;

	undo(&writer->pool.small, writer->small_changes,
	    writer->small_change_count);
	undo_slots(writer);
	undo(&writer->pool.leaves, writer->leaf_changes,
	    writer->leaf_change_count);
	for (i = 0; i < writer->table_count; i++)
		writer->tables[i].used = writer->tables[i].used_before;
	transaction_close(writer);
}

void
segment_heartbeat(struct segment_writer *writer)
{
	segment_store(&writer->header->heartbeat_ns,
	    (uint64_t)clock_ns(CLOCK_BOOTTIME));
}
