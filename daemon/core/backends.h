/*
 * The model servers of this node: those of the configuration, or, when it
 * lists none, those found at their usual addresses.  What was only looked
 * for is not shown before it has answered once as a model server.
 */
#ifndef DROVER_CORE_BACKENDS_H
#define DROVER_CORE_BACKENDS_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "collect/backend.h"
#include "collect/work.h"
#include "config/config.h"
#include "core/events.h"

struct backend_entry {
	struct backend_watch		*watch;
	enum drover_backend_state	 state;	/* at the last look */
	bool				 shown;
	struct work			 work;
};

struct backends {
	struct backend_entry	*entries;
	struct backend_status	*statuses;	/* of the shown ones */
	struct client_count	*counts;	/* theirs, then of others */
	struct clients		*clients;
	size_t			 count;
	size_t			 shown;
};

int	backends_start(struct backends *backends, uv_loop_t *loop,
	    const struct config *config);
void	backends_stop(struct backends *backends);
/* Probe pace of a reloaded configuration. */
void	backends_pace(struct backends *backends,
	    const struct config *config);
/* Of the shown ones: somebody doubts that it works. */
void	backends_want_canary(struct backends *backends, size_t which);
/* Brings statuses up to date and tells what changed. */
void	backends_look(struct backends *backends,
	    const struct event_sink *sink);

#endif
