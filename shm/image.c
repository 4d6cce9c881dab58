/*
 * A segment as an image: the live blocks of one version, packed, behind the
 * same header and schema.  The references keep their versions; the units
 * are counted anew.
 */
#include <errno.h>
#include <string.h>

#include "shm/access.h"
#include "shm/reader.h"


struct packing {
	const struct drover_segment	*segment;
	unsigned char			*pool;	/* NULL: only count */
	uint32_t			 small;	/* units used so far */
	uint32_t			 leaf;
	uint32_t			 small_end;
	uint32_t			 leaf_end;
};

static void *
unit_address(const struct packing *packing, uint32_t unit)
{
	return packing->pool + (size_t)unit * SEGMENT_UNIT_BYTES;
}

/*
 * The next free unit of the image, UINT32_MAX when there is none: what is
 * being packed is no longer what was counted.
 */
static uint32_t
next_unit(uint32_t *next, uint32_t end, uint32_t units)
{
	uint32_t unit = *next;

	if (end - unit < units)
		return UINT32_MAX;
	*next += units;
	return unit;
}

static uint64_t
pack_leaf(struct packing *packing, uint64_t reference)
{
	const unsigned char *leaf = reader_leaf(packing->segment, reference);
	uint32_t unit;

	if (leaf == NULL)
		return 0;
	unit = next_unit(&packing->leaf, packing->leaf_end,
	    SEGMENT_LEAF_UNITS);
	if (unit == UINT32_MAX || packing->pool == NULL)
		return 0;
	segment_copy_out(unit_address(packing, unit), leaf,
	    SEGMENT_LEAF_BYTES);
	return segment_reference(segment_reference_version(reference), unit);
}

/* A directory of leaves, or with depth 2 of such directories (a top). */
static uint64_t
pack_directory(struct packing *packing, uint64_t reference, int depth)
{
	const struct segment_directory *from;
	struct segment_directory packed;
	uint64_t below;
	uint32_t unit, i;

	from = reader_small(packing->segment, reference);
	if (from == NULL)
		return 0;
	unit = next_unit(&packing->small, packing->small_end, 1);
	for (i = 0; i < SEGMENT_FANOUT; i++) {
		below = segment_load(&from->references[i]);
		packed.references[i] = depth == 1 ?
		    pack_leaf(packing, below) :
		    pack_directory(packing, below, depth - 1);
	}
	if (unit == UINT32_MAX || packing->pool == NULL)
		return 0;
	memcpy(unit_address(packing, unit), &packed, sizeof(packed));
	return segment_reference(segment_reference_version(reference), unit);
}

static void
pack_tables(struct packing *packing, const struct drover_snapshot *snapshot)
{
	const struct segment_root *from = snapshot->block;
	struct segment_root packed;
	uint32_t i, unit;

	unit = next_unit(&packing->small, packing->small_end, 1);
	memset(&packed, 0, sizeof(packed));
	packed.version = drover_snapshot_version(snapshot);
	for (i = 0; i < packing->segment->table_count; i++) {
		packed.tables[i].top = pack_directory(packing,
		    segment_load(&from->tables[i].top), 2);
		packed.tables[i].used = reader_used(snapshot, i);
	}
	if (unit != UINT32_MAX && packing->pool != NULL)
		memcpy(unit_address(packing, unit), &packed, sizeof(packed));
}

/* How much there is to pack, as far as the snapshot can be believed. */
static void
measure(struct packing *packing, const struct drover_snapshot *snapshot)
{
	memset(packing, 0, sizeof(*packing));
	packing->segment = snapshot->segment;
	packing->small_end = UINT32_MAX / 2;
	packing->leaf_end = UINT32_MAX / 2;
	pack_tables(packing, snapshot);
	packing->small_end = (uint32_t)segment_whole(packing->small,
	    SEGMENT_LEAF_UNITS);
	packing->leaf_end = packing->small_end + packing->leaf;
}

