/*
 * The core says what it shows, step by step, keeps what is not written
 * down yet within a bound, and waits for nobody.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/feed.h"
#include "core/publish.h"
#include "tests/unit/scratch.h"
#include "tests/unit/suite.h"

#define HEARD_MAX	64

static char directory[SCRATCH_BYTES];
static struct publisher publisher;
static struct feed feed;
static uv_loop_t loop;
static double busy;

/* A recorder that hears, and says what the test wants. */
static uv_pipe_t server, client;
static bool accepted;
static unsigned char heard[1 << 20];
static size_t heard_bytes;
static struct {
	uint32_t	kind;
	uint64_t	step;
} records[HEARD_MAX];
static int record_count;
static struct recorder_answer hello;
static int told_error = 1;
static char told_text[96];

static void
told(void *context, int error, const char *text)
{
	(void)context;
	told_error = error;
	snprintf(told_text, sizeof(told_text), "%s", text);
}

static void
publish(void)
{
	struct table_image *image = publisher_table(&publisher,
	    DROVER_TABLE_NODE);
	struct drover_node_row row;

	memset(&row, 0, sizeof(row));
	strcpy(row.name, "n1");
	row.cpu_busy = busy += 0.25;
	table_image_begin(image);
	CU_ASSERT_EQUAL_FATAL(table_image_name(image, "n1", &row, NULL), 0);
	table_image_end(image, NULL, NULL);
	CU_ASSERT_EQUAL_FATAL(publisher_commit(&publisher), 0);
	feed_published(&feed);
}

static void
begin(void)
{
	char path[SCRATCH_BYTES + 16];

	scratch_make(directory, "feed");
	snprintf(path, sizeof(path), "%s/core.seg", directory);
	CU_ASSERT_EQUAL_FATAL(uv_loop_init(&loop), 0);
	CU_ASSERT_EQUAL_FATAL(publisher_open(&publisher, path, "n1"), 0);
	feed_start(&feed, &loop, directory, told, NULL);
}

static void
end(void)
{
	feed_stop(&feed);
	uv_run(&loop, UV_RUN_DEFAULT);
	CU_ASSERT_EQUAL(uv_loop_close(&loop), 0);
	feed_free(&feed);
	publisher_close(&publisher);
	scratch_remove(directory);
}

static const struct flight_record *
waiting(uint64_t number)
{
	return feed.records[(feed.first + number) % FEED_RECORDS_MAX];
}

static void
without_a_recorder_so_much_is_kept_and_no_more(void)
{
	int i, most = 0;

	begin();
	for (i = 0; i < FEED_RECORDS_MAX + 500; i++) {
		publish();
		if (feed.next - feed.first > (uint64_t)most)
			most = (int)(feed.next - feed.first);
		CU_ASSERT_TRUE(feed.bytes <= FEED_BYTES_MAX);
	}
	CU_ASSERT_EQUAL(most, FEED_RECORDS_MAX);
	/* What is left stands for itself. */
	CU_ASSERT_TRUE(feed.next - feed.first > 2);
	CU_ASSERT_EQUAL(waiting(0)->kind, FLIGHT_SCHEMA);
	CU_ASSERT_EQUAL(waiting(1)->kind, FLIGHT_KEY);
	CU_ASSERT_EQUAL(waiting(2)->kind, FLIGHT_STEP);
	CU_ASSERT_EQUAL(waiting(2)->step, waiting(1)->step + 1);
	end();
}

static void
what_did_not_change_is_not_said(void)
{
	uint64_t next;

	begin();
	publish();
	next = feed.next;
	feed_published(&feed);
	CU_ASSERT_EQUAL(feed.next, next);
	end();
}

static void
room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	(void)handle;
	(void)suggested;
	*buffer = uv_buf_init((char *)heard + heard_bytes,
	    (unsigned int)(sizeof(heard) - heard_bytes));
}

static void
came(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
	const struct flight_record *record;
	size_t done = 0;

	(void)stream;
	(void)buffer;
	if (length <= 0)
		return;
	heard_bytes += (size_t)length;
	for (;;) {
		record = (const void *)(heard + done);
		if (flight_record_check(record, heard_bytes - done) != 0)
			break;
		CU_ASSERT_TRUE_FATAL(record_count < HEARD_MAX);
		records[record_count].kind = record->kind;
		records[record_count++].step = record->step;
		done += record->bytes;
	}
	memmove(heard, heard + done, heard_bytes - done);
	heard_bytes -= done;
}

