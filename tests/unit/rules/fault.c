/* A fault from its first symptom to its end, as the rules have it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/fault.h"
#include "rules/fault.h"
#include "tests/unit/rules/generate.h"
#include "tests/unit/suite.h"

#define CONFIRM_MS	10000	/* of disk.full */

static struct model *model;
static struct changes changes;
static int64_t now_ms;
static char request[32];
static size_t acts;

static void
begin(void)
{
	model_free(model);
	model = model_new();
	CU_ASSERT_PTR_NOT_NULL_FATAL(model);
	CU_ASSERT_EQUAL_FATAL(fault_kind_find(FAULT_DISK_FULL)->confirm_ms,
	    CONFIRM_MS);
	now_ms = 1000;
}

static void
new_entry(struct entry *entry, enum entry_kind kind)
{
	snprintf(request, sizeof(request), "q%lld",
	    (long long)model_meta(model)->applied_index);
	begin_entry(entry, kind, request);
	entry->cluster_ms = now_ms;
	entry->wall_ms = 5000000 + now_ms;
}

static int
apply(const struct entry *entry)
{
	static struct made made;
	size_t i;
	int reply;

	make_entry(entry, &made);
	CU_ASSERT_EQUAL_FATAL(rules_apply(model,
	    model_meta(model)->applied_index + 1, 1, &made.entry, &changes),
	    0);
	acts = 0;
	for (i = 0; i < changes.count; i++)
		acts += changes.list[i].table == ROW_TABLE_AUDIT;
	reply = changes.result.reply;
	CU_ASSERT_EQUAL_FATAL(rules_commit(model, &changes), 0);
	return reply;
}

static int
see(int64_t class, const char *target, const char *text)
{
	struct entry entry;

	new_entry(&entry, ENTRY_FAULT_SEEN);
	as_system(&entry);
	entry_add_target(&entry, target);
	entry_add_number(&entry, ARGUMENT_CLASS, class);
	entry_add_text(&entry, ARGUMENT_NODE, "n1");
	entry_add_number(&entry, ARGUMENT_SEVERITY, 3);
	entry_add_number(&entry, ARGUMENT_CONFIDENCE_PPM, 900000);
	entry_add_text(&entry, ARGUMENT_TEXT, text);
	return apply(&entry);
}

static int
on_fault(enum entry_kind kind, int64_t id)
{
	struct entry entry;

	new_entry(&entry, kind);
	if (kind != ENTRY_FAULT_ACKNOWLEDGE)
		as_system(&entry);
	entry_add_number(&entry, ARGUMENT_ID, id);
	return apply(&entry);
}

static const struct row_fault *
only(void)
{
	CU_ASSERT_EQUAL_FATAL(model_count(model, ROW_TABLE_FAULT), 1);
	return model_at(model, ROW_TABLE_FAULT, 0);
}

static void
silence(int64_t for_ms)
{
	struct entry entry;

	new_entry(&entry, ENTRY_HOLD_PUT);
	entry_add_target(&entry, "n1");
	entry_add_text(&entry, ARGUMENT_REASON, "a known matter");
	entry_add_number(&entry, ARGUMENT_HOLD_KIND, HOLD_SILENCE);
	entry_add_number(&entry, ARGUMENT_UNTIL_MS, now_ms + for_ms);
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
}

static void
a_symptom_is_suspected_until_it_has_lasted(void)
{
	begin();
	CU_ASSERT_EQUAL(see(FAULT_DISK_FULL, "n1/state", "4 % left"),
	    REPLY_OK);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_SUSPECTED);
	CU_ASSERT_EQUAL(acts, 1);
	now_ms += CONFIRM_MS - 1;
	CU_ASSERT_EQUAL(see(FAULT_DISK_FULL, "n1/state", "3 % left"),
	    REPLY_OK);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_SUSPECTED);
	/* More evidence is no act. */
	CU_ASSERT_EQUAL(acts, 0);
	now_ms++;
	CU_ASSERT_EQUAL(see(FAULT_DISK_FULL, "n1/state", "2 % left"),
	    REPLY_OK);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_OPEN);
	CU_ASSERT_EQUAL(only()->first_ms, 1000);
	CU_ASSERT_EQUAL(only()->open_ms, now_ms);
	/* The same, seen once more: what was decided on it still holds. */
	CU_ASSERT_EQUAL(only()->revision, 1);
	CU_ASSERT_STRING_EQUAL(only()->text, "2 % left");
	CU_ASSERT_EQUAL(acts, 1);
}

