/*
 * A machine as the engine sees it (struct raft_fsm): gives each entry its
 * index and time, passes over what the machine has already, and keeps the
 * last applied cluster time through snapshots.
 */
#ifndef DROVER_CLUSTER_REPLICA_H
#define DROVER_CLUSTER_REPLICA_H

#include <stdint.h>

#include <raft.h>

#include "cluster/consensus.h"
#include "cluster/frame.h"

struct replica {
	/* Set by the owner. */
	struct consensus_machine machine;
	const struct raft	*raft;
	void			*context;
	/* Where the proposer of this entry wants the result; or NULL. */
	struct consensus_result	*(*slot)(void *context, uint64_t index,
				    uint64_t term);
	/* The machine cannot go on. */
	void			(*fail)(void *context, const char *text);
	void			(*notice)(void *context, const char *text);
	/* Kept here. */
	struct raft_fsm		 fsm;
	int64_t			 time_ms;	/* of the last entry */
	uint64_t		 snapshot_index;
	uint64_t		 snapshot_applied;	/* on disk */
	uint64_t		 taken_applied;		/* being written */
	unsigned char		 head[FRAME_BYTES];
	struct raft_buffer	 buffers[2];
};

/* Prepares fsm for raft_init(); the owner's members are set. */
void	replica_init(struct replica *replica);

#endif
