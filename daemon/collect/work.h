/*
 * How much a model server works: the CPU time of the process that holds
 * its listening socket, and of all that it started, as llama-server and
 * Ollama's runners are.  One that generates nothing and works may read a
 * long prompt.
 *
 * Who may not look into that process (drover as a user of its own) counts
 * all processes of its user, which is no less; of a server of root nothing
 * is known then.
 */
#ifndef DROVER_COLLECT_WORK_H
#define DROVER_COLLECT_WORK_H

#include <stdint.h>

/* Of one server; zero it first. */
struct work {
	uint64_t	inode;		/* of the socket it was found by */
	int		pid;		/* 0: not found, see above */
	uint64_t	ticks;
	int64_t		at_ns;		/* 0: not measured */
};

/*
 * Percent of one CPU since the last call for the same socket; NaN: the
 * first, or not known.  Reads all of /proc: for one that is in doubt, not
 * for each in each round.
 */
double	work_measure(struct work *work, uint64_t inode, uint32_t uid,
	    int64_t now_ns);

#endif
