/* Faults: findings make them, and what is gone ends them. */
#include <stdio.h>

#include "detect/fault.h"
#include "rules/applying.h"
#include "rules/fault.h"
#include "rules/plan_pace.h"
#include "rules/plan_work.h"

/* Those that are closed and are taken out when one is made, at most. */
#define CLOSED_MAX	16

static const char *
object_of(const struct row_fault *fault, char object[129])
{
	snprintf(object, 129, "fault/%lld", (long long)fault->id);
	return object;
}

/* "open: disk.full of n1/state: 4 % left" */
static void
describe(const struct row_fault *fault, char text[1025])
{
	const struct fault_kind *kind =
	    fault_kind_find((unsigned int)fault->class);

	snprintf(text, 1025, "%s: %s of %s%s%s%s%s",
	    fault_state_word(fault->state), kind == NULL ? "?" : kind->name,
	    fault->target, fault->device[0] != '\0' ? " " : "",
	    fault->device, fault->text[0] != '\0' ? ": " : "", fault->text);
}

/* before NULL: it is new. */
static void
put(struct applying *applying, const struct row_fault *before,
    const struct row_fault *fault)
{
	char object[129], new[1025];

	applying_put(applying, ROW_TABLE_FAULT, fault);
	if (before != NULL && before->state == fault->state)
		return;
	describe(fault, new);
	applying_audit(applying, object_of(fault, object),
	    before == NULL ? "" : fault_state_word(before->state), new);
}

/* The oldest that are closed go first. */
static void
remove_closed(struct applying *applying)
{
	const struct row_fault *fault;
	size_t i, removed = 0;

	for (i = 0; i < model_count(applying->model, ROW_TABLE_FAULT) &&
	    removed < CLOSED_MAX; i++) {
		fault = model_at(applying->model, ROW_TABLE_FAULT, i);
		if (fault_is_live(fault->state))
			continue;
		applying_delete(applying, ROW_TABLE_FAULT, fault);
		removed++;
	}
}

static bool
go(struct row_fault *fault, enum fault_event event)
{
	enum fault_state next = fault_next((enum fault_state)fault->state,
	    event);

	if (next == FAULT_STATE_NONE)
		return false;
	fault->state = next;
	return true;
}

static bool
is_silenced(const struct applying *applying, const struct row_fault *fault)
{
	const struct row_hold *hold;
	size_t i;

	for (i = 0; i < model_count(applying->model, ROW_TABLE_HOLD); i++) {
		hold = model_at(applying->model, ROW_TABLE_HOLD, i);
		if (hold->kind == HOLD_SILENCE &&
		    hold->until_ms > applying->now_ms &&
		    (strcmp(hold->scope, "cluster") == 0 ||
		    strcmp(hold->scope, fault->node) == 0 ||
		    strcmp(hold->scope, fault->target) == 0))
			return true;
	}
	return false;
}

/* Once more, or for the first time: from here its dwell counts. */
static void
suspect(const struct applying *applying, struct row_fault *fault)
{
	int64_t age_ms = entry_number(applying->entry, ARGUMENT_AGE_MS, 0);

	if (!go(fault, FAULT_EVENT_SEEN))
		return;
	/* The detector that found it has watched it for a while. */
	fault->since_ms = applying->now_ms > age_ms ?
	    applying->now_ms - age_ms : 1;
	fault->end_ms = fault->end_wall_ms = 0;
}

/*
 * While a plan acts on its target what is seen there may be what the plan
 * does (medik8s NHC#274): it stays suspected until the plan has ended.
 */
static void
confirm(struct applying *applying, struct row_fault *fault)
{
	const struct fault_kind *kind =
	    fault_kind_find((unsigned int)fault->class);

	if (applying->now_ms - fault->since_ms < kind->confirm_ms ||
	    model_plan_on(applying->model, fault->target) != NULL ||
	    !go(fault, FAULT_EVENT_CONFIRM))
		return;
	if (fault->open_ms != 0) {
		fault->flaps++;
		plan_flap_add(applying, fault);
	}
	fault->open_ms = applying->now_ms;
}

static void
take_evidence(const struct applying *applying, struct row_fault *fault)
{
	const struct entry *entry = applying->entry;

	put_text(fault->node, entry_text(entry, ARGUMENT_NODE));
	put_text(fault->text, entry_text(entry, ARGUMENT_TEXT));
	/*
	 * What is decided on is bound to the revision: the same seen once
	 * more is no other fault.
	 */
	if (fault->revision == 0 || fault->end_ms != 0 || fault->severity !=
	    entry_number(entry, ARGUMENT_SEVERITY, 0))
		fault->revision++;
	fault->severity = entry_number(entry, ARGUMENT_SEVERITY, 0);
	fault->confidence_ppm = entry_number(entry, ARGUMENT_CONFIDENCE_PPM,
	    0);
	fault->measured_milli = entry_number(entry, ARGUMENT_MEASURED_MILLI,
	    0);
	fault->threshold_milli = entry_number(entry,
	    ARGUMENT_THRESHOLD_MILLI, 0);
	fault->last_ms = applying->now_ms;
}

