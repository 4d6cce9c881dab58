/* What was shown comes back as it was, whatever became of the writer. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/flight_codec.h"
#include "store/flight_files.h"
#include "store/flight_log.h"
#include "store/flight_map.h"
#include "store/flight_reader.h"
#include "tests/unit/scratch.h"
#include "tests/unit/store/moments.h"
#include "tests/unit/suite.h"

#define SECOND_NS	INT64_C(1000000000)
#define STEPS		600

static char directory[SCRATCH_BYTES];
static struct flight_limits limits;

static struct flight_log *
open_log(struct flight_damage *damage)
{
	struct flight_damage none;
	struct flight_log *log = NULL;

	CU_ASSERT_EQUAL_FATAL(flight_log_open(&log, directory, &limits,
	    damage == NULL ? &none : damage), 0);
	return log;
}

static void
begin(void)
{
	scratch_make(directory, "flight");
	memset(&limits, 0, sizeof(limits));
}

/* The rows alone: a KEY has fewer events than the image had. */
static bool
same_rows(const struct flight_image *left, const struct flight_image *right)
{
	const struct flight_table *a, *b;
	uint32_t i;

	for (i = 0; i < left->table_count; i++) {
		a = &left->tables[i];
		b = &right->tables[i];
		if (a->used != b->used || (a->used > 0 && memcmp(a->rows,
		    b->rows, (size_t)a->used * a->row_bytes) != 0))
			return false;
	}
	return memcmp(&left->moment, &right->moment,
	    sizeof(left->moment)) == 0;
}

static void
append(struct flight_log *log, struct moments *moments)
{
	CU_ASSERT_EQUAL_FATAL(moments_append(moments, log), 0);
}

/* seed 1 up to that step, for comparison with what was read. */
static void
compare_at(struct flight_reader *reader, uint64_t step)
{
	struct moments again;

	moments_begin(&again, 1, 5, SECOND_NS);
	while (again.step < step)
		free(moments_next(&again));
	CU_ASSERT_EQUAL(flight_reader_seek(reader,
	    again.now.moment.wall_ns), 0);
	CU_ASSERT_TRUE(same_rows(flight_reader_image(reader), &again.now));
	CU_ASSERT_EQUAL(flight_reader_seek(reader,
	    again.now.moment.wall_ns + SECOND_NS - 1), 0);
	CU_ASSERT_EQUAL(flight_reader_step(reader), step);
	moments_end(&again);
}

static void
write_log(uint64_t steps)
{
	struct flight_log *log = open_log(NULL);
	struct moments moments;

	moments_begin(&moments, 1, 5, SECOND_NS);
	while (moments.step < steps)
		append(log, &moments);
	CU_ASSERT_EQUAL(flight_log_sync(log), 0);
	flight_log_close(log);
	moments_end(&moments);
}

static void
every_value_comes_back_bit_for_bit(void)
{
	struct flight_image copy;
	struct flight_record *record;
	struct moments moments;
	uint64_t seed;
	int steps;

	for (seed = 1; seed <= 20; seed++) {
		moments_begin(&moments, seed, 1 + (uint32_t)seed % 7,
		    SECOND_NS);
		CU_ASSERT_EQUAL_FATAL(flight_image_init(&copy,
		    moments.now.schema, moments.now.schema_bytes), 0);
		for (steps = 0; steps < 200; steps++) {
			record = moments_next(&moments);
			CU_ASSERT_EQUAL_FATAL(flight_record_apply(&copy,
			    record), 0);
			free(record);
			if (!same_rows(&copy, &moments.now)) {
				CU_FAIL_FATAL("an image differs");
			}
		}
		flight_image_free(&copy);
		moments_end(&moments);
	}
}

