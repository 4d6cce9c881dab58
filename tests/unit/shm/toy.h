/*
 * A small schema for the tests of the segment: rows of 64 B, 512 B and
 * 2048 B, and a place of their own for their files.
 */
#ifndef DROVER_TESTS_SHM_TOY_H
#define DROVER_TESTS_SHM_TOY_H

#include <stdint.h>

#include "shm/writer.h"

enum toy_table { TOY_SMALL, TOY_MIDDLE, TOY_LARGE };

struct toy_small {
	struct drover_row_header header;
	int64_t		number;
	double		value;
	char		name[16];
	int64_t		text;
	uint8_t		state;
	uint8_t		pad[15];
};

struct toy_middle {
	struct drover_row_header header;
	uint64_t	words[63];
};

struct toy_large {
	struct drover_row_header header;
	uint64_t	words[255];
};

#define TOY_SMALL_MAX	4096
#define TOY_MIDDLE_MAX	4096
#define TOY_LARGE_MAX	128

extern const struct segment_schema toy_schema;

/* A new directory, "" when it cannot be made; toy_leave() removes it. */
const char *toy_enter(void);
void	toy_leave(void);
/* Path of toy.seg there. */
const char *toy_path(void);

/* A writer with room for everything and no hold time. */
struct segment_writer *toy_writer(size_t pool_bytes);

#endif