int
apply_fault_seen(struct applying *applying)
{
	const struct entry *entry = applying->entry;
	int64_t class = entry_number(entry, ARGUMENT_CLASS, 0);
	const char *device = entry_text(entry, ARGUMENT_DEVICE);
	const struct row_fault *before = model_fault_of(applying->model,
	    class, entry->targets[0], device);
	struct row_fault fault = { .id = applying->index, .class = class,
		.first_ms = applying->now_ms,
		.first_wall_ms = entry->wall_ms };
	int reply;

	if (fault_kind_find((unsigned int)class) == NULL)
		return refuse(applying, REPLY_BAD_FIELD, "class", class, 0);
	if (strlen(entry_text(entry, ARGUMENT_TEXT)) >= sizeof(fault.text))
		return refuse(applying, REPLY_BAD_FIELD, "text",
		    (int64_t)strlen(entry_text(entry, ARGUMENT_TEXT)),
		    (int64_t)sizeof(fault.text) - 1);
	if (before != NULL) {
		fault = *before;
	} else {
		reply = check_room(applying, ROW_TABLE_FAULT,
		    RULES_FAULTS_MAX);
		if (reply != REPLY_OK)
			remove_closed(applying);
		if (reply != REPLY_OK && applying->changes->count == 0)
			return reply;
		put_text(fault.target, entry->targets[0]);
		put_text(fault.device, device);
	}
	take_evidence(applying, &fault);
	suspect(applying, &fault);
	confirm(applying, &fault);
	if (is_silenced(applying, &fault))
		(void)go(&fault, FAULT_EVENT_SILENCE);
	else
		(void)go(&fault, FAULT_EVENT_SPEAK);
	put(applying, before, &fault);
	return refuse(applying, REPLY_OK, "", 0, 0);
}

static int
step(struct applying *applying, enum fault_event event,
    const struct row_fault *before)
{
	struct row_fault fault = *before;
	const char *text = entry_text(applying->entry, ARGUMENT_TEXT);

	if (!go(&fault, event))
		return refuse(applying, REPLY_FAULT_STATE,
		    fault_state_word(before->state), 0, 0);
	if (text[0] != '\0' && strlen(text) < sizeof(fault.text))
		put_text(fault.text, text);
	if (event == FAULT_EVENT_CLEAR) {
		fault.end_ms = applying->now_ms;
		fault.end_wall_ms = applying->entry->wall_ms;
	}
	if (event == FAULT_EVENT_CLEAR &&
	    plan_work_fault_gone(applying, before, &fault))
		return REPLY_OK;
	put(applying, before, &fault);
	return REPLY_OK;
}

int
apply_fault_clear(struct applying *applying)
{
	int64_t id = entry_number(applying->entry, ARGUMENT_ID, 0);
	const struct row_fault *fault = model_fault(applying->model, id);

	if (fault == NULL)
		return refuse(applying, REPLY_NO_FAULT, "", id, 0);
	return step(applying, FAULT_EVENT_CLEAR, fault);
}

int
apply_fault_close(struct applying *applying)
{
	int64_t id = entry_number(applying->entry, ARGUMENT_ID, 0);
	const struct row_fault *fault = model_fault(applying->model, id);

	if (fault == NULL)
		return refuse(applying, REPLY_NO_FAULT, "", id, 0);
	if (fault->end_ms == 0 ||
	    applying->now_ms - fault->end_ms < FAULT_QUIET_MS)
		return refuse(applying, REPLY_NOT_DUE, "",
		    fault->end_ms == 0 ? 0 :
		    applying->now_ms - fault->end_ms, FAULT_QUIET_MS);
	return step(applying, FAULT_EVENT_QUIET, fault);
}

int
apply_fault_escalate(struct applying *applying)
{
	int64_t id = entry_number(applying->entry, ARGUMENT_ID, 0);
	const struct row_fault *fault = model_fault(applying->model, id);

	if (fault == NULL)
		return refuse(applying, REPLY_NO_FAULT, "", id, 0);
	return step(applying, FAULT_EVENT_ESCALATE, fault);
}

int
apply_fault_acknowledge(struct applying *applying)
{
	const struct entry *entry = applying->entry;
	int64_t id = entry_number(entry, ARGUMENT_ID, 0);
	const struct row_fault *before = model_fault(applying->model, id);
	struct row_fault fault;
	char object[129];

	if (before == NULL || !fault_is_live(before->state))
		return refuse(applying, REPLY_NO_FAULT, "", id, 0);
	if (strcmp(before->acknowledged_by, entry->caller.name) == 0)
		return REPLY_UNCHANGED;
	fault = *before;
	put_text(fault.acknowledged_by, entry->caller.name);
	applying_put(applying, ROW_TABLE_FAULT, &fault);
	applying_audit(applying, object_of(&fault, object),
	    before->acknowledged_by, fault.acknowledged_by);
	return REPLY_OK;
}