/* The header of the image, from what is known to be sound. */
static void
plan(const struct drover_snapshot *snapshot, const struct packing *packing,
    struct segment_header *header)
{
	const struct drover_segment *segment = snapshot->segment;
	uint64_t texts;

	memcpy(header, segment->header, sizeof(*header));
	texts = segment_load_acquire(&segment->header->text_used);
	texts = texts > segment->text_bytes ? segment->text_bytes :
	    segment_whole(texts, 8);
	texts &= ~(uint64_t)7;
	header->schema_offset = header->header_bytes = SEGMENT_PAGE_BYTES;
	header->schema_bytes = segment->schema_bytes;
	header->text_offset = header->schema_offset +
	    segment_whole(header->schema_bytes, 8);
	header->text_bytes = header->text_used = texts;
	header->ring_offset = header->text_offset + texts;
	header->ring_slots = segment->ring_slots;
	header->pool_offset = header->ring_offset +
	    (uint64_t)segment->ring_slots * SEGMENT_EVENT_BYTES;
	header->small_units = packing->small_end;
	header->pool_units = packing->leaf_end;
	if (header->pool_units < SEGMENT_LEAF_UNITS)
		header->pool_units = SEGMENT_LEAF_UNITS;
	header->segment_bytes = header->pool_offset +
	    (uint64_t)header->pool_units * SEGMENT_UNIT_BYTES;
	header->instance = segment->instance;
	header->root = segment_reference(drover_snapshot_version(snapshot), 0);
	header->horizon = 0;
}

/* Slots that were being filled are left out. */
static void
copy_ring(const struct drover_segment *segment,
    const struct segment_header *header, unsigned char *bytes)
{
	struct segment_event_slot *to = (void *)(bytes + header->ring_offset);
	const struct segment_event_slot *from = segment->ring;
	uint64_t sequence;
	uint32_t i;

	for (i = 0; i < segment->ring_slots; i++) {
		sequence = segment_load_acquire(&from[i].sequence);
		segment_copy_out(&to[i], &from[i], sizeof(to[i]));
		segment_fence_acquire();
		if (sequence != segment_load(&from[i].sequence))
			sequence = 0;
		to[i].sequence = sequence;
	}
}

static bool
copy_all(const struct drover_snapshot *snapshot, struct packing *packing,
    const struct segment_header *header, unsigned char *bytes)
{
	const struct drover_segment *segment = snapshot->segment;

	memset(bytes, 0, header->pool_offset);
	memcpy(bytes, header, sizeof(*header));
	memcpy(bytes + header->schema_offset, segment->schema,
	    segment->schema_bytes);
	segment_copy_out(bytes + header->text_offset, segment->texts,
	    header->text_bytes);
	copy_ring(segment, header, bytes);
	packing->pool = bytes + header->pool_offset;
	packing->small = 0;
	packing->leaf = packing->small_end;
	memset(packing->pool, 0,
	    (size_t)header->pool_units * SEGMENT_UNIT_BYTES);
	pack_tables(packing, snapshot);
	return drover_snapshot_valid(snapshot);
}

int64_t
drover_segment_image(const struct drover_segment *segment, void *bytes,
    size_t size)
{
	struct drover_snapshot snapshot;
	struct segment_header header;
	struct packing packing;
	unsigned int attempt = 0;
	int error;

	if ((uintptr_t)bytes % 8 != 0)
		return -EINVAL;
	do {
		error = drover_snapshot_begin(segment, &snapshot);
		if (error != 0)
			return error;
		measure(&packing, &snapshot);
		if (!drover_snapshot_valid(&snapshot))
			continue;
		plan(&snapshot, &packing, &header);
		if (bytes == NULL)
			return (int64_t)header.segment_bytes;
		if (header.segment_bytes > size)
			return -ENOSPC;
		if (copy_all(&snapshot, &packing, &header, bytes))
			return (int64_t)header.segment_bytes;
	} while (reader_retry(&attempt));
	return -EAGAIN;
}
