#include "core/shared_rows.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/row_text.h"
#include "rules/prediction.h"

void
row_of_drain(struct drover_node_row *row, const struct shared *shared)
{
	const struct model *model = shared_model(shared, NULL, NULL);
	const struct row_node *node = model == NULL ? NULL :
	    model_node(model, row->name);

	if (node == NULL || node->drain == DRAIN_NONE)
		return;
	if (row->state == DROVER_NODE_STATE_UP)
		row->state = DROVER_NODE_STATE_DRAIN;
	row->drain = (uint8_t)node->drain;
	row->drain_forced = node->drain_forced != 0;
	COPY(row->drain_who, node->drain_who);
	COPY(row->drain_reason, node->drain_reason);
	row->drain_since = MS_TO_NS(node->drain_wall_ms);
	row->drain_index = node->drain_index;
	if (node->drain_deadline_ms > 0)
		row->drain_deadline = shared_wall_ns(shared,
		    node->drain_deadline_ms);
	if (node->drain_end_ms > 0)
		row->drain_ended = shared_wall_ns(shared,
		    node->drain_end_ms);
}

static void
fill_log(struct drover_member_row *row, const struct shared *shared)
{
	const struct model_meta *meta = model_meta(shared->model);
	struct consensus_status status;
	char chain[sizeof(row->chain)];

	consensus_status(shared->consensus, &status);
	digest_text(meta->chain, sizeof(chain) / 2 - 1, chain);
	COPY(row->chain, chain);
	row->role = status.role == CONSENSUS_LEADER ?
	    DROVER_MEMBER_ROLE_LEADER : status.role == CONSENSUS_CANDIDATE ?
	    DROVER_MEMBER_ROLE_CANDIDATE : status.role == CONSENSUS_VOTER ?
	    DROVER_MEMBER_ROLE_FOLLOWS : DROVER_MEMBER_ROLE_STOPPED;
	if (status.leader_id != 0)
		COPY(row->leader, status.leader_address);
	/* As it was told: an event comes with each change. */
	row->disk_full = shared->starved;
	row->term = (int64_t)status.term;
	row->last_index = (int64_t)status.last_index + meta->log_base;
	row->commit_index = (int64_t)status.commit_index + meta->log_base;
	row->applied_index = (int64_t)status.applied_index + meta->log_base;
	row->snapshot_index = status.snapshot_index == 0 ? 0 :
	    (int64_t)status.snapshot_index + meta->log_base;
	row->log_base = meta->log_base;
	row->feature_level = meta->feature_level;
	row->voters = status.voters;
	row->outstanding = status.outstanding;
	row->appends = (double)status.appends;
	if (status.appends == 0)
		return;
	row->append_last = status.append_last_us / 1000.0;
	row->append_mean = status.append_mean_us / 1000.0;
	row->append_longest = status.append_longest_us / 1000.0;
}

static int
name_member(struct table_image *image, const struct shared *shared,
    double log_bytes, double state_bytes)
{
	struct drover_member_row row;

	memset(&row, 0, sizeof(row));
	COPY(row.name, shared->node);
	COPY(row.address, shared->node);
	row.voters = row.outstanding = row.appends = NAN;
	row.append_last = row.append_mean = row.append_longest = NAN;
	row.log_size = log_bytes;
	row.state_size = state_bytes;
	if (shared->phase == SHARED_READY)
		fill_log(&row, shared);
	else
		COPY(row.problem, shared->detail[0] != '\0' ?
		    shared->detail : reply_find(shared->why)->text);
	return table_image_name(image, row.name, &row, NULL);
}

static int
name_hold(struct table_image *image, const struct shared *shared,
    const struct row_hold *hold)
{
	struct drover_hold_row row;
	char key[24];

	memset(&row, 0, sizeof(row));
	row.id = hold->id;
	COPY(row.scope, hold->scope);
	COPY(row.who, hold->who);
	COPY(row.reason, hold->reason);
	row.kind = (uint8_t)hold->kind;
	row.since = MS_TO_NS(hold->from_wall_ms);
	row.until = shared_wall_ns(shared, hold->until_ms);
	snprintf(key, sizeof(key), "%" PRId64, hold->id);
	return table_image_name(image, key, &row, NULL);
}

static int
name_holds(struct table_image *image, const struct shared *shared,
    const struct model *model)
{
	int64_t now_ms = shared_time_ms(shared);
	const struct row_hold *hold;
	size_t i;
	int error = 0;

	for (i = 0; error == 0 && i < model_count(model, ROW_TABLE_HOLD);
	    i++) {
		hold = model_at(model, ROW_TABLE_HOLD, i);
		/* Those that ended stay until another is put. */
		if (hold->until_ms > now_ms)
			error = name_hold(image, shared, hold);
	}
	return error;
}

static int
name_notes(struct table_image *image, const struct model *model)
{
	const struct row_note *note;
	struct drover_note_row row;
	char key[24];
	size_t i;
	int error = 0;

	for (i = 0; error == 0 && i < model_count(model, ROW_TABLE_NOTE);
	    i++) {
		note = model_at(model, ROW_TABLE_NOTE, i);
		memset(&row, 0, sizeof(row));
		row.id = note->id;
		COPY(row.object, note->object);
		COPY(row.who, note->who);
		COPY(row.text, note->text);
		row.time = MS_TO_NS(note->wall_ms);
		snprintf(key, sizeof(key), "%" PRId64, note->id);
		error = table_image_name(image, key, &row, NULL);
	}
	return error;
}

