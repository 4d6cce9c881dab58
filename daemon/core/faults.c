#include "core/faults.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/faults_parts.h"
#include "process/log.h"
#include "rules/fault.h"
#include "rules/kind.h"
#include "rules/priority.h"

/* Rows that are missing before it is a gap. */
#define GAP_INTERVALS	5

struct faults *
faults_new(const char *node)
{
	struct faults *faults = calloc(1, sizeof(*faults));

	if (faults == NULL)
		return NULL;
	faults->node = node;
	faults->begun_ms = faults->looked_ms = faults->cluster_ms = -1;
	return faults;
}

static void
forget_all(struct faults *faults)
{
	while (faults->looked_count > 0)
		detect_free(faults->looked[--faults->looked_count].detect);
	faults->standing_count = 0;
	memset(&faults->predictions, 0, sizeof(faults->predictions));
	faults->begun_ms = faults->cluster_ms = -1;
}

void
faults_pace(struct faults *faults, int64_t interval_ms)
{
	int64_t gap_ms = GAP_INTERVALS * interval_ms;

	if (gap_ms < DETECT_GAP_MS)
		gap_ms = DETECT_GAP_MS;
	if (gap_ms == faults->gap_ms)
		return;
	forget_all(faults);
	faults->gap_ms = gap_ms;
}

void
faults_free(struct faults *faults)
{
	if (faults == NULL)
		return;
	forget_all(faults);
	free(faults->looked);
	free(faults->standing);
	free(faults);
}

size_t
faults_standing(const struct faults *faults)
{
	return faults->standing_count;
}

static bool
is_silenced(const struct model *model, const struct row_fault *fault,
    int64_t cluster_ms)
{
	const struct row_hold *hold;
	size_t i;

	for (i = 0; i < model_count(model, ROW_TABLE_HOLD); i++) {
		hold = model_at(model, ROW_TABLE_HOLD, i);
		if (hold->kind == HOLD_SILENCE &&
		    hold->until_ms > cluster_ms &&
		    (strcmp(hold->scope, "cluster") == 0 ||
		    strcmp(hold->scope, fault->node) == 0 ||
		    strcmp(hold->scope, fault->target) == 0))
			return true;
	}
	return false;
}

/* Does the shared state lack something of what was found? */
static bool
is_news(const struct model *model, const struct standing *standing,
    const struct row_fault *fault, int64_t cluster_ms)
{
	const struct fault_kind *kind =
	    fault_kind_find(standing->finding.number);

	if (fault == NULL || fault->state == FAULT_STATE_CLEARED ||
	    fault->state == FAULT_STATE_RESOLVED)
		return true;
	if (fault->state == FAULT_STATE_SUSPECTED &&
	    model_plan_on(model, fault->target) == NULL)
		return cluster_ms - fault->since_ms >= kind->confirm_ms;
	if (fault->state == FAULT_STATE_SILENCED ||
	    fault_next((enum fault_state)fault->state,
	    FAULT_EVENT_SILENCE) != FAULT_STATE_NONE)
		if (is_silenced(model, fault, cluster_ms) !=
		    (fault->state == FAULT_STATE_SILENCED))
			return true;
	return cluster_ms - fault->last_ms >= FAULTS_REFRESH_MS;
}

void
faults_weigh(struct faults *faults, int64_t (*room_milli)(void *context,
    int64_t class, const char *target), void *context)
{
	faults->room_milli = room_milli;
	faults->room_context = context;
}

static int64_t
severity_here(const struct faults *faults, const struct standing *standing)
{
	const struct fault_kind *kind =
	    fault_kind_find(standing->finding.number);
	int64_t room_milli = faults->room_milli == NULL ? -1 :
	    faults->room_milli(faults->room_context,
	    standing->finding.number, standing->object);

	return severity_of(kind->severity, room_milli,
	    fault_kind_is_predicted(standing->finding.number));
}

