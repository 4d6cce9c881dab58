/*
 * Snapshots: a root word fixes a version of every table.  The order here is
 * the reader's half of the protocol (transaction.c, pool.c have the other):
 *
 *	load root (acquire); read, checking every reference; acquire fence;
 *	load horizon; valid if horizon <= the version in the root word.
 *
 * The version must be the one of the word.  The root block has it too, but
 * a block that was reused while it was read may show the version of its new
 * life beside rows of the old one, and would pass.
 */
#include <errno.h>
#include <string.h>

#include "shm/access.h"
#include "shm/mutant.h"
#include "shm/reader.h"

/* Tries of a copy before the caller is told that it is lapped. */
#define ATTEMPTS	8u

int
drover_snapshot_begin(const struct drover_segment *segment,
    struct drover_snapshot *snapshot)
{
	snapshot->segment = segment;
	snapshot->root = segment_load_acquire(&segment->header->root);
	snapshot->block = reader_small(segment, snapshot->root);
	MUTANT_SNAPSHOT_BEGUN(snapshot);
	return snapshot->block == NULL ? -EBADMSG : 0;
}

bool
drover_snapshot_valid(const struct drover_snapshot *snapshot)
{
	/*
	 * All that was read came before this load: had any of it been of a
	 * later life of its block, the horizon of that life is visible now.
	 */
	segment_fence_acquire();
	return MUTANT_HORIZON(snapshot,
	    segment_load(&snapshot->segment->header->horizon)) <=
	    MUTANT_VERSION(snapshot,
	    segment_reference_version(snapshot->root));
}

uint64_t
drover_snapshot_version(const struct drover_snapshot *snapshot)
{
	return segment_reference_version(snapshot->root);
}

static const struct segment_table_root *
table_root(const struct drover_snapshot *snapshot, uint32_t table)
{
	const struct segment_root *root = snapshot->block;

	return &root->tables[table];
}

uint32_t
reader_used(const struct drover_snapshot *snapshot, uint32_t table)
{
	uint32_t rows_max = snapshot->segment->tables[table].rows_max;
	uint64_t word;
	uint32_t used;

	word = segment_load((const uint64_t *)(const void *)
	    &table_root(snapshot, table)->used);
	memcpy(&used, &word, sizeof(used));
	return used < rows_max ? used : rows_max;
}

const struct segment_directory *
reader_top(const struct drover_snapshot *snapshot, uint32_t table)
{
	return reader_small(snapshot->segment,
	    segment_load(&table_root(snapshot, table)->top));
}

uint32_t
drover_rows(const struct drover_snapshot *snapshot, uint32_t table)
{
	if (table >= snapshot->segment->table_count)
		return 0;
	return reader_used(snapshot, table);
}

const void *
drover_row(const struct drover_snapshot *snapshot, uint32_t table,
    uint32_t slot)
{
	const struct drover_segment *segment = snapshot->segment;
	const struct segment_directory *directory;
	const struct reader_table *geometry;
	const unsigned char *row;
	uint32_t leaf;

	if (table >= segment->table_count ||
	    slot >= segment->tables[table].rows_max)
		return NULL;
	geometry = &segment->tables[table];
	leaf = slot / geometry->rows_per_leaf;
	directory = reader_top(snapshot, table);
	if (directory == NULL)
		return NULL;
	directory = reader_small(segment,
	    segment_load(&directory->references[leaf / SEGMENT_FANOUT]));
	if (directory == NULL)
		return NULL;
	row = reader_leaf(segment,
	    segment_load(&directory->references[leaf % SEGMENT_FANOUT]));
	if (row == NULL)
		return NULL;
	row += slot % geometry->rows_per_leaf * geometry->row_bytes;
	return (uint32_t)segment_load((const void *)row) == 0 ? NULL : row;
}

bool
reader_retry(unsigned int *attempt)
{
	unsigned int i;

	for (i = 0; i < 64u << *attempt; i++)
		caa_cpu_relax();
	return ++*attempt < ATTEMPTS;
}

/* One leaf, or nothing where none is, into count rows. */
static void
copy_leaf(const struct drover_segment *segment, uint64_t reference,
    unsigned char *rows, size_t bytes)
{
	const unsigned char *leaf = reader_leaf(segment, reference);

	if (leaf == NULL)
		memset(rows, 0, bytes);
	else
		segment_copy_out(rows, leaf, bytes);
}

static void
copy_table(const struct drover_snapshot *snapshot, uint32_t table,
    unsigned char *rows, uint32_t used)
{
	const struct drover_segment *segment = snapshot->segment;
	const struct reader_table *geometry = &segment->tables[table];
	const struct segment_directory *top = reader_top(snapshot, table);
	const struct segment_directory *directory = NULL;
	uint32_t leaf, slots, i;
	uint64_t reference;

	for (leaf = 0; used > 0; leaf++) {
		i = leaf % SEGMENT_FANOUT;
		if (i == 0)
			directory = top == NULL ? NULL : reader_small(segment,
			    segment_load(&top->references[leaf /
			    SEGMENT_FANOUT]));
		reference = directory == NULL ? 0 :
		    segment_load(&directory->references[i]);
		slots = used < geometry->rows_per_leaf ? used :
		    geometry->rows_per_leaf;
		copy_leaf(segment, reference, rows,
		    (size_t)slots * geometry->row_bytes);
		rows += (size_t)slots * geometry->row_bytes;
		used -= slots;
	}
}

int64_t
drover_table_copy(const struct drover_segment *segment, uint32_t table,
    void *rows, uint32_t capacity, uint64_t *version)
{
	struct drover_snapshot snapshot;
	unsigned int attempt = 0;
	uint32_t used;
	int error;

	if (table >= segment->table_count)
		return -ENOENT;
	do {
		error = drover_snapshot_begin(segment, &snapshot);
		if (error != 0)
			return error;
		used = reader_used(&snapshot, table);
		if (used <= capacity)
			copy_table(&snapshot, table, rows, used);
		if (!drover_snapshot_valid(&snapshot))
			continue;
		if (version != NULL)
			*version = drover_snapshot_version(&snapshot);
		return used <= capacity ? (int64_t)used : -ENOSPC;
	} while (reader_retry(&attempt));
	return -EAGAIN;
}
