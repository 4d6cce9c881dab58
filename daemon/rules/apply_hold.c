/* Holds and notes. */
#include <stdio.h>

#include "rules/applying.h"

/* Holds that ended and are taken out when one is put, at most. */
#define ENDED_MAX	16

static const char *const kind_names[] = {
	"pause", "maintenance", "silence", "veto"
};

static void
remove_ended(struct applying *applying)
{
	const struct row_hold *hold;
	size_t i, removed = 0;

	for (i = 0; i < model_count(applying->model, ROW_TABLE_HOLD) &&
	    removed < ENDED_MAX; i++) {
		hold = model_at(applying->model, ROW_TABLE_HOLD, i);
		if (hold->until_ms > applying->now_ms)
			continue;
		applying_delete(applying, ROW_TABLE_HOLD, hold);
		removed++;
	}
}

/*
 * In the largest unit that says it whole.  A little of the span passed
 * between the question and the entry.
 */
static void
describe_span(int64_t span_ms, char text[32])
{
	static const struct {
		int64_t		 s;
		const char	*unit;
	} units[] = {
		{ 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" }
	};
	int64_t span_s = (span_ms + 500) / 1000;
	size_t i = 0;

	while (units[i].s > 1 && (span_s < units[i].s ||
	    span_s % units[i].s != 0))
		i++;
	snprintf(text, 32, "%lld %s", (long long)(span_s / units[i].s),
	    units[i].unit);
}

/* Cluster time says nothing to a person, and the act has a date. */
static void
describe_hold(const struct row_hold *hold, char object[129], char text[1025])
{
	char span[32];

	describe_span(hold->until_ms - hold->from_ms, span);
	snprintf(object, 129, "hold/%lld", (long long)hold->id);
	snprintf(text, 1025, "%s of %s by %s for %s: %s",
	    kind_names[hold->kind], hold->scope, hold->who, span,
	    hold->reason);
}

int
apply_hold_put(struct applying *applying)
{
	const struct entry *entry = applying->entry;
	struct row_hold hold = { .id = applying->index,
		.from_ms = applying->now_ms,
		.from_wall_ms = entry->wall_ms };
	char object[129], text[1025];
	int reply = check_room(applying, ROW_TABLE_HOLD, RULES_HOLDS_MAX);

	hold.kind = entry_number(entry, ARGUMENT_HOLD_KIND, HOLD_PAUSE);
	hold.until_ms = entry_number(entry, ARGUMENT_UNTIL_MS, 0);
	if (hold.until_ms <= applying->now_ms ||
	    hold.until_ms - applying->now_ms > RULES_SPAN_MS)
		return refuse(applying, REPLY_BAD_TIME, "until",
		    hold.until_ms, applying->now_ms);
	/* When all room is taken, those that ended make some. */
	remove_ended(applying);
	if (reply != REPLY_OK && applying->changes->count == 0)
		return reply;
	put_text(hold.scope, entry->targets[0]);
	put_text(hold.who, entry->caller.name);
	put_text(hold.reason, entry_text(entry, ARGUMENT_REASON));
	describe_hold(&hold, object, text);
	applying_put(applying, ROW_TABLE_HOLD, &hold);
	applying_audit(applying, object, "", text);
	return refuse(applying, REPLY_OK, "", 0, 0);
}

int
apply_hold_release(struct applying *applying)
{
	int64_t id = entry_number(applying->entry, ARGUMENT_ID, 0);
	const struct row_hold *hold = model_hold(applying->model, id);
	char object[129], text[1025];

	if (hold == NULL)
		return refuse(applying, REPLY_NO_HOLD, "", id, 0);
	describe_hold(hold, object, text);
	applying_delete(applying, ROW_TABLE_HOLD, hold);
	applying_audit(applying, object, text, "");
	return REPLY_OK;
}

int
apply_note_put(struct applying *applying)
{
	const struct entry *entry = applying->entry;
	struct row_note note = { .id = applying->index,
		.at_ms = applying->now_ms, .wall_ms = entry->wall_ms };
	int reply = check_room(applying, ROW_TABLE_NOTE, RULES_NOTES_MAX);

	if (reply != REPLY_OK)
		return reply;
	put_text(note.object, entry->targets[0]);
	put_text(note.who, entry->caller.name);
	put_text(note.text, entry_text(entry, ARGUMENT_TEXT));
	if (note.text[0] == '\0')
		return refuse(applying, REPLY_BAD_FIELD, "text", 0, 1);
	applying_put(applying, ROW_TABLE_NOTE, &note);
	applying_audit(applying, note.object, "", note.text);
	return REPLY_OK;
}

int
apply_note_remove(struct applying *applying)
{
	int64_t id = entry_number(applying->entry, ARGUMENT_ID, 0);
	const struct row_note *note = model_note(applying->model, id);

	if (note == NULL)
		return refuse(applying, REPLY_NO_NOTE, "", id, 0);
	applying_delete(applying, ROW_TABLE_NOTE, note);
	applying_audit(applying, note->object, note->text, "");
	return REPLY_OK;
}
