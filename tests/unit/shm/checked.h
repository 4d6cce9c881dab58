/*
 * A table that shows whether it was read at one moment: every row is made
 * of its slot and a round, and row 0 holds the sum of all of them.  Rows
 * are 512 B, four to a leaf.
 */
#ifndef DROVER_TESTS_SHM_CHECKED_H
#define DROVER_TESTS_SHM_CHECKED_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/unit/shm/toy.h"

#define CHECKED_ROWS	96u

struct checked_writer {
	struct segment_writer	*writer;
	uint64_t		 rounds[CHECKED_ROWS];
	uint64_t		 round;
	uint64_t		 random;
};

uint64_t checked_random(uint64_t *state);

/* Publish all rows for the first time. */
int	checked_begin(struct checked_writer *checked,
	    struct segment_writer *writer);
/* Change some rows; pause, when not NULL, is called before publishing. */
int	checked_publish(struct checked_writer *checked, void (*pause)(void));

/* Whether rows are what one publish left: count of them, as copied. */
bool	checked_sound(const struct toy_middle *rows, uint32_t count);

#endif
