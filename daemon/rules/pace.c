#include "rules/pace.h"

struct pace
pace_new(void)
{
	return (struct pace){ .width = 1, .backoff_ms = PACE_BACKOFF_MIN_MS };
}

void
pace_helped(struct pace *pace)
{
	pace->failures = 0;
	pace->backoff_ms = PACE_BACKOFF_MIN_MS;
	pace->ready_ms = 0;
	if (pace->width < PACE_WIDTH_MAX)
		pace->width *= 2;
}

void
pace_failed(struct pace *pace, int64_t now_ms, uint64_t seed)
{
	/* Between four and six fifths. */
	int64_t wait_ms = pace->backoff_ms * (800 + (int64_t)(seed % 401)) /
	    1000;

	pace->failures++;
	pace->width = 1;
	pace->ready_ms = now_ms + wait_ms;
	pace->backoff_ms *= 2;
	if (pace->backoff_ms > PACE_BACKOFF_MAX_MS)
		pace->backoff_ms = PACE_BACKOFF_MAX_MS;
}

/* 2^(-i/16) in parts of 65536. */
static const int64_t halves[16] = {
	65536, 62757, 60097, 57549, 55109, 52773, 50535, 48393,
	46341, 44376, 42495, 40693, 38968, 37316, 35734, 34219
};

int64_t
flap_penalty(const struct flap *flap, int64_t now_ms)
{
	int64_t sixteenths = (now_ms - flap->at_ms) * 16 / FLAP_HALF_MS;
	int64_t penalty = flap->penalty;

	if (sixteenths <= 0)
		return penalty;
	if (sixteenths / 16 >= 62)
		return 0;
	penalty = penalty * halves[sixteenths % 16] / 65536;
	return penalty >> (sixteenths / 16);
}

void
flap_add(struct flap *flap, int64_t now_ms)
{
	flap->penalty = flap_penalty(flap, now_ms) + FLAP_POINTS;
	/* It may not come back for at most four half-lives. */
	if (flap->penalty > FLAP_REUSE * 16)
		flap->penalty = FLAP_REUSE * 16;
	flap->at_ms = now_ms;
	if (flap->penalty >= FLAP_SUPPRESS)
		flap->suppressed = true;
}

bool
flap_is_suppressed(const struct flap *flap, int64_t now_ms)
{
	return flap->suppressed && flap_penalty(flap, now_ms) >= FLAP_REUSE;
}
