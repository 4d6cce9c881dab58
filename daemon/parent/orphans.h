/*
 * What the processes of droverd leave behind comes to it, as their
 * subreaper, and is ended with it: but for backends that drover started,
 * which serve on.
 */
#ifndef DROVER_PARENT_ORPHANS_H
#define DROVER_PARENT_ORPHANS_H

#include <stdint.h>

/*
 * Kills every child there is, and what they leave in turn, until
 * CLOCK_MONOTONIC give_up_ns.  signals: a signalfd of SIGCHLD.
 */
void	orphans_end(int signals, int64_t give_up_ns);

#endif
