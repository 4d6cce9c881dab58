#include "collect/canary.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "collect/backend_json.h"
#include "collect/http_client.h"
#include "shm/clock.h"

/* To go on with this takes no template and hardly any model fails at it. */
#define PROMPT	"1, 2, 3, 4, 5, 6,"
/* What is late is waited for so many times as long. */
#define PATIENCE_TIMEOUTS	20
/* From so many on one character again and again is no accident. */
#define SAME_MIN		8

struct canary {
	struct http_client	*client;
	uv_loop_t		*loop;
	int64_t			 begun_ms;	/* CLOCK_BOOTTIME */
	int64_t			 outcome_ms;
	uint64_t		 ended_ms;
	enum canary_outcome	 outcome;
	unsigned int		 wrong;		/* in a row */
	bool			 out;
	bool			 refused;
};

static int64_t
boottime_ms(void)
{
	return clock_ns(CLOCK_BOOTTIME) / 1000000;
}

/* Of Ollama's generate, and of the completions of OpenAI's interface. */
static const json_t *
answer_text(const json_t *answer)
{
	const json_t *text = json_object_get(answer, "response");

	if (text == NULL)
		text = json_object_get(json_array_get(json_object_get(answer,
		    "choices"), 0), "text");
	return json_is_string(text) ? text : NULL;
}

static double
answer_tokens(const json_t *answer)
{
	double tokens = backend_json_amount(answer, "eval_count");

	return isnan(tokens) ? backend_json_amount(json_object_get(answer,
	    "usage"), "completion_tokens") : tokens;
}

/* UTF-8: the first character ends where the next begins. */
static bool
is_one_character(const char *text, size_t length)
{
	size_t bytes = 1, i;

	while (bytes < length && ((unsigned char)text[bytes] & 0xc0) == 0x80)
		bytes++;
	if (length / bytes < SAME_MIN)
		return false;
	for (i = bytes; i < length; i++)
		if (text[i] != text[i % bytes])
			return false;
	return true;
}

static enum canary_outcome
judge_text(const json_t *answer)
{
	const json_t *text = answer_text(answer);
	size_t length;

	if (text == NULL)
		return CANARY_OUTCOME_WRONG;
	length = json_string_length(text);
	/* Tokens that are shown as nothing are tokens. */
	if (length == 0)
		return answer_tokens(answer) >= 1 ? CANARY_OUTCOME_GOOD :
		    CANARY_OUTCOME_WRONG;
	return is_one_character(json_string_value(text), length) ?
	    CANARY_OUTCOME_WRONG : CANARY_OUTCOME_GOOD;
}

enum canary_outcome
canary_judge_answer(const char *body, size_t length)
{
	json_t *answer = backend_json_parse_tokens(body, length);
	enum canary_outcome outcome = judge_text(answer);

	json_decref(answer);
	return outcome;
}

/*
 * What says nothing of the engine: it is not taken (an embedding model, a
 * key is asked for), or not now (it loads, its queue is full).
 */
static enum canary_outcome
judge_result(struct canary *canary, const struct http_result *result)
{
	if (result->error != 0)
		return CANARY_OUTCOME_FAILED;
	if (result->status == 200)
		return canary_judge_answer(result->body, result->body_bytes);
	if (result->status == 429 || result->status == 503)
		return CANARY_OUTCOME_NONE;
	canary->refused = result->status < 500 || result->status == 501;
	return canary->refused ? CANARY_OUTCOME_NONE : CANARY_OUTCOME_FAILED;
}

static void
conclude(struct canary *canary, enum canary_outcome outcome)
{
	canary->wrong = outcome == CANARY_OUTCOME_WRONG ?
	    canary->wrong + 1 : 0;
	if (canary->wrong == 1)
		return;
	canary->outcome = outcome;
	canary->outcome_ms = outcome == CANARY_OUTCOME_FAILED ?
	    canary->begun_ms : boottime_ms();
}

static void
on_done(void *context, const struct http_result *result)
{
	struct canary *canary = context;

	canary->out = false;
	canary->ended_ms = uv_now(canary->loop);
	conclude(canary, judge_result(canary, result));
}

