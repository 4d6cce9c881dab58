/*
 * What this node sees to by itself while it leads: that it stands in the
 * shared state as it is, that a drain of it ends when nothing is in flight
 * any more, that what was mended stands in the audit, and that no start
 * takes much of the time back that has passed.  Looked at once a tick; one
 * entry at a time is on its way.
 */
#ifndef DROVER_CORE_DUTIES_H
#define DROVER_CORE_DUTIES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/shared.h"

/* Cluster time that a start may take back, where something waits for it. */
#define DUTIES_TIME_MS	60000

/* A drain as its node watches it. */
struct drain_watch {
	int64_t	index;		/* of the drain watched; 0: none */
	int64_t	zero_seen;	/* looks in a row with nothing in flight */
	int64_t	looked_ms;	/* of the last look that counted */
};

struct duties {
	struct shared		*shared;
	const char		*node;
	const char		*address;
	struct drain_watch	 drain;
	uint64_t		 proposals;
	bool			 busy;		/* one is on its way */
	bool			 mending;	/* it tells what was mended */
};

void	duties_init(struct duties *duties, struct shared *shared,
	    const char *node, const char *address);
/*
 * in_flight: requests in the backends of this node, NaN when that is not
 * known.  Two looks count as two when they are interval_ms apart.
 */
void	duties_tick(struct duties *duties, double in_flight, int64_t now_ms,
	    int64_t interval_ms);

/*
 * Cluster time goes on from the last entry at a start.  Is that long ago,
 * and does a hold, a deadline or a token end at a time that is still to
 * come?  Pure.
 */
bool	duties_time_is_due(const struct model *model, int64_t cluster_ms);

/*
 * The look of a drain: what it comes to, DRAIN_NONE for nothing yet.
 * Pure; now_ms is any clock that does not step, cluster_ms cluster time.
 */
enum node_drain drain_watch_look(struct drain_watch *watch,
	    const struct row_node *node, double in_flight, int64_t now_ms,
	    int64_t cluster_ms, int64_t interval_ms);

#endif