static void
make_seen(const struct faults *faults, const struct standing *standing,
    struct entry *entry)
{
	const struct finding *finding = &standing->finding;

	*entry = (struct entry){ .kind = ENTRY_FAULT_SEEN };
	(void)entry_add_target(entry, standing->object);
	(void)entry_add_number(entry, ARGUMENT_CLASS, finding->number);
	if (standing->device[0] != '\0')
		(void)entry_add_text(entry, ARGUMENT_DEVICE,
		    standing->device);
	(void)entry_add_text(entry, ARGUMENT_NODE, faults->node);
	(void)entry_add_number(entry, ARGUMENT_SEVERITY,
	    severity_here(faults, standing));
	(void)entry_add_number(entry, ARGUMENT_CONFIDENCE_PPM,
	    finding->confidence_ppm);
	if (faults->looked_ms > finding->since_ms)
		(void)entry_add_number(entry, ARGUMENT_AGE_MS,
		    faults->looked_ms - finding->since_ms);
	if (finding->value_milli >= 0)
		(void)entry_add_number(entry, ARGUMENT_MEASURED_MILLI,
		    finding->value_milli);
	if (finding->threshold_milli >= 0)
		(void)entry_add_number(entry, ARGUMENT_THRESHOLD_MILLI,
		    finding->threshold_milli);
	(void)entry_add_text(entry, ARGUMENT_TEXT, finding->text);
}

bool
faults_stand(const struct faults *faults, int64_t class, const char *target,
    const char *device)
{
	const struct standing *standing;
	size_t i;

	for (i = 0; i < faults->standing_count; i++) {
		standing = &faults->standing[i];
		if ((int64_t)standing->finding.number == class &&
		    strcmp(standing->object, target) == 0 &&
		    strcmp(standing->device, device) == 0)
			return true;
	}
	return false;
}

int64_t
faults_looked_ms(const struct faults *faults)
{
	return faults->looked_ms;
}

static bool
stands(const struct faults *faults, const struct row_fault *fault)
{
	return faults_stand(faults, fault->class, fault->target,
	    fault->device);
}

/*
 * What has gone is known by the detectors that found it: before they have
 * had their time that is only what was found since the start.
 */
static bool
would_be_found(const struct faults *faults, const struct row_fault *fault,
    int64_t now_ms)
{
	return now_ms - faults->begun_ms >= FAULTS_GRACE_MS ||
	    fault->last_ms > faults->cluster_ms;
}

bool
faults_gone(const struct faults *faults, const struct row_fault *fault)
{
	return !stands(faults, fault) &&
	    would_be_found(faults, fault, faults->looked_ms);
}

/* The kind of the entry that ends it a step further; 0: none is due. */
static enum entry_kind
ending(const struct faults *faults, const struct row_fault *fault,
    int64_t cluster_ms, int64_t now_ms)
{
	if (strcmp(fault->node, faults->node) != 0)
		return 0;
	if (fault->state == FAULT_STATE_CLEARED ||
	    fault->state == FAULT_STATE_RESOLVED)
		return cluster_ms - fault->end_ms >= FAULT_QUIET_MS ?
		    ENTRY_FAULT_CLOSE : 0;
	if (fault_next((enum fault_state)fault->state,
	    FAULT_EVENT_CLEAR) == FAULT_STATE_NONE ||
	    stands(faults, fault))
		return 0;
	return would_be_found(faults, fault, now_ms) ?
	    ENTRY_FAULT_CLEAR : 0;
}

static bool
is_looked_at(const struct faults *faults, const struct row_prediction *one)
{
	const struct looked *looked;
	size_t i;

	for (i = 0; i < faults->looked_count; i++) {
		looked = &faults->looked[i];
		if (strncmp(looked->object, one->target, 64) == 0 &&
		    strncmp(looked->device, one->device, 64) == 0)
			return true;
	}
	return false;
}

