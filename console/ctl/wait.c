/*
 * Waiting for the end of a drain, with what is seen on the way.  Who waits
 * outlives droverd: the drain does too.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "act.h"
#include "perform.h"
#include "request.h"
#include "text.h"

/* droverd counts what is in flight about that often. */
#define LOOK_MS		1000
#define NAME_BYTES	128
#define SEEN_BYTES	256

struct watched {
	const char	*name;
	bool		 back;	/* in service, by a state that is known */
	bool		 ended;
	int		 status;	/* that it ended with */
	char		 seen[SEEN_BYTES];	/* as last told */
};

struct waiting {
	struct session		*session;
	const struct options	*options;
	struct watched		*watched;
	int			 count;
	bool			 gone;	/* nobody answered the last time */
};

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* "n1: draining, at most 3 in flight": once for each that is new. */
static void
tell(const struct waiting *waiting, struct watched *watched,
    const char *drain, const json_t *node)
{
	const json_t *flight = json_object_get(node, "in_flight");
	char text[SEEN_BYTES], clean[NAME_BYTES], word[NAME_BYTES];
	size_t length;

	text_clean(clean, sizeof(clean), watched->name);
	text_clean(word, sizeof(word), drain);
	length = (size_t)snprintf(text, sizeof(text), "%s: %s", clean, word);
	if (json_is_number(flight))
		snprintf(text + length, sizeof(text) - length,
		    ", %s%g in flight", json_is_true(json_object_get(node,
		    "in_flight_bound")) ? "at most " : "",
		    json_number_value(flight));
	if (strcmp(text, watched->seen) == 0)
		return;
	strcpy(watched->seen, text);
	if (!waiting->options->json)
		fprintf(stderr, "%s\n", text);
}

static void
end_with(struct watched *watched, int status, const char *why)
{
	char clean[NAME_BYTES];

	watched->ended = true;
	watched->status = status;
	if (why == NULL)
		return;
	text_clean(clean, sizeof(clean), watched->name);
	fprintf(stderr, "droverctl: %s: %s\n", clean, why);
}

/* Before droverd has its state, every node is in service. */
static bool
state_is_known(const struct waiting *waiting)
{
	struct client_request request = { .method = "GET",
		.target = verbs[VERB_CLUSTER].pattern };
	json_t *document = NULL;
	struct answer answer;
	bool known;

	if (session_ask(waiting->session, &request, &answer) == 0 &&
	    answer.status == 200)
		document = json_loadb(answer.body, answer.length, 0, NULL);
	known = json_is_object(json_object_get(document, "state"));
	json_decref(document);
	answer_release(&answer);
	return known;
}

static void
look_at(const struct waiting *waiting, struct watched *watched,
    const json_t *node)
{
	const char *drain = json_string_value(json_object_get(node,
	    "drain"));

	/* A droverd that was started just now has not read it yet. */
	if (node == NULL || drain == NULL)
		return;
	if (strcmp(drain, "in service") == 0 && !watched->back) {
		watched->back = state_is_known(waiting);
		return;
	}
	tell(waiting, watched, drain, node);
	if (strcmp(drain, "drained") == 0)
		end_with(watched, CTL_EXIT_DONE, NULL);
	else if (strcmp(drain, "late") == 0)
		end_with(watched, CTL_EXIT_REFUSED, "requests were in "
		    "flight at the deadline; they go on");
	else if (strcmp(drain, "in service") == 0)
		end_with(watched, CTL_EXIT_REFUSED, "it was put back into "
		    "service meanwhile");
}

static const json_t *
node_named(const json_t *nodes, const char *name)
{
	const json_t *node;
	size_t i;

	json_array_foreach(nodes, i, node)
		if (strcmp(name, json_is_string(json_object_get(node,
		    "name")) ? json_string_value(json_object_get(node,
		    "name")) : "") == 0)
			return node;
	return NULL;
}

/* All nodes with one request. */
static int
look(struct waiting *waiting, json_t **document)
{
	struct client_request request = { .method = "GET",
		.target = verbs[VERB_NODES].pattern };
	struct answer answer;
	int status = session_ask(waiting->session, &request, &answer);

	if (status == 0 && answer.status >= 500)
		status = CTL_EXIT_UNABLE;
	else if (status == 0)
		status = act_status(waiting->options, &answer, document);
	answer_release(&answer);
	return status;
}

/* Says once that it waits for droverd, and that it need not any more. */
static void
tell_gone(struct waiting *waiting, bool gone)
{
	if (gone != waiting->gone)
		fputs(gone ? "droverctl: the drain goes on; waiting for "
		    "droverd\n" : "droverctl: droverd answers again\n",
		    stderr);
	waiting->gone = gone;
	waiting->session->quiet = gone;
}

/* Returns 0 also while nobody answers. */
static int
look_once(struct waiting *waiting)
{
	json_t *document = NULL;
	const json_t *nodes;
	int i, status = look(waiting, &document);
	bool gone = act_is_gone(status);

	tell_gone(waiting, gone);
	nodes = json_object_get(document, "nodes");
	for (i = 0; status == 0 && i < waiting->count; i++)
		if (!waiting->watched[i].ended)
			look_at(waiting, &waiting->watched[i],
			    node_named(nodes, waiting->watched[i].name));
	json_decref(document);
	return gone ? 0 : status;
}

static bool
all_ended(const struct waiting *waiting)
{
	int i;

	for (i = 0; i < waiting->count; i++)
		if (!waiting->watched[i].ended)
			return false;
	return true;
}

/* That of the first that did not end well. */
static int
status_of_all(const struct waiting *waiting)
{
	int i;

	for (i = 0; i < waiting->count; i++)
		if (waiting->watched[i].status != 0)
			return waiting->watched[i].status;
	return 0;
}

static int
wait_for(struct waiting *waiting, int64_t end_ms)
{
	struct timespec pause = { .tv_sec = LOOK_MS / 1000,
		.tv_nsec = LOOK_MS % 1000 * 1000000 };
	int status;

	for (;;) {
		status = look_once(waiting);
		if (status != 0)
			return status;
		if (all_ended(waiting))
			return status_of_all(waiting);
		if (now_ms() >= end_ms)
			break;
		nanosleep(&pause, NULL);
	}
	fputs("droverctl: it drains on; nobody waits for it any more\n",
	    stderr);
	return CTL_EXIT_TIMEOUT;
}

int
perform_wait(struct session *session, const struct options *options)
{
	int64_t end_ms = options->timeout ?
	    now_ms() + (int64_t)options->timeout_ms : INT64_MAX;
	struct waiting waiting = { .session = session, .options = options,
		.count = options->call.count };
	int i, status;

	waiting.watched = calloc((size_t)waiting.count,
	    sizeof(*waiting.watched));
	if (waiting.watched == NULL) {
		fputs("droverctl: no memory\n", stderr);
		return CTL_EXIT_FAILED;
	}
	for (i = 0; i < waiting.count; i++)
		waiting.watched[i].name = options->call.arguments[i];
	status = wait_for(&waiting, end_ms);
	session->quiet = false;
	free(waiting.watched);
	return status;
}