static void
what_needs_no_dwell_is_open_at_once(void)
{
	begin();
	CU_ASSERT_EQUAL(fault_kind_find(FAULT_GPU_LOST)->confirm_ms, 0);
	CU_ASSERT_EQUAL(see(FAULT_GPU_LOST, "n1/gpu0", ""), REPLY_OK);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_OPEN);
	CU_ASSERT_EQUAL(only()->flaps, 0);
}

static void
of_one_thing_there_is_one_live_fault(void)
{
	begin();
	see(FAULT_DISK_FULL, "n1/state", "");
	see(FAULT_DISK_FULL, "n1/state", "");
	CU_ASSERT_EQUAL(model_count(model, ROW_TABLE_FAULT), 1);
	see(FAULT_DISK_FULL, "n1/models", "");
	see(FAULT_NODE_MEM, "n1", "");
	CU_ASSERT_EQUAL(model_count(model, ROW_TABLE_FAULT), 3);
}

static void
what_comes_back_soon_is_the_same_and_flaps(void)
{
	int64_t id;

	begin();
	see(FAULT_GPU_LOST, "n1/gpu0", "");
	id = only()->id;
	now_ms += 5000;
	CU_ASSERT_EQUAL(on_fault(ENTRY_FAULT_CLEAR, id), REPLY_OK);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_CLEARED);
	CU_ASSERT_EQUAL(only()->end_ms, now_ms);
	CU_ASSERT_EQUAL(only()->end_wall_ms, 5000000 + now_ms);
	now_ms += 5000;
	see(FAULT_GPU_LOST, "n1/gpu0", "");
	CU_ASSERT_EQUAL(only()->id, id);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_OPEN);
	CU_ASSERT_EQUAL(only()->flaps, 1);
	CU_ASSERT_EQUAL(only()->end_ms, 0);
	CU_ASSERT_EQUAL(only()->first_ms, 1000);
	/* What was never believed does not flap. */
	begin();
	see(FAULT_DISK_FULL, "n1/state", "");
	on_fault(ENTRY_FAULT_CLEAR, only()->id);
	now_ms += CONFIRM_MS;
	see(FAULT_DISK_FULL, "n1/state", "");
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_SUSPECTED);
	now_ms += CONFIRM_MS;
	see(FAULT_DISK_FULL, "n1/state", "");
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_OPEN);
	CU_ASSERT_EQUAL(only()->flaps, 0);
}

static void
it_is_closed_when_it_was_quiet(void)
{
	int64_t id;

	begin();
	see(FAULT_GPU_LOST, "n1/gpu0", "");
	id = only()->id;
	CU_ASSERT_EQUAL(on_fault(ENTRY_FAULT_CLOSE, id), REPLY_NOT_DUE);
	on_fault(ENTRY_FAULT_CLEAR, id);
	now_ms += FAULT_QUIET_MS - 1;
	CU_ASSERT_EQUAL(on_fault(ENTRY_FAULT_CLOSE, id), REPLY_NOT_DUE);
	CU_ASSERT_EQUAL(changes.result.have, FAULT_QUIET_MS - 1);
	now_ms++;
	CU_ASSERT_EQUAL(on_fault(ENTRY_FAULT_CLOSE, id), REPLY_OK);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_CLOSED);
	CU_ASSERT_EQUAL(on_fault(ENTRY_FAULT_CLEAR, id), REPLY_FAULT_STATE);
	/* Then it is another one. */
	see(FAULT_GPU_LOST, "n1/gpu0", "");
	CU_ASSERT_EQUAL(model_count(model, ROW_TABLE_FAULT), 2);
}

static void
a_hold_silences_it_until_its_end(void)
{
	begin();
	silence(20000);
	see(FAULT_GPU_LOST, "n1/gpu0", "");
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_SILENCED);
	now_ms += 20000;
	see(FAULT_GPU_LOST, "n1/gpu0", "");
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_OPEN);
	silence(20000);
	see(FAULT_GPU_LOST, "n1/gpu0", "");
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_SILENCED);
	CU_ASSERT_EQUAL(on_fault(ENTRY_FAULT_CLEAR, only()->id), REPLY_OK);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_CLEARED);
}

