/* A prediction is settled once, and counted as what it was. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/predict.h"
#include "tests/unit/rules/generate.h"
#include "tests/unit/suite.h"

#define HORIZON_MS	3600000
#define CLASS		FAULT_PREDICTED_DISK_FULL

static struct model *model;
static struct changes changes;
static int64_t now_ms, wall_ms;
static char request[32];
static size_t acts;

static void
begin(void)
{
	model_free(model);
	model = model_new();
	CU_ASSERT_PTR_NOT_NULL_FATAL(model);
	now_ms = 1000;
	wall_ms = 5000000;
}

static void
pass(int64_t ms)
{
	now_ms += ms;
	wall_ms += ms;
}

static void
new_entry(struct entry *entry, enum entry_kind kind)
{
	snprintf(request, sizeof(request), "q%lld",
	    (long long)model_meta(model)->applied_index);
	begin_entry(entry, kind, request);
	entry->cluster_ms = now_ms;
	entry->wall_ms = wall_ms;
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
claim(int64_t class, int64_t probability_ppm, int64_t horizon_ms)
{
	struct entry entry;

	new_entry(&entry, ENTRY_PREDICTION_MADE);
	as_system(&entry);
	entry_add_target(&entry, "n1");
	entry_add_number(&entry, ARGUMENT_CLASS, class);
	entry_add_text(&entry, ARGUMENT_DEVICE, "filesystem/state");
	entry_add_text(&entry, ARGUMENT_NODE, "n1");
	entry_add_number(&entry, ARGUMENT_PROBABILITY_PPM, probability_ppm);
	entry_add_number(&entry, ARGUMENT_HORIZON_MS, horizon_ms);
	entry_add_text(&entry, ARGUMENT_TEXT, "full in 40 min");
	return apply(&entry);
}

static int
reach(int64_t age_ms)
{
	struct entry entry;

	new_entry(&entry, ENTRY_PREDICTION_REACHED);
	as_system(&entry);
	entry_add_target(&entry, "n1");
	entry_add_number(&entry, ARGUMENT_CLASS, CLASS);
	entry_add_text(&entry, ARGUMENT_DEVICE, "filesystem/state");
	entry_add_number(&entry, ARGUMENT_AGE_MS, age_ms);
	return apply(&entry);
}

static int
due(int64_t id, int64_t looked)
{
	struct entry entry;

	new_entry(&entry, ENTRY_PREDICTION_DUE);
	as_system(&entry);
	entry_add_number(&entry, ARGUMENT_ID, id);
	entry_add_number(&entry, ARGUMENT_LOOKED, looked);
	return apply(&entry);
}

/* The fault that stands beside it, and somebody who has seen it. */
static void
acknowledge(void)
{
	struct entry entry;
	const struct row_fault *fault;

	new_entry(&entry, ENTRY_FAULT_SEEN);
	as_system(&entry);
	entry_add_target(&entry, "n1");
	entry_add_number(&entry, ARGUMENT_CLASS, CLASS);
	entry_add_text(&entry, ARGUMENT_DEVICE, "filesystem/state");
	entry_add_text(&entry, ARGUMENT_NODE, "n1");
	entry_add_number(&entry, ARGUMENT_SEVERITY, 2);
	entry_add_number(&entry, ARGUMENT_CONFIDENCE_PPM, 900000);
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
	fault = model_fault_of(model, CLASS, "n1", "filesystem/state");
	CU_ASSERT_PTR_NOT_NULL_FATAL(fault);
	new_entry(&entry, ENTRY_FAULT_ACKNOWLEDGE);
	entry_add_number(&entry, ARGUMENT_ID, fault->id);
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
}

static const struct row_prediction *
last(void)
{
	size_t count = model_count(model, ROW_TABLE_PREDICTION);

	CU_ASSERT_NOT_EQUAL_FATAL(count, 0);
	return model_at(model, ROW_TABLE_PREDICTION, count - 1);
}

