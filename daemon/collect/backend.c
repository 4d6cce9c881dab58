/*
 * The watch of one backend: a round of questions each interval.  One round
 * is never begun before the last is over, so a slow server is not asked
 * more than it can answer.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/backend_message.h"
#include "collect/backend_text.h"
#include "collect/backend_watch.h"
#include "collect/canary.h"

/*
 * A probe that gets no answer makes the server SILENT after the timeout,
 * but it is waited for much longer: each new connection to a server that
 * hangs would take a place in its queue of connections until that is full.
 */
#define PATIENCE_TIMEOUTS	20

/* What changes seldom or costs more is asked every so many rounds. */
#define SLOW_ROUNDS		30
#define SLOW_MS_MAX		UINT64_C(60000)

static void
question(const struct backend_watch *watch, struct backend_question *asked)
{
	asked->path = watch->endpoint->path;
	asked->authority = watch->url.authority;
	asked->timeout_ms = watch->timeout_ms;
}

static void
round_end(struct backend_watch *watch)
{
	watch->endpoint = NULL;
}

static void
count_failure(struct backend_watch *watch)
{
	if (!watch->late_told)
		watch->status.value[BACKEND_METRIC_probe_failures]++;
}

static void
round_fail(struct backend_watch *watch, const struct http_result *result)
{
	struct backend_question asked;

	question(watch, &asked);
	count_failure(watch);
	watch->status.state = backend_failure_state(result);
	backend_message(watch->status.message,
	    sizeof(watch->status.message), &asked, result);
	watch->kind_sure = !watch->find_kind;
	backend_forget(watch);
	watch->status.refuses = result->error == -ECONNREFUSED &&
	    result->phase == HTTP_PHASE_CONNECT;
	round_end(watch);
}

/* All that could be asked was asked; it is one of those, or is it? */
static void
round_stranger(struct backend_watch *watch)
{
	count_failure(watch);
	watch->status.state = DROVER_BACKEND_STATE_ERROR;
	snprintf(watch->status.message, sizeof(watch->status.message),
	    "answers, but neither as Ollama nor as llama-server");
	backend_forget(watch);
	round_end(watch);
}

static void
round_loading(struct backend_watch *watch)
{
	watch->good_ns = uv_hrtime();
	watch->status.state = DROVER_BACKEND_STATE_LOADING;
	snprintf(watch->status.message, sizeof(watch->status.message),
	    "is loading its model");
	backend_forget(watch);
	watch->status.value[BACKEND_METRIC_probe_time] = watch->probe_ms;
	round_end(watch);
}

/* The first is due after an interval: by then its work has shown more. */
static void
came_up(struct backend_watch *watch)
{
	canary_forget(watch->canary);
	watch->canary_due_ms = uv_now(watch->loop) +
	    watch->canary_interval_ms;
}

static void
set_up(struct backend_watch *watch)
{
	if (watch->status.state == DROVER_BACKEND_STATE_UNKNOWN ||
	    watch->status.state == DROVER_BACKEND_STATE_DOWN ||
	    watch->status.state == DROVER_BACKEND_STATE_LOADING)
		came_up(watch);
	watch->good_ns = uv_hrtime();
	if (watch->status.state != DROVER_BACKEND_STATE_UP)
		watch->status.message[0] = '\0';
	watch->status.refuses = false;
	watch->status.state = DROVER_BACKEND_STATE_UP;
}

static uint64_t
slow_ms(const struct backend_watch *watch)
{
	uint64_t pace = watch->interval_ms * SLOW_ROUNDS;

	if (pace > SLOW_MS_MAX)
		pace = SLOW_MS_MAX;
	return pace > watch->interval_ms ? pace : watch->interval_ms;
}

static void
round_good(struct backend_watch *watch)
{
	if (watch->slow_round)
		watch->slow_next_ms = uv_now(watch->loop) + slow_ms(watch);
	set_up(watch);
	watch->status.message[0] = '\0';
	backend_conclude(watch);
	backend_canary_question(watch);
	round_end(watch);
}

static bool
is_wanted(const struct backend_watch *watch, const struct endpoint *endpoint,
    size_t index)
{
	if ((watch->absent & 1U << index) != 0)
		return false;
	return endpoint->wanted == NULL || endpoint->wanted(watch);
}

static void
ask(struct backend_watch *watch, const struct endpoint *endpoint)
{
	uint64_t patience = watch->timeout_ms;

	watch->endpoint = endpoint;
	if (endpoint->probe) {
		watch->status.value[BACKEND_METRIC_probes]++;
		patience *= PATIENCE_TIMEOUTS;
	}
	if (http_client_get(watch->client, endpoint->path, watch->timeout_ms,
	    patience) != 0)
		round_end(watch);
}

static enum drover_backend_kind
table_kind(const struct backend_watch *watch)
{
	return watch->kind_sure ? watch->status.kind :
	    DROVER_BACKEND_KIND_UNKNOWN;
}

/*
 * The place in the table from which to go on.  When the kind was found on
 * the way its table is new, and its probe of health has been answered.
 */
