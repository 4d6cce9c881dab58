/* Rows that tell whether they belong together. */
#include <string.h>

#include "tests/unit/shm/checked.h"

#define WORDS	(sizeof(((struct toy_middle *)NULL)->words) / 8)

uint64_t
checked_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Word i of a row: any two rows, rounds or words differ. */
static uint64_t
word(uint32_t slot, uint64_t round, uint32_t i)
{
	return (round * 0x9e3779b97f4a7c15u) ^
	    ((uint64_t)slot << 48) ^ ((uint64_t)i << 40);
}

static void
fill(struct toy_middle *row, uint32_t slot, uint64_t round)
{
	uint32_t i;

	memset(row, 0, sizeof(*row));
	row->words[0] = round;
	for (i = 2; i < WORDS; i++)
		row->words[i] = word(slot, round, i);
}

static int
put_sum(struct checked_writer *checked)
{
	struct toy_middle row;
	uint64_t sum = 0;
	uint32_t i;

	fill(&row, 0, checked->round);
	for (i = 1; i < CHECKED_ROWS; i++)
		sum += checked->rounds[i];
	row.words[1] = sum;
	return segment_put(checked->writer, TOY_MIDDLE, 0, &row);
}

static int
put_slot(struct checked_writer *checked, uint32_t slot)
{
	struct toy_middle row;

	checked->rounds[slot] = checked->round;
	fill(&row, slot, checked->round);
	return segment_put(checked->writer, TOY_MIDDLE, slot, &row);
}

int
checked_begin(struct checked_writer *checked, struct segment_writer *writer)
{
	uint32_t i;
	int error = 0;

	memset(checked, 0, sizeof(*checked));
	checked->writer = writer;
	checked->random = 0x2545f4914f6cdd1du;
	checked->round = 1;
	for (i = 1; i < CHECKED_ROWS && error == 0; i++)
		error = put_slot(checked, i);
	if (error == 0)
		error = put_sum(checked);
	return error == 0 ? segment_publish(writer) : error;
}

int
checked_publish(struct checked_writer *checked, void (*pause)(void))
{
	uint32_t count, slot;
	int error = 0;

	checked->round++;
	count = 1 + (uint32_t)(checked_random(&checked->random) % 12);
	while (count-- > 0 && error == 0) {
		slot = 1 + (uint32_t)(checked_random(&checked->random) %
		    (CHECKED_ROWS - 1));
		error = put_slot(checked, slot);
	}
	if (error == 0)
		error = put_sum(checked);
	if (pause != NULL)
		pause();
	return error == 0 ? segment_publish(checked->writer) : error;
}

bool
checked_sound(const struct toy_middle *rows, uint32_t count)
{
	uint64_t sum = 0, newest = 0;
	uint32_t slot, i;

	if (count != CHECKED_ROWS)
		return false;
	for (slot = 0; slot < count; slot++) {
		for (i = 2; i < WORDS; i++)
			if (rows[slot].words[i] !=
			    word(slot, rows[slot].words[0], i))
				return false;
		if (slot != 0) {
			sum += rows[slot].words[0];
			if (rows[slot].words[0] > newest)
				newest = rows[slot].words[0];
		}
	}
	return sum == rows[0].words[1] && newest == rows[0].words[0];
}
