/* Events, kept copies, images and bindings. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/shm/checked.h"
#include "tests/unit/suite.h"

static struct segment_writer *writer;
static struct drover_segment *segment;

static void
enter(size_t pool_bytes)
{
	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	writer = toy_writer(pool_bytes);
	CU_ASSERT_PTR_NOT_NULL_FATAL(writer);
	CU_ASSERT_EQUAL_FATAL(drover_segment_attach(&segment, toy_path()), 0);
}

static void
leave(void)
{
	drover_segment_detach(segment);
	segment_close(writer);
	toy_leave();
}

static void
say(int number)
{
	struct drover_event event;

	memset(&event, 0, sizeof(event));
	event.time_ns = number;
	event.severity = DROVER_SEVERITY_MAJOR;
	snprintf(event.node, sizeof(event.node), "a");
	snprintf(event.kind, sizeof(event.kind), "backend.down");
	snprintf(event.text, sizeof(event.text), "event %d", number);
	segment_event(writer, &event);
	CU_ASSERT_EQUAL(event.sequence, (uint64_t)number);
}

static void
events_come_in_order_and_once(void)
{
	struct drover_event_cursor cursor, later;
	struct drover_event event;
	int i;

	enter(1 << 20);
	memset(&cursor, 0, sizeof(cursor));
	CU_ASSERT_EQUAL(drover_event_next(segment, &cursor, &event), 0);
	for (i = 1; i <= 5; i++)
		say(i);
	drover_event_end(segment, &later);
	CU_ASSERT_EQUAL(drover_event_next(segment, &later, &event), 0);
	for (i = 1; i <= 5; i++) {
		CU_ASSERT_EQUAL(drover_event_next(segment, &cursor, &event),
		    1);
		CU_ASSERT_EQUAL(event.time_ns, i);
		CU_ASSERT_EQUAL(event.severity, DROVER_SEVERITY_MAJOR);
		CU_ASSERT_STRING_EQUAL(event.kind, "backend.down");
	}
	CU_ASSERT_STRING_EQUAL(event.text, "event 5");
	CU_ASSERT_EQUAL(drover_event_next(segment, &cursor, &event), 0);
	CU_ASSERT_EQUAL(cursor.lost, 0);
	CU_ASSERT_EQUAL(cursor.got, 5);
	say(6);
	CU_ASSERT_EQUAL(drover_event_next(segment, &later, &event), 1);
	CU_ASSERT_EQUAL(event.sequence, 6);
	leave();
}

static void
a_lapped_cursor_counts_what_it_lost(void)
{
	struct drover_event_cursor cursor, fresh;
	struct drover_event event;
	int i;

	enter(1 << 20);
	memset(&cursor, 0, sizeof(cursor));
	memset(&fresh, 0, sizeof(fresh));
	say(1);
	CU_ASSERT_EQUAL(drover_event_next(segment, &cursor, &event), 1);
	for (i = 2; i <= 100; i++)
		say(i);
	/* The ring of the toy has 16 slots. */
	CU_ASSERT_EQUAL(drover_event_next(segment, &cursor, &event), 1);
	CU_ASSERT_EQUAL(event.sequence, 85);
	CU_ASSERT_EQUAL(cursor.lost, 83);
	CU_ASSERT_EQUAL(drover_event_next(segment, &fresh, &event), 1);
	CU_ASSERT_EQUAL(event.sequence, 85);
	CU_ASSERT_EQUAL(fresh.lost, 0);
	/* A cursor of another ring begins anew. */
	fresh.next = 1000;
	CU_ASSERT_EQUAL(drover_event_next(segment, &fresh, &event), 1);
	CU_ASSERT_EQUAL(event.sequence, 85);
	leave();
}

