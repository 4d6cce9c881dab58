/*
 * The faults of a node: what the detectors find of real samples, held
 * against a model by the real rules, entry by entry.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/faults.h"
#include "detect/predict.h"
#include "rules/fault.h"
#include "tests/unit/rules/generate.h"
#include "tests/unit/suite.h"

#define SECOND_MS	1000

static struct faults *faults;
static struct model *model;
static struct changes changes;
static struct sample sample;
static struct sample_device disk;
static struct backend_status backend;
static int64_t now_ms, cluster_ms;
static unsigned int entries, requests;

static void
begin(void)
{
	size_t i;

	faults = faults_new("n1");
	model = model_new();
	CU_ASSERT_TRUE_FATAL(faults != NULL && model != NULL);
	memset(&sample, 0, sizeof(sample));
	memset(&disk, 0, sizeof(disk));
	memset(&backend, 0, sizeof(backend));
	for (i = 0; i < NODE_METRICS; i++)
		sample.node[i] = NAN;
	for (i = 0; i < DEVICE_METRICS; i++)
		disk.value[i] = NAN;
	for (i = 0; i < BACKEND_METRICS; i++)
		backend.value[i] = NAN;
	strcpy(disk.name, "filesystem/state");
	disk.kind = DROVER_DEVICE_KIND_FILESYSTEM;
	disk.value[DEVICE_METRIC_used_share] = 40;
	sample.devices = &disk;
	sample.device_count = 1;
	strcpy(backend.name, "b");
	backend.state = DROVER_BACKEND_STATE_UP;
	now_ms = 100000;
	cluster_ms = 5000;
	entries = 0;
}

static void
end(void)
{
	faults_free(faults);
	model_free(model);
}

/* By the rules, as if it came from the log. */
static void
apply(struct entry *entry)
{
	static struct made made;
	char request[32];

	entries++;
	snprintf(request, sizeof(request), "f%u", ++requests);
	entry->request = request;
	entry->caller = (struct entry_caller){ .name = "drover/n1",
		.origin = "", .role = ROLE_SYSTEM, .via = VIA_SYSTEM };
	entry->cluster_ms = cluster_ms;
	entry->wall_ms = 1700000000000 + cluster_ms;
	entry->version = ENTRY_VERSION;
	make_entry(entry, &made);
	CU_ASSERT_EQUAL_FATAL(rules_apply(model,
	    model_meta(model)->applied_index + 1, 1, &made.entry, &changes),
	    0);
	CU_ASSERT_EQUAL(changes.result.reply, REPLY_OK);
	faults_told(faults, &changes.result);
	CU_ASSERT_EQUAL_FATAL(rules_commit(model, &changes), 0);
}

/* Seconds of samples as they are, with the entries that are due. */
static void
run(int seconds)
{
	struct faults_seen seen = { NULL, 0, &backend, 1 };
	struct entry entry;

	for (; seconds > 0; seconds--) {
		now_ms += SECOND_MS;
		cluster_ms += SECOND_MS;
		sample.boottime_ns = now_ms * 1000000;
		faults_sample(faults, &sample, &seen);
		if (faults_next(faults, model, cluster_ms, now_ms, &entry))
			apply(&entry);
	}
}

static const struct row_fault *
only(void)
{
	CU_ASSERT_EQUAL_FATAL(model_count(model, ROW_TABLE_FAULT), 1);
	return model_at(model, ROW_TABLE_FAULT, 0);
}

static void
what_is_well_makes_no_entry(void)
{
	begin();
	run(300);
	CU_ASSERT_EQUAL(entries, 0);
	CU_ASSERT_EQUAL(faults_standing(faults), 0);
	end();
}

static void
a_full_disk_becomes_a_fault_and_ends(void)
{
	begin();
	run(5);
	disk.value[DEVICE_METRIC_used_share] = 97;
	run(40);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_OPEN);
	CU_ASSERT_EQUAL(only()->class, FAULT_DISK_FULL);
	CU_ASSERT_STRING_EQUAL(only()->target, "n1");
	CU_ASSERT_STRING_EQUAL(only()->device, "filesystem/state");
	/* The detector has watched it for as long as its class wants. */
	CU_ASSERT_EQUAL(entries, 1);
	disk.value[DEVICE_METRIC_used_share] = 50;
	run(40);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_CLEARED);
	CU_ASSERT_EQUAL(entries, 2);
	run(FAULT_QUIET_MS / SECOND_MS);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_CLOSED);
	CU_ASSERT_EQUAL(entries, 3);
	end();
}

static void
evidence_is_dated_anew_and_no_more_often(void)
{
	begin();
	backend.state = DROVER_BACKEND_STATE_DOWN;
	run(60);
	CU_ASSERT_EQUAL(only()->class, FAULT_BACKEND_CRASH);
	CU_ASSERT_STRING_EQUAL(only()->target, "n1/b");
	entries = 0;
	run(600);
	CU_ASSERT_TRUE(entries >= 9 && entries <= 10);
	CU_ASSERT_TRUE(cluster_ms - only()->last_ms <= FAULTS_REFRESH_MS);
	end();
}

