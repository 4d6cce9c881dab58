/*
 * One plan between the rules, a leader, an effector and a network that
 * loses, doubles and reorders what it carries, in virtual time, from a
 * seed.  What took effect is written down apart from all of them, and held
 * against the log.
 */
#ifndef DROVER_TESTS_RULES_PLAN_WORLD_H
#define DROVER_TESTS_RULES_PLAN_WORLD_H

#include <stdbool.h>
#include <stdint.h>

/* What an effector, or a leader, does wrong. */
enum mutant {
	MUTANT_NONE,
	MUTANT_ACTS_ON_DISPATCH,	/* before its begin */
	MUTANT_FORGETS,			/* it has no journal */
	MUTANT_IGNORES_TOKENS,
	MUTANT_LEAVES_OPEN,		/* what it said did not begin */
	MUTANT_STARTS_LATE,		/* when nobody waits any more */
	MUTANT_GUESSES,			/* what is unknown did not happen */
	MUTANTS
};

struct world_result {
	int	effects;		/* that began */
	int	twice;			/* the same attempt began again */
	int	unbegun;		/* without a begin in the log */
	int	after_cancel;		/* begun after the plan was over */
	int	repeated;		/* that must not be, and took */
	int	token_fell;		/* at one target */
	int	undo_missing;		/* or out of order */
	int	stuck;			/* no end, with all that it needs */
	int	helped;
	int	rolled_back;
	int	unknown;		/* steps of which nobody knew */
};

struct world_result world_run(uint64_t seed, enum mutant mutant);
/* Of what must never happen. */
int	world_breaches(const struct world_result *result);

#endif
