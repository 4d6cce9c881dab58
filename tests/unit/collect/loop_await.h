/*
 * Running a loop until a condition holds.  A condition that does not come
 * true within the guard fails the test; nothing waits a fixed time.
 */
#ifndef DROVER_TESTS_LOOP_AWAIT_H
#define DROVER_TESTS_LOOP_AWAIT_H

#include <CUnit/CUnit.h>
#include <stdbool.h>
#include <uv.h>

#define LOOP_GUARD_MS	20000

static inline void
loop_guard_ring(uv_timer_t *timer)
{
	*(bool *)timer->data = true;
}

/* Runs the loop once; a guard keeps it from blocking for ever. */
static inline bool
loop_turn(uv_loop_t *loop, uint64_t begun_ms)
{
	uv_timer_t guard;
	bool rung = false;

	uv_timer_init(loop, &guard);
	guard.data = &rung;
	uv_timer_start(&guard, loop_guard_ring, LOOP_GUARD_MS, 0);
	uv_run(loop, UV_RUN_ONCE);
	uv_close((uv_handle_t *)&guard, NULL);
	uv_run(loop, UV_RUN_NOWAIT);
	return !rung && uv_hrtime() / 1000000 - begun_ms < LOOP_GUARD_MS;
}

#define AWAIT(loop, condition) do {					\
	uint64_t begun_ms_ = uv_hrtime() / 1000000;			\
	while (!(condition) && loop_turn(loop, begun_ms_))		\
		continue;						\
	CU_ASSERT_TRUE(condition);					\
} while (0)

#endif
