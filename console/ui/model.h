/*
 * What the views show: a copy of one consistent snapshot, the events seen,
 * the recent past of each node, and the state of the writer.  A view reads
 * it and nothing else; a test fills it by hand.
 */
#ifndef DROVER_UI_MODEL_H
#define DROVER_UI_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include <drover/rows.h>
#include <drover/segment.h>

#include "trend.h"

#define MODEL_EVENTS	1024	/* kept; a power of two */

/* Rows by slot; an empty slot has generation 0. */
struct model_table {
	unsigned char	*rows;
	uint32_t	 slots;
	uint32_t	 capacity;
	uint32_t	 row_bytes;
};

struct model_event {
	struct drover_event	event;
	uint64_t		key;	/* names it, whatever its writer */
};

struct model {
	struct model_table	 table[DROVER_TABLES];
	struct model_event	*events;	/* a ring */
	uint64_t		 event_count;	/* ever seen */
	uint64_t		 events_lost;
	struct trends		 trends;

	bool			 attached;
	enum drover_liveness	 liveness;
	uint64_t		 version;
	int64_t			 now_ns;	/* wall time, UNIX */
	int64_t			 heartbeat_ns;	/* wall time, UNIX */
	bool			 lapped;	/* shows an older snapshot */
	bool			 remote;	/* path is a host with a port */
	bool			 lost;		/* remote does not answer */
	int64_t			 seen_ns;	/* remote last did; wall time */
	char			 path[256];	/* where it comes from */
	char			 problem[256];	/* why it is not attached, or
						   lost */
};

int	model_init(struct model *model);
void	model_release(struct model *model);

/* Bytes of a row of each table. */
extern const uint32_t model_row_bytes[DROVER_TABLES];

/* Make room for slots rows; 0 or -ENOMEM. */
int	model_table_reserve(struct model_table *table, uint32_t slots);
/* Store a copy of the row in the next slot; for tests and images. */
void	model_add(struct model *model, enum drover_core_table table,
	    const void *row);
/*
 * An event that is kept already is left out: a core that was started again
 * brings the events of its predecessor along.
 */
void	model_add_event(struct model *model,
	    const struct drover_event *event);
/* Take the nodes of the snapshot into their trends. */
void	model_note(struct model *model);

/* NULL for an empty slot. */
const void *model_row(const struct model *model,
	    enum drover_core_table table, uint32_t slot);
const struct drover_node_row *model_node(const struct model *model,
	    const char *name);
/* Event i, 0 the newest; NULL when it is not kept. */
const struct model_event *model_event(const struct model *model,
	    uint64_t i);
uint64_t model_events(const struct model *model);

uint64_t model_node_hash(const char *name);

#endif
