#include "act.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "list.h"
#include "list_plan.h"
#include "list_why.h"
#include "perform.h"
#include "refusal.h"
#include "request.h"
#include "setting.h"
#include "show.h"
#include "text.h"

int
act_flush(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	if (errno != EPIPE)
		fprintf(stderr, "droverctl: standard output: %s\n",
		    strerror(errno));
	return CTL_EXIT_OUTPUT;
}

static int
status_of_http(long status)
{
	if (status >= 200 && status < 300)
		return CTL_EXIT_DONE;
	if (status >= 400 && status < 500)
		return CTL_EXIT_WRONG;
	return status >= 500 && status < 600 ? CTL_EXIT_UNABLE :
	    CTL_EXIT_PROTOCOL;
}

static void
tell_refusal(const struct options *options, const json_t *document)
{
	char line[REFUSAL_BYTES];

	fprintf(stderr, "droverctl: %s\n", refusal_line(options,
	    json_object_get(document, "reply"),
	    json_object_get(document, "leader"), line));
}

int
act_status(const struct options *options, const struct answer *answer,
    json_t **document)
{
	const json_t *reply;
	json_t *number;
	int status;

	*document = NULL;
	if (strcmp(answer->type, "application/json") == 0)
		*document = json_loadb(answer->body, answer->length, 0, NULL);
	reply = json_object_get(*document, "reply");
	number = json_object_get(reply, "number");
	if (json_is_integer(number)) {
		status = refusal_status(json_integer_value(number));
		if (status != CTL_EXIT_DONE)
			tell_refusal(options, *document);
		return status;
	}
	status = status_of_http(answer->status);
	if (status != CTL_EXIT_DONE)
		fprintf(stderr, "droverctl: HTTP status %ld without a "
		    "numbered reply\n", answer->status);
	return status;
}

bool
act_is_gone(int status)
{
	return status == CTL_EXIT_UNAVAILABLE ||
	    status == CTL_EXIT_PROTOCOL || status == CTL_EXIT_UNABLE ||
	    status == CTL_EXIT_TIMEOUT;
}

static int
print_body(const struct answer *answer)
{
	fwrite(answer->body, 1, answer->length, stdout);
	if (answer->length > 0 && answer->body[answer->length - 1] != '\n')
		fputc('\n', stdout);
	return act_flush();
}

/* What can be written into a file and read again. */
static void
print_config(const json_t *answer)
{
	const char *text = json_string_value(json_object_get(answer, "text"));
	const char *path = json_string_value(json_object_get(answer, "path"));

	fputs("# ", stdout);
	show_text(stdout, path != NULL ? path : "defaults; there is no file");
	show_text(stdout, text != NULL ? text : "");
}

static int
print_setting(const struct options *options, const json_t *answer)
{
	const char *text = json_string_value(json_object_get(answer, "text"));
	const char *name = options->call.arguments[0];
	char clean[128];

	if (setting_print(stdout, text == NULL ? "" : text, name))
		return act_flush();
	text_clean(clean, sizeof(clean), name);
	fprintf(stderr, "droverctl: %s: there is no such parameter; "
	    "droverctl config prints them\n", clean);
	return CTL_EXIT_WRONG;
}

static void
print_version(json_t *answer)
{
	json_t *all = json_pack("{s:s, s:O?}", "droverctl", DROVER_VERSION,
	    "droverd", json_object_get(answer, "version"));

	json_object_del(answer, "reply");
	json_object_del(answer, "version");
	json_object_update_missing(all, answer);
	show_object(stdout, all);
	json_decref(all);
}

