/*
 * The control group this process is in.  In version 2: memory.current,
 * memory.events and the pressure files.  On a machine with version 1, or
 * both, what the memory controller of version 1 has instead:
 * usage_in_bytes, failcnt (the limit was reached) and the oom_kill of
 * oom_control; high and oom are unknown there.
 */
#ifndef DROVER_COLLECT_CGROUP_H
#define DROVER_COLLECT_CGROUP_H

#include "collect/pressure.h"
#include "collect/round.h"
#include "collect/source.h"

struct cgroup_events {
	double	high, max, oom, oom_kill;
};

struct cgroup {
	char			*root;
	char			*membership;	/* /proc/self/cgroup */
	size_t			 membership_length;
	struct source		 usage;
	struct source		 events;	/* or oom_control */
	struct source		 failures;	/* version 1: failcnt */
	struct pressure_file	 cpu_pressure;
	struct pressure_file	 memory_pressure;
	struct pressure_file	 io_pressure;
};

void	cgroup_open(struct cgroup *cgroup, const char *root);
void	cgroup_close(struct cgroup *cgroup);
/* Notice that the process was moved to another group. */
void	cgroup_rescan(struct cgroup *cgroup, struct source_buffer *buffer);
void	cgroup_sample(struct cgroup *cgroup, struct collect_round *round);

/*
 * The path of the group, from /proc/self/cgroup: version 2 with
 * controller NULL, else that of a controller of version 1.  Empty: none.
 */
struct text cgroup_path(struct text membership, const char *controller);
/* memory.events or memory.oom_control; what is not in it is NaN. */
void	cgroup_events_parse(struct text text, struct cgroup_events *events);

#endif
