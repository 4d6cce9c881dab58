/* The backend watch against a scripted server. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../suite.h"
#include "collect/backend.h"
#include "loop_await.h"
#include "mock_server.h"

#define VERSION	"{\"version\":\"0.9.6\"}"
#define NO_MODELS "{\"models\":[]}"
#define HEALTH	"{\"status\":\"ok\"}"
#define OURS	"{\"data\":[{\"id\":\"tiny\",\"owned_by\":\"llamacpp\"," \
	"\"meta\":{\"n_params\":1500000,\"size\":1200000}}]}"

struct bench {
	uv_loop_t		loop;
	struct mock_server	*mock;
	struct backend_watch	*watch;
	struct backend_status	status;
};

static void
bench_open(struct bench *bench, const char *address)
{
	memset(bench, 0, sizeof(*bench));
	uv_loop_init(&bench->loop);
	bench->mock = mock_open(&bench->loop, address, 0);
}

static void
bench_watch_url(struct bench *bench, enum drover_backend_kind kind,
    const char *url, uint64_t timeout_ms)
{
	struct backend_options options = {
		.name = "tested",
		.url = url,
		.kind = kind,
		.interval_ms = 10,
		.timeout_ms = timeout_ms,
	};

	CU_ASSERT_EQUAL_FATAL(backend_watch_start(&bench->watch,
	    &bench->loop, &options), 0);
}

static void
bench_watch(struct bench *bench, enum drover_backend_kind kind,
    uint64_t timeout_ms)
{
	bench_watch_url(bench, kind, mock_url(bench->mock), timeout_ms);
}

static void
bench_close(struct bench *bench)
{
	if (bench->watch != NULL)
		backend_watch_stop(bench->watch);
	if (bench->mock != NULL)
		mock_close(bench->mock);
	uv_run(&bench->loop, UV_RUN_DEFAULT);
	CU_ASSERT_EQUAL(uv_loop_close(&bench->loop), 0);
}

static enum drover_backend_state
state(struct bench *bench)
{
	backend_watch_status(bench->watch, &bench->status);
	return bench->status.state;
}

static double
value(struct bench *bench, enum backend_metric metric)
{
	backend_watch_status(bench->watch, &bench->status);
	return bench->status.value[metric];
}

#define AWAIT_STATE(bench, wanted)					\
	AWAIT(&(bench)->loop,						\
	    state(bench) == DROVER_BACKEND_STATE_##wanted)
#define AWAIT_VALUE(bench, metric, wanted)				\
	AWAIT(&(bench)->loop,						\
	    value(bench, BACKEND_METRIC_##metric) == (wanted))

static const struct backend_model *
model(struct bench *bench, const char *name)
{
	size_t i;

	backend_watch_status(bench->watch, &bench->status);
	for (i = 0; i < bench->status.model_count; i++)
		if (strcmp(bench->status.models[i].name, name) == 0)
			return &bench->status.models[i];
	return NULL;
}

static void
script_ollama(struct bench *bench)
{
	mock_json(bench->mock, "/api/version", 200, VERSION);
	mock_json(bench->mock, "/api/ps", 200, NO_MODELS);
	mock_json(bench->mock, "/api/tags", 200, NO_MODELS);
}

static void
script_llama(struct bench *bench)
{
	mock_json(bench->mock, "/health", 200, HEALTH);
	mock_json(bench->mock, "/v1/models", 200, OURS);
}

static void
test_an_ollama_is_found_and_read(void)
{
	struct bench bench;

	bench_open(&bench, "127.0.0.1");
	mock_json(bench.mock, "/api/version", 200, VERSION);
	mock_json(bench.mock, "/api/tags", 200, "{\"models\":["
	    "{\"name\":\"b:7b\",\"size\":4000,\"digest\":\"feed\"},"
	    "{\"name\":\"a:1b\",\"size\":1000}]}");
	mock_json(bench.mock, "/api/ps", 200, "{\"models\":["
	    "{\"name\":\"b:7b\",\"size\":5000,\"size_vram\":3000,"
	    "\"expires_at\":\"2030-01-01T00:00:00Z\","
	    "\"context_length\":4096}]}");
	bench_watch(&bench, DROVER_BACKEND_KIND_UNKNOWN, 5000);
	AWAIT_VALUE(&bench, models_stored, 2);
	CU_ASSERT_EQUAL(state(&bench), DROVER_BACKEND_STATE_UP);
	CU_ASSERT_EQUAL(bench.status.kind, DROVER_BACKEND_KIND_OLLAMA);
	CU_ASSERT_STRING_EQUAL(bench.status.version, "0.9.6");
	CU_ASSERT_STRING_EQUAL(bench.status.message, "");
	CU_ASSERT_EQUAL(value(&bench, BACKEND_METRIC_models_loaded), 1);
	CU_ASSERT_EQUAL(value(&bench, BACKEND_METRIC_memory_gpu), 3000);
	CU_ASSERT_EQUAL(value(&bench, BACKEND_METRIC_silent_time), 0);
	CU_ASSERT_TRUE(isnan(value(&bench, BACKEND_METRIC_tokens)));
	CU_ASSERT_PTR_NOT_NULL_FATAL(model(&bench, "b:7b"));
	CU_ASSERT_EQUAL(model(&bench, "b:7b")->state,
	    DROVER_MODEL_STATE_LOADED);
	CU_ASSERT_EQUAL(model(&bench, "b:7b")->size_bytes, 4000);
	CU_ASSERT_EQUAL(model(&bench, "b:7b")->memory_bytes, 5000);
	CU_ASSERT_EQUAL(model(&bench, "a:1b")->state,
	    DROVER_MODEL_STATE_STORED);
	bench_close(&bench);
}

static void
test_a_llama_server_is_found_and_read(void)
{
	struct bench bench;

	bench_open(&bench, "127.0.0.1");
	script_llama(&bench);
	mock_json(bench.mock, "/props", 200, "{\"build_info\":\"b5000-abc\","
	    "\"total_slots\":2,\"default_generation_settings\":"
	    "{\"n_ctx\":512}}");
	mock_json(bench.mock, "/slots", 200,
	    "[{\"id\":0,\"is_processing\":true,\"id_task\":4,\"n_ctx\":512,"
	    "\"next_token\":[{\"n_decoded\":7}]},"
	    "{\"id\":1,\"is_processing\":false,\"id_task\":3,"
	    "\"n_ctx\":512}]");
	mock_json(bench.mock, "/metrics", 200,
	    "llamacpp:tokens_predicted_total 100\n"
	    "llamacpp:requests_deferred 3\n"
	    "llamacpp:kv_cache_usage_ratio 0.5\n");
	bench_watch(&bench, DROVER_BACKEND_KIND_UNKNOWN, 5000);
	AWAIT_VALUE(&bench, slots_busy, 1);
	CU_ASSERT_EQUAL(state(&bench), DROVER_BACKEND_STATE_UP);
	CU_ASSERT_EQUAL(bench.status.kind,
	    DROVER_BACKEND_KIND_LLAMA_SERVER);
	CU_ASSERT_STRING_EQUAL(bench.status.version, "b5000-abc");
	CU_ASSERT_EQUAL(value(&bench, BACKEND_METRIC_slots_total), 2);
	CU_ASSERT_EQUAL(value(&bench, BACKEND_METRIC_requests_deferred), 3);
	CU_ASSERT_EQUAL(value(&bench, BACKEND_METRIC_kv_used), 50);
	CU_ASSERT_EQUAL(value(&bench, BACKEND_METRIC_tokens_total), 107);
	CU_ASSERT_PTR_NOT_NULL_FATAL(model(&bench, "tiny"));
	CU_ASSERT_EQUAL(model(&bench, "tiny")->context_tokens, 512);
	CU_ASSERT_STRING_EQUAL(model(&bench, "tiny")->parameters, "1.5M");
	bench_close(&bench);
}

static void
test_a_server_with_both_interfaces_is_an_ollama(void)
{
	struct bench bench;

	bench_open(&bench, "127.0.0.1");
	script_ollama(&bench);
	script_llama(&bench);
	bench_watch(&bench, DROVER_BACKEND_KIND_UNKNOWN, 5000);
	AWAIT_STATE(&bench, UP);
	CU_ASSERT_EQUAL(bench.status.kind, DROVER_BACKEND_KIND_OLLAMA);
	bench_close(&bench);
}

static void
test_some_other_web_service_is_an_error(void)
{
	struct bench bench;

	bench_open(&bench, "127.0.0.1");
	mock_json(bench.mock, "/health", 200, HEALTH);
	bench_watch(&bench, DROVER_BACKEND_KIND_UNKNOWN, 5000);
	AWAIT_STATE(&bench, ERROR);
	CU_ASSERT_STRING_EQUAL(bench.status.message,
	    "answers, but neither as Ollama nor as llama-server");
	CU_ASSERT_EQUAL(bench.status.kind, DROVER_BACKEND_KIND_UNKNOWN);
	bench_close(&bench);
}

static void
test_a_refused_connection_is_down_and_comes_back(void)
{
	struct bench bench;
	char url[64];
	int port;

	bench_open(&bench, "127.0.0.1");
	port = mock_port(bench.mock);
	snprintf(url, sizeof(url), "%s", mock_url(bench.mock));
	mock_close(bench.mock);
	bench.mock = NULL;
	uv_run(&bench.loop, UV_RUN_DEFAULT);
	bench_watch_url(&bench, DROVER_BACKEND_KIND_UNKNOWN, url, 5000);
	AWAIT_STATE(&bench, DOWN);
	CU_ASSERT_PTR_NOT_NULL(strstr(bench.status.message,
	    "refuses connections"));
	CU_ASSERT_TRUE(value(&bench, BACKEND_METRIC_silent_time) > 0);
	CU_ASSERT_TRUE(isnan(value(&bench, BACKEND_METRIC_probe_time)));
	bench.mock = mock_open(&bench.loop, "127.0.0.1", port);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bench.mock);
	script_ollama(&bench);
	AWAIT_STATE(&bench, UP);
	CU_ASSERT_TRUE(value(&bench, BACKEND_METRIC_probe_failures) >= 1);
	bench_close(&bench);
}

static void
test_a_server_that_never_answers_is_silent_until_it_does(void)
{
	struct bench bench;

	bench_open(&bench, "127.0.0.1");
	script_ollama(&bench);
	bench_watch(&bench, DROVER_BACKEND_KIND_UNKNOWN, 50);
	AWAIT_VALUE(&bench, models_loaded, 0);
	mock_script(bench.mock, "/api/version", MOCK_SILENT, "", 0);
	AWAIT_STATE(&bench, SILENT);
	CU_ASSERT_STRING_EQUAL(bench.status.message,
	    "accepts connections, no answer to /api/version within 50 ms");
	CU_ASSERT_EQUAL(value(&bench, BACKEND_METRIC_probe_failures), 1);
	AWAIT(&bench.loop, value(&bench, BACKEND_METRIC_silent_time) > 0.2);
	/* It is not plagued with new connections meanwhile. */
	CU_ASSERT_EQUAL(mock_connections(bench.mock), 1);
	mock_json(bench.mock, "/api/version", 200, VERSION);
	AWAIT_STATE(&bench, UP);
	CU_ASSERT_EQUAL(mock_connections(bench.mock), 1);
	bench_close(&bench);
}

static const struct suite_test tests[] = {
	{ "an ollama is found and read", test_an_ollama_is_found_and_read },
	{ "a llama-server is found and read",
	    test_a_llama_server_is_found_and_read },
	{ "a server with both interfaces is an ollama",
	    test_a_server_with_both_interfaces_is_an_ollama },
	{ "some other web service is an error",
	    test_some_other_web_service_is_an_error },
	{ "a refused connection is down and comes back",
	    test_a_refused_connection_is_down_and_comes_back },
	{ "a server that never answers is silent until it does",
	    test_a_server_that_never_answers_is_silent_until_it_does },
};

SUITE_MAIN("backend", tests)
