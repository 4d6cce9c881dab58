/* The past is shown as it was, and nothing in it can be acted on. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/ui/past.h"
#include "store/flight_log.h"
#include "tests/unit/scratch.h"
#include "tests/unit/store/moments.h"
#include "tests/unit/suite.h"
#include "tests/unit/ui/stage.h"

#define SECOND_NS	INT64_C(1000000000)
#define STEPS		700

static char directory[SCRATCH_BYTES], complaint[256];
static struct source source;

static void
record(void)
{
	struct flight_limits limits = { .bytes = 0 };
	struct flight_damage damage;
	struct flight_log *log;
	struct moments moments;
	char path[SCRATCH_BYTES + 8];

	scratch_make(directory, "past");
	snprintf(path, sizeof(path), "%s/flight", directory);
	CU_ASSERT_EQUAL_FATAL(flight_log_open(&log, path, &limits, &damage),
	    0);
	moments_begin(&moments, 5, 6, SECOND_NS);
	while (moments.step < STEPS)
		CU_ASSERT_EQUAL(moments_append(&moments, log), 0);
	flight_log_close(log);
	moments_end(&moments);
	memset(&source, 0, sizeof(source));
	snprintf(source.path, sizeof(source.path), "%s/core.seg", directory);
}

static void
compare_nodes(const struct model *model, const struct moments *moments)
{
	const struct flight_table *table =
	    &moments->now.tables[DROVER_TABLE_NODE];
	const struct drover_node_row *shown;
	uint32_t slot;

	CU_ASSERT_EQUAL(model->table[DROVER_TABLE_NODE].slots, table->used);
	for (slot = 0; slot < table->used; slot++) {
		shown = model_row(model, DROVER_TABLE_NODE, slot);
		CU_ASSERT_EQUAL(shown != NULL, flight_generation(flight_row(
		    table, slot)) != 0);
		if (shown != NULL)
			CU_ASSERT_EQUAL(memcmp(shown, flight_row(table,
			    slot), sizeof(*shown)), 0);
	}
}

static void
a_moment_is_shown_row_for_row(void)
{
	struct past past = { .reader = NULL };
	struct moments moments;
	int i;

	record();
	moments_begin(&moments, 5, 6, SECOND_NS);
	for (i = 0; i < 400; i++)
		free(moments_next(&moments));
	CU_ASSERT_EQUAL_FATAL(past_go(&past, &source,
	    moments.now.moment.wall_ns, complaint, sizeof(complaint)), 0);
	compare_nodes(&past.model, &moments);
	CU_ASSERT_EQUAL(past.model.liveness, DROVER_WRITER_IMAGE);
	CU_ASSERT_EQUAL(past.model.now_ns, moments.now.moment.wall_ns);
	CU_ASSERT_PTR_NOT_NULL(trend_of(&past.model.trends,
	    model_node_hash("n00")));
	/* Back and forth. */
	CU_ASSERT_EQUAL(past_go(&past, &source, MOMENTS_START_NS +
	    650 * SECOND_NS, complaint, sizeof(complaint)), 0);
	CU_ASSERT_EQUAL(past_go(&past, &source,
	    moments.now.moment.wall_ns, complaint, sizeof(complaint)), 0);
	compare_nodes(&past.model, &moments);
	past_release(&past);
	moments_end(&moments);
	scratch_remove(directory);
}

static void
what_is_not_recorded_is_said_and_changes_nothing(void)
{
	struct past past = { .reader = NULL };

	record();
	CU_ASSERT_EQUAL(past_go(&past, &source, MOMENTS_START_NS +
	    100 * SECOND_NS, complaint, sizeof(complaint)), 0);
	CU_ASSERT_EQUAL(past_go(&past, &source, MOMENTS_START_NS,
	    complaint, sizeof(complaint)), -ENOENT);
	CU_ASSERT_STRING_EQUAL(complaint,
	    "the flight log begins with 09-21 14:14:01Z");
	CU_ASSERT_EQUAL(past.model.now_ns, MOMENTS_START_NS +
	    100 * SECOND_NS);
	past_release(&past);
	scratch_remove(directory);
	CU_ASSERT_EQUAL(past_go(&past, &source, MOMENTS_START_NS,
	    complaint, sizeof(complaint)), -ENOENT);
	CU_ASSERT_PTR_NOT_NULL(strstr(complaint, "no flight log"));
	past_release(&past);
}

static void
keys_ask_for_moments(void)
{
	struct stage stage;

	stage_open(&stage, 80, 24, GLYPH_MODE_ASCII);
	stage_type(&stage, "[");
	CU_ASSERT_TRUE((stage.ui.want & WANT_PAST) != 0);
	CU_ASSERT_EQUAL(stage.ui.want_ns, stage.model.now_ns -
	    10 * SECOND_NS);
	stage.ui.past = true;
	stage.ui.past_ns = stage.ui.want_ns;
	stage_type(&stage, "+]");
	CU_ASSERT_EQUAL(stage.ui.want_ns, stage.ui.past_ns +
	    60 * SECOND_NS);
	stage_type(&stage, "---[");
	CU_ASSERT_EQUAL(stage.ui.want_ns, stage.ui.past_ns - SECOND_NS);
	stage.ui.want = 0;
	stage_type(&stage, "b1h\r");
	CU_ASSERT_TRUE((stage.ui.want & WANT_PAST) != 0);
	CU_ASSERT_EQUAL(stage.ui.want_ns, stage.model.now_ns -
	    3600 * SECOND_NS);
	stage.ui.want = 0;
	stage_type(&stage, "bsoon\r");
	CU_ASSERT_EQUAL(stage.ui.want, 0);
	CU_ASSERT_TRUE(stage.ui.message_bad);
	stage_type(&stage, "p");
	CU_ASSERT_TRUE(stage.ui.playing);
	CU_ASSERT_FALSE(stage.ui.frozen);
	stage_type(&stage, ".");
	CU_ASSERT_TRUE((stage.ui.want & WANT_NOW) != 0);
	stage_close(&stage);
}

static void
changes_are_those_of_faults_and_plans(void)
{
	struct stage stage;
	int64_t now_ns, before_ns;

	stage_open(&stage, 80, 24, GLYPH_MODE_ASCII);
	now_ns = stage.model.now_ns;
	before_ns = past_change(&stage.model, NULL, now_ns, true);
	CU_ASSERT_TRUE(before_ns > 0 && before_ns < now_ns);
	CU_ASSERT_EQUAL(past_change(&stage.model, NULL, before_ns - 1,
	    false), before_ns);
	CU_ASSERT_TRUE(past_change(&stage.model, NULL, before_ns, true) <
	    before_ns);
	CU_ASSERT_EQUAL(past_change(&stage.model, NULL, 1, true), 0);
	stage_close(&stage);
}

static const struct suite_test tests[] = {
	{ "a moment is shown row for row", a_moment_is_shown_row_for_row },
	{ "what is not recorded is said, and changes nothing",
	    what_is_not_recorded_is_said_and_changes_nothing },
	{ "keys ask for moments", keys_ask_for_moments },
	{ "changes are those of faults and plans",
	    changes_are_those_of_faults_and_plans },
};

SUITE_MAIN("ui-past", tests)
