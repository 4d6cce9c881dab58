/* Work that never returns must not hold anybody up. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "collect/background.h"
#include "../suite.h"

#define MS	INT64_C(1000000)

/* A round that waits for a byte, like one stuck in the kernel. */
struct stuck {
	int	wait[2];	/* what a round reads from */
	int	released[2];	/* where release writes to */
	int	rounds;		/* under the lock, like takes_signals */
	bool	takes_signals;
};

static void
wait_for_byte(struct background *background, void *context)
{
	struct stuck *stuck = context;
	sigset_t blocked;
	char byte;

	(void)!read(stuck->wait[0], &byte, 1);
	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	background_lock(background);
	stuck->takes_signals = !sigismember(&blocked, SIGTERM) ||
	    !sigismember(&blocked, SIGCHLD);
	stuck->rounds++;
	background_unlock(background);
}

static void
release(void *context)
{
	struct stuck *stuck = context;

	(void)!write(stuck->released[1], "x", 1);
}

static const struct background_work work = {
	.round = wait_for_byte,
	.release = release,
	.pace_ns = 1 * MS,
};

static int64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static struct background *
begin(struct stuck *stuck)
{
	struct background *background = NULL;

	stuck->rounds = 0;
	CU_ASSERT_EQUAL_FATAL(pipe(stuck->wait), 0);
	CU_ASSERT_EQUAL_FATAL(pipe(stuck->released), 0);
	CU_ASSERT_EQUAL_FATAL(background_start(&background, &work, stuck), 0);
	return background;
}

static void
end(struct stuck *stuck)
{
	close(stuck->wait[0]);
	close(stuck->wait[1]);
	close(stuck->released[0]);
	close(stuck->released[1]);
}

static void
test_stuck(void)
{
	struct background *background;
	struct stuck stuck;
	int64_t start;
	char byte;

	background = begin(&stuck);
	start = now_ns();
	CU_ASSERT(!background_wait_first(background, 20 * MS));
	background_lock(background);
	CU_ASSERT_EQUAL(stuck.rounds, 0);
	background_unlock(background);
	background_stop(background);
	CU_ASSERT(now_ns() - start < 5000 * MS);
	/* What it holds is let go once the kernel lets go of it. */
	CU_ASSERT_EQUAL(write(stuck.wait[1], "x", 1), 1);
	CU_ASSERT_EQUAL(read(stuck.released[0], &byte, 1), 1);
	end(&stuck);
}

static void
test_rounds(void)
{
	struct background *background;
	struct stuck stuck;
	int rounds = 0, i;
	char byte;

	background = begin(&stuck);
	CU_ASSERT_EQUAL(write(stuck.wait[1], "xx", 2), 2);
	CU_ASSERT(background_wait_first(background, 10000 * MS));
	for (i = 0; i < 10000 && rounds < 2; i++) {
		background_lock(background);
		rounds = stuck.rounds;
		background_unlock(background);
		sched_yield();
		usleep(1000);
	}
	CU_ASSERT_EQUAL(rounds, 2);
	CU_ASSERT_EQUAL(write(stuck.wait[1], "xxxx", 4), 4);
	background_stop(background);
	CU_ASSERT_EQUAL(read(stuck.released[0], &byte, 1), 1);
	end(&stuck);
}

static void
test_no_signals(void)
{
	struct background *background;
	struct stuck stuck;
	sigset_t blocked;
	char byte;

	background = begin(&stuck);
	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	CU_ASSERT(!sigismember(&blocked, SIGTERM));
	CU_ASSERT_EQUAL(write(stuck.wait[1], "x", 1), 1);
	CU_ASSERT(background_wait_first(background, 10000 * MS));
	background_lock(background);
	CU_ASSERT(!stuck.takes_signals);
	background_unlock(background);
	CU_ASSERT_EQUAL(write(stuck.wait[1], "xxxx", 4), 4);
	background_stop(background);
	CU_ASSERT_EQUAL(read(stuck.released[0], &byte, 1), 1);
	end(&stuck);
}

static const struct suite_test tests[] = {
	{"stuck work is left behind and freed when it returns", test_stuck},
	{"rounds follow one another", test_rounds},
	{"the signals of the caller stay with the caller", test_no_signals},
};

SUITE_MAIN("collect background", tests)
