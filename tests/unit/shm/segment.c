/* Writer and reader of one segment in one process: what is promised. */
#include <sys/stat.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/shm/toy.h"
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
	segment = NULL;
	writer = NULL;
}

static int
put(uint32_t slot, int64_t number)
{
	struct toy_small row;

	memset(&row, 0, sizeof(row));
	row.number = number;
	row.value = (double)number / 2;
	snprintf(row.name, sizeof(row.name), "row %ld", (long)number);
	row.state = (uint8_t)(number % 3);
	return segment_put(writer, TOY_SMALL, slot, &row);
}

/* The number in a slot, -1 when it is empty. */
static int64_t
number_at(uint32_t slot)
{
	const struct toy_small *row;
	struct drover_snapshot snapshot;
	int64_t number;

	CU_ASSERT_EQUAL(drover_snapshot_begin(segment, &snapshot), 0);
	row = drover_row(&snapshot, TOY_SMALL, slot);
	number = row == NULL ? -1 : row->number;
	CU_ASSERT_TRUE(drover_snapshot_valid(&snapshot));
	return number;
}

static uint32_t
generation_at(uint32_t slot)
{
	const struct toy_small *row;
	struct drover_snapshot snapshot;

	CU_ASSERT_EQUAL(drover_snapshot_begin(segment, &snapshot), 0);
	row = drover_row(&snapshot, TOY_SMALL, slot);
	return row == NULL ? 0 : row->header.generation;
}

static uint32_t
rows_now(void)
{
	struct drover_snapshot snapshot;

	CU_ASSERT_EQUAL(drover_snapshot_begin(segment, &snapshot), 0);
	return drover_rows(&snapshot, TOY_SMALL);
}

static void
a_new_segment_has_no_rows(void)
{
	struct drover_segment_info info;

	enter(1 << 20);
	CU_ASSERT_EQUAL(rows_now(), 0);
	CU_ASSERT_EQUAL(number_at(0), -1);
	drover_segment_info(segment, &info);
	CU_ASSERT_EQUAL(info.version, 1);
	CU_ASSERT_EQUAL(info.writer_pid, getpid());
	CU_ASSERT_EQUAL(info.tables, 3);
	leave();
}

static void
nothing_is_seen_before_it_is_published(void)
{
	enter(1 << 20);
	CU_ASSERT_EQUAL(put(7, 700), 0);
	CU_ASSERT_EQUAL(number_at(7), -1);
	CU_ASSERT_EQUAL(segment_publish(writer), 0);
	CU_ASSERT_EQUAL(number_at(7), 700);
	CU_ASSERT_EQUAL(rows_now(), 8);
	CU_ASSERT_EQUAL(number_at(6), -1);
	leave();
}

static void
every_slot_up_to_the_last_can_be_filled(void)
{
	uint32_t i;
	int wrong = 0;

	enter(4 << 20);
	for (i = 0; i < TOY_SMALL_MAX; i++)
		wrong += put(i, i + 1) != 0;
	CU_ASSERT_EQUAL(put(TOY_SMALL_MAX, 1), -EINVAL);
	CU_ASSERT_EQUAL(segment_publish(writer), 0);
	for (i = 0; i < TOY_SMALL_MAX; i++)
		wrong += number_at(i) != (int64_t)i + 1;
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(rows_now(), TOY_SMALL_MAX);
	CU_ASSERT_EQUAL(number_at(TOY_SMALL_MAX), -1);
	leave();
}

static void
rows_of_a_whole_leaf_are_kept(void)
{
	struct toy_large row, copy[3];
	uint64_t version;

	enter(1 << 20);
	memset(&row, 0x5a, sizeof(row));
	CU_ASSERT_EQUAL(segment_put(writer, TOY_LARGE, 2, &row), 0);
	CU_ASSERT_EQUAL(segment_publish(writer), 0);
	CU_ASSERT_EQUAL(drover_table_copy(segment, TOY_LARGE, copy, 3,
	    &version), 3);
	CU_ASSERT_EQUAL(version, 2);
	CU_ASSERT_EQUAL(copy[0].header.generation, 0);
	CU_ASSERT_EQUAL(copy[2].header.generation, 1);
	CU_ASSERT_EQUAL(memcmp(copy[2].words, row.words, sizeof(row.words)),
	    0);
	leave();
}