static int
name_prediction(struct table_image *image,
    const struct row_prediction *prediction)
{
	const struct fault_kind *kind =
	    fault_kind_find((unsigned int)prediction->class);
	struct drover_prediction_row row;
	char key[24];

	memset(&row, 0, sizeof(row));
	row.id = prediction->id;
	if (kind != NULL) {
		COPY(row.class, kind->name);
		COPY(row.page, kind->page);
	}
	COPY(row.target, prediction->target);
	COPY(row.device, prediction->device);
	COPY(row.node, prediction->node);
	COPY(row.text, prediction->text);
	row.outcome = (uint8_t)prediction->outcome;
	row.probability = (double)prediction->probability_ppm / 10000;
	row.latest = (double)prediction->latest_ppm / 10000;
	row.made = MS_TO_NS(prediction->made_wall_ms);
	row.due = MS_TO_NS(prediction->made_wall_ms +
	    prediction->horizon_ms);
	row.settled = MS_TO_NS(prediction->settled_wall_ms);
	snprintf(key, sizeof(key), "%" PRId64, prediction->id);
	return table_image_name(image, key, &row, NULL);
}

static int
name_predictions(struct table_image *image, const struct model *model)
{
	size_t i;
	int error = 0;

	for (i = 0; error == 0 &&
	    i < model_count(model, ROW_TABLE_PREDICTION); i++)
		error = name_prediction(image, model_at(model,
		    ROW_TABLE_PREDICTION, i));
	return error;
}

static double
share_of(int32_t ppm, double whole)
{
	return ppm == ACCURACY_UNKNOWN ? NAN : whole * ppm / 1000000;
}

static int
name_accuracy(struct table_image *image, const struct row_accuracy *kept)
{
	const struct accuracy accuracy = prediction_accuracy(kept);
	const struct fault_kind *kind =
	    fault_kind_find((unsigned int)kept->class);
	struct drover_accuracy_row row;

	memset(&row, 0, sizeof(row));
	COPY(row.class, kind == NULL ? "?" : kind->name);
	row.hits = kept->hits;
	row.misses = kept->misses;
	row.averted = kept->averted;
	row.voids = kept->voids;
	row.unforeseen = kept->unforeseen;
	row.precision = share_of(accuracy_precision_ppm(&accuracy), 100);
	row.recall = share_of(accuracy_recall_ppm(&accuracy), 100);
	row.brier = share_of(accuracy_brier_ppm(&accuracy), 1);
	row.reference = share_of(accuracy_reference_ppm(&accuracy), 1);
	row.lead = kept->hits == 0 ? NAN :
	    (double)kept->lead_ms / 1000 / (double)kept->hits;
	return table_image_name(image, row.class, &row, NULL);
}

static int
name_accuracies(struct table_image *image, const struct model *model)
{
	size_t i;
	int error = 0;

	for (i = 0; error == 0 &&
	    i < model_count(model, ROW_TABLE_ACCURACY); i++)
		error = name_accuracy(image, model_at(model,
		    ROW_TABLE_ACCURACY, i));
	return error;
}

static int
name_act(struct table_image *image, const struct row_audit *act)
{
	struct drover_audit_row row;
	char key[48];

	memset(&row, 0, sizeof(row));
	row.id = act->id;
	row.n = act->n;
	row.time = MS_TO_NS(act->wall_ms);
	COPY(row.actor, act->actor);
	COPY(row.origin, act->origin);
	COPY(row.verb, act->verb);
	COPY(row.object, act->object);
	row.reply = act->reply;
	row.have = act->have;
	row.need = act->need;
	COPY(row.before, act->old);
	COPY(row.after, act->new);
	COPY(row.note, act->note);
	snprintf(key, sizeof(key), "%" PRId64 ".%" PRId64, act->id, act->n);
	return table_image_name(image, key, &row, NULL);
}

/* The oldest go first, so that there is room for the newest. */
static int
name_audit(struct table_image *image, const struct shared *shared)
{
	const struct row_audit *act;
	uint64_t i = SHARED_AUDIT_ROWS;
	int error = 0;

	while (error == 0 && i-- > 0) {
		act = shared_audit(shared, i);
		if (act != NULL)
			error = name_act(image, act);
	}
	return error;
}

/* -ENOSPC: what fits is shown. */
static int
end(struct table_image *image, int error)
{
	table_image_end(image, NULL, NULL);
	return error == -ENOSPC ? 0 : error;
}

int
shared_rows_name(struct publisher *publisher, const struct shared *shared,
    double log_bytes, double state_bytes)
{
	const struct model *model = shared_model(shared, NULL, NULL);
	struct table_image *image;
	int error;

	image = publisher_table(publisher, DROVER_TABLE_MEMBER);
	table_image_begin(image);
	error = end(image, name_member(image, shared, log_bytes,
	    state_bytes));
	if (error != 0 || model == NULL)
		return error;
	image = publisher_table(publisher, DROVER_TABLE_HOLD);
	table_image_begin(image);
	error = end(image, name_holds(image, shared, model));
	image = publisher_table(publisher, DROVER_TABLE_NOTE);
	table_image_begin(image);
	if (error == 0)
		error = end(image, name_notes(image, model));
	image = publisher_table(publisher, DROVER_TABLE_PREDICTION);
	table_image_begin(image);
	if (error == 0)
		error = end(image, name_predictions(image, model));
	image = publisher_table(publisher, DROVER_TABLE_ACCURACY);
	table_image_begin(image);
	if (error == 0)
		error = end(image, name_accuracies(image, model));
	image = publisher_table(publisher, DROVER_TABLE_AUDIT);
	table_image_begin(image);
	return error != 0 ? error : end(image, name_audit(image, shared));
}
