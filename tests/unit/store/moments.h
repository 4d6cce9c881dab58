/*
 * Images that follow one another as those of a core do: nodes come and go,
 * values drift, jump and are absent, events happen.  A seed makes the same
 * ones again.
 */
#ifndef DROVER_TESTS_MOMENTS_H
#define DROVER_TESTS_MOMENTS_H

#include <stdint.h>

#include "store/flight_image.h"
#include "store/flight_log.h"
#include "store/flight_record.h"

#define MOMENTS_START_NS	INT64_C(1790000040000000000)

struct moments {
	struct flight_image	before;
	struct flight_image	now;
	struct bits_writer	bits;
	uint64_t		seed;
	uint64_t		step;
	uint32_t		nodes;
	int64_t			interval_ns;
	bool			mild;	/* no values that RRDs do not take */
};

void	moments_begin(struct moments *moments, uint64_t seed,
	    uint32_t nodes, int64_t interval_ns);
void	moments_end(struct moments *moments);
/*
 * One interval on.  The record, KEY the first time, leads to it; to be
 * freed with free().
 */
struct flight_record *moments_next(struct moments *moments);
/* The next record into the log, the schema before the first: its errors. */
int	moments_append(struct moments *moments, struct flight_log *log);
/* A new core: the next record is a KEY of another instance. */
void	moments_restart(struct moments *moments);
/* The next random number. */
uint64_t moments_draw(struct moments *moments);

#endif