static void
a_start_leaves_alone_what_it_has_not_looked_at_yet(void)
{
	begin();
	backend.state = DROVER_BACKEND_STATE_DOWN;
	run(60);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_OPEN);
	/*
	 * Another process, which has found nothing yet.  The evidence is as
	 * young as it can be: cluster time stood still in between.
	 */
	run(FAULTS_REFRESH_MS / SECOND_MS);
	cluster_ms = only()->last_ms;
	faults_free(faults);
	faults = faults_new("n1");
	backend.state = DROVER_BACKEND_STATE_UP;
	entries = 0;
	run(FAULTS_GRACE_MS / SECOND_MS - 1);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_OPEN);
	run(3);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_CLEARED);
	CU_ASSERT_EQUAL(entries, 1);
	end();
}

static void
what_was_found_since_the_start_ends_within_the_grace(void)
{
	begin();
	backend.state = DROVER_BACKEND_STATE_DOWN;
	run(20);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_OPEN);
	backend.state = DROVER_BACKEND_STATE_UP;
	run(20);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_CLEARED);
	end();
}

static void
what_is_gone_takes_its_faults_with_it(void)
{
	begin();
	disk.value[DEVICE_METRIC_used_share] = 97;
	run(40);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_OPEN);
	sample.device_count = 0;
	run(3);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_CLEARED);
	CU_ASSERT_EQUAL(faults_standing(faults), 0);
	end();
}

static void
rows_that_come_slowly_find_faults_too(void)
{
	int i;

	begin();
	faults_pace(faults, 60000);
	backend.state = DROVER_BACKEND_STATE_DOWN;
	for (i = 0; i < 5; i++) {
		now_ms += 59000;
		cluster_ms += 59000;
		run(1);
	}
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_OPEN);
	end();
}

static void
faults_of_other_nodes_are_theirs(void)
{
	struct row_fault *other = calloc(1, sizeof(*other));

	begin();
	CU_ASSERT_PTR_NOT_NULL_FATAL(other);
	other->id = 1;
	other->class = FAULT_DISK_FULL;
	strcpy(other->target, "n2");
	strcpy(other->node, "n2");
	other->state = FAULT_STATE_OPEN;
	CU_ASSERT_EQUAL(model_put(model, ROW_TABLE_FAULT, other), 0);
	run(300);
	CU_ASSERT_EQUAL(entries, 0);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_OPEN);
	end();
}

static void
a_hold_silences_what_stands(void)
{
	struct row_hold *hold = calloc(1, sizeof(*hold));

	begin();
	CU_ASSERT_PTR_NOT_NULL_FATAL(hold);
	backend.state = DROVER_BACKEND_STATE_DOWN;
	run(20);
	hold->id = 99;
	hold->kind = HOLD_SILENCE;
	hold->until_ms = cluster_ms + 30000;
	strcpy(hold->scope, "n1");
	CU_ASSERT_EQUAL(model_put(model, ROW_TABLE_HOLD, hold), 0);
	run(2);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_SILENCED);
	run(30);
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_OPEN);
	CU_ASSERT_EQUAL(only()->flaps, 0);
	end();
}

/* Four that generate, of which the first takes so much longer. */
static void
run_beside_peers(int seconds, const char *first_model, double longer)
{
	struct backend_model loaded[4] = { 0 };
	struct backend_status four[4];
	struct faults_seen seen = { NULL, 0, four, 4 };
	struct entry entry;
	int i;

	for (i = 0; i < 4; i++) {
		loaded[i].state = DROVER_MODEL_STATE_LOADED;
		strcpy(loaded[i].name, i == 0 ? first_model : "llama3:8b");
		four[i] = backend;
		snprintf(four[i].name, sizeof(four[i].name), "b%d", i);
		four[i].models = &loaded[i];
		four[i].model_count = 1;
		four[i].value[BACKEND_METRIC_slots_busy] = 1;
		four[i].value[BACKEND_METRIC_tokens] =
		    50 / (i == 0 ? longer : 1 + 0.01 * i);
	}
	for (; seconds > 0; seconds--) {
		now_ms += SECOND_MS;
		cluster_ms += SECOND_MS;
		sample.boottime_ns = now_ms * 1000000;
		faults_sample(faults, &sample, &seen);
		if (faults_next(faults, model, cluster_ms, now_ms, &entry))
			apply(&entry);
	}
}