static void
equal_images_are_equal_bytes_and_a_segment(void)
{
	struct drover_segment *segment = NULL;
	struct drover_event_cursor cursor = { 0 };
	struct drover_event event;
	struct flight_image copy;
	struct moments moments;
	void *bytes, *others;
	size_t length, other_length;
	int i, events = 0;

	moments_begin(&moments, 3, 40, SECOND_NS);
	for (i = 0; i < 80; i++)
		free(moments_next(&moments));
	CU_ASSERT_EQUAL_FATAL(flight_image_bytes(&moments.now, &bytes,
	    &length), 0);
	CU_ASSERT_EQUAL_FATAL(drover_segment_attach_image(&segment, bytes,
	    length), 0);
	CU_ASSERT_EQUAL_FATAL(flight_image_init(&copy, moments.now.schema,
	    moments.now.schema_bytes), 0);
	CU_ASSERT_EQUAL(flight_image_take(&copy, segment,
	    moments.now.moment.wall_ns), 0);
	CU_ASSERT_TRUE(same_rows(&copy, &moments.now));
	while (drover_event_next(segment, &cursor, &event) == 1) {
		flight_image_event(&copy, &event);
		events++;
	}
	CU_ASSERT_EQUAL((uint64_t)events, moments.now.event_count);
	CU_ASSERT_EQUAL_FATAL(flight_image_bytes(&copy, &others,
	    &other_length), 0);
	CU_ASSERT_EQUAL_FATAL(other_length, length);
	CU_ASSERT_EQUAL(memcmp(bytes, others, length), 0);
	drover_segment_detach(segment);
	free(bytes);
	free(others);
	flight_image_free(&copy);
	moments_end(&moments);
}

static void
any_moment_is_found(void)
{
	struct flight_reader *reader;
	int64_t first, last;
	uint64_t step;

	begin();
	limits.file_ns = 100 * SECOND_NS;
	limits.key_ns = 20 * SECOND_NS;
	write_log(STEPS);
	CU_ASSERT_EQUAL_FATAL(flight_reader_open(&reader, directory), 0);
	first = flight_reader_first(reader);
	CU_ASSERT_EQUAL(first, MOMENTS_START_NS + SECOND_NS);
	CU_ASSERT_EQUAL(flight_reader_seek(reader, INT64_MAX), 0);
	last = flight_reader_image(reader)->moment.wall_ns;
	CU_ASSERT_EQUAL(last, MOMENTS_START_NS + STEPS * SECOND_NS);
	for (step = 1; step <= STEPS; step += 37)
		compare_at(reader, step);
	compare_at(reader, STEPS);
	CU_ASSERT_EQUAL(flight_reader_seek(reader, first - 1), -ENOENT);
	CU_ASSERT_EQUAL(flight_reader_seek(reader, first), 0);
	for (step = 1; flight_reader_next(reader) == 1; step++)
		CU_ASSERT_EQUAL(flight_reader_step(reader), step + 1);
	CU_ASSERT_EQUAL(step, STEPS);
	CU_ASSERT_EQUAL(flight_reader_damaged(reader), 0);
	flight_reader_close(reader);
	scratch_remove(directory);
}

static void
a_reader_follows_what_is_written(void)
{
	struct flight_reader *reader;
	struct flight_log *log;
	struct moments moments;

	begin();
	limits.file_ns = 7 * SECOND_NS;
	log = open_log(NULL);
	moments_begin(&moments, 1, 5, SECOND_NS);
	append(log, &moments);
	CU_ASSERT_EQUAL_FATAL(flight_reader_open(&reader, directory), 0);
	while (moments.step < 40) {
		CU_ASSERT_EQUAL(flight_reader_next(reader), 1);
		CU_ASSERT_TRUE(same_rows(flight_reader_image(reader),
		    &moments.now));
		CU_ASSERT_EQUAL(flight_reader_next(reader), 0);
		append(log, &moments);
	}
	flight_reader_close(reader);
	flight_log_close(log);
	moments_end(&moments);
	scratch_remove(directory);
}

/* The newest file, and how long it is. */
static off_t
newest(char *path, size_t size)
{
	struct flight_files files;
	char name[FLIGHT_NAME_BYTES];
	off_t bytes;

	CU_ASSERT_EQUAL_FATAL(flight_files_list(&files, directory), 0);
	CU_ASSERT_TRUE_FATAL(files.count > 0);
	flight_file_name(&files.files[files.count - 1], name);
	snprintf(path, size, "%s/%s", directory, name);
	bytes = (off_t)files.files[files.count - 1].bytes;
	flight_files_free(&files);
	return bytes;
}

