/* Canaries against a scripted server, and what an answer to one is. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../suite.h"
#include "collect/backend.h"
#include "loop_await.h"
#include "mock_server.h"

#define HEALTH	"{\"status\":\"ok\"}"
#define OURS	"{\"data\":[{\"id\":\"tiny\",\"owned_by\":\"llamacpp\"," \
	"\"meta\":{\"n_params\":1500000,\"size\":1200000}}]}"
#define SLOTS(busy) "[{\"id\":0,\"id_task\":1,\"is_processing\":" busy "}]"
#define PROPS	"{\"total_slots\":1,\"is_sleeping\":false}"
#define SAID	"{\"choices\":[{\"text\":\" 7, 8\"}]," \
	"\"usage\":{\"completion_tokens\":16}}"
#define NONSENSE "{\"choices\":[{\"text\":\"@@@@@@@@@@@@@@@@\"}]}"
#define VERSION	"{\"version\":\"0.9.6\"}"
#define POST	"/v1/completions"

static enum canary_outcome
judged(const char *body)
{
	return canary_judge_answer(body, strlen(body));
}

static void
an_answer_is_judged_by_what_it_says(void)
{
	CU_ASSERT_EQUAL(judged(SAID), CANARY_OUTCOME_GOOD);
	CU_ASSERT_EQUAL(judged("{\"response\":\" 7\",\"eval_count\":2}"),
	    CANARY_OUTCOME_GOOD);
	/* Tokens that are shown as nothing, and the character 0. */
	CU_ASSERT_EQUAL(judged("{\"response\":\"\",\"eval_count\":3}"),
	    CANARY_OUTCOME_GOOD);
	CU_ASSERT_EQUAL(judged("{\"response\":\"a\\u0000b\"}"),
	    CANARY_OUTCOME_GOOD);
	CU_ASSERT_EQUAL(judged("{\"response\":\"!!!!!!!\"}"),
	    CANARY_OUTCOME_GOOD);
	CU_ASSERT_EQUAL(judged("{\"response\":\"!!!!!!!!\"}"),
	    CANARY_OUTCOME_WRONG);
	CU_ASSERT_EQUAL(judged("{\"response\":\"!!!!!!!?\"}"),
	    CANARY_OUTCOME_GOOD);
	CU_ASSERT_EQUAL(judged("{\"response\":\"\\u00e9\\u00e9\\u00e9\\u00e9"
	    "\\u00e9\\u00e9\\u00e9\\u00e9\"}"), CANARY_OUTCOME_WRONG);
	CU_ASSERT_EQUAL(judged("{\"response\":\"\\u0000\\u0000\\u0000\\u0000"
	    "\\u0000\\u0000\\u0000\\u0000\"}"), CANARY_OUTCOME_WRONG);
	CU_ASSERT_EQUAL(judged("{\"response\":\"\"}"), CANARY_OUTCOME_WRONG);
	CU_ASSERT_EQUAL(judged("{\"choices\":[]}"), CANARY_OUTCOME_WRONG);
	CU_ASSERT_EQUAL(judged("{\"response\":7}"), CANARY_OUTCOME_WRONG);
	CU_ASSERT_EQUAL(judged("<html>"), CANARY_OUTCOME_WRONG);
	CU_ASSERT_EQUAL(judged(""), CANARY_OUTCOME_WRONG);
}

struct bench {
	uv_loop_t		 loop;
	struct mock_server	*mock;
	struct backend_watch	*watch;
	struct backend_status	 status;
};

static void
script_llama(struct bench *bench, const char *slots)
{
	mock_json(bench->mock, "/health", 200, HEALTH);
	mock_json(bench->mock, "/v1/models", 200, OURS);
	mock_json(bench->mock, "/slots", 200, slots);
	mock_json(bench->mock, "/props", 200, PROPS);
}

static void
bench_open(struct bench *bench, enum drover_backend_kind kind,
    uint64_t canary_ms)
{
	struct backend_options options = { .name = "tested", .kind = kind,
		.interval_ms = 10, .timeout_ms = 2000,
		.canary_interval_ms = canary_ms, .canary_timeout_ms = 100 };

	memset(bench, 0, sizeof(*bench));
	uv_loop_init(&bench->loop);
	bench->mock = mock_open(&bench->loop, "127.0.0.1", 0);
	options.url = mock_url(bench->mock);
	script_llama(bench, SLOTS("false"));
	CU_ASSERT_EQUAL_FATAL(backend_watch_start(&bench->watch,
	    &bench->loop, &options), 0);
}

static void
bench_close(struct bench *bench)
{
	backend_watch_stop(bench->watch);
	mock_close(bench->mock);
	uv_run(&bench->loop, UV_RUN_DEFAULT);
	CU_ASSERT_EQUAL(uv_loop_close(&bench->loop), 0);
}