/* What is foreseen, has come, or should have. */
static bool
next_prediction(struct faults *faults, const struct model *model,
    int64_t cluster_ms, int64_t now_ms, struct entry *entry)
{
	bool fresh = now_ms - faults->begun_ms < FAULTS_GRACE_MS;
	const struct row_prediction *due;
	const struct standing *standing;
	size_t i;

	if (predictions_tell(&faults->predictions, model, now_ms, fresh,
	    entry))
		return true;
	for (i = 0; i < faults->standing_count; i++) {
		standing = &faults->standing[i];
		if (predictions_make(model, faults->node,
		    &standing->finding, standing->object, standing->device,
		    entry))
			return true;
	}
	/* What was reached meanwhile is known once the detectors know it. */
	due = fresh ? NULL : predictions_due(model, faults->node,
	    cluster_ms);
	if (due == NULL)
		return false;
	*entry = (struct entry){ .kind = ENTRY_PREDICTION_DUE };
	(void)entry_add_number(entry, ARGUMENT_ID, due->id);
	(void)entry_add_number(entry, ARGUMENT_LOOKED,
	    is_looked_at(faults, due));
	return true;
}

bool
faults_next(struct faults *faults, const struct model *model,
    int64_t cluster_ms, int64_t now_ms, struct entry *entry)
{
	const struct row_fault *fault;
	const struct standing *standing;
	enum entry_kind kind;
	size_t i;

	if (faults->begun_ms < 0)
		return false;
	if (faults->cluster_ms < 0)
		faults->cluster_ms = cluster_ms;
	for (i = 0; i < faults->standing_count; i++) {
		standing = &faults->standing[i];
		fault = model_fault_of(model, standing->finding.number,
		    standing->object, standing->device);
		if (!is_news(model, standing, fault, cluster_ms))
			continue;
		make_seen(faults, standing, entry);
		return true;
	}
	for (i = 0; i < model_count(model, ROW_TABLE_FAULT); i++) {
		fault = model_at(model, ROW_TABLE_FAULT, i);
		kind = ending(faults, fault, cluster_ms, now_ms);
		if (kind == 0)
			continue;
		*entry = (struct entry){ .kind = (uint16_t)kind };
		(void)entry_add_number(entry, ARGUMENT_ID, fault->id);
		return true;
	}
	return next_prediction(faults, model, cluster_ms, now_ms, entry);
}

void
faults_told(struct faults *faults, const struct rules_result *result)
{
	/* What the rules refuse they would refuse again. */
	predictions_told(&faults->predictions, result->reply < 5000);
}

static void
done(void *context, const struct rules_result *result)
{
	struct faults *faults = context;

	faults->busy = false;
	faults_told(faults, result);
	if (!reply_is_done(result->reply))
		log_debug("%s: a finding: %d %s", faults->node,
		    result->reply, reply_find(result->reply)->text);
}

void
faults_propose(struct faults *faults, struct shared *shared, int64_t now_ms)
{
	const struct model *model = shared_model(shared, NULL, NULL);
	char name[ENTRY_NAME_MAX + 1], request[ENTRY_NAME_MAX + 1];
	struct entry entry;

	if (model == NULL || faults->busy || !shared_leads(shared) ||
	    model_meta(model)->feature_level < MODEL_FEATURE_LEVEL ||
	    !faults_next(faults, model, shared_time_ms(shared), now_ms,
	    &entry))
		return;
	snprintf(name, sizeof(name), "drover/%.57s", faults->node);
	snprintf(request, sizeof(request), "fault.%" PRId64 ".%d.%" PRIu64,
	    shared_applied(shared), (int)getpid(), ++faults->proposals);
	entry.request = request;
	entry.caller = (struct entry_caller){ .name = name, .origin = "",
		.role = ROLE_SYSTEM, .via = VIA_SYSTEM };
	entry.measured_index = shared_applied(shared);
	entry.measured_ms = shared_time_ms(shared);
	faults->busy = true;
	shared_propose(shared, &entry, done, faults);
}