static void
a_damaged_tail_is_cut_and_told(void)
{
	struct flight_damage damage;
	struct flight_reader *reader;
	char path[128];
	off_t bytes, cut;

	begin();
	write_log(60);
	bytes = newest(path, sizeof(path));
	for (cut = 1; cut < 3000; cut += 211) {
		CU_ASSERT_EQUAL(truncate(path, bytes - cut), 0);
		flight_log_close(open_log(&damage));
		CU_ASSERT_TRUE(damage.last_good_ns > MOMENTS_START_NS);
		bytes = newest(path, sizeof(path));
		CU_ASSERT_EQUAL_FATAL(flight_reader_open(&reader,
		    directory), 0);
		CU_ASSERT_EQUAL(flight_reader_seek(reader, INT64_MAX), 0);
		CU_ASSERT_EQUAL(flight_reader_image(reader)->moment.wall_ns,
		    damage.last_good_ns);
		compare_at(reader, flight_reader_step(reader));
		flight_reader_close(reader);
	}
	scratch_remove(directory);
}

static void
damage_in_the_middle_costs_up_to_the_next_key(void)
{
	struct flight_reader *reader;
	struct flight_damage damage;
	struct flight_map map;
	uint64_t last = 0, seen = 0;
	char path[128];
	off_t bytes;
	int file;

	begin();
	limits.key_ns = 10 * SECOND_NS;
	write_log(100);
	bytes = newest(path, sizeof(path));
	CU_ASSERT_EQUAL_FATAL(flight_map_open(&map, path), 0);
	bytes = (bytes + (off_t)map.first) / 2;
	flight_map_close(&map);
	file = open(path, O_WRONLY);
	CU_ASSERT_EQUAL(pwrite(file, "damage!", 7, bytes), 7);
	close(file);
	flight_log_close(open_log(&damage));
	CU_ASSERT_EQUAL(damage.lost_bytes, 0);
	CU_ASSERT_EQUAL_FATAL(flight_reader_open(&reader, directory), 0);
	while (flight_reader_next(reader) == 1) {
		CU_ASSERT_TRUE(flight_reader_step(reader) > last);
		last = flight_reader_step(reader);
		seen++;
	}
	CU_ASSERT_EQUAL(last, 100);
	CU_ASSERT_TRUE(seen >= 80 && seen < 100);
	CU_ASSERT_TRUE(flight_reader_damaged(reader) >= 1);
	compare_at(reader, 100);
	flight_reader_close(reader);
	scratch_remove(directory);
}

static void
a_file_without_a_head_is_set_aside(void)
{
	struct flight_damage damage;
	struct flight_reader *reader;
	char path[128], aside[160];

	begin();
	write_log(30);
	newest(path, sizeof(path));
	snprintf(path, sizeof(path), "%s/00000002-1790000100000.flight",
	    directory);
	close(open(path, O_WRONLY | O_CREAT, 0600));
	CU_ASSERT_EQUAL(truncate(path, 10), 0);
	flight_log_close(open_log(&damage));
	CU_ASSERT_EQUAL(damage.lost_bytes, 10);
	snprintf(aside, sizeof(aside), "%s.damaged.1", path);
	CU_ASSERT_EQUAL(access(aside, F_OK), 0);
	/* One more of that name, and both are kept. */
	close(open(path, O_WRONLY | O_CREAT, 0600));
	CU_ASSERT_EQUAL(truncate(path, 20), 0);
	flight_log_close(open_log(&damage));
	CU_ASSERT_EQUAL(damage.lost_bytes, 20);
	CU_ASSERT_EQUAL(access(aside, F_OK), 0);
	aside[strlen(aside) - 1] = '2';
	CU_ASSERT_EQUAL(access(aside, F_OK), 0);
	CU_ASSERT_EQUAL_FATAL(flight_reader_open(&reader, directory), 0);
	compare_at(reader, 30);
	flight_reader_close(reader);
	scratch_remove(directory);
}

/* Appends, and says each step that is on disk, until it is killed. */
static void
write_until_killed(uint64_t from, int said)
{
	struct flight_damage damage;
	struct flight_record *record;
	struct flight_log *log;
	struct moments moments;

	if (flight_log_open(&log, directory, &limits, &damage) != 0)
		_exit(1);
	if (flight_log_step(log) < from)
		_exit(4);
	from = flight_log_step(log);
	moments_begin(&moments, 1, 5, SECOND_NS);
	for (;;) {
		record = moments_next(&moments);
		if (moments.step == 1 && flight_log_schema(log,
		    moments.now.schema, moments.now.schema_bytes) != 0)
			_exit(2);
		if (moments.step > from && (flight_log_append(log,
		    record) != 0 || flight_log_sync(log) != 0 || write(said,
		    &moments.step, sizeof(moments.step)) !=
		    (ssize_t)sizeof(moments.step)))
			_exit(3);
		free(record);
	}
}

