/* The backend watch against a scripted server. */
#include <errno.h>
#include <math.h>
#include <netdb.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../suite.h"
#include "collect/backend.h"
#include "loop_await.h"
#include "mock_server.h"

#define VERSION	"{\"version\":\"0.9.6\"}"
#define NO_MODELS "{\"models\":[]}"
#define HEALTH	"{\"status\":\"ok\"}"
#define OURS	"{\"data\":[{\"id\":\"tiny\",\"owned_by\":\"llamacpp\"," \
	"\"meta\":{\"n_params\":1500000,\"size\":1200000}}]}"

static int64_t wall_jump_s;

/* The clock of this whole program, libraries included. */
int
clock_gettime(clockid_t id, struct timespec *time)
{
	long result = syscall(SYS_clock_gettime, id, time);

	if (result == 0 && id == CLOCK_REALTIME)
		time->tv_sec += wall_jump_s;
	return (int)result;
}

static sem_t lookup_gate;
static atomic_int lookups;

/* The resolver of this whole program: no name but one that hangs. */
int
getaddrinfo(const char *host, const char *port,
    const struct addrinfo *hints, struct addrinfo **list)
{
	(void)host;
	(void)port;
	(void)hints;
	(void)list;
	atomic_fetch_add(&lookups, 1);
	while (sem_wait(&lookup_gate) != 0)
		continue;
	return EAI_AGAIN;
}

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

static void
test_a_loading_llama_server_is_loading_and_not_failing(void)
{
	const char *loading = "{\"error\":{\"code\":503,\"message\":"
	    "\"Loading model\",\"type\":\"unavailable_error\"}}";
	static const char *const paths[] = {
		"/api/version", "/health", "/v1/models",
	};
	struct bench bench;
	size_t i;

	bench_open(&bench, "127.0.0.1");
	for (i = 0; i < 3; i++)
		mock_json(bench.mock, paths[i], 503, loading);
	bench_watch(&bench, DROVER_BACKEND_KIND_UNKNOWN, 5000);
	AWAIT_STATE(&bench, LOADING);
	CU_ASSERT_EQUAL(bench.status.kind,
	    DROVER_BACKEND_KIND_LLAMA_SERVER);
	CU_ASSERT_STRING_EQUAL(bench.status.message,
	    "is loading its model");
	CU_ASSERT_EQUAL(value(&bench, BACKEND_METRIC_silent_time), 0);
	CU_ASSERT_EQUAL(value(&bench, BACKEND_METRIC_probe_failures), 0);
	mock_json(bench.mock, "/api/version", 404, "{}");
	script_llama(&bench);
	AWAIT_STATE(&bench, UP);
	mock_json(bench.mock, "/health", 503, loading);
	AWAIT_STATE(&bench, LOADING);
	bench_close(&bench);
}

static void
test_endpoints_that_are_switched_off_are_gaps(void)
{
	struct bench bench;

	bench_open(&bench, "127.0.0.1");
	script_llama(&bench);
	mock_json(bench.mock, "/metrics", 501, "{\"error\":{\"message\":"
	    "\"This server does not support metrics endpoint.\"}}");
	bench_watch(&bench, DROVER_BACKEND_KIND_LLAMA_SERVER, 5000);
	AWAIT(&bench.loop, mock_asked(bench.mock, "/health") > 5);
	CU_ASSERT_EQUAL(state(&bench), DROVER_BACKEND_STATE_UP);
	CU_ASSERT_STRING_EQUAL(bench.status.message, "");
	CU_ASSERT_TRUE(isnan(value(&bench, BACKEND_METRIC_tokens)));
	CU_ASSERT_TRUE(isnan(value(&bench, BACKEND_METRIC_slots_busy)));
	CU_ASSERT_TRUE(isnan(value(&bench, BACKEND_METRIC_kv_used)));
	CU_ASSERT_EQUAL(value(&bench, BACKEND_METRIC_models_loaded), 1);
	/* They are not asked again each time. */
	CU_ASSERT_EQUAL(mock_asked(bench.mock, "/metrics"), 1);
	CU_ASSERT_EQUAL(mock_asked(bench.mock, "/v1/models"), 1);
	bench_close(&bench);
}

