/*
 * The events, from a sequence number on.  Who asks to wait is put on a
 * list that is looked at a few times a second: an event is a line for a
 * person, so a tenth of a second later is soon enough, and the writer
 * knows nothing of its readers.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/resources.h"
#include "api/server.h"

#define POLL_MS		100

struct waiter {
	uint64_t	since;
	uint64_t	limit;
	uint64_t	until_ms;	/* loop time */
	uint64_t	instance;	/* of the segment, whose events count */
	struct exchange	*next;
};

/* Sequences begin anew with a new segment. */
static uint64_t
instance_of(const struct view *view)
{
	struct drover_segment_info info;

	drover_segment_info(view->segment, &info);
	return info.instance;
}

static json_t *
collect(const struct view *view, struct drover_event_cursor *cursor,
    uint64_t limit)
{
	json_t *events = json_array();
	struct drover_event event;

	while (events != NULL && json_array_size(events) < limit &&
	    drover_event_next(view->segment, cursor, &event) == 1)
		json_array_append_new(events, view_event(&event));
	return events;
}

/*
 * Answers when there are events, or must is set.  A waiter never misses
 * one: it looks from where its caller stood.
 */
static bool
try_answer(struct exchange *exchange, const struct waiter *waiter, bool must)
{
	const struct view *view = &exchange->api->view;
	struct drover_event_cursor cursor = { .next = waiter->since };
	json_t *events, *body;

	events = collect(view, &cursor, waiter->limit);
	if (json_array_size(events) == 0 && !must) {
		json_decref(events);
		return false;
	}
	body = json_pack("{s:o, s:I, s:I}", "events", events,
	    "next", (json_int_t)cursor.next, "lost", (json_int_t)cursor.lost);
	if (body != NULL)
		(void)view_frame(view, body);
	exchange_reply(exchange, body == NULL ? REPLY_INTERNAL : REPLY_OK,
	    body);
	return true;
}

static void
finish(struct exchange *exchange, struct waiter *waiter)
{
	if (view_refresh(&exchange->api->view) != 0)
		exchange_refuse(exchange, REPLY_STARTING, "");
	else
		(void)try_answer(exchange, waiter, true);
	free(waiter);
}

static void
waiter_unlink(struct exchange *exchange)
{
	struct exchange **at = &exchange->api->waiters;
	struct waiter *waiter = exchange->context;

	while (*at != exchange)
		at = &((struct waiter *)(*at)->context)->next;
	*at = waiter->next;
	if (exchange->api->waiters == NULL)
		uv_timer_stop(&exchange->api->poll);
}

static void
hurry(struct exchange *exchange)
{
	struct waiter *waiter = exchange->context;

	waiter_unlink(exchange);
	finish(exchange, waiter);
}

/* Is there something to say: an event, another segment, the end? */
static bool
is_due(const struct api *api, const struct waiter *waiter)
{
	struct drover_event_cursor end;

	if (uv_now(api->loop) >= waiter->until_ms ||
	    instance_of(&api->view) != waiter->instance)
		return true;
	drover_event_end(api->view.segment, &end);
	return end.next > waiter->since;
}

static void
on_poll(uv_timer_t *timer)
{
	struct api *api = timer->data;
	struct exchange *exchange, *next;
	struct waiter *waiter;
	bool lost = view_refresh(&api->view) != 0;

	for (exchange = api->waiters; exchange != NULL; exchange = next) {
		waiter = exchange->context;
		next = waiter->next;
		if (lost || is_due(api, waiter))
			hurry(exchange);
	}
}

static void
wait_for_event(struct exchange *exchange, const struct waiter *wanted)
{
	struct waiter *waiter = malloc(sizeof(*waiter));
	struct api *api = exchange->api;

	if (waiter == NULL) {
		exchange_refuse(exchange, REPLY_INTERNAL, "no memory");
		return;
	}
	*waiter = *wanted;
	waiter->next = api->waiters;
	exchange->context = waiter;
	exchange->hurry = hurry;
	api->waiters = exchange;
	uv_timer_start(&api->poll, on_poll, POLL_MS, POLL_MS);
}

void
resource_events(struct exchange *exchange)
{
	const struct request *request = &exchange->request;
	unsigned long long since, limit, seconds;
	struct drover_event_cursor end;
	struct api *api = exchange->api;
	struct waiter waiter;

	if (route_query_number(request, "since", 0, INT64_MAX, 0,
	    &since) != 0 ||
	    route_query_number(request, "limit", 1, API_EVENTS_MAX,
	    API_EVENTS_USUAL, &limit) != 0 ||
	    route_query_number(request, "wait", 0, API_WAIT_SECONDS_MAX, 0,
	    &seconds) != 0) {
		exchange_refuse(exchange, REPLY_BAD_FIELD,
		    exchange->match.route->query);
		return;
	}
	if (view_refresh(&api->view) != 0) {
		exchange_refuse(exchange, REPLY_STARTING, "");
		return;
	}
	waiter = (struct waiter){ .since = since, .limit = limit,
	    .until_ms = uv_now(api->loop) + seconds * 1000,
	    .instance = instance_of(&api->view) };
	drover_event_end(api->view.segment, &end);
	if (seconds == 0 || since != end.next ||
	    exchange->connection->ended)
		(void)try_answer(exchange, &waiter, true);
	else
		wait_for_event(exchange, &waiter);
}
