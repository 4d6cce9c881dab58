/*
 * What signals do: writers killed at any instruction, stopped writers,
 * stopped readers.  Each is a process of its own.
 */
#include <sys/mman.h>
#include <sys/wait.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/shm/checked.h"
#include "tests/unit/suite.h"

#define POOL_BYTES	(96u * 1024)
#define KILLS		150

/* What processes tell each other beside the segment. */
static struct shared {
	volatile uint64_t	published;
	volatile int		held;	/* the reader is in its snapshot */
	volatile int		go;
	volatile int		result;
} *shared;

static void
enter(void)
{
	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CU_ASSERT_FATAL(shared != MAP_FAILED);
}

static void
leave(void)
{
	munmap(shared, sizeof(*shared));
	toy_leave();
}

static void
write_for_ever(void)
{
	struct checked_writer checked;
	struct segment_writer *writer;

	writer = toy_writer(POOL_BYTES);
	if (writer == NULL || checked_begin(&checked, writer) != 0)
		_exit(1);
	for (;;) {
		shared->published++;
		if (checked_publish(&checked, NULL) != 0)
			_exit(1);
	}
}

static pid_t
start_writer(void)
{
	pid_t child;

	fflush(NULL);
	shared->published = 0;
	child = fork();
	if (child == 0)
		write_for_ever();
	return child;
}

static void
kill_and_reap(pid_t child)
{
	int status;

	kill(child, SIGKILL);
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	CU_ASSERT_TRUE(WIFSIGNALED(status));
}

/* Wait until the writer published count times; false when it died. */
static bool
published(pid_t child, uint64_t count)
{
	while (shared->published < count) {
		if (waitpid(child, NULL, WNOHANG) != 0)
			return false;
		sched_yield();
	}
	return true;
}

static bool
sound(const struct drover_segment *segment)
{
	static struct toy_middle rows[CHECKED_ROWS];
	int64_t got;

	got = drover_table_copy(segment, TOY_MIDDLE, rows, CHECKED_ROWS,
	    NULL);
	return got >= 0 && checked_sound(rows, (uint32_t)got);
}

/* Some instructions more, so that every point of a transaction comes up. */
static void
linger(uint64_t *random)
{
	uint64_t i, spins = checked_random(random) % 20000;

	for (i = 0; i < spins; i++)
		__asm__ volatile("" ::: "memory");
}

