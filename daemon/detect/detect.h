/*
 * The detectors of one object: a node, a device, a backend or a model.
 * What they look for stands in include/drover/tables/thresholds.def and
 * trends.def; beside that backends are judged (judge.h), a GPU is watched
 * for memory that leaks, and what others found out (a model that is missing)
 * is given dwell.
 *
 * Pure: times are of a clock that does not go back (CLOCK_BOOTTIME, or
 * cluster time) and come in as arguments; findings go out through a sink,
 * in the call.  A row older than the last one is passed over.  Memory is
 * taken by detect_new() alone and depends on the kind of the object only:
 * at most DETECT_BYTES_MAX.  Not for threads.
 *
 * Learned detectors will be one more kind beside threshold, judge and
 * trend: a structure of bounded size with an init and a step that takes a
 * value and its time and gives a score, a row in a table of its own, and a
 * latch like every detector here, so that dwell, clearing and findings are
 * the same for all (see struct latch in detect.c).
 */
#ifndef DROVER_DETECT_DETECT_H
#define DROVER_DETECT_DETECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "detect/finding.h"
#include "detect/judge.h"

#define DETECT_BYTES_MAX	6144
/* Rows further apart than this are a gap, see dwell.h. */
#define DETECT_GAP_MS		30000

struct detect_subject {
	enum drover_metric_scope	scope;
	enum drover_device_kind		kind;	/* of a device, else UNKNOWN */
	const char			*object;	/* copied, cut to */
	const char			*device;	/* FINDING_NAME_MAX */
	/* 0: DETECT_GAP_MS.  Several times the interval of the rows: those
	   that come at longer intervals than this raise nothing. */
	int64_t				gap_ms;
};

/* What was measured at one moment.  What is not known is NaN. */
struct detect_row {
	int64_t		 at_ms;
	/* By the table of metrics of the scope, all of them. */
	const double	*value;
	/* Of a GPU: memory in use that no backend accounts for. */
	double		 unclaimed_bytes;
};

struct detect;

/* -ENOMEM; -EINVAL: such an object has nothing to be looked at. */
int	detect_new(struct detect **detect,
	    const struct detect_subject *subject);
void	detect_free(struct detect *detect);
size_t	detect_bytes(const struct detect *detect);

/* A node, a device or a backend. */
void	detect_step(struct detect *detect, const struct detect_row *row,
	    const struct finding_sink *sink);
/* A backend, after its detect_step(): row->value is the same. */
void	detect_judge(struct detect *detect, const struct judge_row *row,
	    const struct finding_sink *sink);
bool	detect_wants_canary(const struct detect *detect,
	    const struct judge_row *row);
/*
 * What others know of the object: whether it has a fault of that class,
 * model.missing of a model.  text says it
 * to a person, "" where help of the class does.  -EINVAL: the object has
 * no such fault.
 */
int	detect_condition(struct detect *detect, enum fault_class number,
	    enum verdict verdict, int64_t at_ms, const char *text,
	    const struct finding_sink *sink);

/* All that stands, as FINDING_STANDS, dated when it was last seen. */
void	detect_standing(const struct detect *detect,
	    const struct finding_sink *sink);
/* The object is gone, and what stands with it: CLEAR of each. */
void	detect_clear(struct detect *detect, int64_t at_ms,
	    const struct finding_sink *sink);

#endif
