/*
 * Conditions with dwell and hysteresis, and the events of changes, in
 * virtual time.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/conditions.h"
#include "tests/unit/suite.h"

#define SECOND	INT64_C(1000000000)
#define MIB	(1024.0 * 1024.0)

static struct {
	enum event_id	id;
	char		object[48];
	char		text[128];
	int		count;
} last;

static void
remember(void *context, enum event_id id, const char *object,
    const char *text)
{
	(void)context;
	last.id = id;
	snprintf(last.object, sizeof(last.object), "%s", object);
	snprintf(last.text, sizeof(last.text), "%s", text);
	last.count++;
}

static const struct event_sink sink = { remember, NULL };

static struct sample
quiet_sample(int64_t second)
{
	struct sample sample;
	size_t i;

	memset(&sample, 0, sizeof(sample));
	for (i = 0; i < NODE_METRICS; i++)
		sample.node[i] = NAN;
	sample.boottime_ns = second * SECOND;
	sample.wall_ns = (1700000000 + second) * SECOND;
	return sample;
}

/* A sample each second from one to before another, filled in by fill. */
static void
feed(struct machine_conditions *conditions, int64_t from, int64_t to,
    void (*fill)(struct sample *sample, int64_t second))
{
	struct sample sample;
	int64_t second;

	for (second = from; second < to; second++) {
		sample = quiet_sample(second);
		if (fill != NULL)
			fill(&sample, second);
		machine_conditions_update(conditions, &sample, &sink);
	}
}

static void
begins_only_after_the_dwell(void)
{
	struct condition condition = { 0 };

	CU_ASSERT_EQUAL(condition_update(&condition, true, false, 0), 0);
	CU_ASSERT_EQUAL(condition_update(&condition, true, false,
	    9 * SECOND), 0);
	CU_ASSERT_EQUAL(condition_update(&condition, true, false,
	    10 * SECOND), 1);
	CU_ASSERT_TRUE(condition.active);
	CU_ASSERT_EQUAL(condition_update(&condition, true, false,
	    30 * SECOND), 0);
}

static void
a_gap_in_the_cause_starts_the_dwell_anew(void)
{
	struct condition condition = { 0 };

	condition_update(&condition, true, false, 0);
	condition_update(&condition, false, false, 5 * SECOND);
	condition_update(&condition, true, false, 6 * SECOND);
	CU_ASSERT_EQUAL(condition_update(&condition, true, false,
	    15 * SECOND), 0);
	CU_ASSERT_EQUAL(condition_update(&condition, true, false,
	    16 * SECOND), 1);
}

static void
stays_between_the_thresholds_and_ends_below(void)
{
	struct condition condition = { .active = true };

	CU_ASSERT_EQUAL(condition_update(&condition, false, false, 0), 0);
	CU_ASSERT_EQUAL(condition_update(&condition, false, false,
	    60 * SECOND), 0);
	condition_update(&condition, false, true, 61 * SECOND);
	CU_ASSERT_EQUAL(condition_update(&condition, false, true,
	    71 * SECOND), -1);
	CU_ASSERT_FALSE(condition.active);
}

static void
fill_little_space(struct sample *sample, int64_t second)
{
	(void)second;
	sample->node[NODE_METRIC_store_free] = 300 * MIB;
	sample->node[NODE_METRIC_store_free_share] = 12;
}

static void
a_disk_that_fills_is_told_once_and_raises_severity(void)
{
	struct machine_conditions conditions = { 0 };

	last.count = 0;
	feed(&conditions, 0, 60, fill_little_space);
	CU_ASSERT_EQUAL(last.count, 1);
	CU_ASSERT_EQUAL(last.id, EVENT_DISK_FULL);
	CU_ASSERT_STRING_EQUAL(last.object, "filesystem/models");
	CU_ASSERT_EQUAL(machine_conditions_severity(&conditions),
	    DROVER_SEVERITY_MAJOR);
}

static void
fill_small_space(struct sample *sample, int64_t second)
{
	sample->node[NODE_METRIC_state_free] = 20 * MIB;
	sample->node[NODE_METRIC_state_free_share] = second < 30 ? 100 : 4;
}

static void
a_small_file_system_is_full_by_its_share_alone(void)
{
	struct machine_conditions conditions = { 0 };

	last.count = 0;
	feed(&conditions, 0, 30, fill_small_space);
	CU_ASSERT_EQUAL(last.count, 0);
	feed(&conditions, 30, 60, fill_small_space);
	CU_ASSERT_EQUAL(last.count, 1);
	CU_ASSERT_STRING_EQUAL(last.object, "filesystem/state");
}

static void
fill_few_inodes(struct sample *sample, int64_t second)
{
	sample->node[NODE_METRIC_store_free] = 90000 * MIB;
	sample->node[NODE_METRIC_store_free_share] = 80;
	sample->node[NODE_METRIC_store_inodes_free] = second < 30 ? 1 : 50;
}

static void
a_disk_without_inodes_is_full_and_relieved(void)
{
	struct machine_conditions conditions = { 0 };

	last.count = 0;
	feed(&conditions, 0, 30, fill_few_inodes);
	CU_ASSERT_EQUAL(last.id, EVENT_DISK_FULL);
	feed(&conditions, 30, 60, fill_few_inodes);
	CU_ASSERT_EQUAL(last.count, 2);
	CU_ASSERT_EQUAL(last.id, EVENT_DISK_RELIEVED);
}

static void
fill_bursts(struct sample *sample, int64_t second)
{
	sample->node[NODE_METRIC_psi_memory_some] = second % 3 == 0 ? 2 : 45;
}

