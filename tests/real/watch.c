/*
 * watch URL: watches one backend and writes a line whenever something
 * about it has changed.  For the tests with a real model server.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/backend.h"

static const char *const states[] = {
#define WORD(dictionary, name, value, text)	[value] = text,
	DROVER_DICTIONARY_BACKEND_STATE(WORD)
#undef WORD
};

static const char *const kinds[] = {
#define WORD(dictionary, name, value, text)	[value] = text,
	DROVER_DICTIONARY_BACKEND_KIND(WORD)
#undef WORD
};

static const char *const model_states[] = {
#define WORD(dictionary, name, value, text)	[value] = text,
	DROVER_DICTIONARY_MODEL_STATE(WORD)
#undef WORD
};

static void
format_models(const struct backend_status *status, char *text, size_t size)
{
	size_t i, used = 0;

	text[0] = '\0';
	for (i = 0; i < status->model_count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, " %s=%s",
		    status->models[i].name,
		    model_states[status->models[i].state]);
}

static void
on_timer(uv_timer_t *timer)
{
	static char last[2048];
	struct backend_status status;
	char line[2048], models[1024];

	backend_watch_status(timer->data, &status);
	format_models(&status, models, sizeof(models));
	snprintf(line, sizeof(line), "state=%s kind=%s version=%s "
	    "models=%.0f busy=%.0f slots=%.0f waiting=%.0f "
	    "tokens_per_s=%.0f tokens_total=%.0f requests_per_s=%.1f "
	    "kv=%.1f failures=%.0f%s message=%s", states[status.state],
	    kinds[status.kind], status.version,
	    status.value[BACKEND_METRIC_models_loaded],
	    status.value[BACKEND_METRIC_slots_busy],
	    status.value[BACKEND_METRIC_slots_total],
	    status.value[BACKEND_METRIC_requests_deferred],
	    status.value[BACKEND_METRIC_tokens],
	    status.value[BACKEND_METRIC_tokens_total],
	    status.value[BACKEND_METRIC_requests],
	    status.value[BACKEND_METRIC_kv_used],
	    status.value[BACKEND_METRIC_probe_failures], models,
	    status.message);
	if (strcmp(line, last) == 0)
		return;
	memcpy(last, line, sizeof(last));
	printf("%s\n", line);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	struct backend_options options = {
		.name = "real",
		.interval_ms = 200,
		.timeout_ms = 1000,
	};
	struct backend_watch *watch;
	uv_timer_t timer;
	int error;

	if (argc != 2) {
		fprintf(stderr, "usage: watch URL\n");
		return 64;
	}
	signal(SIGPIPE, SIG_IGN);
	options.url = argv[1];
	error = backend_watch_start(&watch, uv_default_loop(), &options);
	if (error != 0) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-error));
		return 1;
	}
	uv_timer_init(uv_default_loop(), &timer);
	timer.data = watch;
	uv_timer_start(&timer, on_timer, 0, 50);
	return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
