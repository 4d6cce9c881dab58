#include "core/feed.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "process/log.h"
#include "shm/build.h"
#include "shm/clock.h"
#include "store/flight_codec.h"

#define RETRY_MS	250
/* Copies that wait for a recorder that reads slowly. */
#define IN_PIPE_MAX	(4u << 20)
/* Events that go with one record; the others go with the next. */
#define EVENTS_MAX	256

struct writing {
	uv_write_t	request;
	unsigned char	bytes[];
};

static struct flight_record **
slot(struct feed *feed, uint64_t number)
{
	return &feed->records[number % FEED_RECORDS_MAX];
}

static void
drop_first(struct feed *feed)
{
	struct flight_record **record = slot(feed, feed->first);

	feed->bytes -= (*record)->bytes;
	free(*record);
	*record = NULL;
	feed->first++;
	if (feed->sent < feed->first)
		feed->sent = feed->first;
}

/* What follows is a KEY. */
static void
begin_anew(struct feed *feed)
{
	while (feed->first < feed->next)
		drop_first(feed);
	feed->known = false;
}

static void
written(uv_write_t *request, int status)
{
	(void)status;
	free(request->data);
}

static void
send_record(struct feed *feed, const struct flight_record *record)
{
	struct writing *writing = malloc(sizeof(*writing) + record->bytes);
	uv_buf_t buffer;

	if (writing == NULL)
		return;
	memcpy(writing->bytes, record, record->bytes);
	writing->request.data = writing;
	buffer = uv_buf_init((char *)writing->bytes, record->bytes);
	if (uv_write(&writing->request, (uv_stream_t *)feed->pipe, &buffer,
	    1, written) != 0)
		free(writing);
}

static void
send_waiting(struct feed *feed)
{
	if (feed->pipe == NULL || !feed->greeted)
		return;
	for (; feed->sent < feed->next && uv_stream_get_write_queue_size(
	    (uv_stream_t *)feed->pipe) < IN_PIPE_MAX; feed->sent++)
		send_record(feed, *slot(feed, feed->sent));
}

static void
keep(struct feed *feed, struct flight_record *record)
{
	if (record == NULL) {
		begin_anew(feed);
		return;
	}
	if (feed->next - feed->first == FEED_RECORDS_MAX ||
	    feed->bytes + record->bytes > FEED_BYTES_MAX) {
		if (!feed->behind)
			log_warnx("the recorder is behind: %" PRIu64
			    " steps will be missing from the flight log",
			    feed->next - feed->first + 1);
		feed->behind = true;
		begin_anew(feed);
		free(record);
		return;
	}
	*slot(feed, feed->next++) = record;
	feed->bytes += record->bytes;
}

static void
pipe_closed(uv_handle_t *handle)
{
	free(handle);
}

static void
disconnect(struct feed *feed)
{
	if (feed->pipe != NULL)
		uv_close((uv_handle_t *)feed->pipe, pipe_closed);
	feed->pipe = NULL;
	feed->greeted = false;
	feed->answer_bytes = 0;
	feed->sent = feed->first;
}

/*
 * The recorder goes on where it was when what it lacks is still here; else
 * it is told everything.
 */
static void
take_hello(struct feed *feed, const struct recorder_answer *answer)
{
	bool same = feed->known &&
	    answer->instance == feed->before.moment.instance;

	while (same && feed->first < feed->next &&
	    (*slot(feed, feed->first))->step <= answer->step)
		drop_first(feed);
	if (!same || answer->step > feed->step ||
	    (feed->first < feed->next ?
	    (*slot(feed, feed->first))->step != answer->step + 1 :
	    feed->step != answer->step))
		begin_anew(feed);
	feed->sent = feed->first;
	feed->greeted = true;
	if (!feed->known)
		feed_published(feed);
	send_waiting(feed);
}

static void
take_answer(struct feed *feed, const struct recorder_answer *answer)
{
	if (answer->kind == RECORDER_HELLO) {
		take_hello(feed, answer);
		return;
	}
	if (answer->kind == RECORDER_TOLD)
		feed->told(feed->context, answer->error, answer->text);
	if (answer->kind != RECORDER_DONE)
		return;
	feed->behind = false;
	while (feed->first < feed->sent &&
	    (*slot(feed, feed->first))->step <= answer->step)
		drop_first(feed);
}

static void
room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	static char bytes[4096];

	(void)handle;
	(void)suggested;
	*buffer = uv_buf_init(bytes, sizeof(bytes));
}

static void
came(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
	struct feed *feed = stream->data;
	struct recorder_answer answer;
	ssize_t i;

	if ((uv_pipe_t *)stream != feed->pipe)
		return;
	if (length < 0)
		disconnect(feed);
	for (i = 0; i < length && feed->pipe != NULL; i++) {
		feed->answer[feed->answer_bytes++] =
		    (unsigned char)buffer->base[i];
		if (feed->answer_bytes < sizeof(answer))
			continue;
		feed->answer_bytes = 0;
		memcpy(&answer, feed->answer, sizeof(answer));
		answer.text[sizeof(answer.text) - 1] = '\0';
		if (answer.magic == RECORDER_MAGIC)
			take_answer(feed, &answer);
		else
			disconnect(feed);
	}
}

