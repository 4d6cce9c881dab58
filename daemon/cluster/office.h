/*
 * Cluster time (apply.md, 6): what was last applied, and for a leader the
 * time on a clock that never steps since it took office.  So a new leader
 * goes on where the last one stopped, whatever its own clock says.
 */
#ifndef DROVER_CLUSTER_OFFICE_H
#define DROVER_CLUSTER_OFFICE_H

#include <stdbool.h>
#include <stdint.h>

struct office {
	bool		held;
	uint64_t	term;
	int64_t		base_ms;	/* cluster time when it was taken */
	int64_t		taken_ms;	/* on the clock of the node */
};

/* Note whether this node leads, and since when. */
void	office_note(struct office *office, bool leads, uint64_t term,
	    int64_t applied_ms, int64_t boot_ms);
/* Never before applied_ms, the time of the last applied entry. */
int64_t	office_time_ms(struct office *office, int64_t applied_ms,
	    int64_t boot_ms);

#endif
