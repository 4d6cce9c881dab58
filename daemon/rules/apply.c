/* The door: who may, whether it came before, the rule, the chain. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "rules/applying.h"

/* Requests forgotten for their age with one entry, at most. */
#define FORGET_MAX	16

static int (*const rules[])(struct applying *) = {
	[ENTRY_NODE_REGISTER] = apply_node_register,
	[ENTRY_NODE_STATE] = apply_node_state,
	[ENTRY_NODE_DRAIN] = apply_node_drain,
	[ENTRY_NODE_UNDRAIN] = apply_node_undrain,
	[ENTRY_DRAIN_END] = apply_drain_end,
	[ENTRY_HOLD_PUT] = apply_hold_put,
	[ENTRY_HOLD_RELEASE] = apply_hold_release,
	[ENTRY_NOTE_PUT] = apply_note_put,
	[ENTRY_NOTE_REMOVE] = apply_note_remove,
	[ENTRY_CONFIG_SET] = apply_config_set,
	[ENTRY_CONFIG_UNSET] = apply_config_unset,
	[ENTRY_ACCOUNT_PUT] = apply_account_put,
	[ENTRY_ACCOUNT_REMOVE] = apply_account_remove,
	[ENTRY_TOKEN_PUT] = apply_token_put,
	[ENTRY_TOKEN_REVOKE] = apply_token_revoke,
	[ENTRY_FEATURE_LEVEL] = apply_feature_level,
	[ENTRY_STATE_MENDED] = apply_state_mended,
	[ENTRY_CONFIG_RELOAD] = apply_config_reload,
	[ENTRY_FAULT_SEEN] = apply_fault_seen,
	[ENTRY_FAULT_CLEAR] = apply_fault_clear,
	[ENTRY_FAULT_CLOSE] = apply_fault_close,
	[ENTRY_FAULT_ACKNOWLEDGE] = apply_fault_acknowledge,
	[ENTRY_PREDICTION_MADE] = apply_prediction_made,
	[ENTRY_PREDICTION_REACHED] = apply_prediction_reached,
	[ENTRY_PREDICTION_DUE] = apply_prediction_due,
	[ENTRY_PLAN_PROPOSE] = apply_plan_propose,
	[ENTRY_PLAN_APPROVE] = apply_plan_approve,
	[ENTRY_PLAN_REJECT] = apply_plan_reject,
	[ENTRY_PLAN_ROLLBACK] = apply_plan_rollback,
	[ENTRY_PLAN_RELEASE] = apply_plan_release,
	[ENTRY_PLAN_START] = apply_plan_start,
	[ENTRY_PLAN_VERDICT] = apply_plan_verdict,
	[ENTRY_PLAN_DUE] = apply_plan_due,
	[ENTRY_PLAN_SUPERSEDE] = apply_plan_supersede,
	[ENTRY_STEP_DISPATCH] = apply_step_dispatch,
	[ENTRY_STEP_BEGIN] = apply_step_begin,
	[ENTRY_STEP_RESULT] = apply_step_result,
	[ENTRY_STEP_DUE] = apply_step_due,
	[ENTRY_FAULT_ESCALATE] = apply_fault_escalate,
};

static void
drop_from(struct changes *changes, size_t first)
{
	while (changes->count > first)
		free(changes->list[--changes->count].row);
}

void
changes_free(struct changes *changes)
{
	drop_from(changes, 0);
	free(changes->list);
	memset(changes, 0, sizeof(*changes));
}

static bool
make_room(struct changes *changes)
{
	size_t room = changes->room == 0 ? 32 : 2 * changes->room;
	struct change *grown;

	if (changes->count < changes->room)
		return true;
	grown = realloc(changes->list, room * sizeof(*grown));
	if (grown == NULL)
		return false;
	changes->list = grown;
	changes->room = room;
	return true;
}

static void
add_change(struct applying *applying, bool put, enum row_table table,
    const void *row)
{
	size_t bytes = row_kind(table)->bytes;
	void *copy = make_room(applying->changes) ? malloc(bytes) : NULL;

	if (copy == NULL) {
		applying->error = -ENOMEM;
		return;
	}
	memcpy(copy, row, bytes);
	applying->changes->list[applying->changes->count++] =
	    (struct change){ put, table, copy };
}

void
applying_put(struct applying *applying, enum row_table table,
    const void *row)
{
	add_change(applying, true, table, row);
}

void
applying_delete(struct applying *applying, enum row_table table,
    const void *row)
{
	add_change(applying, false, table, row);
}

