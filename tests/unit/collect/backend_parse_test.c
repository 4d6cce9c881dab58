/* What servers say, in the shapes of their versions, and hostile ones. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../suite.h"
#include "collect/backend_json.h"
#include "collect/backend_llama.h"
#include "collect/backend_message.h"
#include "collect/backend_ollama.h"
#include "collect/backend_progress.h"
#include "collect/backend_text.h"

static void
check_clean(const char *from, const char *wanted)
{
	char to[64];

	CU_ASSERT_EQUAL(backend_text_clean(to, sizeof(to), from,
	    strlen(from)), strlen(wanted));
	CU_ASSERT_STRING_EQUAL(to, wanted);
}

static void
test_text_keeps_letters_and_loses_controls(void)
{
	check_clean("llama3.2:8b", "llama3.2:8b");
	check_clean("Caf\xc3\xa9 \xe6\xa8\xa1 \xf0\x9f\xa6\x99",
	    "Caf\xc3\xa9 \xe6\xa8\xa1 \xf0\x9f\xa6\x99");
	check_clean("a\x1b[31mb\r\n\tc\x7f", "a?[31mb???c?");
	check_clean("\xc2\x9b" "31m", "?31m");
	/* Right-to-left override, zero width, byte order mark. */
	check_clean("a\xe2\x80\xae" "b\xe2\x80\x8b" "c\xef\xbb\xbf", "a?b?c?");
	/* Overlong, surrogate, beyond Unicode, cut off, stray. */
	check_clean("\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\xe6\xa8\xff",
	    "????????????");
}

static void
test_text_is_cut_between_characters(void)
{
	char to[4];

	CU_ASSERT_EQUAL(backend_text_clean(to, sizeof(to),
	    "ab\xc3\xa9", 4), 2);
	CU_ASSERT_STRING_EQUAL(to, "ab");
	CU_ASSERT_EQUAL(backend_text_clean(to, 1, "ab", 2), 0);
	CU_ASSERT_STRING_EQUAL(to, "");
}

/* "[[],[],...,0]" with that many values inside. */
static char *
many_values(size_t count)
{
	char *text = malloc(3 * count + 3);
	size_t i;

	text[0] = '[';
	for (i = 0; i < count; i++)
		memcpy(text + 1 + 3 * i, "[],", 3);
	memcpy(text + 1 + 3 * count, "0]", 2);
	return text;
}

static void
test_json_that_would_eat_memory_is_refused(void)
{
	size_t few = BACKEND_JSON_VALUES_MAX / 2 - 8, length;
	char *text = many_values(few);
	json_t *root = backend_json_parse(text, 3 * few + 3);

	CU_ASSERT_EQUAL(json_array_size(root), few + 1);
	json_decref(root);
	free(text);
	text = many_values(few + 16);
	CU_ASSERT_PTR_NULL(backend_json_parse(text, 3 * few + 3 * 16 + 3));
	free(text);
	/* Depth is bounded too. */
	length = 100000;
	text = malloc(length);
	memset(text, '[', length / 2);
	memset(text + length / 2, ']', length / 2);
	CU_ASSERT_PTR_NULL(backend_json_parse(text, length));
	free(text);
}

static void
test_times_of_rfc_3339_are_read(void)
{
	CU_ASSERT_EQUAL(ollama_parse_time("2025-10-17T16:47:07.93355-07:00"),
	    INT64_C(1760744827933550000));
	CU_ASSERT_EQUAL(ollama_parse_time("2000-01-01T00:00:00Z"),
	    INT64_C(946684800000000000));
	CU_ASSERT_EQUAL(ollama_parse_time("2000-01-01T05:30:00+05:30"),
	    INT64_C(946684800000000000));
	CU_ASSERT_EQUAL(ollama_parse_time(
	    "2000-01-01T00:00:00.1234567890123Z"),
	    INT64_C(946684800123456789));
}

