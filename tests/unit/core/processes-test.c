/*
 * The processes of this droverd as rows: parsing, costs, changes.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/processes.h"
#include "tests/unit/suite.h"

static void
a_name_with_parentheses_and_blanks_does_not_mislead(void)
{
	int64_t pages, ticks;

	CU_ASSERT_EQUAL(process_stat_parse("17 (a ) b (c) S 1 2 3 4 5 6 7 8 "
	    "9 10 40 2 13 14 15 16 17 18 19 20 99 21\n", &ticks, &pages), 0);
	CU_ASSERT_EQUAL(ticks, 42);
	CU_ASSERT_EQUAL(pages, 99);
}

static void
text_that_is_not_a_stat_is_refused(void)
{
	static const char *const texts[] = { "", "1", "1 (x)", "1 (x) ",
	    "1 (x) S 1 2 3", "1 (x) S 1 2 3 4 5 6 7 8 9 10 x 2 3 4 5 6 7 8",
	    ")))))" };
	int64_t pages, ticks;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		CU_ASSERT_EQUAL(process_stat_parse(texts[i], &ticks, &pages),
		    -EINVAL);
}

static void
the_cost_of_a_real_process_is_measured(void)
{
	struct processes processes = { 0 };
	struct child_status before, status = { .name = "core",
	    .state = DROVER_PROCESS_STATE_UP };

	status.pid = (int32_t)getpid();
	CU_ASSERT_EQUAL(processes_update(&processes, &status, &before), 0);
	CU_ASSERT_EQUAL(before.state, DROVER_PROCESS_STATE_UNKNOWN);
	processes_measure(&processes, 1000000000);
	CU_ASSERT_TRUE(isnan(processes.process[0].cpu_percent));
	CU_ASSERT_TRUE(processes.process[0].memory_bytes > 100000);
	processes_measure(&processes, 2000000000);
	CU_ASSERT_TRUE(processes.process[0].cpu_percent >= 0);
}

static void
a_process_that_ended_has_no_cost(void)
{
	struct processes processes = { 0 };
	struct child_status before, status = { .name = "gpu",
	    .state = DROVER_PROCESS_STATE_UP };

	status.pid = (int32_t)getpid();
	processes_update(&processes, &status, &before);
	processes_measure(&processes, 1000000000);
	status.pid = 0;
	status.state = DROVER_PROCESS_STATE_BACKOFF;
	processes_update(&processes, &status, &before);
	CU_ASSERT_EQUAL(before.state, DROVER_PROCESS_STATE_UP);
	CU_ASSERT_EQUAL(processes.count, 1);
	processes_measure(&processes, 2000000000);
	CU_ASSERT_TRUE(isnan(processes.process[0].memory_bytes));
}

static const struct suite_test tests[] = {
	{ "a name with parentheses and blanks does not mislead",
	    a_name_with_parentheses_and_blanks_does_not_mislead },
	{ "text that is not a stat is refused",
	    text_that_is_not_a_stat_is_refused },
	{ "the cost of a real process is measured",
	    the_cost_of_a_real_process_is_measured },
	{ "a process that ended has no cost",
	    a_process_that_ended_has_no_cost },
};

SUITE_MAIN("processes", tests)
