/*
 * A state machine for tests: counts the entries and chains their bytes, so
 * that two of them that applied the same entries in the same order, and
 * only they, are equal.
 */
#ifndef DROVER_TESTS_LEDGER_H
#define DROVER_TESTS_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "cluster/consensus.h"

struct ledger_state {
	uint64_t	index;
	uint64_t	count;
	uint64_t	chain;
	uint64_t	bytes;
	int64_t		time_ms;
	int64_t		wall_ms;
};

struct ledger {
	struct ledger_state state;
	/* What was asked of it. */
	uint32_t	applies;
	uint32_t	snapshots;
	uint32_t	releases;
	uint32_t	restores;
	int		apply_error;	/* returned instead of applying */
	int		snapshot_error;
	/* Told each entry; may be NULL. */
	void		(*applied)(struct ledger *ledger);
	int		number;
};

struct consensus_machine ledger_machine(struct ledger *ledger);
/* What apply makes of chain. */
uint64_t ledger_chain(uint64_t chain, const void *bytes, size_t length);

#endif
