/*
 * The kept contents of a table: stable slots, removal, and what reaches a
 * real segment.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/table_image.h"
#include "tests/unit/suite.h"

static struct table_image image;
static struct segment_writer *writer;
static struct drover_segment *segment;
static char directory[64], path[96];
static int gone_count;

static void
set_up(void)
{
	static const uint32_t rows[DROVER_TABLES] = { 4, 4, 16, 4, 4, 4 };
	struct segment_options options = { 0 };

	snprintf(directory, sizeof(directory), "/tmp/drover-test-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/core.seg", directory);
	options.pool_bytes = segment_pool_bytes(&segment_core_schema, rows);
	CU_ASSERT_EQUAL_FATAL(segment_create(&writer, path,
	    &segment_core_schema, &options), 0);
	CU_ASSERT_EQUAL_FATAL(drover_segment_attach(&segment, path), 0);
	table_image_init(&image, DROVER_TABLE_DEVICE,
	    &segment_core_schema.tables[DROVER_TABLE_DEVICE]);
}

static void
tear_down(void)
{
	table_image_free(&image);
	drover_segment_detach(segment);
	segment_close(writer);
	unlink(path);
	rmdir(directory);
}

static void
name(const char *key, double busy)
{
	struct drover_device_row row;

	memset(&row, 0, sizeof(row));
	snprintf(row.name, sizeof(row.name), "%s", key);
	row.busy = busy;
	CU_ASSERT_EQUAL(table_image_name(&image, key, &row, NULL), 0);
}

static void
count_gone(void *context, const void *row)
{
	(void)context;
	(void)row;
	gone_count++;
}

static void
publish(void)
{
	CU_ASSERT_EQUAL(table_image_write(&image, writer), 0);
	CU_ASSERT_EQUAL(segment_publish(writer), 0);
}

/* The slot of that name in the segment, -1 when it is not there. */
static int
slot_of(const char *key)
{
	static struct drover_device_row rows[64];
	int64_t count, slot;

	count = drover_table_copy(segment, DROVER_TABLE_DEVICE, rows, 64,
	    NULL);
	for (slot = 0; slot < count; slot++)
		if (strcmp(rows[slot].name, key) == 0)
			return (int)slot;
	return -1;
}

static void
rows_keep_their_slots_when_others_go(void)
{
	set_up();
	table_image_begin(&image);
	name("a", 1);
	name("b", 2);
	name("c", 3);
	table_image_end(&image, NULL, NULL);
	publish();
	CU_ASSERT_EQUAL(slot_of("c"), 2);
	gone_count = 0;
	table_image_begin(&image);
	name("c", 3);
	name("a", 1);
	table_image_end(&image, count_gone, NULL);
	publish();
	CU_ASSERT_EQUAL(gone_count, 1);
	CU_ASSERT_EQUAL(slot_of("a"), 0);
	CU_ASSERT_EQUAL(slot_of("b"), -1);
	CU_ASSERT_EQUAL(slot_of("c"), 2);
	table_image_begin(&image);
	name("a", 1);
	name("c", 3);
	name("d", 4);
	table_image_end(&image, NULL, NULL);
	publish();
	CU_ASSERT_EQUAL(slot_of("d"), 1);
	CU_ASSERT_EQUAL(table_image_count(&image), 3);
	tear_down();
}

static void
an_unchanged_table_costs_the_readers_nothing(void)
{
	struct drover_cache cache;
	size_t bytes;
	void *memory;

	set_up();
	table_image_begin(&image);
	name("a", 1);
	table_image_end(&image, NULL, NULL);
	publish();
	bytes = drover_cache_bytes(segment, DROVER_TABLE_DEVICE, 64);
	memory = malloc(bytes);
	CU_ASSERT_EQUAL(drover_cache_init(&cache, segment,
	    DROVER_TABLE_DEVICE, 64, memory, bytes), 0);
	CU_ASSERT_TRUE(drover_cache_refresh(&cache) > 0);
	table_image_begin(&image);
	name("a", 1);
	table_image_end(&image, NULL, NULL);
	publish();
	CU_ASSERT_EQUAL(drover_cache_refresh(&cache), 0);
	free(memory);
	tear_down();
}

static void
a_new_segment_gets_everything_again(void)
{
	struct segment_writer *second;
	struct segment_options options = { 0 };
	static const uint32_t rows[DROVER_TABLES] = { 4, 4, 64, 4, 4, 4 };

	set_up();
	table_image_begin(&image);
	name("a", 1);
	name("b", 2);
	table_image_end(&image, NULL, NULL);
	publish();
	table_image_begin(&image);
	name("b", 2);
	table_image_end(&image, NULL, NULL);
	options.pool_bytes = segment_pool_bytes(&segment_core_schema, rows);
	segment_close(writer);
	CU_ASSERT_EQUAL_FATAL(segment_create(&second, path,
	    &segment_core_schema, &options), 0);
	writer = second;
	drover_segment_detach(segment);
	CU_ASSERT_EQUAL_FATAL(drover_segment_attach(&segment, path), 0);
	publish();
	CU_ASSERT_EQUAL(slot_of("a"), -1);
	CU_ASSERT_EQUAL(slot_of("b"), 1);
	tear_down();
}

static void
a_full_table_refuses_and_keeps_what_it_has(void)
{
	struct segment_table small =
	    segment_core_schema.tables[DROVER_TABLE_DEVICE];
	struct drover_device_row row;
	char key[16];
	int i;

	small.rows_max = 9;
	table_image_init(&image, DROVER_TABLE_DEVICE, &small);
	memset(&row, 0, sizeof(row));
	for (i = 0; i < 9; i++) {
		snprintf(key, sizeof(key), "d%d", i);
		CU_ASSERT_EQUAL(table_image_name(&image, key, &row, NULL), 0);
	}
	CU_ASSERT_EQUAL(table_image_name(&image, "one more", &row, NULL),
	    -ENOSPC);
	CU_ASSERT_EQUAL(table_image_count(&image), 9);
	CU_ASSERT_PTR_NOT_NULL(table_image_row(&image, "d8"));
	table_image_free(&image);
}

static const struct suite_test tests[] = {
	{ "rows keep their slots when others go",
	    rows_keep_their_slots_when_others_go },
	{ "an unchanged table costs the readers nothing",
	    an_unchanged_table_costs_the_readers_nothing },
	{ "a new segment gets everything again",
	    a_new_segment_gets_everything_again },
	{ "a full table refuses and keeps what it has",
	    a_full_table_refuses_and_keeps_what_it_has },
};

SUITE_MAIN("table_image", tests)
