#include "perform.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "act.h"
#include "list_plan.h"
#include "person.h"
#include "refusal.h"
#include "report.h"
#include "request.h"

/*
 * An answer that got lost is asked for again so often, as long as one may
 * wait for an answer, and once at least.
 */
#define TRY_MS		500

#define LINE_BYTES	512

enum number {
#define REPLY(number, NAME, http, text)	NUMBER_##NAME = (number),
#include <drover/tables/replies.def>
#undef REPLY
};

/* What was asked for, with what a person adds to it. */
struct performing {
	struct session		*session;
	struct options		 options;	/* as they were, or added to */
	struct verb_request	 request;
	char			 reason[LINE_BYTES];
	char			 typed[LINE_BYTES];
	char			 id[VERB_ID_BYTES];
	char			 hash[80];	/* of the plan that was shown */
	bool			 asks;		/* somebody can be asked */
};

static int
say(int status, const char *text)
{
	fprintf(stderr, "droverctl: %s\n", text);
	return status;
}

static bool
has(const struct performing *performing, enum verb_option option)
{
	return performing->options.call.options[option] != NULL;
}

static bool
is_preview(const struct performing *performing)
{
	return has(performing, VERB_OPTION_PREVIEW);
}

/* A reason that is missing is asked for; all else is a wrong call. */
static int
complete(struct performing *performing)
{
	struct verb_call *call = &performing->options.call;

	if (verb_missing(call) != VERB_OPTION_REASON || !performing->asks)
		return 0;
	if (!person_line("Why? (it stays in the audit)", performing->reason,
	    sizeof(performing->reason)) || performing->reason[0] == '\0')
		return say(CTL_EXIT_USAGE, "without a reason nothing was "
		    "done");
	call->options[VERB_OPTION_REASON] = performing->reason;
	return 0;
}

static int
build(struct performing *performing)
{
	char complaint[VERB_COMPLAINT_BYTES];
	const char *id = performing->options.call.options[
	    VERB_OPTION_REQUEST];

	verb_request_release(&performing->request);
	if (verb_request(&performing->request, &performing->options.call,
	    complaint) != 0)
		return say(CTL_EXIT_USAGE, complaint);
	if (!verb_is_act(performing->options.call.verb))
		return 0;
	if (id == NULL && performing->id[0] == '\0' &&
	    verb_new_id(performing->id) != 0)
		return say(CTL_EXIT_FAILED, "no random bytes for an id");
	if (id == NULL && json_object_set_new(performing->request.body,
	    "request", json_string(performing->id)) != 0)
		return say(CTL_EXIT_FAILED, "no memory");
	return 0;
}

static void
pause_ms(long ms)
{
	struct timespec span = { .tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&span, NULL);
}

/* Once; the document is NULL where there is none. */
static int
send_once(struct performing *performing, struct answer *answer,
    json_t **document)
{
	struct client_request request = {
		.method = performing->request.method,
		.target = performing->request.target };
	char *body = json_dumps(performing->request.body, JSON_COMPACT);
	int status;

	request.body = body;
	*document = NULL;
	if (body == NULL)
		return say(CTL_EXIT_FAILED, "no memory");
	status = session_ask(performing->session, &request, answer);
	if (status == 0 && strcmp(answer->type, "application/json") == 0)
		*document = json_loadb(answer->body, answer->length, 0,
		    NULL);
	if (status == 0 && *document == NULL) {
		status = CTL_EXIT_PROTOCOL;
		if (!performing->session->quiet)
			say(status, "the answer is no JSON");
	}
	free(body);
	return status;
}

static json_int_t
number_of(const json_t *document)
{
	return json_integer_value(json_object_get(json_object_get(document,
	    "reply"), "number"));
}

/*
 * It may have been done, and nobody has said so: it was sent now, or
 * before, and this answer does not know of that.
 */