static void
a_removed_row_is_gone_and_the_end_moves_back(void)
{
	enter(1 << 20);
	put(0, 1);
	put(100, 2);
	CU_ASSERT_EQUAL(segment_publish(writer), 0);
	CU_ASSERT_EQUAL(rows_now(), 101);
	CU_ASSERT_EQUAL(segment_remove(writer, TOY_SMALL, 100), 0);
	CU_ASSERT_EQUAL(number_at(100), 2);
	CU_ASSERT_EQUAL(segment_publish(writer), 0);
	CU_ASSERT_EQUAL(number_at(100), -1);
	CU_ASSERT_EQUAL(rows_now(), 1);
	CU_ASSERT_EQUAL(segment_remove(writer, TOY_SMALL, 100), 0);
	CU_ASSERT_EQUAL(segment_remove(writer, TOY_SMALL, TOY_SMALL_MAX),
	    -EINVAL);
	leave();
}

static void
a_slot_filled_again_has_another_generation(void)
{
	enter(1 << 20);
	put(3, 1);
	segment_publish(writer);
	CU_ASSERT_EQUAL(generation_at(3), 1);
	put(3, 2);
	segment_publish(writer);
	CU_ASSERT_EQUAL(generation_at(3), 1);
	segment_remove(writer, TOY_SMALL, 3);
	segment_publish(writer);
	CU_ASSERT_EQUAL(generation_at(3), 0);
	put(3, 3);
	segment_publish(writer);
	CU_ASSERT_EQUAL(generation_at(3), 2);
	/* Removed and filled in one transaction is another object too. */
	segment_remove(writer, TOY_SMALL, 3);
	put(3, 3);
	segment_publish(writer);
	CU_ASSERT_EQUAL(generation_at(3), 3);
	leave();
}

static void
what_is_abandoned_leaves_no_trace(void)
{
	struct drover_segment_info before, after;
	uint32_t i;

	enter(1 << 20);
	for (i = 0; i < 100; i++)
		put(i, i + 1);
	segment_remove(writer, TOY_SMALL, 50);
	segment_publish(writer);
	drover_segment_info(segment, &before);
	for (i = 0; i < 1000; i++) {
		put(i % 300, 5000 + i);
		segment_remove(writer, TOY_SMALL, i % 77);
		put(i % 77, 9000 + i);
		segment_abandon(writer);
	}
	CU_ASSERT_EQUAL(segment_publish(writer), 0);
	drover_segment_info(segment, &after);
	CU_ASSERT_EQUAL(after.version, before.version);
	CU_ASSERT_EQUAL(rows_now(), 100);
	put(50, 51);
	put(200, 201);
	CU_ASSERT_EQUAL(segment_publish(writer), 0);
	CU_ASSERT_EQUAL(generation_at(50), 2);
	CU_ASSERT_EQUAL(generation_at(10), 1);
	CU_ASSERT_EQUAL(generation_at(200), 1);
	for (i = 0; i < 100; i++)
		CU_ASSERT_EQUAL(number_at(i), i + 1);
	leave();
}

static void
a_transaction_that_does_not_fit_changes_nothing(void)
{
	uint32_t i;
	int error = 0;

	enter(48 * 512);
	for (i = 0; i < 32; i++)
		put(i, i + 1);
	CU_ASSERT_EQUAL(segment_publish(writer), 0);
	for (i = 0; i < TOY_SMALL_MAX && error == 0; i++)
		error = put(i, 1000 + i);
	CU_ASSERT_EQUAL(error, -ENOSPC);
	/* Part of it must not get out by mistake. */
	CU_ASSERT_EQUAL(put(0, 3), -ENOSPC);
	CU_ASSERT_EQUAL(segment_publish(writer), -ENOSPC);
	for (i = 0; i < 32; i++)
		CU_ASSERT_EQUAL(number_at(i), i + 1);
	/* And the writer goes on, for ever, in the little room it has. */
	for (i = 0; i < 10000; i++) {
		if (put(i % 32, i) != 0 || segment_publish(writer) != 0)
			error = 1;
	}
	CU_ASSERT_EQUAL(error, -ENOSPC);
	CU_ASSERT_EQUAL(number_at(9999 % 32), 9999);
	leave();
}