static uint64_t
kill_writer(uint64_t from, uint64_t steps)
{
	uint64_t step, last = from, seen = 0;
	int ends[2], status;
	pid_t child;

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	fflush(stdout);
	child = fork();
	if (child == 0) {
		close(ends[0]);
		write_until_killed(from, ends[1]);
	}
	close(ends[1]);
	while (read(ends[0], &step, sizeof(step)) == (ssize_t)sizeof(step)) {
		CU_ASSERT_EQUAL(step, last + 1);
		last = step;
		if (++seen == steps)
			kill(child, SIGKILL);
	}
	close(ends[0]);
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	CU_ASSERT_TRUE_FATAL(WIFSIGNALED(status));
	return last;
}

/*
 * What the writer said is there, and the next one goes on from it: steps
 * that were on disk and not said are no gap.
 */
static void
a_killed_writer_lost_nothing_it_had_said(void)
{
	struct flight_reader *reader;
	uint64_t last = 0, step = 0, on_disk;
	int kills;

	begin();
	limits.file_bytes = 40000;
	for (kills = 0; kills < 25; kills++) {
		last = kill_writer(last, 1 + (uint64_t)kills * 7 % 40);
		CU_ASSERT_EQUAL_FATAL(flight_reader_open(&reader,
		    directory), 0);
		CU_ASSERT_EQUAL(flight_reader_seek(reader, INT64_MAX), 0);
		on_disk = flight_reader_step(reader);
		CU_ASSERT_TRUE(on_disk >= last && on_disk <= last + 1);
		flight_reader_close(reader);
		last = on_disk;
	}
	CU_ASSERT_EQUAL_FATAL(flight_reader_open(&reader, directory), 0);
	while (flight_reader_next(reader) == 1) {
		CU_ASSERT_EQUAL(flight_reader_step(reader), step + 1);
		step = flight_reader_step(reader);
	}
	CU_ASSERT_EQUAL(step, last);
	compare_at(reader, last);
	compare_at(reader, last / 2);
	flight_reader_close(reader);
	scratch_remove(directory);
}

static void
a_full_disk_costs_what_came_meanwhile(void)
{
	struct rlimit full, before;
	struct flight_reader *reader;
	struct flight_record *record;
	struct flight_log *log;
	struct moments moments;
	char path[128];
	int error = 0;

	begin();
	signal(SIGXFSZ, SIG_IGN);
	log = open_log(NULL);
	moments_begin(&moments, 1, 5, SECOND_NS);
	append(log, &moments);
	CU_ASSERT_EQUAL(getrlimit(RLIMIT_FSIZE, &before), 0);
	full.rlim_cur = (rlim_t)newest(path, sizeof(path)) + 9000;
	full.rlim_max = before.rlim_max;
	CU_ASSERT_EQUAL(setrlimit(RLIMIT_FSIZE, &full), 0);
	while (error == 0 || moments.step < 200) {
		record = moments_next(&moments);
		error = flight_log_append(log, record);
		free(record);
		if (error == 0 && moments.step > 199)
			break;
	}
	CU_ASSERT_EQUAL(error, -EFBIG);
	CU_ASSERT_EQUAL(setrlimit(RLIMIT_FSIZE, &before), 0);
	append(log, &moments);
	append(log, &moments);
	flight_log_close(log);
	CU_ASSERT_EQUAL_FATAL(flight_reader_open(&reader, directory), 0);
	compare_at(reader, moments.step);
	compare_at(reader, moments.step - 1);
	compare_at(reader, 10);
	flight_reader_close(reader);
	moments_end(&moments);
	scratch_remove(directory);
}