static void
say(const struct recorder_answer *answer)
{
	struct recorder_answer said = *answer;
	uv_buf_t buffer = uv_buf_init((char *)&said, sizeof(said));

	said.magic = RECORDER_MAGIC;
	CU_ASSERT_EQUAL(uv_try_write((uv_stream_t *)&client, &buffer, 1),
	    (int)sizeof(said));
}

static void
connects(uv_stream_t *stream, int status)
{
	CU_ASSERT_EQUAL(status, 0);
	uv_pipe_init(&loop, &client, 0);
	CU_ASSERT_EQUAL(uv_accept(stream, (uv_stream_t *)&client), 0);
	uv_read_start((uv_stream_t *)&client, room, came);
	accepted = true;
	say(&hello);
}

static void
start_recorder(uint64_t instance, uint64_t step)
{
	char path[SCRATCH_BYTES + 16];

	snprintf(path, sizeof(path), "%s/%s", directory, RECORDER_SOCKET);
	(void)unlink(path);
	memset(&hello, 0, sizeof(hello));
	hello.kind = RECORDER_HELLO;
	hello.instance = instance;
	hello.step = step;
	record_count = 0;
	heard_bytes = 0;
	accepted = false;
	uv_pipe_init(&loop, &server, 0);
	CU_ASSERT_EQUAL_FATAL(uv_pipe_bind(&server, path), 0);
	CU_ASSERT_EQUAL_FATAL(uv_listen((uv_stream_t *)&server, 1,
	    connects), 0);
}

static void
stop_recorder(void)
{
	if (accepted)
		uv_close((uv_handle_t *)&client, NULL);
	uv_close((uv_handle_t *)&server, NULL);
	/* The feed notices, and begins to look for another one. */
	while (feed.pipe != NULL)
		uv_run(&loop, UV_RUN_ONCE);
}

static void
await_records(int count)
{
	while (record_count < count)
		uv_run(&loop, UV_RUN_ONCE);
}

static void
a_recorder_that_is_new_is_told_everything(void)
{
	struct recorder_answer answer = { .kind = RECORDER_DONE };
	int i;

	begin();
	for (i = 0; i < 3; i++)
		publish();
	start_recorder(0, 0);
	await_records(2);
	CU_ASSERT_EQUAL(records[0].kind, FLIGHT_SCHEMA);
	CU_ASSERT_EQUAL(records[1].kind, FLIGHT_KEY);
	publish();
	publish();
	await_records(4);
	CU_ASSERT_EQUAL(records[3].kind, FLIGHT_STEP);
	CU_ASSERT_EQUAL(records[3].step, records[1].step + 2);
	/* Nothing is given up before it is on disk. */
	CU_ASSERT_TRUE(feed.next - feed.first >= 4);
	answer.step = records[3].step;
	say(&answer);
	while (feed.first < feed.next)
		uv_run(&loop, UV_RUN_ONCE);
	answer.kind = RECORDER_TOLD;
	answer.error = -28;
	strcpy(answer.text, "flight log: not recorded: No space left");
	say(&answer);
	while (told_error != -28)
		uv_run(&loop, UV_RUN_ONCE);
	CU_ASSERT_STRING_EQUAL(told_text, answer.text);
	stop_recorder();
	end();
}

static void
one_that_was_killed_is_told_what_it_lacks(void)
{
	uint64_t instance, step;
	int i;

	begin();
	start_recorder(0, 0);
	publish();
	await_records(2);
	step = records[1].step;
	instance = feed.before.moment.instance;
	stop_recorder();
	for (i = 0; i < 5; i++)
		publish();
	/* It had written the KEY and the first STEP. */
	start_recorder(instance, step + 1);
	await_records(4);
	CU_ASSERT_EQUAL(records[0].kind, FLIGHT_STEP);
	CU_ASSERT_EQUAL(records[0].step, step + 2);
	CU_ASSERT_EQUAL(records[3].step, step + 5);
	stop_recorder();
	/* Another core's steps are of no use to it. */
	start_recorder(instance + 1, step + 3);
	await_records(2);
	CU_ASSERT_EQUAL(records[0].kind, FLIGHT_SCHEMA);
	CU_ASSERT_EQUAL(records[1].kind, FLIGHT_KEY);
	stop_recorder();
	end();
}

static const struct suite_test tests[] = {
	{ "without a recorder so much is kept, and no more",
	    without_a_recorder_so_much_is_kept_and_no_more },
	{ "what did not change is not said",
	    what_did_not_change_is_not_said },
	{ "a recorder that is new is told everything",
	    a_recorder_that_is_new_is_told_everything },
	{ "one that was killed is told what it lacks",
	    one_that_was_killed_is_told_what_it_lacks },
};

SUITE_MAIN("feed", tests)