static const struct row_accuracy *
accuracy(void)
{
	const struct row_accuracy *row = model_accuracy(model, CLASS);

	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	return row;
}

static void
the_first_claim_is_the_one_that_counts(void)
{
	begin();
	CU_ASSERT_EQUAL(claim(CLASS, 700000, HORIZON_MS), REPLY_OK);
	CU_ASSERT_EQUAL(acts, 1);
	pass(60000);
	CU_ASSERT_EQUAL(claim(CLASS, 950000, HORIZON_MS), REPLY_OK);
	CU_ASSERT_EQUAL(acts, 0);
	CU_ASSERT_EQUAL(model_count(model, ROW_TABLE_PREDICTION), 1);
	CU_ASSERT_EQUAL(last()->probability_ppm, 700000);
	CU_ASSERT_EQUAL(last()->latest_ppm, 950000);
	CU_ASSERT_EQUAL(last()->made_ms, 1000);
	CU_ASSERT_EQUAL(claim(CLASS, 950000, HORIZON_MS), REPLY_UNCHANGED);
}

static void
what_comes_within_the_horizon_is_a_hit(void)
{
	begin();
	claim(CLASS, 800000, HORIZON_MS);
	pass(HORIZON_MS + 20000);
	CU_ASSERT_EQUAL(reach(20000), REPLY_OK);
	CU_ASSERT_EQUAL(last()->outcome, OUTCOME_HIT);
	CU_ASSERT_EQUAL(last()->settled_ms, now_ms);
	CU_ASSERT_EQUAL(accuracy()->hits, 1);
	CU_ASSERT_EQUAL(accuracy()->lead_ms, HORIZON_MS);
	/* (1 - 0.8)^2 */
	CU_ASSERT_EQUAL(accuracy()->brier_milli_ppm, 40000000);
	CU_ASSERT_EQUAL(due(last()->id, 1), REPLY_SETTLED);
}

static void
what_does_not_come_is_a_miss(void)
{
	begin();
	claim(CLASS, 800000, HORIZON_MS);
	pass(HORIZON_MS);
	CU_ASSERT_EQUAL(due(last()->id, 1), REPLY_NOT_DUE);
	pass(1);
	CU_ASSERT_EQUAL(due(last()->id, 1), REPLY_OK);
	CU_ASSERT_EQUAL(last()->outcome, OUTCOME_MISS);
	CU_ASSERT_EQUAL(accuracy()->misses, 1);
	CU_ASSERT_EQUAL(due(last()->id + 1000, 1), REPLY_NO_PREDICTION);
}

static void
what_comes_too_late_is_a_miss(void)
{
	begin();
	claim(CLASS, 800000, HORIZON_MS);
	pass(HORIZON_MS + 20000);
	reach(10000);
	CU_ASSERT_EQUAL(last()->outcome, OUTCOME_MISS);
}

static void
what_was_there_before_is_void(void)
{
	begin();
	pass(60000);
	claim(CLASS, 800000, HORIZON_MS);
	reach(1);
	CU_ASSERT_EQUAL(last()->outcome, OUTCOME_VOID);
	CU_ASSERT_EQUAL(accuracy()->voids, 1);
}

static void
what_somebody_acted_on_is_averted(void)
{
	begin();
	claim(CLASS, 800000, HORIZON_MS);
	pass(1000);
	acknowledge();
	pass(HORIZON_MS);
	CU_ASSERT_EQUAL(due(last()->id, 1), REPLY_OK);
	CU_ASSERT_EQUAL(last()->outcome, OUTCOME_AVERTED);
	CU_ASSERT_EQUAL(accuracy()->averted, 1);
	CU_ASSERT_EQUAL(accuracy()->misses_milli, 0);
}

static void
an_act_before_it_was_made_averts_nothing(void)
{
	begin();
	acknowledge();
	pass(1000);
	claim(CLASS, 800000, HORIZON_MS);
	pass(HORIZON_MS + 1);
	due(last()->id, 1);
	CU_ASSERT_EQUAL(last()->outcome, OUTCOME_MISS);
}

