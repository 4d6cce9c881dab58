/*
 * One writer and several readers, each a process of its own, on a pool so
 * small that readers are lapped all the time.
 *
 *	stress [-m] [-r readers] [-s seconds]
 *
 * Without -m it fails when a reader accepts rows that no publish left
 * behind.  With -m it is linked with a mutant of the segment and fails when
 * none is found in that time (and ends as soon as one is).
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

#define READERS_MAX	16
#define POOL_BYTES	(96u * 1024)

struct counts {
	_Alignas(128) uint64_t	reads;	/* of one row, found valid */
	uint64_t		tables;
	uint64_t		torn;
	uint64_t		lapped;
	uint64_t		errors;
};

static struct shared {
	volatile int	ready;		/* the writer has published */
	volatile int	stop;
	uint64_t	published;
	struct counts	readers[READERS_MAX];
} *shared;

static struct toy_middle rows[CHECKED_ROWS];
static uint64_t turn = 88172645463325252u;

/* Give another process the chance to come between, now and then. */
static void
wander(void)
{
	uint64_t i, spins;

	spins = checked_random(&turn);
	if (spins % 64 == 0)
		sched_yield();
	for (i = 0; i < spins % 512; i++)
		__asm__ volatile("" ::: "memory");
}

static int
write_all(void)
{
	struct checked_writer checked;
	struct segment_writer *writer;
	int error;

	writer = toy_writer(POOL_BYTES);
	if (writer == NULL)
		return 1;
	error = checked_begin(&checked, writer);
	shared->ready = 1;
	while (error == 0 && !shared->stop) {
		error = checked_publish(&checked, wander);
		shared->published++;
	}
	segment_close(writer);
	return error != 0;
}

/* Rows in place, with time for the writer to come between. */
static int64_t
read_in_place(const struct drover_segment *segment)
{
	struct drover_snapshot snapshot;
	const void *row;
	uint32_t i, used;

	if (drover_snapshot_begin(segment, &snapshot) != 0)
		return -EBADMSG;
	used = drover_rows(&snapshot, TOY_MIDDLE);
	for (i = 0; i < used && i < CHECKED_ROWS; i++) {
		if (i % 16 == 0)
			wander();
		row = drover_row(&snapshot, TOY_MIDDLE, i);
		if (row == NULL)
			memset(&rows[i], 0, sizeof(rows[i]));
		else
			memcpy(&rows[i], row, sizeof(rows[i]));
	}
	wander();
	return drover_snapshot_valid(&snapshot) ? (int64_t)used : -EAGAIN;
}

static void
note(struct counts *counts, int64_t got, const struct toy_middle *table)
{
	if (got == -EAGAIN) {
		counts->lapped++;
	} else if (got < 0) {
		counts->errors++;
	} else {
		counts->reads += (uint64_t)got;
		counts->tables++;
		if (!checked_sound(table, (uint32_t)got))
			counts->torn++;
	}
}

static int
read_all(struct counts *counts)
{
	struct drover_segment *segment;
	struct drover_cache cache;
	int64_t got;
	void *memory;
	size_t size;

	while (!shared->ready)
		sched_yield();
	if (drover_segment_attach(&segment, toy_path()) != 0)
		return 1;
	size = drover_cache_bytes(segment, TOY_MIDDLE, CHECKED_ROWS);
	memory = malloc(size);
	if (memory == NULL || drover_cache_init(&cache, segment, TOY_MIDDLE,
	    CHECKED_ROWS, memory, size) != 0)
		return 1;
	while (!shared->stop) {
		got = drover_table_copy(segment, TOY_MIDDLE, rows,
		    CHECKED_ROWS, NULL);
		note(counts, got, rows);
		note(counts, read_in_place(segment), rows);
		got = drover_cache_refresh(&cache);
		note(counts, got < 0 ? got : (int64_t)cache.used,
		    (const void *)cache.rows);
	}
	free(memory);
	drover_segment_detach(segment);
	return 0;
}

static pid_t
start(int reader)
{
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child != 0)
		return child;
	turn += (uint64_t)getpid() * 7919;
	_exit(reader < 0 ? write_all() : read_all(&shared->readers[reader]));
}

static struct counts
sum(int readers)
{
	struct counts all;
	int i;

	memset(&all, 0, sizeof(all));
	for (i = 0; i < readers; i++) {
		all.reads += shared->readers[i].reads;
		all.tables += shared->readers[i].tables;
		all.torn += shared->readers[i].torn;
		all.lapped += shared->readers[i].lapped;
		all.errors += shared->readers[i].errors;
	}
	return all;
}

/* Until the time is over, or torn rows were seen. */
static void
watch(int readers, double seconds)
{
	const struct timespec step = { 0, 10000000 };
	struct timespec now;
	double end;

	clock_gettime(CLOCK_MONOTONIC, &now);
	end = (double)now.tv_sec + (double)now.tv_nsec / 1e9 + seconds;
	do {
		nanosleep(&step, NULL);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (sum(readers).torn == 0 &&
	    (double)now.tv_sec + (double)now.tv_nsec / 1e9 < end);
	shared->stop = 1;
}

static int
report(int readers, int mutant, int failed)
{
	struct counts all = sum(readers);

	printf("published %llu, tables read %llu, rows read %llu, "
	    "lapped %llu, torn %llu, errors %llu\n",
	    (unsigned long long)shared->published,
	    (unsigned long long)all.tables, (unsigned long long)all.reads,
	    (unsigned long long)all.lapped, (unsigned long long)all.torn,
	    (unsigned long long)all.errors);
	if (failed || (!mutant && all.errors != 0))
		return 1;
	if (mutant)
		return all.torn == 0;
	return all.torn != 0 || all.tables == 0;
}

int
main(int argc, char **argv)
{
	int readers = 2, mutant = 0, failed = 0, option, status, i;
	double seconds = 2;

	while ((option = getopt(argc, argv, "mr:s:")) != -1) {
		if (option == 'm')
			mutant = 1;
		else if (option == 'r')
			readers = atoi(optarg);
		else if (option == 's')
			seconds = atof(optarg);
		else
			return 2;
	}
	if (readers < 1 || readers > READERS_MAX || toy_enter()[0] == '\0')
		return 2;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 2;
	for (i = -1; i < readers; i++)
		if (start(i) == -1)
			failed = 1;
	watch(readers, seconds);
	while (wait(&status) > 0)
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			failed = 1;
	toy_leave();
	return report(readers, mutant, failed);
}