static void
thrashing_that_comes_in_bursts_is_told(void)
{
	struct machine_conditions conditions = { 0 };

	last.count = 0;
	feed(&conditions, 0, 120, fill_bursts);
	CU_ASSERT_EQUAL(last.count, 1);
	CU_ASSERT_EQUAL(last.id, EVENT_MEMORY_PRESSURE);
	CU_ASSERT_EQUAL(machine_conditions_severity(&conditions),
	    DROVER_SEVERITY_MINOR);
}

static void
fill_short_stall(struct sample *sample, int64_t second)
{
	sample->node[NODE_METRIC_psi_memory_some] =
	    second >= 30 && second < 33 ? 100 : 0;
}

static void
a_short_stall_is_not_memory_pressure(void)
{
	struct machine_conditions conditions = { 0 };

	last.count = 0;
	feed(&conditions, 0, 120, fill_short_stall);
	CU_ASSERT_EQUAL(last.count, 0);
}

static void
unknown_values_begin_and_end_nothing(void)
{
	struct machine_conditions conditions = { 0 };

	conditions.memory_pressure.active = true;
	last.count = 0;
	feed(&conditions, 0, 60, NULL);
	CU_ASSERT_EQUAL(last.count, 0);
	CU_ASSERT_TRUE(conditions.memory_pressure.active);
	CU_ASSERT_FALSE(conditions.state_full.active);
}

static void
an_oom_kill_is_told_but_not_those_before_the_start(void)
{
	struct machine_conditions conditions = { 0 };
	struct sample sample;

	last.count = 0;
	sample = quiet_sample(0);
	sample.node[NODE_METRIC_oom_kills] = 7;
	machine_conditions_update(&conditions, &sample, &sink);
	CU_ASSERT_EQUAL(last.count, 0);
	sample = quiet_sample(1);
	sample.node[NODE_METRIC_oom_kills] = 9;
	machine_conditions_update(&conditions, &sample, &sink);
	CU_ASSERT_EQUAL(last.count, 1);
	CU_ASSERT_EQUAL(last.id, EVENT_OOM_KILL);
	CU_ASSERT_PTR_NOT_NULL(strstr(last.text, "2 task"));
}

static void
fill_jump(struct sample *sample, int64_t second)
{
	if (second >= 5)
		sample->wall_ns -= 3600 * SECOND;
}

static void
a_clock_that_jumps_an_hour_is_told_once(void)
{
	struct machine_conditions conditions = { 0 };

	last.count = 0;
	feed(&conditions, 0, 10, fill_jump);
	CU_ASSERT_EQUAL(last.count, 1);
	CU_ASSERT_EQUAL(last.id, EVENT_CLOCK_JUMP);
	CU_ASSERT_PTR_NOT_NULL(strstr(last.text, "-3600.0 s"));
}

static void
a_link_that_goes_down_is_told(void)
{
	struct sample_device before = { .kind = DROVER_DEVICE_KIND_NIC,
	    .name = "nic/eth0" };
	struct sample_device after = before;

	before.value[DEVICE_METRIC_carrier] = 1;
	after.value[DEVICE_METRIC_carrier] = 0;
	last.count = 0;
	device_changes(&before, &after, &sink);
	CU_ASSERT_EQUAL(last.count, 1);
	CU_ASSERT_EQUAL(last.id, EVENT_NIC_DOWN);
	device_changes(&after, &after, &sink);
	CU_ASSERT_EQUAL(last.count, 1);
	device_changes(&after, &before, &sink);
	CU_ASSERT_EQUAL(last.id, EVENT_NIC_UP);
}

static void
a_backend_that_falls_silent_is_told_with_its_reason(void)
{
	struct backend_status status = { .name = "a", .url = "http://x:1",
	    .message = "no answer within 3 s",
	    .state = DROVER_BACKEND_STATE_SILENT };

	last.count = 0;
	backend_changes(DROVER_BACKEND_STATE_UP, &status, &sink);
	CU_ASSERT_EQUAL(last.id, EVENT_BACKEND_SILENT);
	CU_ASSERT_STRING_EQUAL(last.text, "no answer within 3 s");
	backend_changes(DROVER_BACKEND_STATE_SILENT, &status, &sink);
	CU_ASSERT_EQUAL(last.count, 1);
	CU_ASSERT_EQUAL(backend_severity(status.state),
	    DROVER_SEVERITY_MAJOR);
}

static const struct suite_test tests[] = {
	{ "begins only after the dwell", begins_only_after_the_dwell },
	{ "a gap in the cause starts the dwell anew",
	    a_gap_in_the_cause_starts_the_dwell_anew },
	{ "stays between the thresholds and ends below",
	    stays_between_the_thresholds_and_ends_below },
	{ "a disk that fills is told once and raises severity",
	    a_disk_that_fills_is_told_once_and_raises_severity },
	{ "a small file system is full by its share alone",
	    a_small_file_system_is_full_by_its_share_alone },
	{ "a disk without inodes is full and relieved",
	    a_disk_without_inodes_is_full_and_relieved },
	{ "thrashing that comes in bursts is told",
	    thrashing_that_comes_in_bursts_is_told },
	{ "a short stall is not memory pressure",
	    a_short_stall_is_not_memory_pressure },
	{ "unknown values begin and end nothing",
	    unknown_values_begin_and_end_nothing },
	{ "an oom kill is told but not those before the start",
	    an_oom_kill_is_told_but_not_those_before_the_start },
	{ "a clock that jumps an hour is told once",
	    a_clock_that_jumps_an_hour_is_told_once },
	{ "a link that goes down is told", a_link_that_goes_down_is_told },
	{ "a backend that falls silent is told with its reason",
	    a_backend_that_falls_silent_is_told_with_its_reason },
};

SUITE_MAIN("conditions", tests)