static bool
is_lost(const struct performing *performing, int status,
    const json_t *document, bool was_sent)
{
	json_int_t number = number_of(document);

	if (status != 0)
		return was_sent || performing->session->client.sent;
	return number == NUMBER_UNCONFIRMED ||
	    (was_sent && refusal_status(number) == CTL_EXIT_UNABLE);
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int
tell_lost(const struct performing *performing, int status)
{
	const char *id = json_string_value(json_object_get(
	    performing->request.body, "request"));

	fprintf(stderr, "droverctl: whether it was done is not known; the "
	    "same again with --request %s does nothing twice\n",
	    id == NULL ? "" : id);
	return status;
}

/*
 * Asks again under the same id while the answer got lost: droverd was
 * started anew, say.  Of these tries only the last one complains.
 */
static int
send_act(struct performing *performing, struct answer *answer,
    json_t **document)
{
	int64_t end_ms = now_ms() + performing->options.timeout_ms;
	bool lost = false, again = false;
	int status;

	/* What has no id might be done twice. */
	if (!verb_is_act(performing->options.call.verb))
		return send_once(performing, answer, document);
	for (;; again = true) {
		performing->session->quiet = true;
		status = send_once(performing, answer, document);
		lost = is_lost(performing, status, *document, lost);
		/* Nobody got it, or it will be no better. */
		if (!lost || status == CTL_EXIT_UNTRUSTED ||
		    status == CTL_EXIT_PERMISSION ||
		    (again && now_ms() >= end_ms))
			break;
		json_decref(*document);
		answer_release(answer);
		pause_ms(TRY_MS);
	}
	performing->session->quiet = false;
	if (status != 0)
		say(status, performing->session->client.complaint[0] != '\0' ?
		    performing->session->client.complaint :
		    "the answer is no JSON");
	if (lost)
		return tell_lost(performing, status != 0 ? status :
		    CTL_EXIT_UNABLE);
	return status;
}

static int
refused(const struct performing *performing, const json_t *document)
{
	json_int_t number = number_of(document);
	char line[REFUSAL_BYTES];

	if (number == NUMBER_BAD_CONFIG)
		report_errors(stderr, document);
	fprintf(stderr, "droverctl: %s\n", refusal_line(&performing->options,
	    json_object_get(document, "reply"),
	    json_object_get(document, "leader"), line));
	return refusal_status(number);
}

static void
report(const struct performing *performing, const json_t *document)
{
	switch (performing->options.call.verb->id) {
	case VERB_CONFIG_RELOAD:
	case VERB_CONFIG_ROLLBACK:
		report_reload(stdout, document);
		return;
	case VERB_ACCOUNT_TOKEN:
		report_token(&performing->options, document);
		return;
	default:
		break;
	}
	if (is_preview(performing)) {
		report_moves(stdout, document);
		report_would(stdout, &performing->options, document);
	} else {
		report_done(stdout, &performing->options,
		    performing->request.body, document);
	}
}

static int
finish(const struct performing *performing, const struct answer *answer,
    const json_t *document)
{
	int status = refusal_status(number_of(document)), written;

	if (status != CTL_EXIT_DONE)
		status = refused(performing, document);
	if (performing->options.json)
		fwrite(answer->body, 1, answer->length, stdout);
	else if (status == CTL_EXIT_DONE)
		report(performing, document);
	written = act_flush();
	return status != 0 ? status : written;
}

static int
do_it(struct performing *performing)
{
	struct answer answer = { 0 };
	json_t *document = NULL;
	int status = send_act(performing, &answer, &document);

	if (status == 0)
		status = finish(performing, &answer, document);
	json_decref(document);
	answer_release(&answer);
	return status;
}

/* The last copy of a model would go: only with the name, typed out. */
static int
ask_typed(struct performing *performing)
{
	struct verb_call *call = &performing->options.call;
	char question[LINE_BYTES];

	if (call->count != 1)
		return say(CTL_EXIT_REFUSED, "drain one node at a time to "
		    "overrule that");
	snprintf(question, sizeof(question), "To drain it all the same, "
	    "type its name (%.64s):", call->arguments[0]);
	if (!person_line(question, performing->typed,
	    sizeof(performing->typed)) ||
	    strcmp(performing->typed, call->arguments[0]) != 0)
		return say(CTL_EXIT_REFUSED, "that is not its name; nothing "
		    "was done");
	call->options[VERB_OPTION_FORCE] = performing->typed;
	return build(performing);
}

/* What it would do was shown: go on with it? */
static int
decide(struct performing *performing, const json_t *document)
{
	const json_t *would = json_object_get(document, "would");
	json_int_t number = json_integer_value(json_object_get(would,
	    "number"));
	int status = 0;

	report_moves(stderr, document);
	if (refusal_status(number) != CTL_EXIT_DONE ||
	    number == NUMBER_UNCHANGED)
		report_would(stderr, &performing->options, document);
	if (number == NUMBER_LAST_COPY)
		status = ask_typed(performing);
	else if (refusal_status(number) != CTL_EXIT_DONE)
		status = refusal_status(number);
	else if (!person_agrees("Do it? [y/N]"))
		status = say(CTL_EXIT_REFUSED, "nothing was done");
	/* The world that was seen is the one that is acted on. */
	if (status == 0 && json_object_set(performing->request.body,
	    "version", json_object_get(document, "version")) != 0)
		status = say(CTL_EXIT_FAILED, "no memory");
	return status;
}

static int
show_first(struct performing *performing)
{
	struct answer answer = { 0 };
	json_t *document = NULL, *body = performing->request.body;
	int status;

	/* Another id: a preview is no request that could be repeated. */
	performing->request.body = json_copy(body);
	json_object_set_new(performing->request.body, "preview",
	    json_true());
	json_object_del(performing->request.body, "request");
	status = send_once(performing, &answer, &document);
	json_decref(performing->request.body);
	performing->request.body = body;
	if (status == 0 && number_of(document) != NUMBER_PREVIEW)
		status = refused(performing, document);
	if (status == 0)
		status = decide(performing, document);
	json_decref(document);
	answer_release(&answer);
	return status;
}

static bool
shows_first(const struct performing *performing)
{
	return performing->options.call.verb->id == VERB_DRAIN &&
	    performing->asks && !is_preview(performing) &&
	    !has(performing, VERB_OPTION_YES);
}

/* What is approved is what was seen: its hash goes with the approval. */
static int
take_hash(struct performing *performing, json_t *document)
{
	const json_t *plan = json_array_get(json_object_get(document,
	    "plans"), 0);
	const char *hash = json_string_value(json_object_get(plan, "hash"));
	bool shows = performing->asks && !is_preview(performing) &&
	    !has(performing, VERB_OPTION_YES);

	if (hash == NULL)
		return refused(performing, document);
	snprintf(performing->hash, sizeof(performing->hash), "%s", hash);
	performing->options.call.options[VERB_OPTION_HASH] =
	    performing->hash;
	if (!shows)
		return 0;
	list_plan(stderr, document);
	return person_agrees("Approve it? [y/N]") ? 0 :
	    say(CTL_EXIT_REFUSED, "nothing was done");
}

static int
look_at_plan(struct performing *performing)
{
	struct verb_call call = { .verb = &verbs[VERB_PLAN],
		.arguments = performing->options.call.arguments,
		.count = performing->options.call.count };
	char complaint[VERB_COMPLAINT_BYTES];
	struct client_request request = { .method = "GET" };
	struct verb_request asked;
	struct answer answer = { 0 };
	json_t *document;
	int status;

	if (verb_request(&asked, &call, complaint) != 0)
		return say(CTL_EXIT_USAGE, complaint);
	request.target = asked.target;
	status = session_ask(performing->session, &request, &answer);
	document = status != 0 ? NULL : json_loadb(answer.body,
	    answer.length, 0, NULL);
	if (status == 0)
		status = document == NULL ? say(CTL_EXIT_PROTOCOL,
		    "the answer is no JSON") :
		    take_hash(performing, document);
	json_decref(document);
	answer_release(&answer);
	verb_request_release(&asked);
	return status;
}

int
perform(struct session *session, const struct options *options)
{
	struct performing performing = { .session = session,
		.options = *options };
	int status;

	performing.asks = !options->json && person_is_there();
	status = complete(&performing);
	if (status == 0 && options->call.verb->id == VERB_APPROVE &&
	    !has(&performing, VERB_OPTION_HASH))
		status = look_at_plan(&performing);
	if (status == 0)
		status = build(&performing);
	if (status == 0 && shows_first(&performing))
		status = show_first(&performing);
	if (status == 0)
		status = do_it(&performing);
	if (status == 0 && has(&performing, VERB_OPTION_WAIT) &&
	    !is_preview(&performing))
		status = perform_wait(session, &performing.options);
	verb_request_release(&performing.request);
	return status;
}
