/*
 * core.seg: what the core shows, and the only way in which it shows it.
 * Rows are named table by table between publish_begin() and
 * publish_commit(); the segment is replaced by a larger one when it is
 * full.
 */
#ifndef DROVER_CORE_PUBLISH_H
#define DROVER_CORE_PUBLISH_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/events.h"
#include "core/table_image.h"
#include "shm/writer.h"

struct publisher {
	struct segment_writer	*writer;
	struct table_image	 tables[DROVER_TABLES];
	char			 path[PATH_MAX];
	char			 node[64];
	unsigned int		 doublings;	/* of the pool so far */
	int64_t			 carried_ns;	/* newest event carried over */
};

/* node is the name that events carry.  Errors as segment_create(). */
int	publisher_open(struct publisher *publisher, const char *path,
	    const char *node);
void	publisher_close(struct publisher *publisher);

struct table_image *publisher_table(struct publisher *publisher,
	    enum drover_core_table table);
/* Everything named so far becomes visible at once. */
int	publisher_commit(struct publisher *publisher);
void	publisher_heartbeat(struct publisher *publisher);
/* Appends to the event ring at once. */
void	publisher_event(struct publisher *publisher, enum event_id id,
	    const char *object, const char *text, int64_t wall_ns);
/*
 * Appends an event of another process of this node, unless a former core
 * has shown it already.  True when it was appended.
 */
bool	publisher_relay(struct publisher *publisher,
	    const struct drover_event *event);

#endif
