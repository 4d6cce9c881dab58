/*
 * Entries for the tests of rules and store: single ones in a few words,
 * and whole logs from a seed.
 */
#ifndef DROVER_TESTS_GENERATE_H
#define DROVER_TESTS_GENERATE_H

#include <stddef.h>
#include <stdint.h>

#include "rules/apply.h"
#include "rules/kind.h"

struct random {
	uint64_t	state;
};

uint64_t random_next(struct random *random);
/* 0 <= result < bound */
uint64_t random_below(struct random *random, uint64_t bound);

/* Where a log stands: each entry it makes has a request id of its own. */
struct log_maker {
	struct random	random;
	int64_t		cluster_ms;
	int64_t		index;		/* of the entry made last, or now */
	int64_t		requests;
	/* That the log was applied to; NULL: plans are guessed at. */
	const struct model *model;
	/* Nothing but faults of a few, and plans for them. */
	bool		plans;
};

/* An encoded entry and the same decoded. */
struct made {
	_Alignas(8) unsigned char bytes[ENTRY_BYTES_MAX];
	size_t		length;
	struct entry	entry;
};

/* An entry of operator alice that needs its arguments still. */
void	begin_entry(struct entry *entry, enum entry_kind kind,
	    const char *request);
/* As drover itself. */
void	as_system(struct entry *entry);
/* Ends the process when the entry does not encode and decode. */
void	make_entry(const struct entry *entry, struct made *made);

/*
 * The next entry of a log: of any kind, mostly sensible, now and then
 * wrong, a request id used before, or what is in made already again.
 */
void	log_next(struct log_maker *log, struct made *made);

#endif