static size_t
next_index(const struct backend_watch *watch, const struct endpoint *first,
    size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (&first[i] == watch->endpoint)
			return i + 1;
	return watch->kind_sure ? 1 : 0;
}

/* The end of the essential part decides that it is up. */
static void
ask_next(struct backend_watch *watch)
{
	const struct endpoint *first;
	size_t count, i;

	first = backend_endpoints(table_kind(watch), &count);
	for (i = next_index(watch, first, count); i < count; i++) {
		if (!first[i].essential)
			set_up(watch);
		if (is_wanted(watch, &first[i], i)) {
			ask(watch, &first[i]);
			return;
		}
	}
	if (watch->kind_sure)
		round_good(watch);
	else
		round_stranger(watch);
}

/*
 * Endpoints that are switched off, forbidden to us or unknown to this
 * version are left alone until the next slow round.
 */
static bool
is_absent(const struct http_result *result)
{
	switch (result->status) {
	case 400:
	case 401:
	case 403:
	case 404:
	case 405:
	case 410:
	case 501:
		return true;
	default:
		return false;
	}
}

/* An answer that says no more than that another kind of server gave it. */
static bool
is_strange(const struct http_result *result)
{
	return result->error == 0 &&
	    (result->status == 200 || is_absent(result));
}

static void
note_absent(struct backend_watch *watch)
{
	const struct endpoint *first;
	size_t count;

	first = backend_endpoints(table_kind(watch), &count);
	watch->absent |= 1U << (watch->endpoint - first);
}

/* It is up, but something is not as it should be: say so. */
static void
round_blemished(struct backend_watch *watch, const struct http_result *result)
{
	struct backend_question asked;

	question(watch, &asked);
	backend_message(watch->status.message,
	    sizeof(watch->status.message), &asked, result);
	backend_conclude(watch);
	round_end(watch);
}

static enum verdict
judge(struct backend_watch *watch, const struct http_result *result)
{
	const struct endpoint *endpoint = watch->endpoint;

	if (result->error != 0)
		return VERDICT_FAILED;
	if (result->status == 503 && endpoint->essential &&
	    watch->status.kind == DROVER_BACKEND_KIND_LLAMA_SERVER &&
	    llama_is_loading(result->body, result->body_bytes))
		return VERDICT_LOADING;
	/* While the kind is looked for an answer of any kind is news. */
	if (result->status == 200 || !watch->kind_sure)
		return endpoint->take(watch, result);
	if (!endpoint->probe && is_absent(result)) {
		note_absent(watch);
		return VERDICT_NEXT;
	}
	return VERDICT_FAILED;
}

static void
on_done(void *context, const struct http_result *result)
{
	struct backend_watch *watch = context;

	if (watch->endpoint->probe && result->error == 0)
		watch->probe_ms = (double)result->elapsed_ns / 1e6;
	switch (judge(watch, result)) {
	case VERDICT_NEXT:
		ask_next(watch);
		break;
	case VERDICT_LOADING:
		round_loading(watch);
		break;
	case VERDICT_FAILED:
		if (!watch->kind_sure && is_strange(result))
			round_stranger(watch);
		else if (watch->endpoint->essential)
			round_fail(watch, result);
		else
			round_blemished(watch, result);
		break;
	}
}

static void
on_late(void *context)
{
	struct backend_watch *watch = context;
	struct http_result result = {
		.error = -ETIMEDOUT,
		.phase = HTTP_PHASE_ANSWER,
	};
	const struct endpoint *endpoint = watch->endpoint;

	round_fail(watch, &result);
	watch->late_told = true;
	watch->endpoint = endpoint;
}

/* A slot that is free, or nothing known of slots. */
static bool
has_room(const struct backend_watch *watch)
{
	const double *value = watch->status.value;

	return !(value[BACKEND_METRIC_slots_busy] >=
	    value[BACKEND_METRIC_slots_total]);
}

/* Now and then to one that is up; to any that somebody doubts. */
static bool
canary_is_due(const struct backend_watch *watch)
{
	enum drover_backend_state state = watch->status.state;

	if (watch->canary_interval_ms == 0 || watch->props.sleeping ||
	    state == DROVER_BACKEND_STATE_DOWN ||
	    state == DROVER_BACKEND_STATE_LOADING ||
	    state == DROVER_BACKEND_STATE_UNKNOWN)
		return false;
	return watch->canary_wanted || canary_is_in_doubt(watch->canary) ||
	    (state == DROVER_BACKEND_STATE_UP && has_room(watch) &&
	    uv_now(watch->loop) >= watch->canary_due_ms);
}

static void
see_to_canary(struct backend_watch *watch)
{
	int error;

	if (!canary_is_due(watch))
		return;
	error = canary_ask(watch->canary, &watch->canary_question,
	    watch->canary_timeout_ms);
	if (error == -EBUSY)
		return;
	watch->canary_wanted = false;
	watch->canary_due_ms = uv_now(watch->loop) +
	    watch->canary_interval_ms;
}

