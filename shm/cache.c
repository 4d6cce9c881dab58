/*
 * Delta reads.  A reference names a block and the version that wrote it, so
 * where the reference in the segment equals the one kept, the leaf that was
 * copied then is still the leaf; equal directories and tops spare looking
 * further down.
 */
#include <errno.h>
#include <string.h>

#include "shm/access.h"
#include "shm/reader.h"

/*
 * Kept references, in this order: top, directories, leaves.  One that was
 * read in an attempt not yet found valid bears a mark.
 */
#define AT_TOP		0u
#define AT_DIRECTORIES	1u
#define AT_LEAVES	(AT_DIRECTORIES + SEGMENT_FANOUT)
#define MARK		((uint64_t)1 << 63)

struct refresh {
	struct drover_cache		*cache;
	const struct drover_segment	*segment;
	uint32_t			 rows_per_leaf;
	uint32_t			 used;
	int64_t				 copied;
};

static uint32_t
leaves_of(const struct drover_segment *segment, uint32_t table,
    uint32_t capacity)
{
	uint32_t per_leaf = segment->tables[table].rows_per_leaf;

	return capacity / per_leaf + (capacity % per_leaf != 0);
}

size_t
drover_cache_bytes(const struct drover_segment *segment, uint32_t table,
    uint32_t capacity)
{
	if (table >= segment->table_count)
		return 0;
	if (capacity > segment->tables[table].rows_max)
		capacity = segment->tables[table].rows_max;
	return (AT_LEAVES + (size_t)leaves_of(segment, table, capacity)) *
	    sizeof(uint64_t) +
	    (size_t)capacity * segment->tables[table].row_bytes;
}

int
drover_cache_init(struct drover_cache *cache,
    const struct drover_segment *segment, uint32_t table, uint32_t capacity,
    void *memory, size_t memory_bytes)
{
	size_t references, needed;

	if (table >= segment->table_count)
		return -ENOENT;
	needed = drover_cache_bytes(segment, table, capacity);
	if (memory_bytes < needed || (uintptr_t)memory % 8 != 0)
		return -EINVAL;
	if (capacity > segment->tables[table].rows_max)
		capacity = segment->tables[table].rows_max;
	references = AT_LEAVES + leaves_of(segment, table, capacity);
	memset(memory, 0, needed);
	cache->segment = segment;
	cache->references = memory;
	cache->rows = (unsigned char *)(cache->references + references);
	cache->version = 0;
	cache->instance = segment->instance;
	cache->table = table;
	cache->row_bytes = segment->tables[table].row_bytes;
	cache->capacity = capacity;
	cache->used = 0;
	return 0;
}

static void
copy_leaf(struct refresh *refresh, uint32_t leaf, uint64_t reference)
{
	struct drover_cache *cache = refresh->cache;
	uint32_t slots = refresh->rows_per_leaf;
	const unsigned char *from;
	unsigned char *to;

	if (slots > cache->capacity - leaf * slots)
		slots = cache->capacity - leaf * slots;
	to = cache->rows + (size_t)leaf * refresh->rows_per_leaf *
	    cache->row_bytes;
	from = reader_leaf(refresh->segment, reference);
	if (from == NULL)
		memset(to, 0, (size_t)slots * cache->row_bytes);
	else
		segment_copy_out(to, from, (size_t)slots * cache->row_bytes);
	refresh->copied++;
}

/* Whether the kept reference was another; the new one is kept, marked. */
static bool
changed(uint64_t *kept, uint64_t reference)
{
	if (*kept == reference)
		return false;
	*kept = reference | MARK;
	return true;
}

static void
refresh_directory(struct refresh *refresh, uint32_t index,
    uint64_t directory_reference)
{
	const struct segment_directory *directory;
	struct drover_cache *cache = refresh->cache;
	uint32_t leaf = index * SEGMENT_FANOUT;
	uint32_t end, i;
	uint64_t reference;

	end = leaves_of(refresh->segment, cache->table, cache->capacity);
	directory = reader_small(refresh->segment, directory_reference);
	for (i = 0; i < SEGMENT_FANOUT && leaf < end; i++, leaf++) {
		reference = directory == NULL ? 0 :
		    segment_load(&directory->references[i]);
		if (changed(&cache->references[AT_LEAVES + leaf], reference))
			copy_leaf(refresh, leaf, reference);
	}
}

static void
refresh_table(struct refresh *refresh,
    const struct drover_snapshot *snapshot)
{
	struct drover_cache *cache = refresh->cache;
	const struct segment_root *root = snapshot->block;
	const struct segment_directory *top;
	uint64_t reference;
	uint32_t i;

	refresh->used = reader_used(snapshot, cache->table);
	reference = segment_load(&root->tables[cache->table].top);
	if (!changed(&cache->references[AT_TOP], reference))
		return;
	top = reader_small(refresh->segment, reference);
	for (i = 0; i < SEGMENT_FANOUT; i++) {
		reference = top == NULL ? 0 :
		    segment_load(&top->references[i]);
		if (changed(&cache->references[AT_DIRECTORIES + i],
		    reference))
			refresh_directory(refresh, i, reference);
	}
}

/*
 * References read in this attempt become what is known (valid) or unknown:
 * what was copied under them may be torn, and even a reference itself may
 * be rubbish that looks like a good one.
 */
static void
settle(struct refresh *refresh, bool valid)
{
	struct drover_cache *cache = refresh->cache;
	uint64_t *references = cache->references;
	uint32_t end, i;

	end = AT_LEAVES + leaves_of(refresh->segment, cache->table,
	    cache->capacity);
	if ((references[AT_TOP] & MARK) == 0)
		return;
	for (i = AT_TOP; i < end; i++)
		if ((references[i] & MARK) != 0)
			references[i] = valid ? references[i] & ~MARK : MARK;
}

int64_t
drover_cache_refresh(struct drover_cache *cache)
{
	struct drover_snapshot snapshot;
	struct refresh refresh;
	unsigned int attempt = 0;
	bool valid;
	int error;

	memset(&refresh, 0, sizeof(refresh));
	refresh.cache = cache;
	refresh.segment = cache->segment;
	if (cache->instance != cache->segment->instance)
		return -ESTALE;
	refresh.rows_per_leaf =
	    cache->segment->tables[cache->table].rows_per_leaf;
	do {
		error = drover_snapshot_begin(cache->segment, &snapshot);
		if (error != 0)
			return error;
		if (drover_snapshot_version(&snapshot) == cache->version)
			return 0;
		refresh.copied = 0;
		refresh_table(&refresh, &snapshot);
		valid = drover_snapshot_valid(&snapshot);
		settle(&refresh, valid);
		if (!valid)
			continue;
		if (refresh.used > cache->capacity) {
			cache->version = 0;
			return -ENOSPC;
		}
		cache->version = drover_snapshot_version(&snapshot);
		cache->used = refresh.used;
		return refresh.copied;
	} while (reader_retry(&attempt));
	return -EAGAIN;
}