static void
a_pool_too_small_to_begin_with_is_refused(void)
{
	struct segment_options options;
	struct segment_writer *none;

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	memset(&options, 0, sizeof(options));
	options.pool_bytes = 8 * 512;
	CU_ASSERT_EQUAL(segment_create(&none, toy_path(), &toy_schema,
	    &options), -ENOSPC);
	CU_ASSERT_PTR_NULL(none);
	CU_ASSERT_NOT_EQUAL(access(toy_path(), F_OK), 0);
	toy_leave();
}

static void
the_pool_measured_for_rows_replaces_them_all_at_once(void)
{
	const uint32_t rows[] = { TOY_SMALL_MAX, 300, TOY_LARGE_MAX };
	struct toy_middle middle;
	struct toy_large large;
	uint32_t i, round;
	int wrong = 0;

	enter(segment_pool_bytes(&toy_schema, rows));
	memset(&middle, 0, sizeof(middle));
	memset(&large, 0, sizeof(large));
	for (round = 1; round < 20; round++) {
		middle.words[0] = large.words[0] = round;
		for (i = 0; i < rows[0]; i++)
			wrong += put(i, round * 10000 + i) != 0;
		for (i = 0; i < rows[1]; i++)
			wrong += segment_put(writer, TOY_MIDDLE, i,
			    &middle) != 0;
		for (i = 0; i < rows[2]; i++)
			wrong += segment_put(writer, TOY_LARGE, i,
			    &large) != 0;
		wrong += segment_publish(writer) != 0;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(number_at(77), 190077);
	leave();
}

static void
an_overtaken_snapshot_is_not_valid(void)
{
	struct drover_snapshot snapshot;
	int i;

	enter(64 * 512);
	put(0, 1);
	segment_publish(writer);
	CU_ASSERT_EQUAL(drover_snapshot_begin(segment, &snapshot), 0);
	CU_ASSERT_TRUE(drover_snapshot_valid(&snapshot));
	for (i = 0; i < 100; i++) {
		put(0, i + 2);
		segment_publish(writer);
	}
	CU_ASSERT_FALSE(drover_snapshot_valid(&snapshot));
	CU_ASSERT_EQUAL(drover_snapshot_begin(segment, &snapshot), 0);
	CU_ASSERT_TRUE(drover_snapshot_valid(&snapshot));
	leave();
}

/* How many publishes a snapshot of the one row before them survives. */
static int
publishes_survived(uint32_t hold_ms)
{
	struct segment_options options = { .pool_bytes = 1 << 18 };
	struct drover_snapshot snapshot;
	int i;

	options.hold_ms = hold_ms;
	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	CU_ASSERT_EQUAL_FATAL(segment_create(&writer, toy_path(),
	    &toy_schema, &options), 0);
	CU_ASSERT_EQUAL_FATAL(drover_segment_attach(&segment, toy_path()), 0);
	put(0, 1);
	CU_ASSERT_EQUAL(segment_publish(writer), 0);
	drover_snapshot_begin(segment, &snapshot);
	for (i = 0; i < 10000 && drover_snapshot_valid(&snapshot); i++) {
		put(0, i + 2);
		CU_ASSERT_EQUAL(segment_publish(writer), 0);
	}
	leave();
	return i;
}

static void
blocks_rest_for_the_hold_time_while_others_are_free(void)
{
	/* Two versions in turn, which stay in the caches. */
	CU_ASSERT_TRUE(publishes_survived(SEGMENT_NO_HOLD) <= 2);
	/* Everything else first; then a young block beats an error. */
	CU_ASSERT_TRUE(publishes_survived(3600000) > 15);
	CU_ASSERT_TRUE(publishes_survived(3600000) < 10000);
}

static void
the_schema_is_found_by_name(void)
{
	struct drover_table table;
	struct drover_column column;

	enter(1 << 20);
	CU_ASSERT_EQUAL(drover_table_find(segment, "large"), TOY_LARGE);
	CU_ASSERT_EQUAL(drover_table_find(segment, "none"), -ENOENT);
	CU_ASSERT_EQUAL(drover_table_describe(segment, 0, &table), 0);
	CU_ASSERT_STRING_EQUAL(table.name, "small");
	CU_ASSERT_EQUAL(table.columns, 5);
	CU_ASSERT_EQUAL(table.rows_max, TOY_SMALL_MAX);
	CU_ASSERT_EQUAL(drover_table_describe(segment, 3, &table), -ENOENT);
	CU_ASSERT_EQUAL(drover_column_find(segment, 0, "value", &column), 0);
	CU_ASSERT_STRING_EQUAL(column.unit, "percent");
	CU_ASSERT_STRING_EQUAL(column.help, "a value");
	CU_ASSERT_EQUAL(column.type, DROVER_TYPE_F64);
	CU_ASSERT_EQUAL(column.dictionary, -1);
	CU_ASSERT_EQUAL(drover_column_find(segment, 0, "name", &column), 0);
	CU_ASSERT_STRING_EQUAL(column.unit, "");
	CU_ASSERT_EQUAL(column.semantics, DROVER_SEMANTICS_ID);
	CU_ASSERT_EQUAL(drover_column_find(segment, 0, "x", &column),
	    -ENOENT);
	CU_ASSERT_EQUAL(drover_column_find(segment, 9, "x", &column),
	    -ENOENT);
	leave();
}

static void
values_are_read_by_column(void)
{
	struct drover_column number, value, name, state;
	struct toy_small row;
	char text[8];

	enter(1 << 20);
	drover_column_find(segment, 0, "number", &number);
	drover_column_find(segment, 0, "value", &value);
	drover_column_find(segment, 0, "name", &name);
	drover_column_find(segment, 0, "state", &state);
	put(0, 11);
	segment_publish(writer);
	CU_ASSERT_EQUAL(drover_table_copy(segment, 0, &row, 1, NULL), 1);
	CU_ASSERT_EQUAL(drover_get_i64(&number, &row), 11);
	CU_ASSERT_EQUAL(drover_get_f64(&number, &row), 11.0);
	CU_ASSERT_EQUAL(drover_get_f64(&value, &row), 5.5);
	CU_ASSERT_EQUAL(drover_get_i64(&value, &row), 5);
	CU_ASSERT_EQUAL(drover_get_i64(&state, &row), 2);
	CU_ASSERT_TRUE(isnan(drover_get_f64(&name, &row)));
	CU_ASSERT_EQUAL(drover_get_str(segment, &state, &row, text,
	    sizeof(text)), 4);
	CU_ASSERT_STRING_EQUAL(text, "down");
	CU_ASSERT_EQUAL(drover_get_str(segment, &value, &row, text,
	    sizeof(text)), 3);
	CU_ASSERT_STRING_EQUAL(text, "5.5");
	CU_ASSERT_EQUAL(drover_get_str(segment, &name, &row, text, 4), 3);
	CU_ASSERT_STRING_EQUAL(text, "row");
	row.state = 200;
	CU_ASSERT_EQUAL(drover_get_str(segment, &state, &row, text,
	    sizeof(text)), 1);
	CU_ASSERT_STRING_EQUAL(text, "?");
	row.value = NAN;
	CU_ASSERT_EQUAL(drover_get_i64(&value, &row), 0);
	row.value = 1e300;
	CU_ASSERT_EQUAL(drover_get_i64(&value, &row), INT64_MAX);
	leave();
}

static void
a_text_is_never_cut_inside_a_character(void)
{
	struct drover_column name;
	struct toy_small row;
	char text[16];

	enter(1 << 20);
	drover_column_find(segment, 0, "name", &name);
	memset(&row, 0, sizeof(row));
	memcpy(row.name, "a\xc3\xa9\xe2\x82\xac", 6);
	CU_ASSERT_EQUAL(drover_get_str(segment, &name, &row, text, 3), 1);
	CU_ASSERT_EQUAL(drover_get_str(segment, &name, &row, text, 4), 3);
	CU_ASSERT_EQUAL(drover_get_str(segment, &name, &row, text, 6), 3);
	CU_ASSERT_EQUAL(drover_get_str(segment, &name, &row, text, 7), 6);
	/* A field filled to the brim has no NUL of its own. */
	memset(row.name, 'x', sizeof(row.name));
	CU_ASSERT_EQUAL(drover_get_str(segment, &name, &row, text,
	    sizeof(text)), 15);
	leave();
}

static void
a_text_is_interned_once(void)
{
	struct drover_column column;
	struct toy_small row;
	char text[64], many[32];
	int64_t first, id;
	int i, wrong = 0;

	enter(1 << 20);
	drover_column_find(segment, 0, "text", &column);
	CU_ASSERT_EQUAL(segment_intern(writer, ""), 0);
	first = segment_intern(writer, "a long text of some kind");
	CU_ASSERT_TRUE(first > 0);
	for (i = 0; i < 500; i++) {
		snprintf(many, sizeof(many), "text %d", i);
		wrong += segment_intern(writer, many) <= 0;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(segment_intern(writer, "a long text of some kind"),
	    first);
	memset(&row, 0, sizeof(row));
	row.text = first;
	CU_ASSERT_EQUAL(drover_get_str(segment, &column, &row, text,
	    sizeof(text)), 24);
	CU_ASSERT_STRING_EQUAL(text, "a long text of some kind");
	row.text = INT64_MAX;
	CU_ASSERT_EQUAL(drover_get_str(segment, &column, &row, text,
	    sizeof(text)), 0);
	/* Full: a clean error, and what was there stays. */
	for (i = 0, id = 1; id > 0 && i < 100000; i++) {
		snprintf(many, sizeof(many), "filler %d", i);
		id = segment_intern(writer, many);
	}
	CU_ASSERT_EQUAL(id, -ENOSPC);
	CU_ASSERT_EQUAL(segment_intern(writer, "a long text of some kind"),
	    first);
	leave();
}

static const struct suite_test tests[] = {
	{ "a new segment has no rows", a_new_segment_has_no_rows },
	{ "nothing is seen before it is published",
	    nothing_is_seen_before_it_is_published },
	{ "every slot up to the last can be filled",
	    every_slot_up_to_the_last_can_be_filled },
	{ "rows of a whole leaf are kept", rows_of_a_whole_leaf_are_kept },
	{ "a removed row is gone and the end moves back",
	    a_removed_row_is_gone_and_the_end_moves_back },
	{ "a slot filled again has another generation",
	    a_slot_filled_again_has_another_generation },
	{ "what is abandoned leaves no trace",
	    what_is_abandoned_leaves_no_trace },
	{ "a transaction that does not fit changes nothing",
	    a_transaction_that_does_not_fit_changes_nothing },
	{ "a pool too small to begin with is refused",
	    a_pool_too_small_to_begin_with_is_refused },
	{ "the pool measured for rows replaces them all at once",
	    the_pool_measured_for_rows_replaces_them_all_at_once },
	{ "an overtaken snapshot is not valid",
	    an_overtaken_snapshot_is_not_valid },
	{ "blocks rest for the hold time while others are free",
	    blocks_rest_for_the_hold_time_while_others_are_free },
	{ "the schema is found by name", the_schema_is_found_by_name },
	{ "values are read by column", values_are_read_by_column },
	{ "a text is never cut inside a character",
	    a_text_is_never_cut_inside_a_character },
	{ "a text is interned once", a_text_is_interned_once }
};

SUITE_MAIN("segment", tests)