static void
on_tick(uv_timer_t *timer)
{
	struct backend_watch *watch = timer->data;
	const struct endpoint *first;
	size_t count;

	watch->canary_counted = canary_is_out(watch->canary);
	if (!watch->canary_counted)
		see_to_canary(watch);
	if (watch->endpoint != NULL)
		return;
	watch->late_told = false;
	watch->metrics_known = false;
	watch->slots_known = false;
	watch->slow_round = uv_now(watch->loop) >= watch->slow_next_ms;
	if (watch->slow_round)
		watch->absent = 0;
	first = backend_endpoints(table_kind(watch), &count);
	ask(watch, first);
}

static struct backend_watch *
watch_make(uv_loop_t *loop, const struct backend_options *options)
{
	struct backend_watch *watch = calloc(1, sizeof(*watch));
	struct backend_status *status;

	if (watch == NULL)
		return NULL;
	watch->loop = loop;
	watch->timer.data = watch;
	watch->interval_ms = options->interval_ms;
	watch->timeout_ms = options->timeout_ms;
	watch->canary_interval_ms = options->canary_interval_ms;
	watch->canary_timeout_ms = options->canary_timeout_ms;
	watch->find_kind = options->kind == DROVER_BACKEND_KIND_UNKNOWN;
	watch->kind_sure = !watch->find_kind;
	watch->good_ns = uv_hrtime();
	status = &watch->status;
	backend_text_clean(status->name, sizeof(status->name),
	    options->name, strlen(options->name));
	backend_text_clean(status->url, sizeof(status->url), options->url,
	    strlen(options->url));
	status->kind = options->kind;
	backend_forget(watch);
	status->value[BACKEND_METRIC_probes] = 0;
	status->value[BACKEND_METRIC_probe_failures] = 0;
	return watch;
}

int
backend_watch_start(struct backend_watch **watch, uv_loop_t *loop,
    const struct backend_options *options)
{
	struct http_events events = { .done = on_done, .late = on_late };
	struct backend_watch *made;
	struct http_url url;
	int error;

	*watch = NULL;
	error = http_url_parse(&url, options->url);
	if (error != 0)
		return error;
	made = watch_make(loop, options);
	if (made == NULL)
		return -ENOMEM;
	made->url = url;
	events.context = made;
	error = http_client_open(&made->client, loop, &url, &events);
	if (error != 0)
		goto out;
	error = canary_open(&made->canary, loop, &url);
	if (error != 0)
		goto out;
	error = uv_timer_init(loop, &made->timer);
	if (error != 0)
		goto out;
	uv_timer_start(&made->timer, on_tick, 0, made->interval_ms);
	*watch = made;
	return 0;
out:
	if (made->client != NULL)
		http_client_close(made->client);
	if (made->canary != NULL)
		canary_close(made->canary);
	free(made);
	return error;
}

static void
on_watch_closed(uv_handle_t *handle)
{
	struct backend_watch *watch = handle->data;

	model_list_free(&watch->stored);
	model_list_free(&watch->loaded);
	model_list_free(&watch->models);
	free(watch);
}

void
backend_watch_stop(struct backend_watch *watch)
{
	http_client_close(watch->client);
	canary_close(watch->canary);
	uv_close((uv_handle_t *)&watch->timer, on_watch_closed);
}

void
backend_watch_pace(struct backend_watch *watch,
    const struct backend_options *options)
{
	watch->interval_ms = options->interval_ms;
	watch->timeout_ms = options->timeout_ms;
	watch->canary_interval_ms = options->canary_interval_ms;
	watch->canary_timeout_ms = options->canary_timeout_ms;
	watch->canary_due_ms = uv_now(watch->loop) +
	    watch->canary_interval_ms;
	uv_timer_start(&watch->timer, on_tick, 0, watch->interval_ms);
}

void
backend_watch_want_canary(struct backend_watch *watch)
{
	watch->canary_wanted = true;
}

void
backend_watch_status(const struct backend_watch *watch,
    struct backend_status *status)
{
	double silent = 0;

	*status = watch->status;
	status->models = watch->models.models;
	status->model_count = watch->models.count;
	status->canary = canary_outcome(watch->canary, &status->canary_ms);
	status->canaries = watch->canary_interval_ms != 0 &&
	    watch->canary_question.model[0] != '\0' &&
	    !canary_is_refused(watch->canary);
	status->work_percent = NAN;
	if (status->state != DROVER_BACKEND_STATE_UP &&
	    status->state != DROVER_BACKEND_STATE_LOADING)
		silent = (double)(uv_hrtime() - watch->good_ns) / 1e9;
	status->value[BACKEND_METRIC_silent_time] = silent;
}

bool
backend_status_serves(const struct backend_status *status,
    const char *model)
{
	size_t i;

	for (i = 0; i < status->model_count; i++)
		if (status->models[i].state == DROVER_MODEL_STATE_LOADED &&
		    strcmp(status->models[i].name, model) == 0)
			return true;
	return false;
}

void
backend_watch_clients(const struct backend_watch *watch,
    struct client_count *count)
{
	count->address_count = http_client_addresses(watch->client,
	    &count->addresses);
	count->own[0] = http_client_socket(watch->client);
	count->own[1] = canary_socket(watch->canary);
	count->connections = NAN;
}
