/*
 * Supervision in virtual time.
 */
#include <string.h>

#include "parent/supervise.h"
#include "process/child.h"
#include "tests/unit/suite.h"

#define SECOND		INT64_C(1000000000)
/* wait(2) statuses. */
#define EXITED(code)	((code) << 8)
#define KILLED(number)	(number)

static const struct supervise_rules rules = {
	.first_ns = SECOND,
	.last_ns = 8 * SECOND,
	.stable_ns = 60 * SECOND,
	.absent_ns = 600 * SECOND,
	.stop_ns = SECOND,
	.life_ns = 30 * SECOND,
	.late_ns = 2 * SECOND,
	.jitter = 0,
};

static struct supervised process;

static void
begin(const struct supervise_rules *with)
{
	supervise_init(&process, with, 7);
	CU_ASSERT_EQUAL(supervise_start(&process), SUPERVISE_START);
	CU_ASSERT_EQUAL(supervise_started(&process, 0), SUPERVISE_TELL);
	CU_ASSERT_EQUAL(process.state, DROVER_PROCESS_STATE_STARTING);
}

/* Start it when its time has come, and let it end at once. */
static int64_t
wait_and_end(int status)
{
	int64_t now;

	now = supervise_wake(&process);
	CU_ASSERT_EQUAL(supervise_tick(&process, now - 1), 0);
	CU_ASSERT_EQUAL(supervise_tick(&process, now), SUPERVISE_START);
	supervise_started(&process, now);
	supervise_ended(&process, now, status);
	return supervise_wake(&process) - now;
}

static void
a_process_is_up_when_it_says_so(void)
{
	begin(&rules);
	CU_ASSERT_EQUAL(supervise_said(&process, DROVER_PROCESS_STATE_UP,
	    ""), SUPERVISE_TELL);
	CU_ASSERT_EQUAL(process.state, DROVER_PROCESS_STATE_UP);
	CU_ASSERT_EQUAL(supervise_said(&process, DROVER_PROCESS_STATE_UP,
	    ""), 0);
	CU_ASSERT_EQUAL(supervise_wake(&process), SUPERVISE_NEVER);
}

static void
back_off_doubles_up_to_its_limit(void)
{
	begin(&rules);
	supervise_ended(&process, 5, KILLED(9));
	CU_ASSERT_EQUAL(process.state, DROVER_PROCESS_STATE_BACKOFF);
	CU_ASSERT_EQUAL(supervise_wake(&process), 5 + SECOND);
	CU_ASSERT_EQUAL(wait_and_end(EXITED(1)), 2 * SECOND);
	CU_ASSERT_EQUAL(wait_and_end(EXITED(1)), 4 * SECOND);
	CU_ASSERT_EQUAL(wait_and_end(EXITED(1)), 8 * SECOND);
	CU_ASSERT_EQUAL(wait_and_end(EXITED(1)), 8 * SECOND);
	CU_ASSERT_EQUAL(process.restarts, 4);
}

static void
a_long_run_forgives_what_was_before(void)
{
	int64_t now;

	begin(&rules);
	supervise_ended(&process, 0, EXITED(1));
	CU_ASSERT_EQUAL(wait_and_end(EXITED(1)), 2 * SECOND);
	now = supervise_wake(&process);
	supervise_tick(&process, now);
	supervise_started(&process, now);
	now += 60 * SECOND;
	supervise_ended(&process, now, EXITED(1));
	CU_ASSERT_EQUAL(supervise_wake(&process), now + SECOND);
}

static void
jitter_stays_within_its_share_and_differs(void)
{
	struct supervise_rules jittery = rules;
	int64_t first, wait;
	uint64_t seed;
	int different;

	jittery.jitter = 0.25;
	different = 0;
	first = 0;
	for (seed = 1; seed < 200; seed++) {
		supervise_init(&process, &jittery, seed);
		supervise_started(&process, 0);
		supervise_ended(&process, 0, EXITED(1));
		wait = supervise_wake(&process);
		CU_ASSERT(wait >= SECOND * 3 / 4);
		CU_ASSERT(wait <= SECOND * 5 / 4);
		first = seed == 1 ? wait : first;
		different += wait != first;
	}
	CU_ASSERT(different > 150);
}