void
applying_audit(struct applying *applying, const char *object,
    const char *old, const char *new)
{
	const struct entry *entry = applying->entry;
	struct row_audit row = {
		.id = applying->index,
		.n = applying->acts++,
		.term = applying->term,
		.at_ms = applying->now_ms,
		.wall_ms = entry->wall_ms,
		.role = entry->caller.role,
		.via = entry->caller.via,
		.reply = REPLY_OK,
	};

	put_text(row.actor, entry->caller.name);
	put_text(row.origin, entry->caller.origin);
	put_text(row.verb, applying->kind->name);
	put_text(row.object, object);
	put_text(row.old, old);
	put_text(row.new, new);
	put_text(row.note, entry_text(entry, ARGUMENT_REASON));
	put_text(row.request, entry->request);
	applying_put(applying, ROW_TABLE_AUDIT, &row);
}

int
refuse(struct applying *applying, enum reply reply, const char *subject,
    int64_t have, int64_t need)
{
	struct rules_result *result = &applying->changes->result;

	put_text(result->subject, subject);
	result->have = have;
	result->need = need;
	return (int)reply;
}

int
check_room(struct applying *applying, enum row_table table, int64_t limit)
{
	int64_t count = (int64_t)model_count(applying->model, table);

	return count < limit ? REPLY_OK :
	    refuse(applying, REPLY_LIMIT, row_kind(table)->name, count, limit);
}

/*
 * What was asked for, free of all that differs when the same is asked for
 * again: times are reckoned from now, and a token is made anew.
 */
static bool
is_of_its_time(unsigned int argument)
{
	return argument == ARGUMENT_DEADLINE_MS ||
	    argument == ARGUMENT_UNTIL_MS || argument == ARGUMENT_HASH ||
	    argument == ARGUMENT_EXPIRES_MS ||
	    argument == ARGUMENT_EXPIRES_WALL_MS;
}

static int
asked_of(const struct entry *entry, char text[33])
{
	unsigned char result[DIGEST_BYTES];
	const struct entry_argument *argument;
	struct row_bytes bytes = { 0 };
	size_t i;
	int error;

	row_bytes_number(&bytes, entry->kind);
	for (i = 0; i < entry->target_count; i++)
		row_bytes_text(&bytes, entry->targets[i]);
	for (i = 0; i < entry->argument_count; i++) {
		argument = &entry->arguments[i];
		if (is_of_its_time(argument->number))
			continue;
		row_bytes_number(&bytes, argument->number);
		row_bytes_number(&bytes, (uint64_t)argument->value);
		row_bytes_text(&bytes, argument->text == NULL ? "" :
		    argument->text);
	}
	error = bytes.failed ? -ENOMEM :
	    digest(bytes.bytes, bytes.length, result);
	if (error == 0)
		digest_text(result, 16, text);
	row_bytes_free(&bytes);
	return error;
}

/* An account is worth what the model says now, not when it was asked. */
static enum role
role_of_caller(const struct applying *applying)
{
	const struct entry_caller *caller = &applying->entry->caller;
	const struct row_account *account;

	if (caller->via != VIA_TOKEN)
		return caller->role;
	account = model_account(applying->model, caller->name);
	if (account == NULL)
		return ROLE_NONE;
	return account->role < caller->role ? (enum role)account->role :
	    caller->role;
}

static int
decide(struct applying *applying)
{
	const struct kind *kind = applying->kind;
	int64_t level = model_meta(applying->model)->feature_level;
	enum role role = role_of_caller(applying);
	int reply;

	if (kind->since > level)
		return refuse(applying, REPLY_LEVEL_TOO_LOW, kind->name,
		    level, kind->since);
	if (role < kind->role)
		return refuse(applying, REPLY_ROLE, role_name(kind->role),
		    role, kind->role);
	reply = check_entry(applying);
	return reply == REPLY_OK ? rules[kind->number](applying) : reply;
}

