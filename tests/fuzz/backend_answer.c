/*
 * The way of an answer: bytes of a connection, cut into pieces, through
 * the HTTP parser; the body, or where there is none the bytes themselves,
 * through each parser of what a model server says.  The first byte of the
 * input chooses the size of the pieces.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "collect/backend_llama.h"
#include "collect/backend_message.h"
#include "collect/backend_ollama.h"
#include "collect/backend_progress.h"
#include "collect/http_response.h"
#include "fuzz.h"

static void
require(int condition)
{
	if (!condition)
		abort();
}

/* Ends, and holds nothing that a terminal would obey. */
static void
check_text(const char *text, size_t size)
{
	size_t i, length = strnlen(text, size);

	require(length < size);
	for (i = 0; i < length; i++) {
		require((unsigned char)text[i] >= 0x20 && text[i] != 0x7f);
		if ((unsigned char)text[i] == 0xc2)
			require((unsigned char)text[i + 1] >= 0xa0);
	}
}

static void
check_models(struct model_list *list)
{
	const struct backend_model *model;
	size_t i;

	require(list->count <= BACKEND_MODELS_MAX);
	require(list->seen >= list->count);
	for (i = 0; i < list->count; i++) {
		model = &list->models[i];
		check_text(model->name, sizeof(model->name));
		check_text(model->digest, sizeof(model->digest));
		check_text(model->quantization, sizeof(model->quantization));
		check_text(model->parameters, sizeof(model->parameters));
		require(model->name[0] != '\0' && model->expires_ns >= 0);
		require(!(model->size_bytes < 0) &&
		    !(model->memory_bytes < 0));
		if (i > 0)
			require(strcmp(model[-1].name, model->name) < 0);
	}
}

static void
parse_ollama(const char *body, size_t length)
{
	struct model_list stored = { 0 }, loaded = { 0 }, merged = { 0 };
	char version[24];

	if (ollama_parse_version(body, length, version,
	    sizeof(version)) == 0)
		check_text(version, sizeof(version));
	ollama_parse_tags(body, length, &stored);
	ollama_parse_ps(body, length, &loaded);
	check_models(&stored);
	check_models(&loaded);
	llama_parse_models(body, length, &loaded);
	check_models(&loaded);
	require(model_list_merge(&merged, &stored, &loaded) == 0);
	check_models(&merged);
	model_list_forget_state(&merged);
	model_list_free(&stored);
	model_list_free(&loaded);
	model_list_free(&merged);
}

static void
step(struct backend_progress *progress, uint64_t now_ns,
    const struct llama_metrics *metrics, const struct llama_slots *slots)
{
	struct backend_rates rates;

	backend_progress_step(progress, now_ns, metrics, slots, &rates);
	require(!(rates.tokens_per_s < 0) && !(rates.requests_per_s < 0));
	require(!(rates.tokens_total < 0) && !(rates.prompt_per_s < 0));
}

static void
parse_llama(const char *body, size_t length)
{
	struct backend_progress progress;
	struct llama_metrics metrics;
	struct llama_props props;
	struct llama_slots slots;
	char message[96];

	llama_parse_health(body, length);
	llama_is_loading(body, length);
	llama_owns_models(body, length);
	llama_parse_error(body, length, message, sizeof(message));
	check_text(message, sizeof(message));
	if (llama_parse_props(body, length, &props) == 0)
		check_text(props.version, sizeof(props.version));
	backend_progress_reset(&progress);
	if (llama_parse_slots(body, length, &slots) == 0) {
		require(slots.count <= LLAMA_SLOTS_MAX);
		step(&progress, 1, NULL, &slots);
		step(&progress, 2, NULL, &slots);
	}
	if (llama_parse_metrics(body, length, &metrics) == 0) {
		step(&progress, 3, &metrics, NULL);
		step(&progress, 4, &metrics, NULL);
	}
}

static void
tell(const struct http_response *response, int error)
{
	struct backend_question asked = { "/health", "h:1", 1000 };
	struct http_result result = {
		.error = error,
		.phase = HTTP_PHASE_ANSWER,
		.status = response->status,
		.body = response->body_bytes > 0 ? response->body : "",
		.body_bytes = response->body_bytes,
		.location = response->location,
	};
	char message[96];

	backend_message(message, sizeof(message), &asked, &result);
	check_text(message, sizeof(message));
}

static int
receive(struct http_response *response, const uint8_t *data, size_t size,
    size_t piece)
{
	size_t at, bytes;
	char *copy;
	int result = 0;

	for (at = 0; at < size && result == 0; at += bytes) {
		bytes = size - at < piece ? size - at : piece;
		/* Of its own size, so that a sanitizer sees its end. */
		copy = malloc(bytes);
		require(copy != NULL);
		memcpy(copy, data + at, bytes);
		result = http_response_feed(response, copy, bytes);
		free(copy);
	}
	return result != 0 ? result : http_response_finish(response);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_response response;
	const char *body = (const char *)data + 1;
	size_t length = size - 1;
	int result;

	if (size == 0)
		return 0;
	http_response_init(&response);
	result = receive(&response, data + 1, length, (size_t)data[0] + 1);
	require(response.body_bytes <= HTTP_BODY_BYTES_MAX);
	tell(&response, result == 1 ? 0 : result);
	if (result == 1 && response.body_bytes > 0) {
		body = response.body;
		length = response.body_bytes;
	}
	parse_ollama(body, length);
	parse_llama(body, length);
	http_response_free(&response);
	return 0;
}
