/* What a caller asks of the log: entries, barriers, a transfer. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cluster/consensus_internal.h"
#include "cluster/frame.h"

struct proposal {
	struct raft_apply	 request;
	struct consensus	*consensus;
	uint64_t		 term;
	consensus_done		*done;
	void			*context;
	struct consensus_result	 result;
	TAILQ_ENTRY(proposal)	 next;
};

struct barrier {
	struct raft_barrier	 request;
	struct consensus	*consensus;
	consensus_finished	*done;
	void			*context;
};

struct transfer {
	struct raft_transfer	 request;
	struct consensus	*consensus;
	consensus_finished	*done;
	void			*context;
};

struct consensus_result *
consensus_slot(void *context, uint64_t index, uint64_t term)
{
	struct consensus *consensus = context;
	struct proposal *proposal;

	/* Those before it were applied and wait to be answered. */
	TAILQ_FOREACH(proposal, &consensus->proposals, next) {
		if (proposal->request.index < index)
			continue;
		if (proposal->request.index == index &&
		    proposal->term == term)
			return &proposal->result;
		return NULL;
	}
	return NULL;
}

/* Why the engine would not take anything now, or 0. */
static int
refusal(struct consensus *consensus)
{
	/* After raft_close() the engine returns what is on the stack. */
	if (consensus->phase != PHASE_STARTED ||
	    consensus->failure[0] != '\0')
		return -ESHUTDOWN;
	return consensus_leads(consensus) ? 0 : -EREMOTE;
}

static int
errno_of(struct consensus *consensus, int raft_error)
{
	switch (raft_error) {
	case RAFT_NOTLEADER:
		return -EREMOTE;
	case RAFT_NOSPACE:
		/* Or more came at once than was reserved for. */
		return consensus->disk.starved ? -ENOSPC : -EBUSY;
	case RAFT_BUSY:
		return -EBUSY;
	default:
		return -ESHUTDOWN;
	}
}

/*
 * What raft_apply() or raft_barrier() did not take.  Any error but these
 * three left the engine half done, and the memory is no longer ours.
 */
static int
not_taken(struct consensus *consensus, int raft_error)
{
	int error = errno_of(consensus, raft_error);

	if (error == -ESHUTDOWN)
		consensus->disk.fail(consensus->disk.context,
		    raft_errmsg(&consensus->raft));
	return error;
}

static int
status_of(struct consensus *consensus, int raft_status)
{
	if (raft_status == 0)
		return 0;
	return consensus->phase == PHASE_CLOSING ? -ECANCELED :
	    -ECONNABORTED;
}

static void
applied(struct raft_apply *request, int status, void *result)
{
	struct proposal *proposal = request->data;
	struct consensus *consensus = proposal->consensus;
	struct consensus_outcome outcome;

	(void)result;
	TAILQ_REMOVE(&consensus->proposals, proposal, next);
	consensus->outstanding--;
	outcome = (struct consensus_outcome) {
		.status = status_of(consensus, status),
		.index = request->index,
		.term = proposal->term,
		.result = status == 0 ? &proposal->result : NULL,
	};
	proposal->done(proposal->context, &outcome);
	free(proposal);
}

/* The entry in memory that the engine frees. */
static int
make_entry(struct consensus *consensus, const void *bytes, size_t length,
    struct raft_buffer *buffer)
{
	struct consensus_clock *clock = &consensus->clock;
	struct consensus_entry entry = {
		.term = raft_current_term(&consensus->raft),
		.time_ms = consensus_time_ms(consensus),
		.wall_ms = clock->wall_ms(clock->context),
	};

	buffer->len = FRAME_BYTES + length;
	buffer->base = raft_malloc(buffer->len);
	if (buffer->base == NULL)
		return -ENOMEM;
	frame_entry_write(&entry, buffer->base);
	memcpy((unsigned char *)buffer->base + FRAME_BYTES, bytes, length);
	return 0;
}

