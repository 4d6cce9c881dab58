#include "store/flight_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "store/flight_codec.h"

#define CHECKED_FROM	offsetof(struct flight_record, kind)

/* CRC-32 of ISO 3309, as zlib has it. */
static uint32_t
flight_check(const struct flight_record *record)
{
	return (uint32_t)crc32_z(0, (const Bytef *)record + CHECKED_FROM,
	    record->bytes - CHECKED_FROM);
}

struct flight_record *
flight_record_make(enum flight_kind kind, const struct flight_moment *moment,
    uint64_t step, const void *payload, size_t payload_bytes)
{
	size_t bytes = sizeof(struct flight_record) +
	    (payload_bytes + 7) / 8 * 8;
	struct flight_record *record;

	if (bytes > FLIGHT_RECORD_MAX)
		return NULL;
	record = calloc(1, bytes);
	if (record == NULL)
		return NULL;
	record->magic = FLIGHT_RECORD_MAGIC;
	record->bytes = (uint32_t)bytes;
	record->kind = (uint32_t)kind;
	record->payload_bytes = (uint32_t)payload_bytes;
	record->step = step;
	if (moment != NULL)
		record->moment = *moment;
	memcpy(record + 1, payload, payload_bytes);
	record->check = flight_check(record);
	return record;
}

int
flight_record_check(const struct flight_record *record, size_t length)
{
	if (length < sizeof(*record))
		return -EAGAIN;
	if (record->magic != FLIGHT_RECORD_MAGIC ||
	    record->bytes % 8 != 0 || record->bytes < sizeof(*record) ||
	    record->bytes > FLIGHT_RECORD_MAX ||
	    record->payload_bytes > record->bytes - sizeof(*record))
		return -EBADMSG;
	if (record->bytes > length)
		return -EAGAIN;
	return record->check == flight_check(record) ? 0 : -EBADMSG;
}

/* The newest events, oldest first; a key is not to be all events. */
static size_t
newest_events(const struct flight_image *image, struct drover_event *events,
    size_t room)
{
	uint64_t count = image->event_count < FLIGHT_EVENTS ?
	    image->event_count : FLIGHT_EVENTS;
	size_t i;

	if (count > room)
		count = room;
	for (i = 0; i < count; i++)
		events[i] = image->events[(image->event_count - count + i) %
		    FLIGHT_EVENTS];
	return (size_t)count;
}

struct flight_record *
flight_record_key(const struct flight_image *image, uint64_t step,
    struct bits_writer *bits)
{
	struct drover_event events[64];
	bool changed;

	bits->used = 0;
	if (flight_encode(NULL, image, events, newest_events(image, events,
	    sizeof(events) / sizeof(events[0])), bits, &changed) != 0)
		return NULL;
	return flight_record_make(FLIGHT_KEY, &image->moment, step,
	    bits->bytes, bits->used);
}

int
flight_record_apply(struct flight_image *image,
    const struct flight_record *record)
{
	int error;

	if (record->kind == FLIGHT_KEY)
		flight_image_clear(image);
	else if (record->kind != FLIGHT_STEP)
		return -EBADMSG;
	error = flight_decode(image, flight_payload(record),
	    record->payload_bytes);
	image->moment = record->moment;
	return error;
}
