/* What others do with the shared state: ask, propose, try out. */
#include "core/shared.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shm/clock.h"

struct proposal {
	struct shared	*shared;
	shared_done	*done;
	void		*context;
};

int
shared_start(struct shared *shared, const struct shared_options *options)
{
	memset(shared, 0, sizeof(*shared));
	shared->loop = options->loop;
	shared->directory = options->directory;
	shared->node = options->node;
	shared->sink = options->sink;
	shared->snapshot_threshold = options->snapshot_threshold;
	shared->changed = options->changed;
	shared->context = options->context;
	shared->why = REPLY_STARTING;
	shared->audit = calloc(SHARED_AUDIT_ROWS, sizeof(*shared->audit));
	if (shared->audit == NULL)
		return -ENOMEM;
	uv_timer_init(shared->loop, &shared->retry);
	shared->retry.data = shared;
	return 0;
}

static void
stopped(void *context)
{
	struct shared *shared = context;

	shared->consensus = NULL;
	shared->phase = SHARED_CLOSED;
}

void
shared_stop(struct shared *shared)
{
	bool closing = shared->phase == SHARED_OPENING &&
	    shared->consensus != NULL;

	if (shared->audit == NULL)
		return;
	uv_close((uv_handle_t *)&shared->retry, NULL);
	shared->phase = SHARED_CLOSING;
	shared->why = REPLY_STARTING;
	if (shared->consensus != NULL && !closing)
		consensus_close(shared->consensus, stopped, shared);
}

void
shared_free(struct shared *shared)
{
	state_close(shared->state);
	model_free(shared->model);
	changes_free(&shared->changes);
	free(shared->audit);
	memset(shared, 0, sizeof(*shared));
}

const struct model *
shared_model(const struct shared *shared, enum reply *why,
    const char **detail)
{
	if (shared->phase == SHARED_READY)
		return shared->model;
	if (why != NULL)
		*why = shared->why;
	if (detail != NULL)
		*detail = shared->detail;
	return NULL;
}

bool
shared_leads(const struct shared *shared)
{
	struct consensus_status status;

	if (shared->phase != SHARED_READY)
		return false;
	consensus_status(shared->consensus, &status);
	return status.role == CONSENSUS_LEADER;
}

int64_t
shared_time_ms(const struct shared *shared)
{
	const struct model_meta *meta;
	int64_t now;

	if (shared->phase != SHARED_READY)
		return 0;
	meta = model_meta(shared->model);
	now = meta->log_base_ms + consensus_time_ms(shared->consensus);
	return now > meta->cluster_ms ? now : meta->cluster_ms;
}

int64_t
shared_wall_ns(const struct shared *shared, int64_t cluster_ms)
{
	return clock_ns(CLOCK_REALTIME) +
	    (cluster_ms - shared_time_ms(shared)) * 1000000;
}

int64_t
shared_applied(const struct shared *shared)
{
	return shared->phase == SHARED_READY ?
	    model_meta(shared->model)->applied_index : 0;
}

const struct row_audit *
shared_audit(const struct shared *shared, uint64_t i)
{
	if (i >= shared->audit_count || i >= SHARED_AUDIT_ROWS)
		return NULL;
	return &shared->audit[(shared->audit_count - 1 - i) %
	    SHARED_AUDIT_ROWS];
}

static void
watch_disk(struct shared *shared, bool starved)
{
	if (starved == shared->starved)
		return;
	shared->starved = starved;
	if (starved)
		event_emit(shared->sink, EVENT_LOG_FULL, "log",
		    "no room for entries in %.60s", shared->directory);
	else
		event_emit(shared->sink, EVENT_LOG_RELIEVED, "log",
		    "there is room for entries again");
}

/* Its row stays until another hold is put: nothing is applied for it. */
static void
watch_holds(struct shared *shared)
{
	int64_t now_ms = shared_time_ms(shared);
	const struct row_hold *hold;
	char object[48];
	size_t i;

	for (i = 0; i < model_count(shared->model, ROW_TABLE_HOLD); i++) {
		hold = model_at(shared->model, ROW_TABLE_HOLD, i);
		if (hold->until_ms <= shared->watched_ms ||
		    hold->until_ms > now_ms)
			continue;
		snprintf(object, sizeof(object), "hold/%" PRId64, hold->id);
		event_emit(shared->sink, EVENT_HOLD_END, object,
		    "its time is over: %.30s by %.30s", hold->scope,
		    hold->who);
	}
	shared->watched_ms = now_ms;
}

