/*
 * The events that are kept, page by page, and those that follow.  Who
 * follows outlives the core: that is when events matter.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "act.h"
#include "request.h"
#include "show.h"

#define PAGE_EVENTS	1000	/* the most that one answer holds */
#define WAIT_SECONDS	30	/* for the first that follows */

struct place {
	json_int_t	since;
	char		instance[32];	/* of the segment the events are in */
	size_t		count;		/* of the last page */
};

static void
print_line(const json_t *object)
{
	json_dumpf(object, stdout, JSON_COMPACT | JSON_ENSURE_ASCII |
	    JSON_REAL_PRECISION(15));
	fputc('\n', stdout);
}

static void
print_lost(const struct options *options, json_int_t lost)
{
	json_t *object;

	if (lost <= 0)
		return;
	if (!options->json) {
		printf("%" JSON_INTEGER_FORMAT " events were overwritten "
		    "before they could be read\n", lost);
		return;
	}
	object = json_pack("{s:I}", "lost", lost);
	print_line(object);
	json_decref(object);
}

/* Sequences begin anew with a new segment. */
static bool
changed(struct place *place, const json_t *answer)
{
	const char *instance = json_string_value(json_object_get(
	    json_object_get(answer, "segment"), "instance"));
	bool other = instance != NULL && place->instance[0] != '\0' &&
	    strcmp(instance, place->instance) != 0;

	if (instance != NULL)
		snprintf(place->instance, sizeof(place->instance), "%s",
		    instance);
	return other;
}

static int
print_page(const struct options *options, const json_t *answer,
    struct place *place)
{
	const json_t *events = json_object_get(answer, "events");
	const json_t *next = json_object_get(answer, "next");
	size_t i;

	place->count = 0;
	if (changed(place, answer)) {
		place->since = 0;
		return 0;
	}
	if (!json_is_array(events) || !json_is_integer(next)) {
		fputs("droverctl: the answer holds no events\n", stderr);
		return CTL_EXIT_PROTOCOL;
	}
	place->count = json_array_size(events);
	place->since = json_integer_value(next);
	print_lost(options, json_integer_value(json_object_get(answer,
	    "lost")));
	for (i = 0; i < place->count; i++) {
		if (options->json)
			print_line(json_array_get(events, i));
		else
			show_event(stdout, json_array_get(events, i));
	}
	return act_flush();
}

static int
ask_page(struct session *session, const struct options *options,
    struct place *place, bool waiting)
{
	char target[VERB_TARGET_BYTES];
	struct client_request request = {
		.method = options->call.verb->method, .target = target,
		.wait_ms = waiting ? WAIT_SECONDS * 1000 : 0 };
	struct answer answer;
	json_t *document = NULL;
	int status;

	snprintf(target, sizeof(target), "%s?since=%" JSON_INTEGER_FORMAT
	    "&limit=%d&wait=%d", options->call.verb->pattern, place->since,
	    PAGE_EVENTS, waiting ? WAIT_SECONDS : 0);
	status = session_ask(session, &request, &answer);
	if (status == 0 && session->quiet && answer.status >= 500)
		status = CTL_EXIT_UNABLE;
	else if (status == 0)
		status = act_status(options, &answer, &document);
	if (status == 0)
		status = print_page(options, document, place);
	json_decref(document);
	answer_release(&answer);
	return status;
}

/* Asks again every second until somebody answers; says so once. */
static int
await_answer(struct session *session, const struct options *options,
    struct place *place)
{
	struct timespec second = { .tv_sec = 1 };
	int status;

	fputs("droverctl: waiting for droverd\n", stderr);
	session->quiet = true;
	do {
		nanosleep(&second, NULL);
		status = ask_page(session, options, place, false);
	} while (act_is_gone(status));
	session->quiet = false;
	if (status == 0)
		fputs("droverctl: droverd answers again\n", stderr);
	return status;
}

/*
 * An answer without events that came at once must not be asked for again
 * and again.
 */
static void
pace(const struct place *place, time_t begun)
{
	struct timespec second = { .tv_sec = 1 }, now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (place->count == 0 && now.tv_sec - begun < 1)
		nanosleep(&second, NULL);
}

static int
follow(struct session *session, const struct options *options,
    struct place *place)
{
	struct timespec now;
	int status = 0;

	while (status == 0) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		status = ask_page(session, options, place, true);
		if (act_is_gone(status))
			status = await_answer(session, options, place);
		else if (status == 0)
			pace(place, now.tv_sec);
	}
	return status;
}

int
act_events(struct session *session, const struct options *options)
{
	const char *since = options->call.options[VERB_OPTION_SINCE];
	struct place place = { .since = since == NULL ? 0 :
	    strtoll(since, NULL, 10) };
	int status;

	/* What is kept, without waiting for more. */
	do {
		status = ask_page(session, options, &place, false);
	} while (status == 0 && place.count == PAGE_EVENTS);
	if (status == 0 && options->call.options[VERB_OPTION_FOLLOW] != NULL)
		status = follow(session, options, &place);
	return status;
}