static void
test_a_hanging_slots_endpoint_is_no_hanging_server(void)
{
	struct bench bench;

	bench_open(&bench, "127.0.0.1");
	script_llama(&bench);
	mock_script(bench.mock, "/slots", MOCK_SILENT, "", 0);
	bench_watch(&bench, DROVER_BACKEND_KIND_LLAMA_SERVER, 40);
	AWAIT(&bench.loop, mock_asked(bench.mock, "/slots") >= 3);
	CU_ASSERT_EQUAL(state(&bench), DROVER_BACKEND_STATE_UP);
	CU_ASSERT_STRING_EQUAL(bench.status.message, "accepts connections, "
	    "no answer to /slots within 40 ms");
	CU_ASSERT_EQUAL(value(&bench, BACKEND_METRIC_probe_failures), 0);
	mock_json(bench.mock, "/slots", 200, "[]");
	AWAIT_VALUE(&bench, slots_total, 0);
	CU_ASSERT_STRING_EQUAL(bench.status.message, "");
	bench_close(&bench);
}

static void
test_a_hanging_ps_is_a_hanging_ollama_without_flapping(void)
{
	struct bench bench;

	bench_open(&bench, "127.0.0.1");
	script_ollama(&bench);
	mock_script(bench.mock, "/api/ps", MOCK_SILENT, "", 0);
	bench_watch(&bench, DROVER_BACKEND_KIND_OLLAMA, 40);
	AWAIT_STATE(&bench, SILENT);
	while (mock_asked(bench.mock, "/api/ps") < 4) {
		CU_ASSERT_TRUE_FATAL(loop_turn(&bench.loop,
		    uv_hrtime() / 1000000));
		CU_ASSERT_EQUAL(state(&bench), DROVER_BACKEND_STATE_SILENT);
	}
	mock_json(bench.mock, "/api/ps", 200, NO_MODELS);
	AWAIT_STATE(&bench, UP);
	bench_close(&bench);
}

static void
test_a_sleeping_llama_server_is_not_woken(void)
{
	const char *asleep = "{\"total_slots\":2,\"is_sleeping\":true}";
	const char *awake = "{\"total_slots\":2,\"is_sleeping\":false}";
	struct bench bench;

	bench_open(&bench, "127.0.0.1");
	script_llama(&bench);
	mock_json(bench.mock, "/props", 200, asleep);
	mock_json(bench.mock, "/slots", 200, "[{\"id\":0}]");
	bench_watch(&bench, DROVER_BACKEND_KIND_UNKNOWN, 5000);
	AWAIT(&bench.loop, mock_asked(bench.mock, "/props") > 5);
	CU_ASSERT_EQUAL(mock_asked(bench.mock, "/slots"), 0);
	CU_ASSERT_EQUAL(value(&bench, BACKEND_METRIC_slots_total), 2);
	CU_ASSERT_EQUAL(value(&bench, BACKEND_METRIC_models_loaded), 0);
	CU_ASSERT_EQUAL(model(&bench, "tiny")->state,
	    DROVER_MODEL_STATE_STORED);
	/* Awake and idle by /metrics: it may fall asleep. */
	mock_json(bench.mock, "/metrics", 200,
	    "llamacpp:requests_processing 0\n");
	mock_json(bench.mock, "/props", 200, awake);
	AWAIT_VALUE(&bench, models_loaded, 1);
	bench_close(&bench);
}

