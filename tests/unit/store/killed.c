/*
 * A writer killed at any moment has stored all that it acknowledged, and
 * nothing by half.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/store/place.h"
#include "tests/unit/suite.h"

#define ROUNDS		40
#define SEED		404

static struct run run;

/* Stores and acknowledges until it is killed. */
static void
write_for_ever(int acknowledged)
{
	int64_t index;

	if (run_begin(&run, place_of("state"), SEED) != 0)
		_exit(1);
	while (run_step(&run) == 0) {
		index = model_meta(run.model)->applied_index;
		if (write(acknowledged, &index, sizeof(index)) !=
		    (ssize_t)sizeof(index))
			_exit(2);
	}
	_exit(3);
}

/* Kills after so many acknowledgements; returns the last one seen. */
static int64_t
kill_writer(uint64_t acknowledgements)
{
	int64_t last = 0, index;
	int ends[2], status;
	uint64_t seen = 0;
	pid_t child;

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	fflush(stdout);
	child = fork();
	if (child == 0) {
		close(ends[0]);
		write_for_ever(ends[1]);
	}
	close(ends[1]);
	/* What is still in the pipe after the kill was acknowledged too. */
	while (read(ends[0], &index, sizeof(index)) ==
	    (ssize_t)sizeof(index)) {
		last = index;
		if (++seen == acknowledgements)
			kill(child, SIGKILL);
	}
	close(ends[0]);
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	CU_ASSERT_TRUE_FATAL(WIFSIGNALED(status));
	return last;
}

static void
no_acknowledged_entry_is_lost_to_kill_9(void)
{
	struct random random = { 1 };
	struct model *model;
	int64_t last, index;
	int round;

	place();
	for (round = 0; round < ROUNDS; round++) {
		last = kill_writer(1 + random_below(&random, 60));
		CU_ASSERT_EQUAL_FATAL(run_begin(&run, place_of("state"),
		    SEED), 0);
		index = model_meta(run.model)->applied_index;
		/* The one in hand may be there; nothing more. */
		CU_ASSERT_TRUE_FATAL(index == last || index == last + 1);
		model = model_after(SEED, index);
		CU_ASSERT_TRUE_FATAL(model_equal(model, run.model));
		model_free(model);
		run_end(&run);
	}
}

static const struct suite_test tests[] = {
	{ "no acknowledged entry is lost to kill -9",
	    no_acknowledged_entry_is_lost_to_kill_9 },
};

SUITE_MAIN("store-killed", tests)
