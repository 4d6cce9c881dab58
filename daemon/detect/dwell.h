/*
 * A condition that is raised when it has been seen for a while, and clear
 * when it has been gone for a while.  Pure; at most DWELL_BYTES_MAX each.
 *
 * Only time that was looked at counts: between two verdicts that lie more
 * than gap_ms apart nothing is known, so the wait begins anew; a suspended
 * machine raises nothing.  A verdict UNKNOWN neither raises nor clears nor
 * ends a wait.  Times are of a clock that does not go back; a time before
 * the last one counts as the last one.
 */
#ifndef DROVER_DETECT_DWELL_H
#define DROVER_DETECT_DWELL_H

#include <stdbool.h>
#include <stdint.h>

#define DWELL_BYTES_MAX		32

enum verdict {
	VERDICT_UNKNOWN,
	VERDICT_GOOD,
	VERDICT_BETWEEN,	/* neither raises what is clear nor clears
				   what is raised: inside the hysteresis */
	VERDICT_BAD
};

struct dwell_times {
	int64_t	raise_ms;
	int64_t	clear_ms;
	int64_t	gap_ms;
};

/* Zero it before its first use. */
struct dwell {
	int64_t	since_ms;	/* of the wait, or while raised of the
				   condition */
	int64_t	back_ms;	/* since it is good again */
	int64_t	last_ms;	/* of the last verdict that was known */
	bool	active;		/* raised */
	bool	pending;	/* bad and not raised yet */
	bool	leaving;	/* good and not clear yet */
	bool	seen;
};

/* 1: raised now, since since_ms; -1: clear now; else 0. */
int	dwell_step(struct dwell *dwell, enum verdict verdict, int64_t at_ms,
	    const struct dwell_times *times);

#endif