static void
a_refused_configuration_waits_the_longest(void)
{
	begin(&rules);
	supervise_ended(&process, 0, EXITED(CHILD_EXIT_CONFIGURATION));
	CU_ASSERT_EQUAL(supervise_wake(&process), 8 * SECOND);
	CU_ASSERT_STRING_EQUAL(process.message,
	    "exit 78: configuration refused");
	begin(&rules);
	supervise_ended(&process, 0, EXITED(CHILD_EXIT_USAGE));
	CU_ASSERT_EQUAL(supervise_wake(&process), 8 * SECOND);
}

static void
a_reload_starts_what_waits_and_signals_what_runs(void)
{
	begin(&rules);
	CU_ASSERT_EQUAL(supervise_reload(&process), SUPERVISE_RELOAD);
	supervise_ended(&process, 0, EXITED(CHILD_EXIT_CONFIGURATION));
	CU_ASSERT_EQUAL(supervise_reload(&process), 0);
	CU_ASSERT_EQUAL(supervise_tick(&process, 1), SUPERVISE_START);
	supervise_started(&process, 1);
	supervise_ended(&process, 1, EXITED(1));
	CU_ASSERT_EQUAL(supervise_wake(&process), 1 + SECOND);
}

static void
an_absent_process_is_no_restart(void)
{
	begin(&rules);
	supervise_said(&process, DROVER_PROCESS_STATE_ABSENT, "no GPU");
	supervise_ended(&process, 3, EXITED(CHILD_EXIT_ABSENT));
	CU_ASSERT_EQUAL(process.state, DROVER_PROCESS_STATE_ABSENT);
	CU_ASSERT_STRING_EQUAL(process.message, "no GPU");
	CU_ASSERT_EQUAL(supervise_wake(&process), 3 + 600 * SECOND);
	CU_ASSERT_EQUAL(supervise_tick(&process, 3 + 600 * SECOND),
	    SUPERVISE_START);
	CU_ASSERT_EQUAL(process.restarts, 0);
}

/* Says UP at that time, as the parent hears it. */
static void
says_up(int64_t now)
{
	supervise_lives(&process, now);
	supervise_said(&process, DROVER_PROCESS_STATE_UP, "");
}

static void
a_process_that_falls_silent_is_hung_and_killed(void)
{
	begin(&rules);
	says_up(0);
	says_up(5 * SECOND);
	says_up(10 * SECOND);
	CU_ASSERT_EQUAL(supervise_wake(&process), 40 * SECOND);
	CU_ASSERT_EQUAL(supervise_tick(&process, 39 * SECOND), 0);
	CU_ASSERT_EQUAL(supervise_tick(&process, 40 * SECOND),
	    SUPERVISE_KILL | SUPERVISE_TELL);
	CU_ASSERT_EQUAL(process.state, DROVER_PROCESS_STATE_HUNG);
	supervise_ended(&process, 40 * SECOND, KILLED(9));
	CU_ASSERT_EQUAL(process.state, DROVER_PROCESS_STATE_BACKOFF);
	CU_ASSERT_STRING_EQUAL(process.message,
	    "no sign of life for 30 s, killed");
}

static void
a_process_that_gave_no_sign_need_not_give_another(void)
{
	begin(&rules);
	says_up(0);
	CU_ASSERT_EQUAL(supervise_wake(&process), SUPERVISE_NEVER);
	CU_ASSERT_EQUAL(supervise_tick(&process, 3600 * SECOND), 0);
	CU_ASSERT_EQUAL(process.state, DROVER_PROCESS_STATE_UP);
}

static void
after_a_pause_of_the_machine_nobody_is_judged(void)
{
	begin(&rules);
	says_up(0);
	says_up(5 * SECOND);
	CU_ASSERT_EQUAL(supervise_tick(&process, 600 * SECOND), 0);
	CU_ASSERT_EQUAL(process.state, DROVER_PROCESS_STATE_UP);
	CU_ASSERT_EQUAL(supervise_wake(&process), 630 * SECOND);
}