/* As the act has it in the audit when it is done. */
static void
refused_object(const struct applying *applying, char object[129])
{
	static const char *const prefixes[] = {
		[ENTRY_NODE_REGISTER] = "node/",
		[ENTRY_NODE_STATE] = "node/",
		[ENTRY_NODE_DRAIN] = "node/",
		[ENTRY_NODE_UNDRAIN] = "node/",
		[ENTRY_DRAIN_END] = "node/",
		[ENTRY_HOLD_RELEASE] = "hold/",
		[ENTRY_NOTE_REMOVE] = "note/",
		[ENTRY_CONFIG_SET] = "config/",
		[ENTRY_CONFIG_UNSET] = "config/",
		[ENTRY_ACCOUNT_PUT] = "account/",
		[ENTRY_ACCOUNT_REMOVE] = "account/",
		[ENTRY_TOKEN_PUT] = "token/",
		[ENTRY_TOKEN_REVOKE] = "token/",
		[ENTRY_STATE_MENDED] = "node/",
		[ENTRY_CONFIG_RELOAD] = "node/",
		[ENTRY_FAULT_CLEAR] = "fault/",
		[ENTRY_FAULT_CLOSE] = "fault/",
		[ENTRY_FAULT_ACKNOWLEDGE] = "fault/",
		[ENTRY_PREDICTION_DUE] = "prediction/",
		[ENTRY_PLAN_APPROVE] = "plan/",
		[ENTRY_PLAN_REJECT] = "plan/",
		[ENTRY_PLAN_ROLLBACK] = "plan/",
		[ENTRY_PLAN_RELEASE] = "plan/",
		[ENTRY_PLAN_START] = "plan/",
		[ENTRY_PLAN_VERDICT] = "plan/",
		[ENTRY_PLAN_DUE] = "plan/",
		[ENTRY_PLAN_SUPERSEDE] = "plan/",
		[ENTRY_STEP_DISPATCH] = "plan/",
		[ENTRY_STEP_BEGIN] = "plan/",
		[ENTRY_STEP_RESULT] = "plan/",
		[ENTRY_STEP_DUE] = "plan/",
		[ENTRY_FAULT_ESCALATE] = "fault/",
	};
	const struct entry *entry = applying->entry;
	const char *prefix = entry->kind < sizeof(prefixes) /
	    sizeof(prefixes[0]) ? prefixes[entry->kind] : NULL;
	int64_t id = entry_number(entry, ARGUMENT_ID, 0);

	object[0] = '\0';
	if (entry->target_count > 0)
		snprintf(object, 129, "%s%s", prefix == NULL ? "" : prefix,
		    entry->targets[0]);
	else if (prefix != NULL && id > 0)
		snprintf(object, 129, "%s%lld", prefix, (long long)id);
}

/* R3, apply.md 3: a refusal is recorded, and changes nothing else. */
static void
record_refusal(struct applying *applying, int reply)
{
	struct changes *changes = applying->changes;
	struct row_audit *row;
	char object[129];

	drop_from(changes, 0);
	changes->meta = *model_meta(applying->model);
	applying->acts = 0;
	refused_object(applying, object);
	applying_audit(applying, object, "", "");
	if (applying->error != 0)
		return;
	row = changes->list[changes->count - 1].row;
	row->reply = reply;
	row->have = changes->result.have;
	row->need = changes->result.need;
	/* Why it was refused weighs more than why it was asked for. */
	if (changes->result.subject[0] != '\0')
		put_text(row->note, changes->result.subject);
}

static void
remember(struct applying *applying, const char *asked)
{
	const struct rules_result *result = &applying->changes->result;
	struct row_request row = {
		.entry_index = applying->index,
		.at_ms = applying->now_ms,
		.reply = result->reply,
		.have = result->have,
		.need = result->need,
	};

	put_text(row.caller, applying->entry->caller.name);
	put_text(row.id, applying->entry->request);
	put_text(row.asked, asked);
	put_text(row.subject, result->subject);
	applying_put(applying, ROW_TABLE_REQUEST, &row);
}

static void
forget(struct applying *applying)
{
	size_t count = model_count(applying->model, ROW_TABLE_REQUEST);
	const struct row_request *row;
	size_t i;

	for (i = 0; i < FORGET_MAX; i++) {
		row = model_oldest_request(applying->model, i);
		if (row == NULL || (count - i < RULES_REQUESTS_MAX &&
		    applying->now_ms - row->at_ms < RULES_REQUEST_AGE_MS))
			return;
		applying_delete(applying, ROW_TABLE_REQUEST, row);
	}
}

static void
decide_and_record(struct applying *applying, const char *asked, bool taken)
{
	struct rules_result *result = &applying->changes->result;
	int reply = taken ? refuse(applying, REPLY_REQUEST_ID_TAKEN,
	    applying->entry->request, 0, 0) : decide(applying);

	result->reply = reply;
	if (!reply_is_done(reply))
		record_refusal(applying, reply);
	if (taken)
		return;
	forget(applying);
	remember(applying, asked);
}

/* A request that came before gives what it gave. */
static void
repeat(struct rules_result *result, const struct row_request *row)
{
	result->reply = (int)row->reply;
	result->have = row->have;
	result->need = row->need;
	put_text(result->subject, row->subject);
	result->index = row->entry_index;
	result->repeated = true;
}