static void
connected(uv_connect_t *request, int status)
{
	struct feed *feed = request->data;

	if (request->handle != (uv_stream_t *)feed->pipe)
		return;
	if (status != 0)
		disconnect(feed);
	else
		uv_read_start((uv_stream_t *)feed->pipe, room, came);
}

static void
retry_fired(uv_timer_t *timer)
{
	struct feed *feed = timer->data;

	if (feed->pipe != NULL || feed->stopping)
		return;
	feed->pipe = malloc(sizeof(*feed->pipe));
	if (feed->pipe == NULL)
		return;
	uv_pipe_init(feed->loop, feed->pipe, 0);
	feed->pipe->data = feed;
	feed->connecting.data = feed;
	uv_pipe_connect(&feed->connecting, feed->pipe, feed->path,
	    connected);
}

void
feed_start(struct feed *feed, uv_loop_t *loop, const char *runtime_directory,
    feed_told *told, void *context)
{
	memset(feed, 0, sizeof(*feed));
	feed->told = told;
	feed->context = context;
	feed->loop = loop;
	snprintf(feed->path, sizeof(feed->path), "%.4000s/%s",
	    runtime_directory, RECORDER_SOCKET);
	snprintf(feed->segment_path, sizeof(feed->segment_path),
	    "%.4000s/core.seg", runtime_directory);
	uv_timer_init(loop, &feed->retry);
	feed->retry.data = feed;
	uv_timer_start(&feed->retry, retry_fired, 0, RETRY_MS);
}

void
feed_stop(struct feed *feed)
{
	if (feed->loop == NULL || feed->stopping)
		return;
	feed->stopping = true;
	disconnect(feed);
	uv_close((uv_handle_t *)&feed->retry, NULL);
}

void
feed_free(struct feed *feed)
{
	if (feed->loop == NULL)
		return;
	begin_anew(feed);
	drover_segment_detach(feed->segment);
	flight_image_free(&feed->before);
	flight_image_free(&feed->now);
	free(feed->bits.bytes);
	feed->loop = NULL;
}

static int
attach(struct feed *feed)
{
	const void *schema;
	size_t bytes;
	int error;

	if (feed->segment != NULL && drover_segment_liveness(feed->segment,
	    0) != DROVER_WRITER_SUPERSEDED)
		return 0;
	drover_segment_detach(feed->segment);
	feed->known = false;
	error = drover_segment_attach(&feed->segment, feed->segment_path);
	if (error != 0)
		return error;
	memset(&feed->cursor, 0, sizeof(feed->cursor));
	flight_image_free(&feed->before);
	flight_image_free(&feed->now);
	schema = segment_schema_of(feed->segment, &bytes);
	error = flight_image_init(&feed->now, schema, bytes);
	if (error == 0)
		error = flight_image_init(&feed->before, schema, bytes);
	if (error != 0) {
		drover_segment_detach(feed->segment);
		feed->segment = NULL;
	}
	return error;
}

/* The image that was said last keeps the events for a KEY to come. */
static size_t
take_events(struct feed *feed, struct drover_event *events)
{
	size_t count = 0;

	while (count < EVENTS_MAX && drover_event_next(feed->segment,
	    &feed->cursor, &events[count]) == 1)
		flight_image_event(&feed->now, &events[count++]);
	return count;
}

/* The two images change places; both know the events. */
static void
now_is_before(struct feed *feed, const struct drover_event *events,
    size_t count)
{
	struct flight_image image = feed->before;
	size_t i;

	for (i = 0; i < count; i++)
		flight_image_event(&image, &events[i]);
	feed->before = feed->now;
	feed->now = image;
	feed->known = feed->first < feed->next;
}

static void
keep_key(struct feed *feed)
{
	begin_anew(feed);
	keep(feed, flight_record_make(FLIGHT_SCHEMA, &feed->now.moment,
	    feed->step, feed->now.schema, feed->now.schema_bytes));
	keep(feed, flight_record_key(&feed->now, ++feed->step,
	    &feed->bits));
}

static bool
keep_step(struct feed *feed, const struct drover_event *events, size_t count)
{
	bool changed;

	feed->bits.used = 0;
	if (flight_encode(&feed->before, &feed->now, events, count,
	    &feed->bits, &changed) != 0) {
		begin_anew(feed);
		return false;
	}
	if (!changed)
		return false;
	keep(feed, flight_record_make(FLIGHT_STEP, &feed->now.moment,
	    ++feed->step, feed->bits.bytes, feed->bits.used));
	return feed->first < feed->next;
}

void
feed_published(struct feed *feed)
{
	static struct drover_event events[EVENTS_MAX];
	size_t count;

	if (feed->loop == NULL || feed->stopping || attach(feed) != 0 ||
	    flight_image_take(&feed->now, feed->segment,
	    clock_ns(CLOCK_REALTIME)) != 0)
		return;
	count = take_events(feed, events);
	if (!feed->known) {
		keep_key(feed);
		now_is_before(feed, events, count);
	} else if (keep_step(feed, events, count)) {
		now_is_before(feed, events, count);
	}
	send_waiting(feed);
}
