/*
 * Writer and readers as threads on one mapping: what ThreadSanitizer needs
 * to see them meet.  Built with it, the library stores and loads every
 * shared word with release and acquire (shm/access.h), and nothing else of
 * the protocol may race.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "shm/access.h"
#include "shm/writer_state.h"
#include "tests/unit/shm/checked.h"
#include "tests/unit/suite.h"

#define READERS		2
#define PUBLISHES	2000

static struct segment_writer *writer;
static struct checked_writer checked;
static uint64_t finished;

struct outcome {
	uint64_t	tables;
	uint64_t	wrong;
	uint64_t	events;
};

static void *
write_all(void *argument)
{
	struct drover_event event = { .kind = "x" };
	uint64_t *wrong = argument;
	int i;

	for (i = 0; i < PUBLISHES; i++) {
		*wrong += checked_publish(&checked, NULL) != 0;
		segment_event(writer, &event);
		if (i % 16 == 0)
			sched_yield();
	}
	segment_store_release(&finished, 1);
	return NULL;
}

static void
read_once(const struct drover_segment *segment, struct drover_cache *cache,
    struct drover_event_cursor *cursor, struct outcome *outcome)
{
	struct toy_middle rows[CHECKED_ROWS];
	struct drover_event event;
	int64_t got;

	got = drover_table_copy(segment, TOY_MIDDLE, rows, CHECKED_ROWS,
	    NULL);
	outcome->tables += got >= 0;
	outcome->wrong += got != -EAGAIN &&
	    (got < 0 || !checked_sound(rows, (uint32_t)got));
	got = drover_cache_refresh(cache);
	outcome->tables += got >= 0;
	outcome->wrong += got != -EAGAIN &&
	    (got < 0 || !checked_sound((void *)cache->rows, cache->used));
	while (drover_event_next(segment, cursor, &event) == 1) {
		outcome->events++;
		outcome->wrong += strcmp(event.kind, "x") != 0 ||
		    event.sequence + 1 != cursor->next;
	}
}

static void *
read_all(void *argument)
{
	struct outcome *outcome = argument;
	struct drover_event_cursor cursor;
	struct drover_segment *segment;
	struct drover_cache cache;
	size_t size;
	void *memory;

	memset(&cursor, 0, sizeof(cursor));
	if (drover_segment_attach_image(&segment, writer->file.map,
	    writer->file.bytes) != 0) {
		outcome->wrong++;
		return NULL;
	}
	size = drover_cache_bytes(segment, TOY_MIDDLE, CHECKED_ROWS);
	memory = malloc(size);
	if (drover_cache_init(&cache, segment, TOY_MIDDLE, CHECKED_ROWS,
	    memory, size) != 0)
		outcome->wrong++;
	do
		read_once(segment, &cache, &cursor, outcome);
	while (segment_load_acquire(&finished) == 0);
	/* The last one is met by nobody. */
	read_once(segment, &cache, &cursor, outcome);
	free(memory);
	drover_segment_detach(segment);
	return NULL;
}

static void
threads_on_one_mapping_agree(void)
{
	struct outcome outcomes[READERS];
	pthread_t threads[READERS + 1];
	uint64_t wrong = 0;
	int i;

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	writer = toy_writer(96 * 1024);
	CU_ASSERT_PTR_NOT_NULL_FATAL(writer);
	CU_ASSERT_EQUAL(checked_begin(&checked, writer), 0);
	memset(outcomes, 0, sizeof(outcomes));
	for (i = 0; i < READERS; i++)
		pthread_create(&threads[i], NULL, read_all, &outcomes[i]);
	pthread_create(&threads[READERS], NULL, write_all, &wrong);
	for (i = 0; i <= READERS; i++)
		pthread_join(threads[i], NULL);
	CU_ASSERT_EQUAL(wrong, 0);
	for (i = 0; i < READERS; i++) {
		CU_ASSERT_EQUAL(outcomes[i].wrong, 0);
		CU_ASSERT_TRUE(outcomes[i].tables >= 2);
		CU_ASSERT_TRUE(outcomes[i].events > 0);
	}
	segment_close(writer);
	toy_leave();
}

static const struct suite_test tests[] = {
	{ "threads on one mapping agree", threads_on_one_mapping_agree }
};

SUITE_MAIN("threads", tests)
