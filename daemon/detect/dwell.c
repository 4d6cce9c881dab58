#include "detect/dwell.h"

_Static_assert(sizeof(struct dwell) <= DWELL_BYTES_MAX, "grew");

static int
wait_to_raise(struct dwell *dwell, enum verdict verdict, int64_t at_ms,
    int64_t raise_ms)
{
	if (verdict != VERDICT_BAD) {
		dwell->pending = false;
		return 0;
	}
	if (!dwell->pending) {
		dwell->pending = true;
		dwell->since_ms = at_ms;
	}
	if (at_ms - dwell->since_ms < raise_ms)
		return 0;
	dwell->pending = false;
	dwell->active = true;
	return 1;
}

static int
wait_to_clear(struct dwell *dwell, enum verdict verdict, int64_t at_ms,
    int64_t clear_ms)
{
	if (verdict != VERDICT_GOOD) {
		dwell->leaving = false;
		return 0;
	}
	if (!dwell->leaving) {
		dwell->leaving = true;
		dwell->back_ms = at_ms;
	}
	if (at_ms - dwell->back_ms < clear_ms)
		return 0;
	dwell->leaving = false;
	dwell->active = false;
	return -1;
}

int
dwell_step(struct dwell *dwell, enum verdict verdict, int64_t at_ms,
    const struct dwell_times *times)
{
	if (verdict == VERDICT_UNKNOWN)
		return 0;
	if (dwell->seen && at_ms < dwell->last_ms)
		at_ms = dwell->last_ms;
	if (dwell->seen && at_ms - dwell->last_ms > times->gap_ms) {
		dwell->pending = false;
		dwell->leaving = false;
	}
	dwell->seen = true;
	dwell->last_ms = at_ms;
	if (dwell->active)
		return wait_to_clear(dwell, verdict, at_ms, times->clear_ms);
	return wait_to_raise(dwell, verdict, at_ms, times->raise_ms);
}
