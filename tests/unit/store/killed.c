/*
 * A writer killed at any moment has stored all that it acknowledged, and
 * nothing by half.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/store/place.h"
#include "tests/unit/suite.h"

#define ROUNDS		30
#define SEED		404

static struct run run;

/* Every few entries a backup, each of another name. */
static void
back_up(int64_t index)
{
	struct state_report report;
	char name[40];

	if (index % 8 != 0)
		return;
	snprintf(name, sizeof(name), "backup-%lld", (long long)index);
	state_backup(run.state, place_of(name), &report);
}

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
		back_up(index);
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

/* It is whole, with as many entries as its name says, or not there. */
static void
check_backup(int64_t index)
{
	struct model *model;
	struct run backup;
	char name[40];

	snprintf(name, sizeof(name), "backup-%lld", (long long)index);
	if (access(place_of(name), F_OK) != 0)
		return;
	CU_ASSERT_EQUAL_FATAL(run_begin(&backup, place_of(name), SEED), 0);
	model = model_after(SEED, index);
	CU_ASSERT_TRUE_FATAL(model_equal(model, backup.model));
	model_free(model);
	run_end(&backup);
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
		check_backup(last - last % 8);
	}
}

struct image {
	void	*bytes;
	size_t	 size;
};

static void
restore_for_ever(const struct image images[2], int acknowledged)
{
	struct state_report report;
	size_t i;

	if (run_begin(&run, place_of("state"), SEED) != 0)
		_exit(1);
	for (i = 0; state_restore_snapshot(run.state, images[i % 2].bytes,
	    images[i % 2].size, &report) == 0; i++)
		if (write(acknowledged, "", 1) != 1)
			_exit(2);
	_exit(3);
}

/* After so many restores, and then some. */
static void
kill_restorer(const struct image images[2], uint64_t restores,
    useconds_t later_us)
{
	int ends[2], status;
	pid_t child;
	char byte;

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	fflush(stdout);
	child = fork();
	if (child == 0) {
		close(ends[0]);
		restore_for_ever(images, ends[1]);
	}
	close(ends[1]);
	while (restores > 0 && read(ends[0], &byte, 1) == 1)
		restores--;
	usleep(later_us);
	kill(child, SIGKILL);
	close(ends[0]);
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	CU_ASSERT_EQUAL_FATAL(restores, 0);
}

static void
take_images(struct image images[2])
{
	size_t i, j;

	place_empty();
	CU_ASSERT_EQUAL_FATAL(run_begin(&run, place_of("state"), SEED), 0);
	for (i = 0; i < 2; i++) {
		for (j = 0; j < 60; j++)
			CU_ASSERT_EQUAL_FATAL(run_step(&run), 0);
		CU_ASSERT_EQUAL_FATAL(state_snapshot(run.state,
		    &images[i].bytes, &images[i].size), 0);
	}
	run_end(&run);
}

static void
a_restore_killed_midway_leaves_one_state_or_the_other(void)
{
	struct random random = { 2 };
	struct image images[2];
	struct model *model;
	int64_t index;
	int round;

	place();
	take_images(images);
	for (round = 0; round < 20; round++) {
		kill_restorer(images, 1 + random_below(&random, 3),
		    (useconds_t)random_below(&random, 6000));
		CU_ASSERT_EQUAL_FATAL(run_begin(&run, place_of("state"),
		    SEED), 0);
		index = model_meta(run.model)->applied_index;
		CU_ASSERT_TRUE_FATAL(index == 60 || index == 120);
		model = model_after(SEED, index);
		CU_ASSERT_TRUE_FATAL(model_equal(model, run.model));
		model_free(model);
		run_end(&run);
	}
	free(images[0].bytes);
	free(images[1].bytes);
}

static const struct suite_test tests[] = {
	{ "a restore killed midway leaves one state or the other",
	    a_restore_killed_midway_leaves_one_state_or_the_other },
	{ "no acknowledged entry is lost to kill -9",
	    no_acknowledged_entry_is_lost_to_kill_9 },
};

SUITE_MAIN("store-killed", tests)
