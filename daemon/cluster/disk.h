/*
 * The engine's disk (struct raft_io of raft/uv.h), held to fail-stop.
 *
 * C-Raft 0.22.1 goes on after a failed set_term, set_vote or append with a
 * memory that its disk does not follow, and arms the wrong timer to try a
 * failed write again.  Each of them ends in fail() here; the last is seen
 * only in the engine's trace.  The trace also tells of a disk without
 * room, and of what was cut off when the log was read.
 *
 * Also measures how long entries take to reach the disk, and compares the
 * log with the machine as it is read, before any of it is applied.
 */
#ifndef DROVER_CLUSTER_DISK_H
#define DROVER_CLUSTER_DISK_H

#include <stdbool.h>
#include <stdint.h>

#include <raft.h>
#include <raft/uv.h>

struct disk {
	/* First, so that an io leads to its disk; for raft_uv_init(). */
	struct raft_io	 io;
	/* Set by the owner. */
	void		*context;
	void		(*fail)(void *context, const char *text);
	void		(*notice)(void *context, const char *text);
	/* The last index of the machine, asked when the log is read. */
	uint64_t	(*applied)(void *context);
	/* Every heartbeat. */
	void		(*tick)(void *context);
	/* Kept here. */
	struct raft_io		 engine;	/* its own functions */
	raft_io_tick_cb		 engine_tick;
	struct raft_tracer	 tracer;	/* for raft_uv_set_tracer() */
	bool			 behind;	/* the log, of the machine */
	uint64_t		 loaded_index;	/* last of the log as read */
	bool			 starved;	/* no room for a segment */
	bool			 snapshot_starved;	/* nor for this */
	uint64_t		 appends;
	uint32_t		 append_last_us;
	uint32_t		 append_mean_us;
	uint32_t		 append_longest_us;
};

/* Between raft_uv_init() and raft_init(). */
void	disk_wrap(struct disk *disk);

#endif