static int
submit(struct consensus *consensus, struct proposal *proposal,
    struct raft_buffer *buffer)
{
	int error;

	error = raft_apply(&consensus->raft, &proposal->request, buffer, 1,
	    applied);
	if (error == 0)
		return 0;
	if (error == RAFT_NOTLEADER || error == RAFT_NOSPACE ||
	    error == RAFT_BUSY)
		raft_free(buffer->base);
	return not_taken(consensus, error);
}

int
consensus_propose(struct consensus *consensus, const void *bytes,
    size_t length, consensus_done *done, void *context)
{
	struct raft_buffer buffer;
	struct proposal *proposal;
	int error;

	if (length == 0 || length % 8 != 0)
		return -EINVAL;
	if (length > CONSENSUS_COMMAND_BYTES_MAX)
		return -EMSGSIZE;
	error = refusal(consensus);
	if (error != 0)
		return error;
	proposal = calloc(1, sizeof(*proposal));
	if (proposal == NULL)
		return -ENOMEM;
	proposal->request.data = proposal;
	proposal->consensus = consensus;
	proposal->term = raft_current_term(&consensus->raft);
	proposal->done = done;
	proposal->context = context;
	error = make_entry(consensus, bytes, length, &buffer);
	if (error == 0)
		error = submit(consensus, proposal, &buffer);
	if (error != 0) {
		free(proposal);
		return error;
	}
	TAILQ_INSERT_TAIL(&consensus->proposals, proposal, next);
	consensus->outstanding++;
	return 0;
}

static void
barrier_passed(struct raft_barrier *request, int status)
{
	struct barrier *barrier = request->data;

	barrier->done(barrier->context,
	    status_of(barrier->consensus, status));
	free(barrier);
}

int
consensus_barrier(struct consensus *consensus, consensus_finished *done,
    void *context)
{
	struct barrier *barrier;
	int error;

	error = refusal(consensus);
	if (error != 0)
		return error;
	/* Only it commits, and it applies what it commits at once. */
	if (consensus_voters(consensus) == 1) {
		done(context, 0);
		return 0;
	}
	barrier = calloc(1, sizeof(*barrier));
	if (barrier == NULL)
		return -ENOMEM;
	barrier->request.data = barrier;
	barrier->consensus = consensus;
	barrier->done = done;
	barrier->context = context;
	error = raft_barrier(&consensus->raft, &barrier->request,
	    barrier_passed);
	if (error == 0)
		return 0;
	free(barrier);
	return not_taken(consensus, error);
}

static void
transferred(struct raft_transfer *request)
{
	struct transfer *transfer = request->data;
	struct consensus *consensus = transfer->consensus;
	int status = 0;

	consensus->transferring = false;
	if (consensus->phase == PHASE_CLOSING)
		status = -ECANCELED;
	else if (consensus_leads(consensus))
		status = -EAGAIN;
	transfer->done(transfer->context, status);
	free(transfer);
}

int
consensus_transfer(struct consensus *consensus, consensus_finished *done,
    void *context)
{
	struct transfer *transfer;
	int error;

	error = refusal(consensus);
	if (error != 0)
		return error;
	if (consensus->transferring)
		return -EALREADY;
	if (consensus_voters(consensus) == 1) {
		done(context, 0);
		return 0;
	}
	transfer = calloc(1, sizeof(*transfer));
	if (transfer == NULL)
		return -ENOMEM;
	transfer->request.data = transfer;
	transfer->consensus = consensus;
	transfer->done = done;
	transfer->context = context;
	/* 0: the voter that has the most of the log. */
	error = raft_transfer(&consensus->raft, &transfer->request, 0,
	    transferred);
	if (error != 0) {
		free(transfer);
		return error == RAFT_NOTLEADER ? -EREMOTE : -EAGAIN;
	}
	consensus->transferring = true;
	return 0;
}