static bool
has(struct bench *bench, enum canary_outcome outcome)
{
	backend_watch_status(bench->watch, &bench->status);
	return bench->status.canary == outcome;
}

#define AWAIT_OUTCOME(bench, name)					\
	AWAIT(&(bench)->loop, has(bench, CANARY_OUTCOME_##name))

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
one_that_is_up_is_asked_now_and_then(void)
{
	int64_t begun_ms = now_ms();
	struct bench bench;

	bench_open(&bench, DROVER_BACKEND_KIND_LLAMA_SERVER, 30);
	mock_json(bench.mock, POST, 200, SAID);
	AWAIT_OUTCOME(&bench, GOOD);
	CU_ASSERT_TRUE(bench.status.canary_ms >= begun_ms + 30);
	CU_ASSERT_TRUE(bench.status.canary_ms <= now_ms());
	/* Not again at once. */
	CU_ASSERT_EQUAL(mock_asked(bench.mock, POST), 1);
	AWAIT(&bench.loop, mock_asked(bench.mock, "/health") > 30);
	CU_ASSERT_EQUAL(mock_asked(bench.mock, POST), 1);
	bench_close(&bench);
}

static void
it_asks_for_a_few_tokens_of_the_model_in_memory(void)
{
	struct bench bench;

	bench_open(&bench, DROVER_BACKEND_KIND_LLAMA_SERVER, 30);
	mock_script(bench.mock, POST, MOCK_SILENT, "", 0);
	AWAIT(&bench.loop, mock_asked(bench.mock, POST) == 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(mock_posted(bench.mock),
	    "\"model\":\"tiny\""));
	CU_ASSERT_PTR_NOT_NULL(strstr(mock_posted(bench.mock),
	    "\"max_tokens\":16"));
	mock_drop(bench.mock);
	AWAIT_OUTCOME(&bench, FAILED);
	bench_close(&bench);
}

static bool
is_busy(struct bench *bench, double busy)
{
	backend_watch_status(bench->watch, &bench->status);
	return !(bench->status.value[BACKEND_METRIC_slots_busy] < busy) &&
	    !(bench->status.value[BACKEND_METRIC_slots_busy] > busy);
}

static void
a_canary_is_no_work_of_others(void)
{
	struct bench bench;

	bench_open(&bench, DROVER_BACKEND_KIND_LLAMA_SERVER, 30);
	mock_script(bench.mock, POST, MOCK_SILENT, "", 0);
	AWAIT(&bench.loop, mock_asked(bench.mock, POST) == 1);
	mock_json(bench.mock, "/slots", 200, SLOTS("true"));
	AWAIT(&bench.loop, mock_asked(bench.mock, "/slots") > 20);
	AWAIT(&bench.loop, is_busy(&bench, 0));
	/* Once it is over the same is the work of somebody else. */
	mock_json(bench.mock, POST, 200, SAID);
	mock_drop(bench.mock);
	AWAIT(&bench.loop, is_busy(&bench, 1));
	bench_close(&bench);
}

static void
one_that_is_late_has_failed_and_is_waited_for(void)
{
	struct bench bench;
	int64_t asked_ms;

	bench_open(&bench, DROVER_BACKEND_KIND_LLAMA_SERVER, 30);
	mock_script(bench.mock, POST, MOCK_SILENT, "", 0);
	AWAIT(&bench.loop, mock_asked(bench.mock, POST) == 1);
	asked_ms = now_ms();
	AWAIT_OUTCOME(&bench, FAILED);
	CU_ASSERT_TRUE(bench.status.canary_ms <= asked_ms);
	backend_watch_want_canary(bench.watch);
	AWAIT(&bench.loop, mock_asked(bench.mock, "/health") > 40);
	CU_ASSERT_EQUAL(mock_asked(bench.mock, POST), 1);
	bench_close(&bench);
}

static void
nonsense_counts_when_it_is_said_twice(void)
{
	struct bench bench;

	bench_open(&bench, DROVER_BACKEND_KIND_LLAMA_SERVER, 30);
	mock_json(bench.mock, POST, 200, NONSENSE);
	AWAIT(&bench.loop, mock_asked(bench.mock, POST) == 1);
	AWAIT(&bench.loop, mock_asked(bench.mock, "/health") > 20);
	CU_ASSERT_TRUE(has(&bench, CANARY_OUTCOME_NONE));
	AWAIT_OUTCOME(&bench, WRONG);
	CU_ASSERT_EQUAL(mock_asked(bench.mock, POST), 2);
	bench_close(&bench);
}

static void
who_does_not_take_it_is_not_asked_again(void)
{
	struct bench bench;

	bench_open(&bench, DROVER_BACKEND_KIND_LLAMA_SERVER, 30);
	mock_json(bench.mock, POST, 401, "{}");
	AWAIT(&bench.loop, mock_asked(bench.mock, POST) == 1);
	AWAIT(&bench.loop, mock_asked(bench.mock, "/health") > 40);
	backend_watch_want_canary(bench.watch);
	AWAIT(&bench.loop, mock_asked(bench.mock, "/health") > 80);
	CU_ASSERT_TRUE(has(&bench, CANARY_OUTCOME_NONE));
	CU_ASSERT_EQUAL(mock_asked(bench.mock, POST), 1);
	bench_close(&bench);
}

static void
with_all_slots_busy_only_doubt_sends_one(void)
{
	struct bench bench;

	bench_open(&bench, DROVER_BACKEND_KIND_LLAMA_SERVER, 200);
	script_llama(&bench, SLOTS("true"));
	mock_json(bench.mock, POST, 200, SAID);
	AWAIT(&bench.loop, mock_asked(bench.mock, "/slots") > 60);
	CU_ASSERT_EQUAL(mock_asked(bench.mock, POST), 0);
	backend_watch_want_canary(bench.watch);
	AWAIT_OUTCOME(&bench, GOOD);
	bench_close(&bench);
}

static void
none_is_sent_when_they_are_off(void)
{
	struct bench bench;

	bench_open(&bench, DROVER_BACKEND_KIND_LLAMA_SERVER, 0);
	mock_json(bench.mock, POST, 200, SAID);
	backend_watch_want_canary(bench.watch);
	AWAIT(&bench.loop, mock_asked(bench.mock, "/health") > 40);
	CU_ASSERT_EQUAL(mock_asked(bench.mock, POST), 0);
	bench_close(&bench);
}

static void
script_ollama(struct bench *bench, const char *context)
{
	char body[512], when[40];
	time_t expires = time(NULL) + 100;
	struct tm parts;

	gmtime_r(&expires, &parts);
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &parts);
	snprintf(body, sizeof(body), "{\"models\":[{\"name\":\"tiny:latest\","
	    "\"model\":\"tiny:latest\",\"size\":5,\"size_vram\":0%s,"
	    "\"expires_at\":\"%s\"}]}", context, when);
	mock_json(bench->mock, "/api/version", 200, VERSION);
	mock_json(bench->mock, "/api/ps", 200, body);
	mock_json(bench->mock, "/api/tags", 200, "{\"models\":[]}");
	mock_script(bench->mock, "/api/generate", MOCK_SILENT, "", 0);
}

static void
ollama_keeps_its_context_and_for_how_long_a_model_stays(void)
{
	struct bench bench;
	const char *text;
	int left_s;

	bench_open(&bench, DROVER_BACKEND_KIND_OLLAMA, 30);
	script_ollama(&bench, ",\"context_length\":4096");
	AWAIT(&bench.loop, mock_asked(bench.mock, "/api/generate") == 1);
	text = mock_posted(bench.mock);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "POST /api/generate "));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"num_ctx\":4096"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"model\":\"tiny:latest\""));
	text = strstr(text, "\"keep_alive\":");
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	CU_ASSERT_EQUAL(sscanf(text, "\"keep_alive\":%d", &left_s), 1);
	CU_ASSERT_TRUE(left_s > 80 && left_s <= 100);
	bench_close(&bench);
}

