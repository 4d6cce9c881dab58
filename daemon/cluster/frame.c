/* The heads of entries and snapshots. */
#include "cluster/frame.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#define ENTRY_MAGIC	UINT32_C(0x65727664)	/* "dvre" */
#define SNAPSHOT_MAGIC	UINT32_C(0x73727664)	/* "dvrs" */
#define FRAME_VERSION	1

struct head {
	uint32_t	magic;
	uint32_t	version;
	uint64_t	first;
	uint64_t	second;
	uint64_t	third;
};

_Static_assert(sizeof(struct head) == FRAME_BYTES, "a head has no holes");

static void
head_write(struct head head, unsigned char *bytes)
{
	head.magic = htole32(head.magic);
	head.version = htole32(FRAME_VERSION);
	head.first = htole64(head.first);
	head.second = htole64(head.second);
	head.third = htole64(head.third);
	memcpy(bytes, &head, sizeof(head));
}

static int
head_read(const void *bytes, size_t length, uint32_t magic,
    struct head *head)
{
	if (length < sizeof(*head))
		return -EBADMSG;
	memcpy(head, bytes, sizeof(*head));
	if (le32toh(head->magic) != magic ||
	    le32toh(head->version) != FRAME_VERSION)
		return -EBADMSG;
	head->first = le64toh(head->first);
	head->second = le64toh(head->second);
	head->third = le64toh(head->third);
	return 0;
}

void
frame_entry_write(const struct consensus_entry *entry,
    unsigned char bytes[FRAME_BYTES])
{
	head_write((struct head) {
		.magic = ENTRY_MAGIC,
		.first = entry->term,
		.second = (uint64_t)entry->time_ms,
		.third = (uint64_t)entry->wall_ms,
	}, bytes);
}

int
frame_entry_read(const void *frame, size_t length,
    struct consensus_entry *entry)
{
	struct head head;
	int error;

	error = head_read(frame, length, ENTRY_MAGIC, &head);
	if (error != 0)
		return error;
	*entry = (struct consensus_entry) {
		.term = head.first,
		.time_ms = (int64_t)head.second,
		.wall_ms = (int64_t)head.third,
		.bytes = (const unsigned char *)frame + FRAME_BYTES,
		.length = length - FRAME_BYTES,
	};
	return 0;
}

void
frame_snapshot_write(const struct frame_snapshot *snapshot,
    unsigned char bytes[FRAME_BYTES])
{
	head_write((struct head) {
		.magic = SNAPSHOT_MAGIC,
		.first = snapshot->index,
		.second = (uint64_t)snapshot->time_ms,
		.third = snapshot->length,
	}, bytes);
}

int
frame_snapshot_read(const void *frame, size_t length,
    struct frame_snapshot *snapshot)
{
	struct head head;
	int error;

	error = head_read(frame, length, SNAPSHOT_MAGIC, &head);
	if (error != 0)
		return error;
	if (head.third != length - FRAME_BYTES)
		return -EBADMSG;
	*snapshot = (struct frame_snapshot) {
		.index = head.first,
		.time_ms = (int64_t)head.second,
		.bytes = (const unsigned char *)frame + FRAME_BYTES,
		.length = length - FRAME_BYTES,
	};
	return 0;
}
