/*
 * The segment: publishing, reading whole, looking up, refreshing, attaching.
 * 2000 rows of 512 B.  Each figure is the median of batches; its peer is
 * measured in the same run, batch by batch in turn, on the same bytes.
 * One JSON object a line; ratio is value/peer, for speeds of reading
 * peer/value (1 is the speed of memcpy).
 */
#include <sys/mman.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/shm/checked.h"

#define ROWS		2000u
#define BATCHES		41
#define ROW_BYTES	sizeof(struct toy_middle)

static struct toy_middle rows[ROWS];
static struct toy_middle plain[ROWS];
static struct segment_writer *writer;
static struct drover_segment *segment;
static struct drover_cache cache;
static uint64_t turn = 1;
static uint64_t random_state = 88172645463325252u;
static uint64_t sink;

static double
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int
by_value(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static double
median(double *values)
{
	qsort(values, BATCHES, sizeof(*values), by_value);
	return values[BATCHES / 2];
}

struct subject {
	const char	*name;
	const char	*unit;
	void		(*run)(uint32_t);
	void		(*peer)(uint32_t);
	uint32_t	 argument;
	uint32_t	 repeat;	/* in a batch */
	double		 scale;		/* of ns to the unit */
	int		 speed;		/* ratio as speed */
};

static double
batch(void (*run)(uint32_t), uint32_t argument, uint32_t repeat)
{
	double start;
	uint32_t i;

	start = now_ns();
	for (i = 0; i < repeat; i++)
		run(argument);
	return (now_ns() - start) / repeat;
}

static void
measure(const struct subject *subject, bool smoke)
{
	double values[BATCHES], peers[BATCHES], value, peer;
	uint32_t repeat = smoke ? 1 : subject->repeat;
	int i;

	for (i = 0; i < BATCHES; i++) {
		values[i] = batch(subject->run, subject->argument, repeat);
		peers[i] = batch(subject->peer, subject->argument, repeat);
	}
	value = median(values) / subject->scale;
	peer = median(peers) / subject->scale;
	printf("{\"name\":\"%s\",\"value\":%.4g,\"unit\":\"%s\","
	    "\"peer\":%.4g,\"ratio\":%.3g}\n", subject->name, value,
	    subject->unit, peer, subject->speed ? peer / value :
	    value / peer);
	fflush(stdout);
}

static void
change(struct toy_middle *row)
{
	uint32_t i;

	turn++;
	for (i = 0; i < 8; i++)
		row->words[i * 8] = turn;
}

static void
publish(uint32_t count)
{
	uint32_t i, slot;

	for (i = 0; i < count; i++) {
		slot = count == ROWS ? i :
		    (uint32_t)(checked_random(&random_state) % ROWS);
		change(&rows[slot]);
		if (segment_put(writer, 1, slot, &rows[slot]) != 0)
			abort();
	}
	if (segment_publish(writer) != 0)
		abort();
}

/* The limit: the same rows changed and copied, with no reader in mind. */
static void
copy_rows(uint32_t count)
{
	uint32_t i, slot;

	for (i = 0; i < count; i++) {
		slot = count == ROWS ? i :
		    (uint32_t)(checked_random(&random_state) % ROWS);
		change(&rows[slot]);
		memcpy(&plain[slot], &rows[slot], ROW_BYTES);
	}
}

static struct toy_middle target[ROWS];

static void
read_whole(uint32_t count)
{
	if (drover_table_copy(segment, 1, target, count, NULL) !=
	    (int64_t)count)
		abort();
}

static void
copy_whole(uint32_t count)
{
	memcpy(target, plain, count * ROW_BYTES);
	__asm__ volatile("" ::: "memory");
}

static void
look_up(uint32_t count)
{
	struct drover_snapshot snapshot;
	const struct toy_middle *row;
	uint32_t slot;

	slot = (uint32_t)(checked_random(&random_state) % count);
	drover_snapshot_begin(segment, &snapshot);
	row = drover_row(&snapshot, 1, slot);
	sink += row->words[0];
	if (!drover_snapshot_valid(&snapshot))
		abort();
}

static void
index_plain(uint32_t count)
{
	sink += plain[checked_random(&random_state) % count].words[0];
	__asm__ volatile("" ::: "memory");
}

static void
refresh_unchanged(uint32_t argument)
{
	(void)argument;
	if (drover_cache_refresh(&cache) != 0)
		abort();
}

static void
compare_plain(uint32_t argument)
{
	(void)argument;
	sink += memcmp(target, plain, sizeof(plain)) == 0;
	__asm__ volatile("" ::: "memory");
}

static void
refresh_changed(uint32_t count)
{
	publish(count);
	if (drover_cache_refresh(&cache) < 1)
		abort();
}

static void
publish_and_read_whole(uint32_t count)
{
	publish(count);
	read_whole(ROWS);
}

static void
attach(uint32_t argument)
{
	struct drover_segment *handle;

	(void)argument;
	if (drover_segment_attach(&handle, toy_path()) != 0)
		abort();
	drover_segment_detach(handle);
}

static void
map_only(uint32_t argument)
{
	struct stat status;
	void *bytes;
	int file;

	(void)argument;
	file = open(toy_path(), O_RDONLY | O_CLOEXEC);
	fstat(file, &status);
	bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED,
	    file, 0);
	sink += *(volatile uint64_t *)bytes;
	munmap(bytes, (size_t)status.st_size);
	close(file);
}

