/*
 * The processes of this droverd: what the parent says of them, and what
 * they cost.
 */
#ifndef DROVER_CORE_PROCESSES_H
#define DROVER_CORE_PROCESSES_H

#include <stddef.h>
#include <stdint.h>

#include "process/child.h"

#define PROCESSES_MAX	16

struct process_cost {
	struct child_status	status;
	int64_t			ticks;		/* CPU time; -1 unknown */
	int64_t			at_ns;		/* of that reading */
	double			cpu_percent;	/* NaN: not known yet */
	double			memory_bytes;
};

struct processes {
	struct process_cost	process[PROCESSES_MAX];
	size_t			count;
};

/*
 * Takes over a status.  Returns the former status of that process in
 * *before (pid 0 and state UNKNOWN when it is new); -ENOSPC when there are
 * too many.
 */
int	processes_update(struct processes *processes,
	    const struct child_status *status, struct child_status *before);
/* Reads CPU time and memory of each; boottime_ns is now. */
void	processes_measure(struct processes *processes, int64_t boottime_ns);

/*
 * CPU ticks and resident pages out of the text of /proc/PID/stat;
 * -EINVAL when it is not such a text.
 */
int	process_stat_parse(const char *text, int64_t *ticks, int64_t *pages);

#endif
