/* Waiting for the end of a drain, with what is seen on the way. */
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

struct waiting {
	struct session		*session;
	const struct options	*options;
	char			 seen[SEEN_BYTES];	/* as last told */
};

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int
look(struct waiting *waiting, const char *name, json_t **document)
{
	struct client_request request = { .method = "GET" };
	char target[VERB_TARGET_BYTES];
	struct answer answer;
	int status;

	if (verb_target(&verbs[VERB_NODE], name, target) != 0)
		return CTL_EXIT_USAGE;
	request.target = target;
	status = session_ask(waiting->session, &request, &answer);
	if (status == 0)
		status = act_status(waiting->options, &answer,
		    document);
	answer_release(&answer);
	return status;
}

/* "n1: draining, at most 3 in flight": once for each that is new. */
static void
tell(struct waiting *waiting, const char *name, const char *drain,
    const json_t *node)
{
	const json_t *flight = json_object_get(node, "in_flight");
	char text[SEEN_BYTES], clean[NAME_BYTES], word[NAME_BYTES];
	size_t length;

	text_clean(clean, sizeof(clean), name);
	text_clean(word, sizeof(word), drain);
	length = (size_t)snprintf(text, sizeof(text), "%s: %s", clean, word);
	if (json_is_number(flight))
		snprintf(text + length, sizeof(text) - length,
		    ", %s%g in flight", json_is_true(json_object_get(node,
		    "in_flight_bound")) ? "at most " : "",
		    json_number_value(flight));
	if (strcmp(text, waiting->seen) == 0)
		return;
	strcpy(waiting->seen, text);
	if (!waiting->options->json)
		fprintf(stderr, "%s\n", text);
}

/* -1: it goes on; else the exit status that its end comes to. */
static int
end_of(const char *name, const char *drain)
{
	char clean[NAME_BYTES];

	text_clean(clean, sizeof(clean), name);
	if (strcmp(drain, "drained") == 0)
		return CTL_EXIT_DONE;
	if (strcmp(drain, "late") == 0) {
		fprintf(stderr, "droverctl: %s: requests were in flight at "
		    "the deadline; they go on\n", clean);
		return CTL_EXIT_REFUSED;
	}
	if (strcmp(drain, "in service") == 0) {
		fprintf(stderr, "droverctl: %s: it was put back into "
		    "service meanwhile\n", clean);
		return CTL_EXIT_REFUSED;
	}
	return -1;
}

static int
wait_once(struct waiting *waiting, const char *name)
{
	json_t *document = NULL, *node;
	const char *drain;
	int status = look(waiting, name, &document);

	node = json_object_get(document, "node");
	drain = json_string_value(json_object_get(node, "drain"));
	if (status == 0 && drain == NULL) {
		fputs("droverctl: the answer has no drain\n", stderr);
		status = CTL_EXIT_PROTOCOL;
	} else if (status == 0) {
		tell(waiting, name, drain, node);
		status = end_of(name, drain);
	}
	json_decref(document);
	return status;
}

static int
wait_for(struct waiting *waiting, const char *name, int64_t end_ms)
{
	struct timespec pause = { .tv_sec = LOOK_MS / 1000,
		.tv_nsec = LOOK_MS % 1000 * 1000000 };
	int status;

	waiting->seen[0] = '\0';
	while ((status = wait_once(waiting, name)) == -1) {
		if (now_ms() >= end_ms) {
			fputs("droverctl: it drains on; nobody waits for it "
			    "any more\n", stderr);
			return CTL_EXIT_TIMEOUT;
		}
		nanosleep(&pause, NULL);
	}
	return status;
}

int
perform_wait(struct session *session, const struct options *options)
{
	struct waiting waiting = { .session = session, .options = options };
	int64_t end_ms = options->timeout ?
	    now_ms() + (int64_t)options->timeout_ms : INT64_MAX;
	int i, status = 0;

	for (i = 0; status == 0 && i < options->call.count; i++)
		status = wait_for(&waiting, options->call.arguments[i],
		    end_ms);
	return status;
}