static void
one_is_slow_beside_others_of_its_model(void)
{
	begin();
	run_beside_peers(180, "llama3:8b", 4);
	CU_ASSERT_EQUAL(only()->class, FAULT_BACKEND_SLOW);
	CU_ASSERT_STRING_EQUAL(only()->target, "n1/b0");
	CU_ASSERT_EQUAL(only()->state, FAULT_STATE_OPEN);
	end();
	begin();
	run_beside_peers(180, "llama3:8b", 1);
	CU_ASSERT_EQUAL(entries, 0);
	end();
}

static void
another_model_may_be_slower(void)
{
	begin();
	run_beside_peers(180, "llama3:70b", 4);
	CU_ASSERT_EQUAL(entries, 0);
	end();
}

/* Half a percent a minute, from 60 on. */
static void
fill(int minutes)
{
	int i;

	for (i = 0; i < minutes * 60; i++) {
		disk.value[DEVICE_METRIC_used_share] += 0.5 / 60;
		run(1);
	}
}

static const struct row_prediction *
only_prediction(void)
{
	CU_ASSERT_EQUAL_FATAL(model_count(model, ROW_TABLE_PREDICTION), 1);
	return model_at(model, ROW_TABLE_PREDICTION, 0);
}

static void
a_disk_that_fills_is_foreseen_and_it_comes(void)
{
	begin();
	disk.value[DEVICE_METRIC_used_share] = 60;
	fill(30);
	CU_ASSERT_EQUAL(only_prediction()->outcome, OUTCOME_OPEN);
	CU_ASSERT_EQUAL(only_prediction()->class, FAULT_PREDICTED_DISK_FULL);
	CU_ASSERT_STRING_EQUAL(only_prediction()->device,
	    "filesystem/state");
	fill(45);
	CU_ASSERT_EQUAL(only_prediction()->outcome, OUTCOME_HIT);
	CU_ASSERT_EQUAL(model_accuracy(model,
	    FAULT_PREDICTED_DISK_FULL)->hits, 1);
	end();
}

static void
a_disk_that_fills_no_more_is_a_miss(void)
{
	begin();
	disk.value[DEVICE_METRIC_used_share] = 60;
	fill(30);
	CU_ASSERT_EQUAL(only_prediction()->outcome, OUTCOME_OPEN);
	run(7200 + 120);
	CU_ASSERT_EQUAL(only_prediction()->outcome, OUTCOME_MISS);
	end();
}

static void
a_prediction_outlives_a_start(void)
{
	begin();
	disk.value[DEVICE_METRIC_used_share] = 60;
	fill(30);
	faults_free(faults);
	faults = faults_new("n1");
	CU_ASSERT_PTR_NOT_NULL_FATAL(faults);
	fill(45);
	CU_ASSERT_EQUAL(only_prediction()->outcome, OUTCOME_HIT);
	end();
}

static void
a_limit_that_was_reached_before_a_start_is_no_surprise(void)
{
	begin();
	disk.value[DEVICE_METRIC_used_share] = 97;
	run(300);
	CU_ASSERT_PTR_NULL(model_accuracy(model, FAULT_PREDICTED_DISK_FULL));
	disk.value[DEVICE_METRIC_used_share] = 40;
	run(1200);
	disk.value[DEVICE_METRIC_used_share] = 97;
	run(300);
	CU_ASSERT_EQUAL(model_accuracy(model,
	    FAULT_PREDICTED_DISK_FULL)->unforeseen, 1);
	end();
}

static const struct suite_test tests[] = {
	{ "what is well makes no entry", what_is_well_makes_no_entry },
	{ "a full disk becomes a fault and ends",
	    a_full_disk_becomes_a_fault_and_ends },
	{ "evidence is dated anew and no more often",
	    evidence_is_dated_anew_and_no_more_often },
	{ "a start leaves alone what it has not looked at yet",
	    a_start_leaves_alone_what_it_has_not_looked_at_yet },
	{ "what was found since the start ends within the grace",
	    what_was_found_since_the_start_ends_within_the_grace },
	{ "what is gone takes its faults with it",
	    what_is_gone_takes_its_faults_with_it },
	{ "rows that come slowly find faults too",
	    rows_that_come_slowly_find_faults_too },
	{ "faults of other nodes are theirs",
	    faults_of_other_nodes_are_theirs },
	{ "a hold silences what stands", a_hold_silences_what_stands },
	{ "one is slow beside others of its model",
	    one_is_slow_beside_others_of_its_model },
	{ "another model may be slower", another_model_may_be_slower },
	{ "a disk that fills is foreseen and it comes",
	    a_disk_that_fills_is_foreseen_and_it_comes },
	{ "a disk that fills no more is a miss",
	    a_disk_that_fills_no_more_is_a_miss },
	{ "a prediction outlives a start", a_prediction_outlives_a_start },
	{ "a limit that was reached before a start is no surprise",
	    a_limit_that_was_reached_before_a_start_is_no_surprise },
};

SUITE_MAIN("core-faults", tests)
