/*
 * The recent past of each node, as the console itself saw it: the mean of
 * every metric over steps of five seconds, the steps aligned with the
 * clock, so that a curve stands still between two of them.  A counter is
 * kept as its rate per second.  A step without a sample is NaN and shows
 * as a gap, never as zero.
 */
#ifndef DROVER_UI_TREND_H
#define DROVER_UI_TREND_H

#include <stdint.h>

#include "grid.h"
#include "metrics.h"

#define TREND_STEPS	64
#define TREND_STEP_S	5

struct trend {
	uint64_t	node;		/* hash of its name */
	int64_t		step;		/* number of the newest step */
	int64_t		sampled_ns;
	double		last[NODE_METRICS];
	float		rate[NODE_METRICS];	/* of counters, newest */
	float		sum[NODE_METRICS];	/* of the newest step */
	uint16_t	samples[NODE_METRICS];
	float		value[NODE_METRICS][TREND_STEPS];
};

struct trends {
	struct trend	**trend;
	uint32_t	  count;
};

/* Returns NULL when the node was never seen. */
const struct trend *trend_of(const struct trends *trends, uint64_t node);
/* Take in a sample; one that is not newer than the last is ignored. */
void	trend_note(struct trends *trends, uint64_t node,
	    const struct drover_node_row *row);
void	trends_release(struct trends *trends);

/* The newest columns of the curve of a metric; a gap stays blank. */
void	trend_draw(const struct trend *trend, enum node_metric metric,
	    struct grid *grid, int y, int x, int columns);
/* Seconds that so many columns show. */
int	trend_seconds(int columns);

#endif