static void
a_hung_process_is_shown_until_it_ends(void)
{
	begin(&rules);
	supervise_said(&process, DROVER_PROCESS_STATE_UP, "");
	CU_ASSERT_EQUAL(supervise_said(&process, DROVER_PROCESS_STATE_HUNG,
	    "a call is out"), SUPERVISE_TELL);
	CU_ASSERT_EQUAL(process.state, DROVER_PROCESS_STATE_HUNG);
	supervise_ended(&process, 9, EXITED(CHILD_EXIT_HUNG));
	CU_ASSERT_STRING_EQUAL(process.message, "exit 75: a call is out");
	CU_ASSERT_EQUAL(process.state, DROVER_PROCESS_STATE_BACKOFF);
}

static void
a_signal_is_named_in_the_message(void)
{
	begin(&rules);
	supervise_ended(&process, 0, KILLED(11) | 0x80);
	CU_ASSERT_STRING_EQUAL(process.message,
	    "killed by signal 11 (SIGSEGV), core dumped");
}

static void
stop_asks_first_and_kills_later(void)
{
	begin(&rules);
	CU_ASSERT_EQUAL(supervise_stop(&process, 100, ""),
	    SUPERVISE_TERMINATE);
	CU_ASSERT_EQUAL(supervise_stop(&process, 101, ""), 0);
	CU_ASSERT_EQUAL(supervise_tick(&process, 100 + SECOND - 1), 0);
	CU_ASSERT_EQUAL(supervise_tick(&process, 100 + SECOND),
	    SUPERVISE_KILL);
	CU_ASSERT_EQUAL(supervise_ended(&process, 101 + SECOND, KILLED(9)),
	    SUPERVISE_TELL);
	CU_ASSERT_EQUAL(process.state, DROVER_PROCESS_STATE_STOPPED);
	CU_ASSERT_EQUAL(supervise_wake(&process), SUPERVISE_NEVER);
}

static void
a_stopped_process_is_not_started_again(void)
{
	begin(&rules);
	supervise_ended(&process, 0, EXITED(1));
	CU_ASSERT_EQUAL(supervise_stop(&process, 1, "switched off"),
	    SUPERVISE_TELL);
	CU_ASSERT_EQUAL(supervise_tick(&process, 1000 * SECOND), 0);
	CU_ASSERT_EQUAL(supervise_reload(&process), 0);
	CU_ASSERT_EQUAL(supervise_start(&process), 0);
	CU_ASSERT_STRING_EQUAL(process.message, "switched off");
}

static void
a_fork_that_fails_backs_off_too(void)
{
	supervise_init(&process, &rules, 1);
	supervise_start(&process);
	CU_ASSERT_EQUAL(supervise_failed(&process, 4, "cannot fork"),
	    SUPERVISE_TELL);
	CU_ASSERT_EQUAL(process.state, DROVER_PROCESS_STATE_BACKOFF);
	CU_ASSERT_EQUAL(supervise_wake(&process), 4 + SECOND);
	CU_ASSERT_STRING_EQUAL(process.message, "cannot fork");
}

static const struct suite_test tests[] = {
	{ "a process is up when it says so",
	    a_process_is_up_when_it_says_so },
	{ "back-off doubles up to its limit",
	    back_off_doubles_up_to_its_limit },
	{ "a long run forgives what was before",
	    a_long_run_forgives_what_was_before },
	{ "jitter stays within its share and differs",
	    jitter_stays_within_its_share_and_differs },
	{ "a refused configuration waits the longest",
	    a_refused_configuration_waits_the_longest },
	{ "a reload starts what waits and signals what runs",
	    a_reload_starts_what_waits_and_signals_what_runs },
	{ "an absent process is no restart",
	    an_absent_process_is_no_restart },
	{ "a process that falls silent is hung and killed",
	    a_process_that_falls_silent_is_hung_and_killed },
	{ "a process that gave no sign need not give another",
	    a_process_that_gave_no_sign_need_not_give_another },
	{ "after a pause of the machine nobody is judged",
	    after_a_pause_of_the_machine_nobody_is_judged },
	{ "a hung process is shown until it ends",
	    a_hung_process_is_shown_until_it_ends },
	{ "a signal is named in the message",
	    a_signal_is_named_in_the_message },
	{ "stop asks first and kills later",
	    stop_asks_first_and_kills_later },
	{ "a stopped process is not started again",
	    a_stopped_process_is_not_started_again },
	{ "a fork that fails backs off too",
	    a_fork_that_fails_backs_off_too },
};

SUITE_MAIN("supervise", tests)