static const struct subject subjects[] = {
	{ "segment publish 1 row", "us", publish, copy_rows, 1, 2000, 1e3,
	    0 },
	{ "segment publish 10 rows", "us", publish, copy_rows, 10, 400, 1e3,
	    0 },
	{ "segment publish 100 rows", "us", publish, copy_rows, 100, 50, 1e3,
	    0 },
	{ "segment publish 2000 rows", "us", publish, copy_rows, ROWS, 8,
	    1e3, 0 },
	{ "segment read whole table, speed against memcpy", "us", read_whole,
	    copy_whole, ROWS, 20, 1e3, 1 },
	{ "segment lookup", "ns", look_up, index_plain, ROWS, 20000, 1, 0 },
	{ "segment refresh unchanged, against comparing all", "us",
	    refresh_unchanged, compare_plain, 0, 20, 1e3, 0 },
	{ "segment publish 10 and refresh, against reading whole", "us",
	    refresh_changed, publish_and_read_whole, 10, 20, 1e3, 0 },
	{ "segment attach and detach, against map and unmap", "us", attach,
	    map_only, 0, 200, 1e3, 0 }
};

int
main(int argc, char **argv)
{
	const uint32_t counts[] = { 0, ROWS, 0 };
	struct segment_options options;
	size_t size, i;
	void *memory;

	if (toy_enter()[0] == '\0')
		return 2;
	memset(&options, 0, sizeof(options));
	options.pool_bytes = segment_pool_bytes(&toy_schema, counts);
	if (segment_create(&writer, toy_path(), &toy_schema, &options) != 0)
		return 1;
	for (i = 0; i < 30; i++)
		publish(ROWS);
	if (drover_segment_attach(&segment, toy_path()) != 0)
		return 1;
	size = drover_cache_bytes(segment, 1, ROWS);
	memory = malloc(size);
	if (memory == NULL || drover_cache_init(&cache, segment, 1, ROWS,
	    memory, size) != 0 || drover_cache_refresh(&cache) < 0)
		return 1;
	copy_rows(ROWS);
	read_whole(ROWS);
	memcpy(plain, target, sizeof(plain));
	for (i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
		measure(&subjects[i],
		    argc > 1 && strcmp(argv[1], "--smoke") == 0);
		drover_cache_refresh(&cache);
	}
	drover_segment_detach(segment);
	segment_close(writer);
	free(memory);
	toy_leave();
	return sink == 42;
}