static void
on_late(void *context)
{
	conclude(context, CANARY_OUTCOME_FAILED);
}

int
canary_open(struct canary **canary, uv_loop_t *loop,
    const struct http_url *url)
{
	struct http_events events = { .done = on_done, .late = on_late };
	struct canary *made = calloc(1, sizeof(*made));
	int error;

	*canary = NULL;
	if (made == NULL)
		return -ENOMEM;
	made->loop = loop;
	events.context = made;
	error = http_client_open(&made->client, loop, url, &events);
	if (error != 0) {
		free(made);
		return error;
	}
	*canary = made;
	return 0;
}

void
canary_close(struct canary *canary)
{
	http_client_close(canary->client);
	free(canary);
}

/*
 * Another context makes Ollama load the model anew, and each request sets
 * anew for how long it stays: both are left as they are.  -EINVAL: that
 * cannot be done.
 */
static int
ollama_question(const struct canary_question *question, json_t **value)
{
	int64_t left_s = question->expires_ns / 1000000000 - time(NULL);

	if (isnan(question->context_tokens) || question->expires_ns == 0 ||
	    left_s <= 0)
		return -EINVAL;
	*value = json_pack("{s:s, s:s, s:b, s:b, s:I, s:{s:i, s:i, s:I}}",
	    "model", question->model, "prompt", PROMPT, "stream", 0,
	    "raw", 1, "keep_alive", (json_int_t)left_s, "options",
	    "num_predict", CANARY_TOKENS, "temperature", 0, "num_ctx",
	    (json_int_t)question->context_tokens);
	return *value == NULL ? -ENOMEM : 0;
}

static int
llama_question(const struct canary_question *question, json_t **value)
{
	*value = json_pack("{s:s, s:s, s:b, s:i, s:i, s:b}",
	    "model", question->model, "prompt", PROMPT, "stream", 0,
	    "max_tokens", CANARY_TOKENS, "temperature", 0, "cache_prompt", 0);
	return *value == NULL ? -ENOMEM : 0;
}

static int
send_question(struct canary *canary, const char *path, const json_t *value,
    uint64_t timeout_ms)
{
	char *body = json_dumps(value, JSON_COMPACT);
	int error = body == NULL ? -ENOMEM : http_client_post(canary->client,
	    path, body, timeout_ms, timeout_ms * PATIENCE_TIMEOUTS);

	free(body);
	return error;
}

static bool
is_too_soon(const struct canary *canary)
{
	return canary->ended_ms != 0 &&
	    uv_now(canary->loop) - canary->ended_ms < CANARY_PAUSE_MS;
}

int
canary_ask(struct canary *canary, const struct canary_question *question,
    uint64_t timeout_ms)
{
	bool ollama = question->kind == DROVER_BACKEND_KIND_OLLAMA;
	json_t *value = NULL;
	int error;

	if (canary->out || is_too_soon(canary))
		return -EBUSY;
	if (canary->refused)
		return -ENOTSUP;
	if (question->model[0] == '\0')
		return -EINVAL;
	error = ollama ? ollama_question(question, &value) :
	    llama_question(question, &value);
	if (error == 0)
		error = send_question(canary, ollama ? "/api/generate" :
		    "/v1/completions", value, timeout_ms);
	json_decref(value);
	if (error != 0)
		return error;
	canary->out = true;
	canary->begun_ms = boottime_ms();
	return 0;
}

void
canary_forget(struct canary *canary)
{
	canary->refused = false;
}

bool
canary_is_out(const struct canary *canary)
{
	return canary->out;
}

bool
canary_is_refused(const struct canary *canary)
{
	return canary->refused;
}

bool
canary_is_in_doubt(const struct canary *canary)
{
	return canary->wrong == 1;
}

enum canary_outcome
canary_outcome(const struct canary *canary, int64_t *at_ms)
{
	*at_ms = canary->outcome_ms;
	return canary->outcome;
}

int
canary_socket(const struct canary *canary)
{
	return http_client_socket(canary->client);
}