static void
an_operator_acknowledges_what_is_live(void)
{
	int64_t id;

	begin();
	CU_ASSERT_EQUAL(on_fault(ENTRY_FAULT_ACKNOWLEDGE, 1),
	    REPLY_NO_FAULT);
	see(FAULT_GPU_LOST, "n1/gpu0", "");
	id = only()->id;
	CU_ASSERT_EQUAL(on_fault(ENTRY_FAULT_ACKNOWLEDGE, id), REPLY_OK);
	CU_ASSERT_STRING_NOT_EQUAL(only()->acknowledged_by, "");
	CU_ASSERT_EQUAL(acts, 1);
	CU_ASSERT_EQUAL(on_fault(ENTRY_FAULT_ACKNOWLEDGE, id),
	    REPLY_UNCHANGED);
	on_fault(ENTRY_FAULT_CLEAR, id);
	now_ms += FAULT_QUIET_MS;
	on_fault(ENTRY_FAULT_CLOSE, id);
	CU_ASSERT_EQUAL(on_fault(ENTRY_FAULT_ACKNOWLEDGE, id),
	    REPLY_NO_FAULT);
}

static void
what_is_no_finding_is_refused(void)
{
	char text[300];

	begin();
	CU_ASSERT_EQUAL(see(0, "n1", ""), REPLY_BAD_FIELD);
	CU_ASSERT_EQUAL(see(FAULT_CLASSES + 1, "n1", ""), REPLY_BAD_FIELD);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	CU_ASSERT_EQUAL(see(FAULT_DISK_FULL, "n1", text), REPLY_BAD_FIELD);
	CU_ASSERT_EQUAL(model_count(model, ROW_TABLE_FAULT), 0);
}

/* Past the bound the oldest that are closed make room; no live one does. */
static void
there_is_a_bound(void)
{
	char target[32];
	int i;

	begin();
	for (i = 0; i < RULES_FAULTS_MAX; i++) {
		snprintf(target, sizeof(target), "n%d", i);
		CU_ASSERT_EQUAL(see(FAULT_GPU_LOST, target, ""), REPLY_OK);
	}
	CU_ASSERT_EQUAL(see(FAULT_GPU_LOST, "more", ""), REPLY_LIMIT);
	on_fault(ENTRY_FAULT_CLEAR, 1);
	now_ms += FAULT_QUIET_MS;
	on_fault(ENTRY_FAULT_CLOSE, 1);
	CU_ASSERT_EQUAL(see(FAULT_GPU_LOST, "more", ""), REPLY_OK);
	CU_ASSERT_PTR_NULL(model_fault(model, 1));
	CU_ASSERT_EQUAL(model_count(model, ROW_TABLE_FAULT),
	    RULES_FAULTS_MAX);
}

static void
every_edge_is_between_states(void)
{
	static const struct {
		enum fault_state	from;
		enum fault_state	to;
	} edges[] = {
#define FAULT_EDGE(FROM, EVENT, TO)					\
		{ FAULT_STATE_##FROM, FAULT_STATE_##TO },
#include <drover/tables/fault_edges.def>
#undef FAULT_EDGE
	};
	size_t i;

	for (i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
		CU_ASSERT_TRUE(fault_is_live(edges[i].from) ||
		    edges[i].from == FAULT_STATE_NONE);
		CU_ASSERT_STRING_NOT_EQUAL(fault_state_word(edges[i].to),
		    "none");
	}
	CU_ASSERT_EQUAL(fault_next(FAULT_STATE_CLOSED, FAULT_EVENT_SEEN),
	    FAULT_STATE_NONE);
}

static const struct suite_test tests[] = {
	{ "a symptom is suspected until it has lasted",
	    a_symptom_is_suspected_until_it_has_lasted },
	{ "what needs no dwell is open at once",
	    what_needs_no_dwell_is_open_at_once },
	{ "of one thing there is one live fault",
	    of_one_thing_there_is_one_live_fault },
	{ "what comes back soon is the same and flaps",
	    what_comes_back_soon_is_the_same_and_flaps },
	{ "it is closed when it was quiet", it_is_closed_when_it_was_quiet },
	{ "a hold silences it until its end",
	    a_hold_silences_it_until_its_end },
	{ "an operator acknowledges what is live",
	    an_operator_acknowledges_what_is_live },
	{ "what is no finding is refused", what_is_no_finding_is_refused },
	{ "there is a bound", there_is_a_bound },
	{ "every edge is between states", every_edge_is_between_states },
};

SUITE_MAIN("rules-fault", tests)
