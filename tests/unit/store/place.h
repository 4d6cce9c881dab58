/*
 * A directory of its own for a test of the store, and a log that runs
 * through rules and store at once.
 */
#ifndef DROVER_TESTS_PLACE_H
#define DROVER_TESTS_PLACE_H

#include "store/state.h"
#include "tests/unit/rules/generate.h"

/* Made once; removed with what is in it when the program ends. */
const char *place(void);
/* place()/name, in one of a few buffers. */
const char *place_of(const char *name);
void	place_empty(void);
void	copy_file(const char *from, const char *to, long bytes);

/* A state, the model that belongs to it, and where the log is. */
struct run {
	struct state		*state;
	struct model		*model;
	struct log_maker	 log;
	struct made		 made;
	struct changes		 changes;
};

/* Opens the file, loads it, and winds the log on to where it ends. */
int	run_begin(struct run *run, const char *path, uint64_t seed);
/* The next entry: apply, store, commit. */
int	run_step(struct run *run);
void	run_end(struct run *run);
/* The model after that many entries, with nothing on disk. */
struct model *model_after(uint64_t seed, int64_t entries);

#endif