static void
test_an_idle_llama_server_with_metrics_may_fall_asleep(void)
{
	struct bench bench;

	bench_open(&bench, "127.0.0.1");
	script_llama(&bench);
	mock_json(bench.mock, "/props", 200, "{\"is_sleeping\":false}");
	mock_json(bench.mock, "/slots", 200, "[{\"id\":0}]");
	mock_json(bench.mock, "/metrics", 200,
	    "llamacpp:requests_processing 0\n");
	bench_watch(&bench, DROVER_BACKEND_KIND_LLAMA_SERVER, 5000);
	AWAIT(&bench.loop, mock_asked(bench.mock, "/metrics") > 5);
	CU_ASSERT_EQUAL(mock_asked(bench.mock, "/slots"), 0);
	CU_ASSERT_EQUAL(value(&bench, BACKEND_METRIC_slots_busy), 0);
	mock_json(bench.mock, "/metrics", 200,
	    "llamacpp:requests_processing 1\n");
	AWAIT(&bench.loop, mock_asked(bench.mock, "/slots") > 0);
	bench_close(&bench);
}

/* What the probe gets, the state it means, and a part of the message. */
static void
check_failure(enum mock_manner manner, const char *bytes, size_t length,
    enum drover_backend_state wanted, const char *part)
{
	struct bench bench;

	bench_open(&bench, "127.0.0.1");
	script_ollama(&bench);
	mock_script(bench.mock, "/api/version", manner, bytes, length);
	bench_watch(&bench, DROVER_BACKEND_KIND_OLLAMA, 5000);
	AWAIT(&bench.loop, state(&bench) != DROVER_BACKEND_STATE_UNKNOWN);
	CU_ASSERT_EQUAL(state(&bench), wanted);
	CU_ASSERT_PTR_NOT_NULL(strstr(bench.status.message, part));
	CU_ASSERT_TRUE(isnan(value(&bench, BACKEND_METRIC_models_loaded)));
	/* Whatever it was, it is over when the server is sound again. */
	mock_json(bench.mock, "/api/version", 200, VERSION);
	AWAIT_STATE(&bench, UP);
	CU_ASSERT_STRING_EQUAL(bench.status.message, "");
	bench_close(&bench);
}