static void
ollama_of_unknown_context_is_left_alone(void)
{
	struct bench bench;

	bench_open(&bench, DROVER_BACKEND_KIND_OLLAMA, 30);
	script_ollama(&bench, "");
	AWAIT(&bench.loop, mock_asked(bench.mock, "/api/ps") > 40);
	CU_ASSERT_EQUAL(mock_asked(bench.mock, "/api/generate"), 0);
	bench_close(&bench);
}

static const struct suite_test tests[] = {
	{ "an answer is judged by what it says",
	    an_answer_is_judged_by_what_it_says },
	{ "one that is up is asked now and then",
	    one_that_is_up_is_asked_now_and_then },
	{ "it asks for a few tokens of the model in memory",
	    it_asks_for_a_few_tokens_of_the_model_in_memory },
	{ "a canary is no work of others", a_canary_is_no_work_of_others },
	{ "one that is late has failed and is waited for",
	    one_that_is_late_has_failed_and_is_waited_for },
	{ "nonsense counts when it is said twice",
	    nonsense_counts_when_it_is_said_twice },
	{ "who does not take it is not asked again",
	    who_does_not_take_it_is_not_asked_again },
	{ "with all slots busy only doubt sends one",
	    with_all_slots_busy_only_doubt_sends_one },
	{ "none is sent when they are off", none_is_sent_when_they_are_off },
	{ "ollama keeps its context and for how long a model stays",
	    ollama_keeps_its_context_and_for_how_long_a_model_stays },
	{ "ollama of unknown context is left alone",
	    ollama_of_unknown_context_is_left_alone },
};

SUITE_MAIN("canary", tests)