/* H(hash of the row before || row without its hash). */
static int
chain_audit(struct changes *changes)
{
	const size_t fields = row_kind(ROW_TABLE_AUDIT)->count - 1;
	struct row_bytes bytes = { 0 };
	struct row_audit *row;
	int error = 0;
	size_t i;

	for (i = 0; error == 0 && i < changes->count; i++) {
		if (changes->list[i].table != ROW_TABLE_AUDIT)
			continue;
		row = changes->list[i].row;
		bytes.length = 0;
		row_bytes_add(&bytes, changes->meta.audit_hash, DIGEST_BYTES);
		row_bytes_row(&bytes, ROW_TABLE_AUDIT, row, fields);
		error = bytes.failed ? -ENOMEM : digest(bytes.bytes,
		    bytes.length, changes->meta.audit_hash);
		digest_text(changes->meta.audit_hash, DIGEST_BYTES, row->hash);
	}
	row_bytes_free(&bytes);
	return error;
}

/* H(previous || entry || changes), with where it stands and its result. */
static int
chain_entry(const struct applying *applying)
{
	struct changes *changes = applying->changes;
	struct row_bytes bytes = { 0 };
	const struct change *change;
	size_t i;
	int error;

	row_bytes_add(&bytes, changes->meta.chain, DIGEST_BYTES);
	row_bytes_number(&bytes, (uint64_t)applying->index);
	row_bytes_number(&bytes, (uint64_t)applying->term);
	row_bytes_number(&bytes, (uint64_t)changes->result.reply);
	row_bytes_add(&bytes, applying->entry->bytes,
	    applying->entry->length);
	for (i = 0; i < changes->count; i++) {
		change = &changes->list[i];
		row_bytes_number(&bytes, change->put);
		row_bytes_row(&bytes, change->table, change->row,
		    change->put ? SIZE_MAX : row_kind(change->table)->keys);
	}
	error = bytes.failed ? -ENOMEM :
	    digest(bytes.bytes, bytes.length, changes->meta.chain);
	row_bytes_free(&bytes);
	return error;
}

static int
sum_changes(const struct applying *applying)
{
	struct changes *changes = applying->changes;
	const struct change *change;
	const void *old;
	int error = 0;
	size_t i;

	for (i = 0; error == 0 && i < changes->count; i++) {
		change = &changes->list[i];
		if (!row_kind(change->table)->kept)
			continue;
		old = model_find(applying->model, change->table, change->row);
		if (old != NULL)
			error = model_sum_subtract(changes->meta.sum,
			    change->table, old);
		if (error == 0 && change->put)
			error = model_sum_add(changes->meta.sum,
			    change->table, change->row);
	}
	return error;
}

static int
finish(const struct applying *applying)
{
	struct model_meta *meta = &applying->changes->meta;
	int error = applying->error;

	meta->applied_index = applying->index;
	meta->applied_term = applying->term;
	meta->cluster_ms = applying->now_ms;
	meta->wall_ms = applying->entry->wall_ms;
	if (error == 0)
		error = chain_audit(applying->changes);
	if (error == 0)
		error = chain_entry(applying);
	return error == 0 ? sum_changes(applying) : error;
}

int
rules_apply(const struct model *model, int64_t index, int64_t term,
    const struct entry *entry, struct changes *changes)
{
	const struct model_meta *meta = model_meta(model);
	struct applying applying = { .model = model, .entry = entry,
		.kind = kind_find(entry->kind), .changes = changes,
		.index = index, .term = term };
	const struct row_request *before;
	char asked[33];
	int error;

	if (index <= meta->applied_index)
		return -EALREADY;
	drop_from(changes, 0);
	changes->meta = *meta;
	changes->result = (struct rules_result){ .index = index };
	/* A new leader goes on from what was applied: time never goes back. */
	applying.now_ms = entry->cluster_ms > meta->cluster_ms ?
	    entry->cluster_ms : meta->cluster_ms;
	/* In a row 0 is no time at all. */
	if (applying.now_ms == 0)
		applying.now_ms = 1;
	error = asked_of(entry, asked);
	if (error != 0)
		return error;
	before = model_request(model, entry->caller.name, entry->request);
	if (before != NULL && strcmp(before->asked, asked) == 0)
		repeat(&changes->result, before);
	else
		decide_and_record(&applying, asked, before != NULL);
	return finish(&applying);
}

int
rules_commit(struct model *model, struct changes *changes)
{
	struct change *change;
	int error = 0;
	size_t i;

	for (i = 0; i < changes->count; i++) {
		change = &changes->list[i];
		if (row_kind(change->table)->kept && change->put &&
		    error == 0) {
			error = model_put(model, change->table, change->row);
			continue;
		}
		if (row_kind(change->table)->kept && !change->put)
			model_delete(model, change->table, change->row);
		free(change->row);
	}
	changes->count = 0;
	model_set_meta(model, &changes->meta);
	return error;
}