void
shared_watch(struct shared *shared)
{
	struct consensus_status status;

	if (shared->phase != SHARED_READY)
		return;
	consensus_status(shared->consensus, &status);
	if (shared->incomplete && status.snapshot_applied > 0)
		shared_log_is_complete(shared);
	watch_disk(shared, status.starved);
	watch_holds(shared);
}

enum drover_severity
shared_severity(const struct shared *shared)
{
	if (shared->phase == SHARED_WAITING || shared->phase == SHARED_FAILED)
		return DROVER_SEVERITY_CRITICAL;
	return shared->starved ? DROVER_SEVERITY_MAJOR :
	    DROVER_SEVERITY_INFO;
}

static void
fill_in(const struct shared *shared, struct entry *entry)
{
	entry->version = ENTRY_VERSION;
	entry->cluster_ms = shared_time_ms(shared);
	entry->wall_ms = clock_ns(CLOCK_REALTIME) / 1000000;
}

static void
answer(shared_done *done, void *context, enum reply reply, const char *what)
{
	struct rules_result result = { .reply = (int)reply };

	snprintf(result.subject, sizeof(result.subject), "%.128s", what);
	done(context, &result);
}

/* Why the log did not take it, or may not have taken it. */
static enum reply
reply_of(struct shared *shared, int error)
{
	struct consensus_status status;

	switch (error) {
	case -EREMOTE:
		consensus_status(shared->consensus, &status);
		return status.leader_id != 0 ? REPLY_NOT_LEADER :
		    REPLY_NO_LEADER;
	case -ENOSPC:
		return REPLY_NO_ROOM;
	case -EBUSY:
	case -ENOMEM:
		return REPLY_BUSY;
	case -EMSGSIZE:
	case -EINVAL:
		return REPLY_BAD_ENTRY;
	case -ECONNABORTED:
	case -ECANCELED:
		return REPLY_UNCONFIRMED;
	default:
		return REPLY_FAILED;
	}
}

static void
proposed(void *context, const struct consensus_outcome *outcome)
{
	struct proposal *proposal = context;
	struct rules_result result;

	if (outcome->status != 0) {
		answer(proposal->done, proposal->context,
		    reply_of(proposal->shared, outcome->status), "");
	} else {
		memcpy(&result, outcome->result->bytes, sizeof(result));
		proposal->done(proposal->context, &result);
	}
	free(proposal);
}

void
shared_propose(struct shared *shared, struct entry *entry,
    shared_done *done, void *context)
{
	_Alignas(8) unsigned char bytes[ENTRY_BYTES_MAX];
	struct proposal *proposal;
	size_t length = 0;
	int error;

	if (shared->phase != SHARED_READY) {
		answer(done, context, shared->why, shared->detail);
		return;
	}
	fill_in(shared, entry);
	proposal = malloc(sizeof(*proposal));
	if (proposal == NULL) {
		answer(done, context, REPLY_BUSY, "no memory");
		return;
	}
	*proposal = (struct proposal){ shared, done, context };
	error = entry_encode(entry, bytes, sizeof(bytes), &length);
	if (error == 0)
		error = consensus_propose(shared->consensus, bytes, length,
		    proposed, proposal);
	if (error == 0)
		return;
	free(proposal);
	answer(done, context, reply_of(shared, error == -ENOSPC &&
	    length == 0 ? -EMSGSIZE : error), "");
}

int
shared_preview(struct shared *shared, struct entry *entry,
    struct rules_result *result)
{
	_Alignas(8) unsigned char bytes[ENTRY_BYTES_MAX];
	struct changes changes = { .count = 0 };
	const struct model_meta *meta;
	struct entry decoded;
	size_t length;
	int error;

	memset(result, 0, sizeof(*result));
	result->reply = (int)shared->why;
	if (shared->phase != SHARED_READY)
		return 0;
	fill_in(shared, entry);
	result->reply = REPLY_BAD_ENTRY;
	if (entry_encode(entry, bytes, sizeof(bytes), &length) != 0 ||
	    entry_decode(&decoded, bytes, length) != 0)
		return 0;
	meta = model_meta(shared->model);
	error = rules_apply(shared->model, meta->applied_index + 1,
	    meta->applied_term, &decoded, &changes);
	if (error == 0)
		*result = changes.result;
	changes_free(&changes);
	return error;
}