static void
what_nobody_looked_at_is_void(void)
{
	begin();
	claim(CLASS, 800000, HORIZON_MS);
	pass(HORIZON_MS + 1);
	due(last()->id, 0);
	CU_ASSERT_EQUAL(last()->outcome, OUTCOME_VOID);
	/* Nobody led for a while: the clock on the wall went on. */
	claim(CLASS, 800000, HORIZON_MS);
	pass(HORIZON_MS + 1);
	wall_ms += PREDICTION_GAP_MS + 1;
	due(last()->id, 1);
	CU_ASSERT_EQUAL(last()->outcome, OUTCOME_VOID);
	CU_ASSERT_EQUAL(accuracy()->voids, 2);
}

static void
what_nobody_foresaw_counts_against_it(void)
{
	struct accuracy counted;

	begin();
	CU_ASSERT_EQUAL(reach(0), REPLY_OK);
	CU_ASSERT_EQUAL(model_count(model, ROW_TABLE_PREDICTION), 0);
	CU_ASSERT_EQUAL(accuracy()->unforeseen, 1);
	claim(CLASS, 800000, HORIZON_MS);
	pass(1000);
	reach(0);
	memset(&counted, 0, sizeof(counted));
	counted.hits_milli = accuracy()->hits_milli;
	counted.unforeseen_milli = accuracy()->unforeseen_milli;
	/* 1 / (1 + 0.98) */
	CU_ASSERT_EQUAL(accuracy_recall_ppm(&counted), 505050);
}

static void
what_is_no_claim_is_refused(void)
{
	begin();
	CU_ASSERT_EQUAL(claim(FAULT_DISK_FULL, 800000, HORIZON_MS),
	    REPLY_BAD_FIELD);
	CU_ASSERT_EQUAL(claim(CLASS, PREDICTION_LEAST_PPM - 1, HORIZON_MS),
	    REPLY_BAD_FIELD);
	CU_ASSERT_EQUAL(claim(CLASS, 800000, 0), REPLY_BAD_TIME);
	CU_ASSERT_EQUAL(model_count(model, ROW_TABLE_PREDICTION), 0);
}

static void
the_oldest_that_are_settled_make_room(void)
{
	int i;

	begin();
	for (i = 0; i < RULES_PREDICTIONS_MAX + 40; i++) {
		CU_ASSERT_EQUAL_FATAL(claim(CLASS, 800000, HORIZON_MS),
		    REPLY_OK);
		pass(1000);
		reach(0);
	}
	CU_ASSERT_TRUE(model_count(model, ROW_TABLE_PREDICTION) <=
	    RULES_PREDICTIONS_MAX);
	CU_ASSERT_EQUAL(accuracy()->hits, RULES_PREDICTIONS_MAX + 40);
	CU_ASSERT_TRUE(accuracy()->hits_milli <= 50000);
}

static const struct suite_test tests[] = {
	{ "the first claim is the one that counts",
	    the_first_claim_is_the_one_that_counts },
	{ "what comes within the horizon is a hit",
	    what_comes_within_the_horizon_is_a_hit },
	{ "what does not come is a miss", what_does_not_come_is_a_miss },
	{ "what comes too late is a miss", what_comes_too_late_is_a_miss },
	{ "what was there before is void", what_was_there_before_is_void },
	{ "what somebody acted on is averted",
	    what_somebody_acted_on_is_averted },
	{ "an act before it was made averts nothing",
	    an_act_before_it_was_made_averts_nothing },
	{ "what nobody looked at is void", what_nobody_looked_at_is_void },
	{ "what nobody foresaw counts against it",
	    what_nobody_foresaw_counts_against_it },
	{ "what is no claim is refused", what_is_no_claim_is_refused },
	{ "the oldest that are settled make room",
	    the_oldest_that_are_settled_make_room },
};

SUITE_MAIN("rules-prediction", tests)