static void
old_files_go_by_size_and_age(void)
{
	struct flight_files files;
	uint64_t bytes = 0;
	size_t i;

	begin();
	limits.file_ns = 10 * SECOND_NS;
	limits.age_ns = 100 * SECOND_NS;
	write_log(400);
	CU_ASSERT_EQUAL_FATAL(flight_files_list(&files, directory), 0);
	CU_ASSERT_TRUE(files.count >= 10 && files.count <= 13);
	for (i = 0; i < files.count; i++)
		bytes += files.files[i].bytes;
	flight_files_free(&files);
	scratch_remove(directory);

	begin();
	limits.file_ns = 100 * SECOND_NS;
	limits.file_bytes = 200000;
	limits.bytes = 500000;
	write_log(1200);
	CU_ASSERT_EQUAL_FATAL(flight_files_list(&files, directory), 0);
	for (i = 0, bytes = 0; i < files.count; i++)
		bytes += files.files[i].bytes;
	CU_ASSERT_TRUE(bytes <= limits.bytes);
	CU_ASSERT_TRUE(files.count > 2);
	flight_files_free(&files);
	scratch_remove(directory);
}

static void
a_clock_set_back_begins_a_file(void)
{
	struct flight_reader *reader;
	struct flight_files files;
	struct flight_log *log;
	struct moments moments;
	int i;

	begin();
	log = open_log(NULL);
	moments_begin(&moments, 1, 5, SECOND_NS);
	for (i = 0; i < 20; i++)
		append(log, &moments);
	moments.now.moment.wall_ns -= 10 * SECOND_NS;
	for (i = 0; i < 20; i++)
		append(log, &moments);
	CU_ASSERT_EQUAL_FATAL(flight_files_list(&files, directory), 0);
	CU_ASSERT_EQUAL(files.count, 2);
	flight_files_free(&files);
	CU_ASSERT_EQUAL_FATAL(flight_reader_open(&reader, directory), 0);
	/* Both have that second: the later record is meant. */
	CU_ASSERT_EQUAL(flight_reader_seek(reader, MOMENTS_START_NS +
	    15 * SECOND_NS), 0);
	CU_ASSERT_EQUAL(flight_reader_step(reader), 25);
	CU_ASSERT_EQUAL(flight_reader_seek(reader, MOMENTS_START_NS +
	    5 * SECOND_NS), 0);
	CU_ASSERT_EQUAL(flight_reader_step(reader), 5);
	flight_reader_close(reader);
	flight_log_close(log);
	moments_end(&moments);
	scratch_remove(directory);
}

static void
a_step_that_does_not_follow_is_refused(void)
{
	struct flight_record *record;
	struct flight_log *log;
	struct moments moments;

	begin();
	log = open_log(NULL);
	moments_begin(&moments, 1, 5, SECOND_NS);
	record = moments_next(&moments);
	CU_ASSERT_EQUAL(flight_log_append(log, record), -ESTALE);
	free(record);
	moments.step = 0;
	append(log, &moments);
	free(moments_next(&moments));
	record = moments_next(&moments);
	CU_ASSERT_EQUAL(flight_log_append(log, record), -ESTALE);
	free(record);
	moments_restart(&moments);
	append(log, &moments);
	append(log, &moments);
	flight_log_close(log);
	moments_end(&moments);
	scratch_remove(directory);
}

static const struct suite_test tests[] = {
	{ "every value comes back bit for bit",
	    every_value_comes_back_bit_for_bit },
	{ "equal images are equal bytes, and a segment",
	    equal_images_are_equal_bytes_and_a_segment },
	{ "any moment is found", any_moment_is_found },
	{ "a reader follows what is written",
	    a_reader_follows_what_is_written },
	{ "a damaged tail is cut and told", a_damaged_tail_is_cut_and_told },
	{ "damage in the middle costs up to the next key",
	    damage_in_the_middle_costs_up_to_the_next_key },
	{ "a file without a head is set aside",
	    a_file_without_a_head_is_set_aside },
	{ "a killed writer lost nothing it had said",
	    a_killed_writer_lost_nothing_it_had_said },
	{ "a full disk costs what came meanwhile",
	    a_full_disk_costs_what_came_meanwhile },
	{ "old files go by size and age", old_files_go_by_size_and_age },
	{ "a clock set back begins a file", a_clock_set_back_begins_a_file },
	{ "a step that does not follow is refused",
	    a_step_that_does_not_follow_is_refused },
};

SUITE_MAIN("flight log", tests)
