/*
 * What detectors find: evidence of a fault, or that it is gone.  Numbers
 * are integers in thousandths and millionths, so that a finding can become
 * facts of an entry as it is.
 */
#ifndef DROVER_DETECT_FINDING_H
#define DROVER_DETECT_FINDING_H

#include <stddef.h>
#include <stdint.h>

#include "detect/fault.h"

/* A value that is not known; all others are 0 and more, and what is past
   INT64_MAX is that. */
#define FINDING_NO_VALUE	INT64_C(-1)
#define FINDING_NAME_MAX	96	/* bytes of a name, with NUL */

enum finding_edge {
	FINDING_RAISED,
	FINDING_STANDS,		/* seen again: the evidence has a new date */
	FINDING_CLEAR,
	FINDING_REACHED		/* of a prediction, raised or not: the limit
				   that it foresees is reached */
};

struct finding {
	enum finding_edge	edge;
	enum fault_class	number;
	const char		*object;	/* node, backend or model */
	const char		*device;	/* "" where it is not of one */
	const char		*metric;	/* what was judged */
	const char		*unit;		/* of the values: "%", "B" */
	int64_t			value_milli;
	int64_t			threshold_milli;
	int64_t			since_ms;	/* the condition began */
	int64_t			at_ms;		/* date of this evidence */
	int32_t			confidence_ppm;	/* that it is so */
	/* Detectors of this class and object that still find it: a CLEAR
	   with 0 is the end of the evidence. */
	int32_t			standing;
	/* Of predictions, else 0: that the limit is reached within the
	   horizon, and the class of fault that this makes, if any. */
	enum fault_class	foreseen;
	int32_t			probability_ppm;
	int64_t			horizon_ms;
	/* When it comes, from at_ms on: 90 %; FINDING_NO_VALUE: no end. */
	int64_t			soonest_ms;
	int64_t			latest_ms;
	char			text[160];	/* one line for a person */
};

/* The finding lives as long as the call. */
struct finding_sink {
	void	(*found)(void *user, const struct finding *finding);
	void	*user;
};

/* NaN: FINDING_NO_VALUE. */
int64_t	finding_milli(double value);
/* Of a share from 0 to 1; NaN: 0. */
int32_t	finding_ppm(double share);
/* "93.4 %", "512 MiB" into text, which is cut to size. */
void	finding_text(char *text, size_t size, double value,
	    const char *unit);

#endif