/* For people, by the verb. */
static int
print_answer(const struct options *options, json_t *answer)
{
	switch (options->call.verb->id) {
	case VERB_STATUS:
		show_status(stdout, answer);
		break;
	case VERB_NODE:
		show_node(stdout, answer);
		break;
	case VERB_NODES:
		show_table(stdout, "node", json_object_get(answer, "nodes"));
		break;
	case VERB_DEVICES:
		show_table(stdout, "device",
		    json_object_get(answer, "devices"));
		break;
	case VERB_BACKENDS:
		show_table(stdout, "backend",
		    json_object_get(answer, "backends"));
		break;
	case VERB_MODELS:
		show_table(stdout, "model",
		    json_object_get(answer, "models"));
		break;
	case VERB_PROCESSES:
		show_table(stdout, "process",
		    json_object_get(answer, "processes"));
		break;
	case VERB_HOLDS:
		list_holds(stdout, answer);
		break;
	case VERB_FAULTS:
		list_faults(stdout, answer);
		break;
	case VERB_FAULT:
		show_row(stdout, "fault", json_array_get(
		    json_object_get(answer, "faults"), 0));
		break;
	case VERB_PREDICTIONS:
		list_predictions(stdout, answer);
		break;
	case VERB_ACCURACY:
		list_accuracy(stdout, answer);
		break;
	case VERB_PLANS:
		list_plans(stdout, answer);
		break;
	case VERB_PLAN:
		list_plan(stdout, answer);
		break;
	case VERB_WHY:
		list_why(stdout, answer);
		break;
	case VERB_POLICY:
		list_policies(stdout, answer);
		break;
	case VERB_SIMULATE:
		list_simulation(stdout, answer);
		break;
	case VERB_ARMS:
		list_arms(stdout, answer);
		break;
	case VERB_NOTES:
		list_notes(stdout, answer);
		break;
	case VERB_SETTINGS:
		list_settings(stdout, answer);
		break;
	case VERB_ACCOUNTS:
		list_accounts(stdout, answer);
		break;
	case VERB_CLUSTER:
		list_cluster(stdout, answer);
		break;
	case VERB_CONFIG:
		print_config(answer);
		break;
	case VERB_CONFIG_GET:
		return print_setting(options, answer);
	case VERB_VERSION:
		print_version(answer);
		break;
	default:
		show_object(stdout, answer);
		break;
	}
	return act_flush();
}

static int
finish(const struct options *options, const struct answer *answer)
{
	json_t *document;
	int status = act_status(options, answer, &document), written = 0;

	if (options->json)
		written = print_body(answer);
	else if (status == 0 && document != NULL)
		written = print_answer(options, document);
	if (status == 0 && document == NULL) {
		fputs("droverctl: the answer is no JSON\n", stderr);
		status = CTL_EXIT_PROTOCOL;
	}
	json_decref(document);
	return status != 0 ? status : written;
}

static int
act_ask(struct session *session, const struct options *options,
    const struct verb_request *asked)
{
	char *body = asked->body == NULL ? NULL :
	    json_dumps(asked->body, JSON_COMPACT);
	struct client_request request = { .method = asked->method,
		.target = asked->target, .body = body };
	struct answer answer;
	int status;

	status = session_ask(session, &request, &answer);
	if (status == 0)
		status = finish(options, &answer);
	answer_release(&answer);
	free(body);
	return status;
}

static int
act_help(const struct options *options)
{
	char complaint[VERB_COMPLAINT_BYTES];
	const struct verb *verb;
	int used;

	if (options->call.count == 0) {
		options_usage(stdout);
		return act_flush();
	}
	verb = verb_find(options->call.count, options->call.arguments,
	    &used, complaint);
	if (verb == NULL) {
		fprintf(stderr, "droverctl: %s\n", complaint);
		return CTL_EXIT_USAGE;
	}
	options_usage_verb(stdout, verb);
	return act_flush();
}

static int
ask(struct session *session, const struct options *options)
{
	char complaint[VERB_COMPLAINT_BYTES];
	struct verb_request request;
	int status;

	switch (options->call.verb->id) {
	case VERB_API:
		return act_api(session, options);
	case VERB_EVENTS:
		return act_events(session, options);
	case VERB_AUDIT:
		return act_audit(session, options);
	case VERB_BACKUP:
		return act_backup(session, options);
	default:
		break;
	}
	if (strcmp(options->call.verb->method, "GET") != 0)
		return perform(session, options);
	if (verb_request(&request, &options->call, complaint) != 0) {
		fprintf(stderr, "droverctl: %s\n", complaint);
		return CTL_EXIT_USAGE;
	}
	if (options->call.verb->id == VERB_IMAGE)
		status = act_image(session, options, request.target);
	else
		status = act_ask(session, options, &request);
	verb_request_release(&request);
	return status;
}

int
act(const struct options *options)
{
	struct session session;
	int status;

	if (options->call.verb->id == VERB_HELP)
		return act_help(options);
	if (options->call.verb->id == VERB_RESTORE)
		return act_restore(options);
	if (options->call.verb->id == VERB_REPORT)
		return act_report(options);
	if (options->call.verb->id == VERB_STORE_FLUSH)
		return act_store_flush(options);
	status = session_open(&session, options);
	if (status == 0)
		status = ask(&session, options);
	session_close(&session);
	return status;
}