static void
a_killed_writer_leaves_the_last_version_whole(void)
{
	struct drover_segment *segment, *former = NULL;
	uint64_t random = 42;
	int i, wrong = 0;
	pid_t writer;

	enter();
	for (i = 0; i < KILLS; i++) {
		writer = start_writer();
		CU_ASSERT_TRUE_FATAL(published(writer, 1 + (uint64_t)i % 7));
		/* The next writer has taken over the name. */
		wrong += former != NULL && drover_segment_liveness(former,
		    0) != DROVER_WRITER_SUPERSEDED;
		CU_ASSERT_EQUAL_FATAL(drover_segment_attach(&segment,
		    toy_path()), 0);
		linger(&random);
		kill_and_reap(writer);
		wrong += drover_segment_liveness(segment, 0) !=
		    DROVER_WRITER_DEAD;
		wrong += !sound(segment);
		/* And what the former one left is still there too. */
		wrong += former != NULL && !sound(former);
		drover_segment_detach(former);
		former = segment;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	drover_segment_detach(former);
	leave();
}

/* Killed while it builds or takes over: the name is never half a file. */
static void
a_writer_killed_while_it_starts_is_no_obstacle(void)
{
	struct drover_segment *segment;
	uint64_t random = 7;
	int i, error, wrong = 0;
	pid_t writer;

	enter();
	for (i = 0; i < KILLS; i++) {
		writer = start_writer();
		usleep((useconds_t)(checked_random(&random) % 700));
		kill_and_reap(writer);
		error = drover_segment_attach(&segment, toy_path());
		if (error == 0) {
			/* No rows yet is whole, too. */
			wrong += !sound(segment) &&
			    drover_table_copy(segment, TOY_MIDDLE, NULL, 0,
			    NULL) != 0;
			drover_segment_detach(segment);
		} else {
			wrong += error != -ENOENT;
		}
	}
	CU_ASSERT_EQUAL(wrong, 0);
	writer = start_writer();
	CU_ASSERT_TRUE(published(writer, 100));
	kill_and_reap(writer);
	leave();
}

static void
a_stopped_writer_is_hung_until_it_goes_on(void)
{
	const uint64_t stale_ns = 100000000;
	struct drover_segment *segment;
	enum drover_liveness now;
	pid_t writer;

	enter();
	writer = start_writer();
	CU_ASSERT_TRUE_FATAL(published(writer, 10));
	CU_ASSERT_EQUAL_FATAL(drover_segment_attach(&segment, toy_path()),
	    0);
	CU_ASSERT_EQUAL(drover_segment_liveness(segment, 0),
	    DROVER_WRITER_ALIVE);
	kill(writer, SIGSTOP);
	waitpid(writer, NULL, WUNTRACED);
	do {
		sched_yield();
		now = drover_segment_liveness(segment, stale_ns);
	} while (now == DROVER_WRITER_ALIVE);
	CU_ASSERT_EQUAL(now, DROVER_WRITER_HUNG);
	CU_ASSERT_TRUE(sound(segment));
	/* It still is the writer: nobody may take over. */
	CU_ASSERT_PTR_NULL(toy_writer(POOL_BYTES));
	kill(writer, SIGCONT);
	do {
		sched_yield();
		now = drover_segment_liveness(segment, stale_ns);
	} while (now == DROVER_WRITER_HUNG);
	CU_ASSERT_EQUAL(now, DROVER_WRITER_ALIVE);
	kill_and_reap(writer);
	CU_ASSERT_EQUAL(drover_segment_liveness(segment, stale_ns),
	    DROVER_WRITER_DEAD);
	drover_segment_detach(segment);
	leave();
}

/* Takes a snapshot, is stopped in it, and says what became of it. */
static void
read_and_be_stopped(void)
{
	struct drover_snapshot snapshot;
	struct drover_segment *segment;

	if (drover_segment_attach(&segment, toy_path()) != 0 ||
	    drover_snapshot_begin(segment, &snapshot) != 0)
		_exit(1);
	shared->held = 1;
	while (!shared->go)
		sched_yield();
	if (drover_snapshot_valid(&snapshot))
		_exit(2);
	_exit(sound(segment) || sound(segment) || sound(segment) ? 0 : 3);
}

static void
a_stopped_reader_holds_up_nobody(void)
{
	struct checked_writer checked;
	struct segment_writer *writer;
	int i, status, wrong = 0;
	pid_t reader;

	enter();
	writer = toy_writer(POOL_BYTES);
	CU_ASSERT_PTR_NOT_NULL_FATAL(writer);
	CU_ASSERT_EQUAL(checked_begin(&checked, writer), 0);
	fflush(NULL);
	reader = fork();
	if (reader == 0)
		read_and_be_stopped();
	while (!shared->held)
		sched_yield();
	kill(reader, SIGSTOP);
	waitpid(reader, NULL, WUNTRACED);
	for (i = 0; i < 20000; i++)
		wrong += checked_publish(&checked, NULL) != 0;
	CU_ASSERT_EQUAL(wrong, 0);
	shared->go = 1;
	kill(reader, SIGCONT);
	CU_ASSERT_EQUAL(waitpid(reader, &status, 0), reader);
	CU_ASSERT_TRUE(WIFEXITED(status));
	CU_ASSERT_EQUAL(WEXITSTATUS(status), 0);
	segment_close(writer);
	leave();
}

static const struct suite_test tests[] = {
	{ "a killed writer leaves the last version whole",
	    a_killed_writer_leaves_the_last_version_whole },
	{ "a writer killed while it starts is no obstacle",
	    a_writer_killed_while_it_starts_is_no_obstacle },
	{ "a stopped writer is hung until it goes on",
	    a_stopped_writer_is_hung_until_it_goes_on },
	{ "a stopped reader holds up nobody",
	    a_stopped_reader_holds_up_nobody }
};

SUITE_MAIN("crash", tests)
