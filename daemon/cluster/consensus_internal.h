/* What consensus.c and proposal.c share. */
#ifndef DROVER_CLUSTER_CONSENSUS_INTERNAL_H
#define DROVER_CLUSTER_CONSENSUS_INTERNAL_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stdint.h>

#include <raft.h>

#include "cluster/consensus.h"
#include "cluster/disk.h"
#include "cluster/log_directory.h"
#include "cluster/office.h"
#include "cluster/replica.h"
#include "cluster/solitary.h"

enum phase {
	PHASE_OPEN,
	PHASE_STARTED,
	PHASE_FAILED,		/* by consensus_start() */
	PHASE_CLOSING
};

struct proposal;
TAILQ_HEAD(proposal_list, proposal);

struct consensus {
	enum phase		 phase;
	char			 failure[512];	/* of the first fail() */
	struct consensus_watch	 watch;
	struct consensus_clock	 clock;
	struct log_directory	 directory;
	struct raft_uv_transport solitary;
	struct disk		 disk;
	struct replica		 replica;
	struct raft		 raft;
	struct office		 office;
	struct proposal_list	 proposals;	/* in the order of the log */
	uint32_t		 outstanding;
	bool			 transferring;
	uint32_t		 snapshot_threshold;
	uint16_t		 threshold_kib;	/* below: nothing is taken */
	struct raft_barrier	 probe;
	consensus_closed	*closed;
	void			*closed_context;
};

static inline bool
consensus_leads(struct consensus *consensus)
{
	return raft_state(&consensus->raft) == RAFT_LEADER;
}

uint32_t consensus_voters(const struct consensus *consensus);
/* Where the result of this entry goes; NULL: nobody here proposed it. */
struct consensus_result *consensus_slot(void *context, uint64_t index,
	    uint64_t term);

#endif
