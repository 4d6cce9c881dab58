/* Spoiling text, the same way in every run. */
#ifndef DROVER_TESTS_COLLECT_MUTATION_H
#define DROVER_TESTS_COLLECT_MUTATION_H

#include <stddef.h>
#include <stdint.h>

struct mutation {
	uint64_t	state;		/* not 0 */
};

/* A number below the limit. */
size_t	mutation_below(struct mutation *mutation, size_t limit);
/* Spoil the bytes in one way; returns their new length, at most room. */
size_t	mutation_apply(struct mutation *mutation, char *bytes, size_t length,
	    size_t room);

#endif
