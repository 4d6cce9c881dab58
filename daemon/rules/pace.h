/*
 * Slow start for what drover does by itself, guard G3 of healing.md 3.7: of
 * each axis (a class of faults, a software version ...) one plan at a time
 * at first, twice as many after each that helped, one again after one that
 * did not, and then a wait that doubles from 30 s to 10 min.  It never
 * latches: the wait ends by itself.
 *
 * And flap damping, guard G8, after RFC 2439: what comes back gathers
 * penalty points, of which half are gone in five minutes; past a limit it is
 * left alone until few are left.  Whole numbers only.
 */
#ifndef DROVER_RULES_PACE_H
#define DROVER_RULES_PACE_H

#include <stdbool.h>
#include <stdint.h>

#define PACE_BACKOFF_MIN_MS	30000
#define PACE_BACKOFF_MAX_MS	600000
#define PACE_WIDTH_MAX		64

#define FLAP_POINTS		1000	/* for each return */
#define FLAP_HALF_MS		300000
#define FLAP_SUPPRESS		3000
#define FLAP_REUSE		1500

struct pace {
	int64_t	width;		/* plans at once */
	int64_t	backoff_ms;	/* of the next wait */
	int64_t	ready_ms;	/* no plan starts before */
	int64_t	failures;	/* in a row */
};

struct pace pace_new(void);
void	pace_helped(struct pace *pace);
/* seed makes the wait up to a fifth longer or shorter. */
void	pace_failed(struct pace *pace, int64_t now_ms, uint64_t seed);

struct flap {
	int64_t	penalty;
	int64_t	at_ms;		/* when it was that */
	bool	suppressed;
};

/* Its points at a later time. */
int64_t	flap_penalty(const struct flap *flap, int64_t now_ms);
void	flap_add(struct flap *flap, int64_t now_ms);
bool	flap_is_suppressed(const struct flap *flap, int64_t now_ms);

#endif
