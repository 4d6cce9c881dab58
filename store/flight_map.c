#include "store/flight_map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

uint32_t
flight_head_check(const struct flight_head *head, const void *schema)
{
	const size_t from = offsetof(struct flight_head, schema_bytes);
	uLong check;

	check = crc32_z(0, (const Bytef *)head + from, sizeof(*head) - from);
	return (uint32_t)crc32_z(check, schema, head->schema_bytes);
}

static int
check_head(struct flight_map *map)
{
	const struct flight_head *head = (const void *)map->bytes;

	if (map->length < sizeof(*head) ||
	    memcmp(head->magic, FLIGHT_MAGIC, sizeof(head->magic)) != 0)
		return -EBADMSG;
	if (head->byte_order != FLIGHT_BYTE_ORDER ||
	    head->version != FLIGHT_VERSION)
		return -EPROTONOSUPPORT;
	if (head->schema_bytes > map->length - sizeof(*head) ||
	    head->check != flight_head_check(head, head + 1))
		return -EBADMSG;
	map->head = head;
	map->first = sizeof(*head) +
	    ((size_t)head->schema_bytes + 7) / 8 * 8;
	return 0;
}

int
flight_map_refresh(struct flight_map *map, size_t from)
{
	struct stat status;
	unsigned char *bytes;
	ssize_t got;

	if (fstat(map->file, &status) != 0)
		return -errno;
	if ((size_t)status.st_size < from)
		return -EBADMSG;
	bytes = realloc(map->bytes, (size_t)status.st_size + 8);
	if (bytes == NULL)
		return -ENOMEM;
	map->bytes = bytes;
	for (map->length = from; map->length < (size_t)status.st_size;
	    map->length += (size_t)got) {
		got = pread(map->file, bytes + map->length,
		    (size_t)status.st_size - map->length,
		    (off_t)map->length);
		if (got == -1 && errno != EINTR)
			return -errno;
		if (got == 0)
			break;
		if (got == -1)
			got = 0;
	}
	return check_head(map);
}

int
flight_map_open(struct flight_map *map, const char *path)
{
	int error;

	memset(map, 0, sizeof(*map));
	map->file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (map->file == -1)
		return -errno;
	error = flight_map_refresh(map, 0);
	if (error != 0)
		flight_map_close(map);
	return error;
}

void
flight_map_close(struct flight_map *map)
{
	if (map->head == NULL && map->bytes == NULL && map->file <= 0)
		return;
	free(map->bytes);
	close(map->file);
	memset(map, 0, sizeof(*map));
}

const struct flight_record *
flight_map_record(const struct flight_map *map, size_t offset)
{
	const struct flight_record *record;

	if (offset >= map->length)
		return NULL;
	record = (const void *)(map->bytes + offset);
	return flight_record_check(record, map->length - offset) == 0 ?
	    record : NULL;
}

size_t
flight_map_resume(const struct flight_map *map, size_t offset)
{
	const uint32_t magic = FLIGHT_RECORD_MAGIC;
	const struct flight_record *record;

	for (; offset + sizeof(*record) <= map->length; offset += 8) {
		if (memcmp(map->bytes + offset, &magic, sizeof(magic)) != 0)
			continue;
		record = flight_map_record(map, offset);
		if (record != NULL && record->kind == FLIGHT_KEY)
			return offset;
	}
	return map->length;
}

/* A complete file ends with its INDEX, and that with its own length. */
static const struct flight_record *
find_index(const struct flight_map *map)
{
	const struct flight_record *record;
	uint64_t bytes;

	if (map->length < map->first + sizeof(*record) + sizeof(bytes))
		return NULL;
	memcpy(&bytes, map->bytes + map->length - sizeof(bytes),
	    sizeof(bytes));
	if (bytes % 8 != 0 || bytes > map->length - map->first)
		return NULL;
	record = flight_map_record(map, map->length - bytes);
	return record != NULL && record->kind == FLIGHT_INDEX &&
	    record->bytes == bytes ? record : NULL;
}

static size_t
search_index(const struct flight_map *map,
    const struct flight_record *record, int64_t wall_ns)
{
	const struct flight_index_entry *entries = flight_payload(record);
	size_t low = 0, high = (record->payload_bytes - sizeof(uint64_t)) /
	    sizeof(*entries), middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (entries[middle].wall_ns <= wall_ns)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || entries[low - 1].offset >= map->length)
		return 0;
	return (size_t)entries[low - 1].offset;
}

/* Only the heads are looked at: a file that is written has few of them. */
static size_t
search_heads(const struct flight_map *map, int64_t wall_ns)
{
	const struct flight_record *record;
	size_t offset = map->first, found = 0;

	while (offset + sizeof(*record) <= map->length) {
		record = (const void *)(map->bytes + offset);
		if (record->magic != FLIGHT_RECORD_MAGIC ||
		    record->bytes % 8 != 0 ||
		    record->bytes < sizeof(*record) ||
		    record->bytes > map->length - offset) {
			offset = flight_map_resume(map, offset + 8);
			continue;
		}
		if (record->kind == FLIGHT_KEY) {
			if (record->moment.wall_ns > wall_ns)
				break;
			found = offset;
		}
		offset += record->bytes;
	}
	return found;
}

size_t
flight_map_key(const struct flight_map *map, int64_t wall_ns)
{
	const struct flight_record *record = find_index(map);

	return record != NULL && record->payload_bytes > sizeof(uint64_t) ?
	    search_index(map, record, wall_ns) : search_heads(map, wall_ns);
}

size_t
flight_map_end(const struct flight_map *map, int64_t *last_ns)
{
	const struct flight_record *record;
	size_t offset = map->first, end = map->first;

	*last_ns = 0;
	while (offset < map->length) {
		record = flight_map_record(map, offset);
		if (record == NULL) {
			offset = flight_map_resume(map, offset + 8);
			continue;
		}
		offset += record->bytes;
		end = offset;
		if (record->kind != FLIGHT_INDEX)
			*last_ns = record->moment.wall_ns;
	}
	return end;
}