static void
a_refresh_copies_only_what_changed(void)
{
	struct checked_writer checked;
	struct drover_cache cache;
	struct toy_middle row;
	size_t size;
	void *memory;
	int i, wrong = 0;

	enter(1 << 20);
	CU_ASSERT_EQUAL(checked_begin(&checked, writer), 0);
	size = drover_cache_bytes(segment, TOY_MIDDLE, CHECKED_ROWS);
	memory = malloc(size);
	CU_ASSERT_EQUAL(drover_cache_init(&cache, segment, TOY_MIDDLE,
	    CHECKED_ROWS, memory, size - 1), -EINVAL);
	CU_ASSERT_EQUAL(drover_cache_init(&cache, segment, TOY_MIDDLE,
	    CHECKED_ROWS, memory, size), 0);
	CU_ASSERT_EQUAL(drover_cache_refresh(&cache), CHECKED_ROWS / 4);
	CU_ASSERT_EQUAL(cache.used, CHECKED_ROWS);
	CU_ASSERT_TRUE(checked_sound((void *)cache.rows, cache.used));
	CU_ASSERT_EQUAL(drover_cache_refresh(&cache), 0);
	/* Rows put again as they were are no change. */
	memcpy(&row, cache.rows + 5 * sizeof(row), sizeof(row));
	CU_ASSERT_EQUAL(segment_put(writer, TOY_MIDDLE, 5, &row), 0);
	CU_ASSERT_EQUAL(segment_publish(writer), 0);
	CU_ASSERT_EQUAL(drover_cache_refresh(&cache), 0);
	row.words[4] ^= 1;
	CU_ASSERT_EQUAL(segment_put(writer, TOY_MIDDLE, 5, &row), 0);
	CU_ASSERT_EQUAL(segment_publish(writer), 0);
	CU_ASSERT_EQUAL(drover_cache_refresh(&cache), 1);
	CU_ASSERT_EQUAL(memcmp(cache.rows + 5 * sizeof(row) + 8,
	    row.words, sizeof(row.words)), 0);
	CU_ASSERT_EQUAL(checked_begin(&checked, writer), 0);
	for (i = 0; i < 1000; i++) {
		wrong += checked_publish(&checked, NULL) != 0;
		wrong += drover_cache_refresh(&cache) < 1;
		wrong += !checked_sound((void *)cache.rows, cache.used);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	free(memory);
	leave();
}

static void
a_refresh_follows_a_table_that_shrinks_and_outgrows_it(void)
{
	struct drover_cache cache;
	struct toy_middle row;
	size_t size;
	void *memory;

	enter(1 << 20);
	memset(&row, 1, sizeof(row));
	segment_put(writer, TOY_MIDDLE, 9, &row);
	segment_publish(writer);
	size = drover_cache_bytes(segment, TOY_MIDDLE, 10);
	memory = malloc(size);
	CU_ASSERT_EQUAL(drover_cache_init(&cache, segment, TOY_MIDDLE, 10,
	    memory, size), 0);
	CU_ASSERT_EQUAL(drover_cache_refresh(&cache), 1);
	CU_ASSERT_EQUAL(cache.used, 10);
	segment_remove(writer, TOY_MIDDLE, 9);
	segment_publish(writer);
	CU_ASSERT_EQUAL(drover_cache_refresh(&cache), 1);
	CU_ASSERT_EQUAL(cache.used, 0);
	CU_ASSERT_EQUAL(((struct drover_row_header *)(void *)(cache.rows +
	    9 * sizeof(row)))->generation, 0);
	segment_put(writer, TOY_MIDDLE, 10, &row);
	segment_publish(writer);
	CU_ASSERT_EQUAL(drover_cache_refresh(&cache), -ENOSPC);
	CU_ASSERT_EQUAL(drover_cache_refresh(&cache), -ENOSPC);
	segment_remove(writer, TOY_MIDDLE, 10);
	segment_publish(writer);
	CU_ASSERT_TRUE(drover_cache_refresh(&cache) >= 0);
	free(memory);
	leave();
}

static void
an_image_reads_like_the_segment(void)
{
	struct checked_writer checked;
	struct drover_segment *image, *again;
	struct toy_middle rows[CHECKED_ROWS];
	struct drover_event_cursor cursor;
	struct drover_event event;
	struct drover_column column;
	struct toy_small small;
	int64_t size, size_again;
	char text[32];
	void *bytes, *bytes_again;

	enter(1 << 20);
	CU_ASSERT_EQUAL(checked_begin(&checked, writer), 0);
	memset(&small, 0, sizeof(small));
	small.text = segment_intern(writer, "told in full");
	segment_put(writer, TOY_SMALL, 3000, &small);
	CU_ASSERT_EQUAL(checked_publish(&checked, NULL), 0);
	say(1);
	size = drover_segment_image(segment, NULL, 0);
	CU_ASSERT_FATAL(size > 0);
	bytes = malloc((size_t)size);
	CU_ASSERT_EQUAL(drover_segment_image(segment, bytes, 100), -ENOSPC);
	CU_ASSERT_EQUAL(drover_segment_image(segment, bytes, (size_t)size),
	    size);
	CU_ASSERT_TRUE((size_t)size < (1 << 20) / 2);
	CU_ASSERT_EQUAL_FATAL(drover_segment_attach_image(&image, bytes,
	    (size_t)size), 0);
	CU_ASSERT_EQUAL(drover_segment_liveness(image, 0),
	    DROVER_WRITER_IMAGE);
	CU_ASSERT_EQUAL(drover_table_copy(image, TOY_MIDDLE, rows,
	    CHECKED_ROWS, NULL), CHECKED_ROWS);
	CU_ASSERT_TRUE(checked_sound(rows, CHECKED_ROWS));
	CU_ASSERT_EQUAL(drover_column_find(image, TOY_SMALL, "text",
	    &column), 0);
	drover_get_str(image, &column, &small, text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, "told in full");
	memset(&cursor, 0, sizeof(cursor));
	CU_ASSERT_EQUAL(drover_event_next(image, &cursor, &event), 1);
	CU_ASSERT_EQUAL(drover_event_next(image, &cursor, &event), 0);
	/* The image of an image is the image. */
	size_again = drover_segment_image(image, NULL, 0);
	CU_ASSERT_EQUAL_FATAL(size_again, size);
	bytes_again = malloc((size_t)size);
	CU_ASSERT_EQUAL(drover_segment_image(image, bytes_again,
	    (size_t)size), size);
	CU_ASSERT_EQUAL(memcmp(bytes, bytes_again, (size_t)size), 0);
	CU_ASSERT_EQUAL(drover_segment_attach_image(&again, bytes_again,
	    (size_t)size - 1), -EBADMSG);
	drover_segment_detach(image);
	free(bytes);
	free(bytes_again);
	leave();
}

static void
core_rows_come_through_a_binding(void)
{
	struct segment_options options;
	struct drover_binding binding;
	struct drover_node_row row, back;
	unsigned char stored[DROVER_ROW_BYTES_MAX];

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	memset(&options, 0, sizeof(options));
	options.pool_bytes = 1 << 20;
	CU_ASSERT_EQUAL_FATAL(segment_create(&writer, toy_path(),
	    &segment_core_schema, &options), 0);
	CU_ASSERT_EQUAL_FATAL(drover_segment_attach(&segment, toy_path()), 0);
	memset(&row, 0, sizeof(row));
	snprintf(row.name, sizeof(row.name), "moor");
	row.cpu_busy = 12.5;
	row.load1 = NAN;
	row.state = DROVER_NODE_STATE_UP;
	CU_ASSERT_EQUAL(segment_put(writer, DROVER_TABLE_NODE, 0, &row), 0);
	CU_ASSERT_EQUAL(segment_publish(writer), 0);
	CU_ASSERT_EQUAL(drover_binding_make(&binding, segment,
	    DROVER_TABLE_NODE), 0);
	CU_ASSERT_EQUAL(drover_table_copy(segment, binding.table, stored, 1,
	    NULL), 1);
	memset(&back, 0xff, sizeof(back));
	drover_binding_decode(&binding, stored, &back);
	CU_ASSERT_STRING_EQUAL(back.name, "moor");
	CU_ASSERT_EQUAL(back.cpu_busy, 12.5);
	CU_ASSERT_TRUE(isnan(back.load1));
	CU_ASSERT_EQUAL(back.state, DROVER_NODE_STATE_UP);
	CU_ASSERT_EQUAL(back.header.generation, 1);
	leave();
}

/* Another version of droverd: a column less, one of another type. */
static void
a_column_the_segment_lacks_reads_as_absent(void)
{
	struct segment_column columns[] = {
		{ "load1", "tasks", "", NULL, DROVER_TYPE_F64,
		    DROVER_SEMANTICS_GAUGE, 24, 8 },
		{ "name", "none", "", NULL, DROVER_TYPE_CHAR,
		    DROVER_SEMANTICS_ID, 8, 12 },
		{ "cpu_busy", "percent", "", NULL, DROVER_TYPE_I64,
		    DROVER_SEMANTICS_GAUGE, 32, 8 }
	};
	const struct segment_table table = { "node", "", columns, 3, 40, 8 };
	const struct segment_schema schema = { &table, NULL, 1, 0 };
	const struct segment_options options = { .pool_bytes = 1 << 20 };
	struct drover_binding binding;
	struct drover_node_row back;
	unsigned char row[40];
	double load = 1.5;

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	CU_ASSERT_EQUAL_FATAL(segment_create(&writer, toy_path(), &schema,
	    &options), 0);
	CU_ASSERT_EQUAL_FATAL(drover_segment_attach(&segment, toy_path()), 0);
	memset(row, 0, sizeof(row));
	memcpy(row + 8, "longer name!", 12);
	memcpy(row + 24, &load, sizeof(load));
	CU_ASSERT_EQUAL(drover_binding_make(&binding, segment,
	    DROVER_TABLE_DEVICE), -ENOENT);
	CU_ASSERT_EQUAL(drover_binding_make(&binding, segment,
	    DROVER_TABLE_NODE), 0);
	memset(&back, 0xff, sizeof(back));
	drover_binding_decode(&binding, row, &back);
	CU_ASSERT_STRING_EQUAL(back.name, "longer name!");
	CU_ASSERT_EQUAL(back.load1, 1.5);
	CU_ASSERT_TRUE(isnan(back.cpu_busy));
	CU_ASSERT_TRUE(isnan(back.psi_cpu_some));
	CU_ASSERT_STRING_EQUAL(back.address, "");
	CU_ASSERT_EQUAL(back.state, 0);
	leave();
}

/* A help text or name that is too long would refuse the whole segment. */
static void
the_core_schema_has_every_table_with_its_words(void)
{
	struct drover_table table;
	struct drover_column column;
	struct segment_options options;
	uint32_t i, j;
	int wrong = 0;

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	memset(&options, 0, sizeof(options));
	options.pool_bytes = 1 << 20;
	CU_ASSERT_EQUAL_FATAL(segment_create(&writer, toy_path(),
	    &segment_core_schema, &options), 0);
	CU_ASSERT_EQUAL_FATAL(drover_segment_attach(&segment, toy_path()), 0);
	for (i = 0; i < DROVER_TABLES; i++) {
		CU_ASSERT_EQUAL_FATAL(drover_table_describe(segment, i,
		    &table), 0);
		CU_ASSERT_EQUAL(drover_table_find(segment, table.name),
		    (int)i);
		for (j = 0; j < table.columns; j++) {
			wrong += drover_column_describe(segment, i, j,
			    &column) != 0 || column.help[0] == '\0';
			wrong += column.type == DROVER_TYPE_ENUM8 &&
			    strcmp(drover_word(segment, column.dictionary,
			    0), "?") == 0;
		}
	}
	CU_ASSERT_EQUAL(wrong, 0);
	leave();
}

static const struct suite_test tests[] = {
	{ "events come in order and once", events_come_in_order_and_once },
	{ "a lapped cursor counts what it lost",
	    a_lapped_cursor_counts_what_it_lost },
	{ "a refresh copies only what changed",
	    a_refresh_copies_only_what_changed },
	{ "a refresh follows a table that shrinks and outgrows it",
	    a_refresh_follows_a_table_that_shrinks_and_outgrows_it },
	{ "an image reads like the segment",
	    an_image_reads_like_the_segment },
	{ "core rows come through a binding",
	    core_rows_come_through_a_binding },
	{ "a column the segment lacks reads as absent",
	    a_column_the_segment_lacks_reads_as_absent },
	{ "the core schema has every table with its words",
	    the_core_schema_has_every_table_with_its_words }
};

SUITE_MAIN("views", tests)
