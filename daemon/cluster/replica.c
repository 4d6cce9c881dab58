/* Between the engine and the machine. */
#include "cluster/replica.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int
fail(struct replica *replica, const char *what, uint64_t index, int error)
{
	char text[160];

	snprintf(text, sizeof(text), "%s %" PRIu64 ": %s", what, index,
	    strerror(-error));
	replica->fail(replica->context, text);
	return RAFT_IOERR;
}

static int
apply(struct raft_fsm *fsm, const struct raft_buffer *buffer, void **result)
{
	struct replica *replica = fsm->data;
	struct consensus_machine *machine = &replica->machine;
	struct consensus_result unwanted, *wanted;
	struct consensus_entry entry;
	int error;

	*result = NULL;
	error = frame_entry_read(buffer->base, buffer->len, &entry);
	/* The engine counts an entry as applied when this returns. */
	entry.index = replica->raft->last_applied + 1;
	if (error != 0)
		return fail(replica, "cannot read entry", entry.index, error);
	if (entry.time_ms > replica->time_ms)
		replica->time_ms = entry.time_ms;
	entry.time_ms = replica->time_ms;
	if (entry.index <= machine->applied(machine->context))
		return 0;
	wanted = replica->slot(replica->context, entry.index, entry.term);
	if (wanted == NULL)
		wanted = &unwanted;
	wanted->length = 0;
	error = machine->apply(machine->context, &entry, wanted);
	if (error != 0)
		return fail(replica, "cannot apply entry", entry.index, error);
	assert(machine->applied(machine->context) == entry.index);
	assert(wanted->length <= CONSENSUS_RESULT_BYTES);
	return 0;
}

static int
snapshot(struct raft_fsm *fsm, struct raft_buffer *buffers[],
    unsigned int *count)
{
	struct replica *replica = fsm->data;
	struct consensus_machine *machine = &replica->machine;
	struct frame_snapshot frame;
	char text[128];
	int error;

	error = machine->snapshot(machine->context, &frame.bytes,
	    &frame.length);
	if (error != 0) {
		snprintf(text, sizeof(text), "cannot take a snapshot: %s",
		    strerror(-error));
		replica->notice(replica->context, text);
		return RAFT_IOERR;
	}
	frame.index = machine->applied(machine->context);
	frame.time_ms = replica->time_ms;
	frame_snapshot_write(&frame, replica->head);
	/* One snapshot at a time, so the buffers can be ours. */
	replica->buffers[0].base = replica->head;
	replica->buffers[0].len = sizeof(replica->head);
	replica->buffers[1].base = (void *)(uintptr_t)frame.bytes;
	replica->buffers[1].len = frame.length;
	*buffers = replica->buffers;
	*count = frame.length > 0 ? 2 : 1;
	replica->snapshot_index = replica->raft->last_applied;
	replica->taken_applied = frame.index;
	return 0;
}

static int
snapshot_finalize(struct raft_fsm *fsm, struct raft_buffer *buffers[],
    unsigned int *count)
{
	struct replica *replica = fsm->data;

	replica->machine.release(replica->machine.context,
	    replica->buffers[1].base);
	/* The engine goes on trying until it is written. */
	replica->snapshot_applied = replica->taken_applied;
	*buffers = NULL;
	*count = 0;
	return 0;
}

static int
restore(struct raft_fsm *fsm, struct raft_buffer *buffer)
{
	struct replica *replica = fsm->data;
	struct consensus_machine *machine = &replica->machine;
	struct frame_snapshot frame;
	int error;

	error = frame_snapshot_read(buffer->base, buffer->len, &frame);
	if (error != 0)
		return fail(replica, "cannot read the snapshot behind entry",
		    replica->raft->last_applied, error);
	if (frame.index > machine->applied(machine->context))
		error = machine->restore(machine->context, frame.bytes,
		    frame.length, frame.index);
	if (error != 0)
		return fail(replica, "cannot restore the snapshot of",
		    frame.index, error);
	assert(machine->applied(machine->context) >= frame.index);
	replica->snapshot_index = replica->snapshot_applied = frame.index;
	if (frame.time_ms > replica->time_ms)
		replica->time_ms = frame.time_ms;
	/* The bytes became ours, as nothing failed. */
	raft_free(buffer->base);
	return 0;
}

void
replica_init(struct replica *replica)
{
	replica->fsm = (struct raft_fsm) {
		.version = 2,
		.data = replica,
		.apply = apply,
		.snapshot = snapshot,
		.restore = restore,
		.snapshot_finalize = snapshot_finalize,
	};
	replica->time_ms = 0;
	replica->snapshot_index = replica->snapshot_applied = 0;
}
