/*
 * What the log drives: entry by entry through the rules into the store and
 * the model, snapshots out of the store and back.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/shared.h"
#include "rules/kind.h"

_Static_assert(sizeof(struct rules_result) <= CONSENSUS_RESULT_BYTES,
    "a result fits into what the log hands back");

/* What an act that was done is told as; others are told by their cause. */
static const struct told {
	enum entry_kind	kind;
	enum event_id	event;
} told[] = {
	{ ENTRY_NODE_DRAIN, EVENT_NODE_DRAIN },
	{ ENTRY_NODE_UNDRAIN, EVENT_NODE_UNDRAIN },
	{ ENTRY_HOLD_PUT, EVENT_HOLD_PUT },
	{ ENTRY_HOLD_RELEASE, EVENT_HOLD_END },
	{ ENTRY_CONFIG_SET, EVENT_CONFIG_SET },
	{ ENTRY_CONFIG_UNSET, EVENT_CONFIG_SET },
	{ ENTRY_ACCOUNT_PUT, EVENT_ACCOUNT_CHANGE },
	{ ENTRY_ACCOUNT_REMOVE, EVENT_ACCOUNT_CHANGE },
	{ ENTRY_TOKEN_PUT, EVENT_ACCOUNT_CHANGE },
	{ ENTRY_TOKEN_REVOKE, EVENT_ACCOUNT_CHANGE },
	{ ENTRY_STATE_MENDED, EVENT_STATE_MENDED },
};

static uint64_t
applied(void *context)
{
	const struct shared *shared = context;
	const struct model_meta *meta = model_meta(shared->model);

	return (uint64_t)(meta->applied_index - meta->log_base);
}

static void
keep_audit(struct shared *shared, const struct row_audit *row)
{
	shared->audit[shared->audit_count++ % SHARED_AUDIT_ROWS] = *row;
}

static void
tell_drain_end(struct shared *shared, const struct entry *entry,
    const struct row_audit *row)
{
	const struct entry_fact *left = entry_fact(entry, FACT_IN_FLIGHT,
	    NULL);

	if (entry_number(entry, ARGUMENT_END, 0) == DRAIN_DONE)
		event_emit(shared->sink, EVENT_NODE_DRAINED, row->object,
		    "nothing in flight any more");
	else
		event_emit(shared->sink, EVENT_DRAIN_LATE, row->object,
		    "%lld in flight at its deadline",
		    (long long)(left == NULL ? 0 : left->value));
}

/* What it became, where that is one word: "5s", "operator". */
static const char *
became(const struct entry *entry, const struct row_audit *row)
{
	switch (entry->kind) {
	case ENTRY_HOLD_PUT:
		return entry->targets[0];
	case ENTRY_CONFIG_SET:
	case ENTRY_ACCOUNT_PUT:
	case ENTRY_TOKEN_PUT:
		return row->new;
	case ENTRY_CONFIG_UNSET:
		return "as in the file";
	case ENTRY_ACCOUNT_REMOVE:
	case ENTRY_TOKEN_REVOKE:
	case ENTRY_HOLD_RELEASE:
		return "no more";
	default:
		return "";
	}
}

/* "by alice: kernel update", "5s, by alice: the disk is slow". */
static void
tell_act(struct shared *shared, const struct entry *entry,
    const struct row_audit *row)
{
	const char *state = became(entry, row);
	size_t i;

	if (entry->kind == ENTRY_DRAIN_END)
		tell_drain_end(shared, entry, row);
	for (i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		if (told[i].kind != (enum entry_kind)entry->kind)
			continue;
		event_emit(shared->sink, told[i].event, row->object,
		    "%s%sby %s%s%s", state, state[0] != '\0' ? ", " : "",
		    row->actor, row->note[0] != '\0' ? ": " : "",
		    row->note);
	}
}

static void
tell(struct shared *shared, const struct entry *entry)
{
	const struct changes *changes = &shared->changes;
	const struct row_audit *row;
	size_t i;

	for (i = 0; i < changes->count; i++) {
		if (changes->list[i].table != ROW_TABLE_AUDIT)
			continue;
		row = changes->list[i].row;
		keep_audit(shared, row);
		/* What is read again from the log was told when it came. */
		if (!shared->replaying && reply_is_done((int)row->reply))
			tell_act(shared, entry, row);
	}
}

static int
apply(void *context, const struct consensus_entry *given,
    struct consensus_result *result)
{
	struct shared *shared = context;
	int64_t index = model_meta(shared->model)->log_base +
	    (int64_t)given->index;
	struct entry entry;
	int error = entry_decode(&entry, given->bytes, given->length);

	if (error == 0)
		error = rules_apply(shared->model, index,
		    (int64_t)given->term, &entry, &shared->changes);
	if (error == 0)
		error = state_store(shared->state, &shared->changes);
	if (error != 0)
		return error;
	memcpy(result->bytes, &shared->changes.result,
	    sizeof(shared->changes.result));
	result->length = sizeof(shared->changes.result);
	tell(shared, &entry);
	error = rules_commit(shared->model, &shared->changes);
	if (error == 0 && !shared->replaying)
		shared->changed(shared->context);
	return error;
}

static int
snapshot(void *context, const void **bytes, size_t *length)
{
	struct shared *shared = context;
	void *image;
	int error = state_snapshot(shared->state, &image, length);

	*bytes = image;
	return error;
}

static void
release(void *context, const void *bytes)
{
	(void)context;
	free((void *)bytes);
}

static int
load_audit_row(void *context, const struct row_audit *row)
{
	struct shared *shared = context;

	/* They come newest first. */
	shared->audit[SHARED_AUDIT_ROWS - ++shared->audit_count] = *row;
	return 0;
}

static int
load_audit(struct shared *shared)
{
	const struct state_audit_query query = { .limit = SHARED_AUDIT_ROWS };
	uint64_t empty;
	int error;

	shared->audit_count = 0;
	error = state_audit_read(shared->state, &query, load_audit_row,
	    shared);
	empty = SHARED_AUDIT_ROWS - shared->audit_count;
	memmove(shared->audit, shared->audit + empty,
	    (size_t)shared->audit_count * sizeof(*shared->audit));
	return error;
}

int
shared_load(struct shared *shared)
{
	struct model *model = model_new();
	int error = model == NULL ? -ENOMEM :
	    state_load(shared->state, model);

	if (error == 0)
		error = load_audit(shared);
	if (error != 0) {
		model_free(model);
		return error;
	}
	model_free(shared->model);
	shared->model = model;
	return 0;
}

static int
restore(void *context, const void *bytes, size_t length, uint64_t index)
{
	struct shared *shared = context;
	struct state_report report;
	int error = state_restore_snapshot(shared->state, bytes, length,
	    &report);

	if (error == 0)
		error = shared_load(shared);
	if (error == 0 && applied(shared) != index)
		error = -EUCLEAN;
	return error;
}

const struct consensus_machine shared_machine = {
	.applied = applied,
	.apply = apply,
	.snapshot = snapshot,
	.release = release,
	.restore = restore,
};