static void
test_what_is_no_time_or_never_comes_is_never(void)
{
	static const char *const never[] = {
		"", "0001-01-01T00:00:00Z", "2318-01-28T00:00:00Z",
		"9999-99-99T99:99:99Z", "2025-13-01T00:00:00Z",
		"2025-10-17T16:47:07", "2025-10-17T16:47:07+7",
		"2025-10-17T16:47:07+99:00", "2025-10-17 ",
		"20251017T164707Z0000", "-025-10-17T16:47:07Z",
		"1970-01-01T00:00:00+01:00", "2025-10-17T16:47:07.5",
	};
	size_t i;

	for (i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		CU_ASSERT_EQUAL(ollama_parse_time(never[i]), 0);
}

static void
test_the_models_of_ollama_are_read_by_name_and_once(void)
{
	const char *body = "{\"models\":[{\"name\":\"z\",\"size\":2},"
	    "{\"name\":\"a\",\"size\":1,\"digest\":\"sha256:0123456789"
	    "abcdef0123456789abcdef\",\"details\":{\"quantization_level\":"
	    "\"Q4_K_M\",\"parameter_size\":\"8.0B\"}},{\"name\":\"z\"},"
	    "{\"model\":\"m\",\"size\":-1},{\"name\":7},null,[]]}";
	struct model_list list = { 0 };

	CU_ASSERT_EQUAL(ollama_parse_tags(body, strlen(body), &list), 0);
	CU_ASSERT_EQUAL_FATAL(list.count, 3);
	CU_ASSERT_EQUAL(list.seen, 3);
	CU_ASSERT_STRING_EQUAL(list.models[0].name, "a");
	CU_ASSERT_STRING_EQUAL(list.models[0].digest,
	    "0123456789abcdef0123456");
	CU_ASSERT_STRING_EQUAL(list.models[0].quantization, "Q4_K_M");
	CU_ASSERT_STRING_EQUAL(list.models[0].parameters, "8.0B");
	CU_ASSERT_STRING_EQUAL(list.models[1].name, "m");
	CU_ASSERT_TRUE(isnan(list.models[1].size_bytes));
	CU_ASSERT_STRING_EQUAL(list.models[2].name, "z");
	model_list_free(&list);
}

static void
test_an_empty_list_may_be_null_and_nothing_else(void)
{
	static const char *const bad[] = {
		"", "{}", "[]", "null", "{\"models\":{}}", "{\"models\":1}",
		"{\"models\":[}", "<html>", "{\"models\":[]} x",
		"{\"models\":[{\"name\":\"a\\u0000b\"}]}",
	};
	struct model_list list = { 0 };
	size_t i;

	CU_ASSERT_EQUAL(ollama_parse_ps("{\"models\":null}", 15, &list), 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_EQUAL(ollama_parse_ps(bad[i], strlen(bad[i]),
		    &list), -EBADMSG);
	CU_ASSERT_EQUAL(list.count, 0);
	model_list_free(&list);
}

static void
test_models_beyond_the_bound_are_counted(void)
{
	size_t i, used, size = 64 * (BACKEND_MODELS_MAX + 100);
	struct model_list list = { 0 };
	char *body = malloc(size);

	used = (size_t)snprintf(body, size, "{\"models\":[{\"name\":\"0\"}");
	for (i = 1; i < BACKEND_MODELS_MAX + 100; i++)
		used += (size_t)snprintf(body + used, size - used,
		    ",{\"name\":\"%zu\"}", i);
	used += (size_t)snprintf(body + used, size - used, "]}");
	CU_ASSERT_EQUAL(ollama_parse_tags(body, used, &list), 0);
	CU_ASSERT_EQUAL(list.count, BACKEND_MODELS_MAX);
	CU_ASSERT_EQUAL(list.seen, BACKEND_MODELS_MAX + 100);
	model_list_free(&list);
	free(body);
}

static void
test_slots_of_old_and_new_servers_are_read(void)
{
	const char *body = "[{\"id\":0,\"id_task\":5,\"n_ctx\":100,"
	    "\"is_processing\":true,\"n_prompt_tokens\":40,"
	    "\"next_token\":[{\"n_decoded\":9}]},"
	    "{\"id\":1,\"task_id\":4,\"state\":1,"
	    "\"next_token\":{\"n_decoded\":8}},"
	    "{\"id\":2,\"is_processing\":false},{\"state\":0}]";
	struct llama_slots slots;

	CU_ASSERT_EQUAL(llama_parse_slots(body, strlen(body), &slots), 0);
	CU_ASSERT_EQUAL_FATAL(slots.count, 4);
	CU_ASSERT_EQUAL(slots.busy, 2);
	CU_ASSERT_EQUAL(slots.slot[0].task, 5);
	CU_ASSERT_EQUAL(slots.slot[0].decoded, 9);
	CU_ASSERT_EQUAL(slots.slot[0].used, 40);
	CU_ASSERT_EQUAL(slots.slot[1].task, 4);
	CU_ASSERT_EQUAL(slots.slot[1].decoded, 8);
	CU_ASSERT_EQUAL(slots.slot[2].task, -1);
	CU_ASSERT_TRUE(isnan(slots.slot[2].decoded));
	CU_ASSERT_EQUAL(llama_parse_slots("{}", 2, &slots), -EBADMSG);
	CU_ASSERT_EQUAL(llama_parse_slots("[1]", 3, &slots), -EBADMSG);
}

static void
test_loading_is_told_from_other_errors(void)
{
	const char *new = "{\"error\":{\"code\":503,\"message\":"
	    "\"Loading model\",\"type\":\"unavailable_error\"}}";
	const char *old = "{\"status\":\"loading model\"}";
	const char *full = "{\"status\":\"no slot available\"}";

	CU_ASSERT_TRUE(llama_is_loading(new, strlen(new)));
	CU_ASSERT_TRUE(llama_is_loading(old, strlen(old)));
	CU_ASSERT_FALSE(llama_is_loading(full, strlen(full)));
	CU_ASSERT_FALSE(llama_is_loading("Loading model", 13));
	CU_ASSERT_FALSE(llama_is_loading("", 0));
}

static void
test_a_router_of_models_tells_which_are_loaded(void)
{
	const char *body = "{\"data\":[{\"id\":\"a\",\"status\":{\"value\":"
	    "\"unloaded\"}},{\"id\":\"b\",\"status\":{\"value\":\"loaded\"}},"
	    "{\"id\":\"/srv/models/c-Q8_0.gguf\",\"owned_by\":\"llamacpp\","
	    "\"meta\":{\"n_params\":8030261312}},{\"id\":\"d\",\"status\":"
	    "{\"value\":\"sleeping\"}}]}";
	struct model_list list = { 0 };

	CU_ASSERT_EQUAL(llama_parse_models(body, strlen(body), &list), 0);
	CU_ASSERT_EQUAL_FATAL(list.count, 4);
	CU_ASSERT_EQUAL(list.models[0].state, DROVER_MODEL_STATE_STORED);
	CU_ASSERT_EQUAL(list.models[1].state, DROVER_MODEL_STATE_LOADED);
	CU_ASSERT_STRING_EQUAL(list.models[2].name, "c-Q8_0.gguf");
	CU_ASSERT_EQUAL(list.models[2].state, DROVER_MODEL_STATE_LOADED);
	CU_ASSERT_STRING_EQUAL(list.models[2].parameters, "8.0B");
	CU_ASSERT_EQUAL(list.models[3].state, DROVER_MODEL_STATE_STORED);
	CU_ASSERT_TRUE(llama_owns_models(body, strlen(body)));
	model_list_free(&list);
}

static void
test_metrics_are_found_among_others(void)
{
	const char *body = "# HELP llamacpp:tokens_predicted_total x\n"
	    "# TYPE llamacpp:tokens_predicted_total counter\n"
	    "llamacpp:tokens_predicted_total{model=\"a}\\\" b\"} 12 1700\n"
	    "llamacpp:tokens_predicted_total{model=\"b\"} 30\r\n"
	    "llamacpp:prompt_tokens_total 1e3\n"
	    "llamacpp:prompt_tokens_totally 5\n"
	    "llamacpp:requests_deferred NaN\n"
	    "llamacpp:requests_processing -1\n"
	    "llamacpp:kv_cache_usage_ratio 0.25";
	struct llama_metrics metrics;

	CU_ASSERT_EQUAL(llama_parse_metrics(body, strlen(body), &metrics),
	    0);
	CU_ASSERT_EQUAL(metrics.tokens_predicted_total, 42);
	CU_ASSERT_EQUAL(metrics.prompt_tokens_total, 1000);
	CU_ASSERT_TRUE(isnan(metrics.requests_deferred));
	CU_ASSERT_TRUE(isnan(metrics.requests_processing));
	CU_ASSERT_EQUAL(metrics.kv_cache_usage_ratio, 0.25);
}

static void
test_metrics_of_another_program_are_refused(void)
{
	struct llama_metrics metrics;
	const char *other = "process_cpu_seconds_total 7\n\n\n";

	CU_ASSERT_EQUAL(llama_parse_metrics(other, strlen(other), &metrics),
	    -EBADMSG);
	CU_ASSERT_EQUAL(llama_parse_metrics("", 0, &metrics), -EBADMSG);
	CU_ASSERT_EQUAL(llama_parse_metrics("llamacpp:requests_deferred{",
	    27, &metrics), -EBADMSG);
}

#define S	UINT64_C(1000000000)

static struct llama_metrics
counted(double predicted, double processing)
{
	struct llama_metrics metrics = {
		.tokens_predicted_total = predicted,
		.prompt_tokens_total = NAN,
		.requests_processing = processing,
		.requests_deferred = NAN,
		.kv_cache_usage_ratio = NAN,
	};

	return metrics;
}

static struct llama_slots
slot(int64_t task, bool busy, double decoded)
{
	struct llama_slots slots = { .count = 1, .seen = 1, .busy = busy };

	slots.slot[0].task = task;
	slots.slot[0].busy = busy;
	slots.slot[0].decoded = decoded;
	return slots;
}

static void
test_a_long_request_shows_as_steady_work(void)
{
	static const struct {
		double	predicted;
		bool	busy;
		double	decoded;
		double	rate;
	} steps[] = {
		{ 1000, false, 0, NAN }, { 1000, true, 10, 10 },
		{ 1000, true, 30, 20 }, { 1000, true, 60, 30 },
		/* ended between the two questions, then seen in full */
		{ 1000, false, 0, 0 }, { 1070, false, 0, 10 },
		{ 1070, false, 0, 0 },
		/* a server that was started anew */
		{ 5, false, 0, NAN }, { 10, false, 0, 5 },
	};
	struct backend_progress progress;
	struct llama_metrics metrics;
	struct backend_rates rates;
	struct llama_slots slots;
	size_t i;

	backend_progress_reset(&progress);
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		metrics = counted(steps[i].predicted, NAN);
		slots = slot(1, steps[i].busy, steps[i].decoded);
		backend_progress_step(&progress, (i + 1) * S, &metrics,
		    &slots, &rates);
		if (isnan(steps[i].rate))
			CU_ASSERT_TRUE(isnan(rates.tokens_per_s))
		else
			CU_ASSERT_DOUBLE_EQUAL(rates.tokens_per_s,
			    steps[i].rate, 1e-9);
	}
	CU_ASSERT_EQUAL(rates.tokens_total, 10);
}

static void
test_slots_alone_tell_tokens_and_requests(void)
{
	struct backend_progress progress;
	struct backend_rates rates;
	struct llama_slots slots;

	backend_progress_reset(&progress);
	slots = slot(1, true, 100);
	backend_progress_step(&progress, S, NULL, &slots, &rates);
	CU_ASSERT_TRUE(isnan(rates.tokens_per_s));
	slots = slot(1, true, 150);
	backend_progress_step(&progress, 2 * S, NULL, &slots, &rates);
	CU_ASSERT_EQUAL(rates.tokens_per_s, 50);
	CU_ASSERT_EQUAL(rates.requests_per_s, 0);
	/* The next request of the slot. */
	slots = slot(2, true, 20);
	backend_progress_step(&progress, 3 * S, NULL, &slots, &rates);
	CU_ASSERT_EQUAL(rates.tokens_per_s, 20);
	CU_ASSERT_EQUAL(rates.requests_per_s, 1);
	/* That one ended, and another came and went. */
	slots = slot(3, false, NAN);
	backend_progress_step(&progress, 4 * S, NULL, &slots, &rates);
	CU_ASSERT_EQUAL(rates.requests_per_s, 2);
	CU_ASSERT_TRUE(isnan(rates.tokens_total));
	/* Not known this time. */
	backend_progress_step(&progress, 5 * S, NULL, NULL, &rates);
	CU_ASSERT_TRUE(isnan(rates.tokens_per_s));
}

static void
test_slots_not_asked_for_while_idle_are_free(void)
{
	struct backend_progress progress;
	struct backend_rates rates;
	struct llama_metrics metrics = counted(0, 1);
	struct llama_slots slots = slot(1, true, 40);

	backend_progress_reset(&progress);
	backend_progress_step(&progress, S, &metrics, &slots, &rates);
	metrics = counted(60, 0);
	backend_progress_step(&progress, 2 * S, &metrics, NULL, &rates);
	CU_ASSERT_EQUAL(rates.tokens_per_s, 20);
	CU_ASSERT_EQUAL(rates.requests_per_s, 1);
	/* Busy, but the slots did not answer: half is not known. */
	metrics = counted(60, 1);
	backend_progress_step(&progress, 3 * S, &metrics, NULL, &rates);
	CU_ASSERT_TRUE(isnan(rates.tokens_per_s));
}

static void
test_messages_are_one_clean_line(void)
{
	struct backend_question asked = { "/health", "h:1", 3000 };
	const char *body = "{\"error\":\"bad\\u001b[2J\\nthing\"}";
	struct http_result result = { .phase = HTTP_PHASE_ANSWER,
	    .status = 500, .body = body, .body_bytes = strlen(body),
	    .location = "" };
	char message[96];

	backend_message(message, sizeof(message), &asked, &result);
	CU_ASSERT_STRING_EQUAL(message, "/health: 500: bad?[2J?thing");
	result.status = 301;
	result.body = "";
	result.body_bytes = 0;
	result.location = "http://x/\x1b]0;";
	backend_message(message, sizeof(message), &asked, &result);
	CU_ASSERT_STRING_EQUAL(message, "/health redirects to "
	    "http://x/?]0;");
	result.error = UV_EAI_NONAME;
	result.phase = HTTP_PHASE_RESOLVE;
	backend_message(message, sizeof(message), &asked, &result);
	CU_ASSERT_STRING_EQUAL(message, "cannot find the address of h:1: "
	    "unknown node or service");
	CU_ASSERT_EQUAL(backend_failure_state(&result),
	    DROVER_BACKEND_STATE_DOWN);
}

static const struct suite_test tests[] = {
	{ "text keeps letters and loses controls",
	    test_text_keeps_letters_and_loses_controls },
	{ "text is cut between characters",
	    test_text_is_cut_between_characters },
	{ "JSON that would eat memory is refused",
	    test_json_that_would_eat_memory_is_refused },
	{ "times of RFC 3339 are read", test_times_of_rfc_3339_are_read },
	{ "what is no time or never comes is never",
	    test_what_is_no_time_or_never_comes_is_never },
	{ "the models of ollama are read by name and once",
	    test_the_models_of_ollama_are_read_by_name_and_once },
	{ "an empty list may be null and nothing else",
	    test_an_empty_list_may_be_null_and_nothing_else },
	{ "models beyond the bound are counted",
	    test_models_beyond_the_bound_are_counted },
	{ "slots of old and new servers are read",
	    test_slots_of_old_and_new_servers_are_read },
	{ "loading is told from other errors",
	    test_loading_is_told_from_other_errors },
	{ "a router of models tells which are loaded",
	    test_a_router_of_models_tells_which_are_loaded },
	{ "metrics are found among others",
	    test_metrics_are_found_among_others },
	{ "metrics of another program are refused",
	    test_metrics_of_another_program_are_refused },
	{ "a long request shows as steady work",
	    test_a_long_request_shows_as_steady_work },
	{ "slots alone tell tokens and requests",
	    test_slots_alone_tell_tokens_and_requests },
	{ "slots not asked for while idle are free",
	    test_slots_not_asked_for_while_idle_are_free },
	{ "messages are one clean line", test_messages_are_one_clean_line },
};

SUITE_MAIN("backend-parse", tests)