#define CHECK_FAILURE(manner, bytes, wanted, part)			\
	check_failure(MOCK_##manner, bytes, sizeof(bytes) - 1,		\
	    DROVER_BACKEND_STATE_##wanted, part)

static void
test_each_way_to_fail_has_its_state_and_line(void)
{
	CHECK_FAILURE(RESET, "HTTP/1.1 200 OK\r\nContent-Len", DOWN,
	    "/api/version");
	CHECK_FAILURE(CLOSE, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{",
	    DOWN, "closed the connection before /api/version was answered");
	CHECK_FAILURE(CLOSE, "", DOWN, "closed the connection");
	CHECK_FAILURE(ANSWER, "\x15\x03\x01\x02garbage\r\n\r\n", ERROR,
	    "the answer to /api/version is not HTTP");
	CHECK_FAILURE(FLOOD, "HTTP/1.1 200 OK\r\n\r\n{\"version\": ", ERROR,
	    "the answer to /api/version is too large");
	CHECK_FAILURE(ANSWER, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"
	    "<html>", ERROR,
	    "the answer to /api/version is not what it should be");
	CHECK_FAILURE(ANSWER, "HTTP/1.1 500 No\r\nContent-Length: 25\r\n\r\n"
	    "{\"error\":\"out of \\u001b\"}", ERROR,
	    "/api/version: 500: out of ?");
	CHECK_FAILURE(ANSWER, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
	    ERROR, "/api/version: HTTP status 404");
	CHECK_FAILURE(ANSWER, "HTTP/1.1 302 F\r\nLocation: http://b:2/x\r\n"
	    "Content-Length: 0\r\n\r\n", ERROR,
	    "/api/version redirects to http://b:2/x");
}

static void
test_a_drip_is_silent(void)
{
	static const char bytes[] = "HTTP/1.1 200 OK\r\nContent-Length: "
	    "100000\r\nX-Filling: 012345678901234567890123456789\r\n\r\n";
	struct bench bench;

	bench_open(&bench, "127.0.0.1");
	mock_script(bench.mock, "/api/version", MOCK_DRIP, bytes,
	    sizeof(bytes) - 1);
	bench_watch(&bench, DROVER_BACKEND_KIND_UNKNOWN, 100);
	AWAIT_STATE(&bench, SILENT);
	bench_close(&bench);
}

static void
test_another_server_on_the_same_port_is_found_anew(void)
{
	struct bench bench;

	bench_open(&bench, "127.0.0.1");
	script_ollama(&bench);
	bench_watch(&bench, DROVER_BACKEND_KIND_UNKNOWN, 5000);
	AWAIT_STATE(&bench, UP);
	mock_json(bench.mock, "/api/version", 404, "");
	mock_json(bench.mock, "/api/ps", 404, "");
	script_llama(&bench);
	AWAIT(&bench.loop, state(&bench) == DROVER_BACKEND_STATE_UP &&
	    bench.status.kind == DROVER_BACKEND_KIND_LLAMA_SERVER);
	bench_close(&bench);
}

static void
test_names_of_models_cannot_reach_a_terminal(void)
{
	struct bench bench;

	bench_open(&bench, "127.0.0.1");
	script_ollama(&bench);
	mock_json(bench.mock, "/api/version", 200,
	    "{\"version\":\"\\u001b]0;x\\u0007\"}");
	mock_json(bench.mock, "/api/tags", 200, "{\"models\":[{\"name\":"
	    "\"\\u001b[2J\\u202egnp\\u009b\\n\"},{\"name\":"
	    "\"\\u6a21\\u578b:\\ud83e\\udd99\"}]}");
	bench_watch(&bench, DROVER_BACKEND_KIND_UNKNOWN, 5000);
	AWAIT_VALUE(&bench, models_stored, 2);
	CU_ASSERT_STRING_EQUAL(bench.status.version, "?]0;x?");
	CU_ASSERT_PTR_NOT_NULL(model(&bench, "?[2J?gnp??"));
	CU_ASSERT_PTR_NOT_NULL(model(&bench, "\xe6\xa8\xa1\xe5\x9e\x8b:"
	    "\xf0\x9f\xa6\x99"));
	bench_close(&bench);
}

static void
test_models_of_a_server_that_is_gone_are_in_no_known_state(void)
{
	struct bench bench;

	bench_open(&bench, "127.0.0.1");
	script_ollama(&bench);
	mock_json(bench.mock, "/api/ps", 200, "{\"models\":[{\"name\":\"m\","
	    "\"size\":5,\"expires_at\":\"2030-01-01T00:00:00Z\"}]}");
	bench_watch(&bench, DROVER_BACKEND_KIND_OLLAMA, 5000);
	AWAIT(&bench.loop, model(&bench, "m") != NULL);
	mock_close(bench.mock);
	bench.mock = NULL;
	AWAIT_STATE(&bench, DOWN);
	CU_ASSERT_PTR_NOT_NULL_FATAL(model(&bench, "m"));
	CU_ASSERT_EQUAL(model(&bench, "m")->state,
	    DROVER_MODEL_STATE_UNKNOWN);
	CU_ASSERT_TRUE(isnan(model(&bench, "m")->memory_bytes));
	CU_ASSERT_EQUAL(model(&bench, "m")->expires_ns, 0);
	bench_close(&bench);
}

static void
test_a_jump_of_the_wall_clock_changes_nothing(void)
{
	static const int64_t jumps_s[] = { 3600, -7200, 1 << 30 };
	struct bench bench;
	struct timespec wall;
	char metrics[64];
	size_t i;

	bench_open(&bench, "127.0.0.1");
	script_llama(&bench);
	bench_watch(&bench, DROVER_BACKEND_KIND_LLAMA_SERVER, 5000);
	for (i = 0; i < 3; i++) {
		snprintf(metrics, sizeof(metrics),
		    "llamacpp:tokens_predicted_total %zu\n", i * 1000);
		mock_json(bench.mock, "/metrics", 200, metrics);
		AWAIT_VALUE(&bench, tokens_total, (double)i * 1000);
		/* 1000 tokens in the two intervals that it can be. */
		CU_ASSERT_FALSE(value(&bench, BACKEND_METRIC_tokens) < 100);
		wall_jump_s = jumps_s[i];
		clock_gettime(CLOCK_REALTIME, &wall);
		CU_ASSERT_TRUE(llabs(wall.tv_sec - time(NULL)) > 1800);
	}
	CU_ASSERT_EQUAL(value(&bench, BACKEND_METRIC_probe_failures), 0);
	CU_ASSERT_EQUAL(state(&bench), DROVER_BACKEND_STATE_UP);
	wall_jump_s = 0;
	bench_close(&bench);
}

static void
test_a_watch_can_be_stopped_in_the_midst_of_anything(void)
{
	struct bench bench;
	int turns, i;

	for (turns = 0; turns < 12; turns++) {
		bench_open(&bench, "127.0.0.1");
		script_ollama(&bench);
		bench_watch(&bench, DROVER_BACKEND_KIND_UNKNOWN, 5000);
		for (i = 0; i < turns; i++)
			uv_run(&bench.loop, UV_RUN_NOWAIT);
		bench_close(&bench);
	}
}

static void
test_a_bad_address_is_refused_at_once(void)
{
	struct backend_options options = { .name = "x",
	    .url = "https://h:1", .interval_ms = 10, .timeout_ms = 10 };
	struct backend_watch *watch;
	uv_loop_t loop;

	uv_loop_init(&loop);
	CU_ASSERT_EQUAL(backend_watch_start(&watch, &loop, &options),
	    -EINVAL);
	CU_ASSERT_PTR_NULL(watch);
	CU_ASSERT_EQUAL(uv_loop_close(&loop), 0);
}

static void
test_the_pace_can_be_changed(void)
{
	struct bench bench;

	bench_open(&bench, "127.0.0.1");
	script_ollama(&bench);
	bench_watch(&bench, DROVER_BACKEND_KIND_OLLAMA, 5000);
	AWAIT_STATE(&bench, UP);
	backend_watch_pace(bench.watch, &(struct backend_options){
	    .interval_ms = 3600000, .timeout_ms = 20 });
	AWAIT(&bench.loop, mock_asked(bench.mock, "/api/tags") > 0);
	mock_script(bench.mock, "/api/version", MOCK_SILENT, "", 0);
	backend_watch_pace(bench.watch, &(struct backend_options){
	    .interval_ms = 5, .timeout_ms = 20 });
	AWAIT_STATE(&bench, SILENT);
	bench_close(&bench);
}

static void
test_a_want_of_descriptors_is_not_blamed_on_the_server(void)
{
	struct rlimit before, none;
	struct bench bench;

	bench_open(&bench, "127.0.0.1");
	script_ollama(&bench);
	getrlimit(RLIMIT_NOFILE, &before);
	none = before;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &none);
	bench_watch(&bench, DROVER_BACKEND_KIND_UNKNOWN, 5000);
	AWAIT_VALUE(&bench, probe_failures, 1);
	CU_ASSERT_EQUAL(state(&bench), DROVER_BACKEND_STATE_UNKNOWN);
	CU_ASSERT_STRING_EQUAL(bench.status.message,
	    "not asked: this process has too many open files");
	setrlimit(RLIMIT_NOFILE, &before);
	AWAIT_STATE(&bench, UP);
	bench_close(&bench);
}

static void
test_each_probe_without_answer_counts_once(void)
{
	struct bench bench;

	bench_open(&bench, "127.0.0.1");
	script_ollama(&bench);
	mock_script(bench.mock, "/api/version", MOCK_SILENT, "", 0);
	bench_watch(&bench, DROVER_BACKEND_KIND_OLLAMA, 10);
	/* Patience ends, and it is asked again on another connection. */
	AWAIT(&bench.loop, mock_connections(bench.mock) == 3);
	AWAIT_VALUE(&bench, probe_failures, 3);
	CU_ASSERT_EQUAL(value(&bench, BACKEND_METRIC_probes), 3);
	CU_ASSERT_EQUAL(state(&bench), DROVER_BACKEND_STATE_SILENT);
	mock_json(bench.mock, "/api/version", 200, VERSION);
	AWAIT_STATE(&bench, UP);
	bench_close(&bench);
}

/* A resolver that hangs until it is let go. */
static void
test_a_hanging_name_server_holds_up_nothing(void)
{
	struct bench bench;
	char url[64];

	bench_open(&bench, "127.0.0.1");
	script_ollama(&bench);
	sem_init(&lookup_gate, 0, 0);
	snprintf(url, sizeof(url), "http://hanging.test:%d",
	    mock_port(bench.mock));
	bench_watch_url(&bench, DROVER_BACKEND_KIND_UNKNOWN, url, 30);
	AWAIT_VALUE(&bench, probe_failures, 3);
	CU_ASSERT_EQUAL(state(&bench), DROVER_BACKEND_STATE_DOWN);
	CU_ASSERT_PTR_NOT_NULL(strstr(bench.status.message,
	    "no address of hanging.test:"));
	/* All of them waited for the one lookup. */
	CU_ASSERT_EQUAL(atomic_load(&lookups), 1);
	sem_post(&lookup_gate);
	AWAIT(&bench.loop, atomic_load(&lookups) == 2);
	/* Stopped while the second one hangs. */
	backend_watch_stop(bench.watch);
	bench.watch = NULL;
	uv_run(&bench.loop, UV_RUN_NOWAIT);
	sem_post(&lookup_gate);
	bench_close(&bench);
	sem_destroy(&lookup_gate);
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
	{ "a loading llama-server is loading and not failing",
	    test_a_loading_llama_server_is_loading_and_not_failing },
	{ "endpoints that are switched off are gaps",
	    test_endpoints_that_are_switched_off_are_gaps },
	{ "a hanging slots endpoint is no hanging server",
	    test_a_hanging_slots_endpoint_is_no_hanging_server },
	{ "a hanging ps is a hanging ollama without flapping",
	    test_a_hanging_ps_is_a_hanging_ollama_without_flapping },
	{ "a sleeping llama-server is not woken",
	    test_a_sleeping_llama_server_is_not_woken },
	{ "an idle llama-server with metrics may fall asleep",
	    test_an_idle_llama_server_with_metrics_may_fall_asleep },
	{ "each way to fail has its state and line",
	    test_each_way_to_fail_has_its_state_and_line },
	{ "a drip is silent",
	    test_a_drip_is_silent },
	{ "another server on the same port is found anew",
	    test_another_server_on_the_same_port_is_found_anew },
	{ "names of models cannot reach a terminal",
	    test_names_of_models_cannot_reach_a_terminal },
	{ "models of a server that is gone are in no known state",
	    test_models_of_a_server_that_is_gone_are_in_no_known_state },
	{ "a jump of the wall clock changes nothing",
	    test_a_jump_of_the_wall_clock_changes_nothing },
	{ "a watch can be stopped in the midst of anything",
	    test_a_watch_can_be_stopped_in_the_midst_of_anything },
	{ "a bad address is refused at once",
	    test_a_bad_address_is_refused_at_once },
	{ "a want of descriptors is not blamed on the server",
	    test_a_want_of_descriptors_is_not_blamed_on_the_server },
	{ "each probe without answer counts once",
	    test_each_probe_without_answer_counts_once },
	{ "a hanging name server holds up nothing",
	    test_a_hanging_name_server_holds_up_nothing },
	{ "the pace can be changed",
	    test_the_pace_can_be_changed },
};

SUITE_MAIN("backend", tests)
