/*
 * The event ring.  A slot carries the sequence of the event it holds: 0
 * while it is being filled, so a reader that finds the same sequence before
 * and after its copy has one whole event.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "shm/access.h"
#include "shm/reader.h"
#include "shm/writer_state.h"

static void
copy_text(char *to, const char *from, size_t bytes)
{
	memcpy(to, from, bytes);
	to[bytes - 1] = '\0';
}

void
segment_event(struct segment_writer *writer, struct drover_event *event)
{
	struct segment_event_slot filled;
	struct segment_event_slot *slot;
	const size_t head = sizeof(filled.sequence);

	event->sequence = ++writer->ring_head;
	memset(&filled, 0, sizeof(filled));
	filled.time_ns = event->time_ns;
	filled.severity = event->severity;
	copy_text(filled.node, event->node, sizeof(filled.node));
	copy_text(filled.kind, event->kind, sizeof(filled.kind));
	copy_text(filled.object, event->object, sizeof(filled.object));
	copy_text(filled.text, event->text, sizeof(filled.text));
	slot = &writer->ring[event->sequence & (writer->ring_slots - 1)];
	segment_store(&slot->sequence, 0);
	segment_fence_release();
	segment_copy_in(&slot->time_ns, &filled.time_ns,
	    sizeof(filled) - head);
	segment_store_release(&slot->sequence, event->sequence);
	segment_store_release(&writer->header->ring_head, event->sequence);
}

static bool
read_slot(const struct drover_segment *segment, uint64_t sequence,
    struct segment_event_slot *copy)
{
	const struct segment_event_slot *slot;
	const size_t head = sizeof(copy->sequence);

	slot = &segment->ring[sequence & (segment->ring_slots - 1)];
	if (segment_load_acquire(&slot->sequence) != sequence)
		return false;
	segment_copy_out(&copy->time_ns, &slot->time_ns,
	    sizeof(*copy) - head);
	segment_fence_acquire();
	return segment_load(&slot->sequence) == sequence;
}

static void
decode(const struct segment_event_slot *slot, uint64_t sequence,
    struct drover_event *event)
{
	event->sequence = sequence;
	event->time_ns = slot->time_ns;
	event->severity = slot->severity <= DROVER_SEVERITY_CRITICAL ?
	    (enum drover_severity)slot->severity : DROVER_SEVERITY_INFO;
	copy_text(event->node, slot->node, sizeof(event->node));
	copy_text(event->kind, slot->kind, sizeof(event->kind));
	copy_text(event->object, slot->object, sizeof(event->object));
	copy_text(event->text, slot->text, sizeof(event->text));
}

/*
 * Put the cursor where the ring begins when it stands before it, and count
 * what it missed.  One that stands past the end belongs to another ring.
 */
static void
place_cursor(const struct drover_segment *segment, uint64_t head,
    struct drover_event_cursor *cursor)
{
	uint64_t oldest;

	oldest = head < segment->ring_slots ? 1 :
	    head - segment->ring_slots + 1;
	if (cursor->next == 0 || cursor->next > head + 1) {
		cursor->next = oldest;
	} else if (cursor->next < oldest) {
		cursor->lost += oldest - cursor->next;
		cursor->next = oldest;
	}
}

int
drover_event_next(const struct drover_segment *segment,
    struct drover_event_cursor *cursor, struct drover_event *event)
{
	struct segment_event_slot copy;
	uint32_t tries;
	uint64_t head;

	for (tries = 0; tries <= segment->ring_slots; tries++) {
		head = segment_load_acquire(&segment->header->ring_head);
		if (head == UINT64_MAX)
			return -EBADMSG;
		place_cursor(segment, head, cursor);
		if (cursor->next > head)
			return 0;
		if (read_slot(segment, cursor->next, &copy)) {
			decode(&copy, cursor->next, event);
			cursor->next++;
			cursor->got++;
			return 1;
		}
		/* Overwritten just now, or by a writer that died in it. */
		cursor->next++;
		cursor->lost++;
	}
	return -EAGAIN;
}

void
drover_event_end(const struct drover_segment *segment,
    struct drover_event_cursor *cursor)
{
	memset(cursor, 0, sizeof(*cursor));
	cursor->next =
	    segment_load_acquire(&segment->header->ring_head) + 1;
}
