/*
 * A node for tests: shared state in a temporary directory, with the duties
 * that belong to it, on a loop of its own that runs only while something
 * is awaited.  The log, the rules and the store are the real ones.
 */
#ifndef DROVER_TESTS_NODE_H
#define DROVER_TESTS_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "core/duties.h"
#include "core/shared.h"
#include "rules/kind.h"

#define NODE_EVENTS_MAX	64

struct node_event {
	enum event_id	id;
	char		object[48];
	char		text[96];
};

struct node {
	char			 directory[64];
	uint32_t		 snapshot_threshold;	/* 0: the usual one */
	uv_loop_t		 loop;
	uv_timer_t		 deadline;
	bool			 late;
	struct shared		 own;
	struct shared		*shared;	/* own, or that of a core */
	struct duties		 duties;
	int64_t			 now_ms;	/* of the duties */
	struct event_sink	 sink;
	struct node_event	 events[NODE_EVENTS_MAX];
	size_t			 event_count;	/* since the start */
	unsigned int		 changed;	/* so often, since the start */
	/* Of the last entry proposed. */
	struct rules_result	 result;
	bool			 answered;
};

/* A fresh directory. */
void	node_make(struct node *node);
void	node_remove(struct node *node);
/* DIRECTORY/name, in one of a few buffers. */
const char *node_file(const struct node *node, const char *name);
bool	node_has(const struct node *node, const char *name);
/* A file of one line; and the first line of one, "" if there is none. */
void	node_write(const struct node *node, const char *name,
	    const char *line);
const char *node_line(const struct node *node, const char *name);
/* The directory becomes a copy of the other, which nobody has open. */
void	node_copy(struct node *node, const char *directory);

/* Start, and run until it is known whether there is shared state. */
void	node_start(struct node *node);
void	node_stop(struct node *node);
bool	node_is_ready(struct node *node);
/* Run the loop until done() or for ten seconds at most. */
bool	node_await(struct node *node, bool (*done)(struct node *));
/* Ticks, with this in flight, until the node has nothing to say. */
void	node_settle(struct node *node, double in_flight);

bool	node_saw(const struct node *node, enum event_id id);
/* An entry of operator alice; the texts stay the caller's. */
void	node_begin(struct entry *entry, enum entry_kind kind,
	    const char *request);
/* Propose and await the answer; its reply. */
int	node_do(struct node *node, struct entry *entry);
int	node_note(struct node *node, const char *text, const char *request);
/* Drain node "n1" as alice: maintenance, no facts. */
int	node_drain(struct node *node, int64_t deadline_ms);
const struct row_node *node_self(struct node *node);

#endif
