#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/backends.h"
#include "core/conditions.h"
#include "shm/clock.h"

#define USUAL_OLLAMA		"http://127.0.0.1:11434"
#define USUAL_LLAMA_SERVER	"http://127.0.0.1:8080"

static struct backend_options
pace_of(const struct config *config)
{
	return (struct backend_options){
		.interval_ms = config->backend.probe_interval_ms,
		.timeout_ms = config->backend.probe_timeout_ms,
		.canary_interval_ms = config->backend.canary_interval_ms,
		.canary_timeout_ms = config->backend.canary_timeout_ms };
}

static int
start_one(struct backends *backends, uv_loop_t *loop,
    const struct config *config, const char *name, const char *url,
    enum drover_backend_kind kind, bool shown)
{
	struct backend_entry *entry = &backends->entries[backends->count];
	struct backend_options options = pace_of(config);
	int error;

	options.name = name;
	options.url = url;
	options.kind = kind;
	error = backend_watch_start(&entry->watch, loop, &options);
	if (error != 0)
		return error;
	entry->shown = shown;
	entry->state = DROVER_BACKEND_STATE_UNKNOWN;
	backends->count++;
	return 0;
}

/*
 * OLLAMA_HOST is what Ollama itself listens on: HOST, HOST:PORT, :PORT or
 * an URL; a server that listens on every address is asked on the loopback.
 */
static void
ollama_url(char *url, size_t size)
{
	const char *given, *port;
	char host[96], *colon;

	given = getenv("OLLAMA_HOST");
	if (given == NULL)
		given = "";
	if (strncmp(given, "http://", 7) == 0)
		given += 7;
	snprintf(host, sizeof(host), "%.*s", (int)strcspn(given, "/"),
	    given);
	port = "11434";
	colon = strrchr(host, ':');
	if (colon != NULL && strchr(colon, ']') == NULL) {
		*colon = '\0';
		port = colon + 1;
	}
	if (*host == '\0' || strcmp(host, "0.0.0.0") == 0 ||
	    strcmp(host, "[::]") == 0)
		snprintf(url, size, "http://127.0.0.1:%s", port);
	else
		snprintf(url, size, "http://%s:%s", host, port);
}

static int
discover(struct backends *backends, uv_loop_t *loop,
    const struct config *config)
{
	char url[128];
	int error;

	ollama_url(url, sizeof(url));
	error = start_one(backends, loop, config, "ollama", url,
	    DROVER_BACKEND_KIND_UNKNOWN, false);
	if (error == -EINVAL)
		error = start_one(backends, loop, config, "ollama",
		    USUAL_OLLAMA, DROVER_BACKEND_KIND_UNKNOWN, false);
	if (error != 0)
		return error;
	return start_one(backends, loop, config, "llama-server",
	    USUAL_LLAMA_SERVER, DROVER_BACKEND_KIND_UNKNOWN, false);
}

static enum drover_backend_kind
backend_kind(enum config_backends_kind kind)
{
	switch (kind) {
	case CONFIG_BACKEND_OLLAMA:
		return DROVER_BACKEND_KIND_OLLAMA;
	case CONFIG_BACKEND_LLAMA_SERVER:
		return DROVER_BACKEND_KIND_LLAMA_SERVER;
	default:
		return DROVER_BACKEND_KIND_UNKNOWN;
	}
}

int
backends_start(struct backends *backends, uv_loop_t *loop,
    const struct config *config)
{
	size_t i, room;
	int error;

	memset(backends, 0, sizeof(*backends));
	room = config->backend_count > 2 ? config->backend_count : 2;
	backends->entries = calloc(room, sizeof(*backends->entries));
	backends->statuses = calloc(room, sizeof(*backends->statuses));
	backends->counts = calloc(room, sizeof(*backends->counts));
	if (backends->entries == NULL || backends->statuses == NULL ||
	    backends->counts == NULL)
		return -ENOMEM;
	error = clients_open(&backends->clients);
	if (error != 0)
		return error;
	if (config->backend_count == 0)
		return config->backend.discover ?
		    discover(backends, loop, config) : 0;
	for (i = 0, error = 0; error == 0 && i < config->backend_count; i++)
		error = start_one(backends, loop, config,
		    config->backends[i].name, config->backends[i].url,
		    backend_kind(config->backends[i].kind), true);
	return error;
}

void
backends_stop(struct backends *backends)
{
	size_t i;

	for (i = 0; i < backends->count; i++)
		backend_watch_stop(backends->entries[i].watch);
	free(backends->entries);
	free(backends->statuses);
	free(backends->counts);
	clients_close(backends->clients);
	memset(backends, 0, sizeof(*backends));
}

void
backends_pace(struct backends *backends, const struct config *config)
{
	struct backend_options options = pace_of(config);
	size_t i;

	for (i = 0; i < backends->count; i++)
		backend_watch_pace(backends->entries[i].watch, &options);
}

/* The entry behind a shown status. */
static struct backend_entry *
shown_entry(const struct backends *backends, size_t which)
{
	size_t i;

	for (i = 0; i < backends->count; i++)
		if (backends->entries[i].shown && which-- == 0)
			return &backends->entries[i];
	return NULL;
}

void
backends_want_canary(struct backends *backends, size_t which)
{
	backend_watch_want_canary(shown_entry(backends, which)->watch);
}

/* It should generate, and as far as we know it does not. */
static bool
is_in_doubt(const struct backend_status *status)
{
	const double *value = status->value;

	return status->state == DROVER_BACKEND_STATE_SILENT ||
	    status->state == DROVER_BACKEND_STATE_ERROR ||
	    (status->state == DROVER_BACKEND_STATE_UP &&
	    value[BACKEND_METRIC_in_flight] >= 1 &&
	    !(value[BACKEND_METRIC_tokens] > 0));
}

static void
measure_work(struct backends *backends, size_t which)
{
	const struct client_count *count = &backends->counts[which];
	struct backend_status *status = &backends->statuses[which];
	struct work *work = &shown_entry(backends, which)->work;

	if (count->listener_inode != 0 && is_in_doubt(status))
		status->work_percent = work_measure(work,
		    count->listener_inode, count->listener_uid,
		    clock_ns(CLOCK_MONOTONIC));
	else
		work->at_ns = 0;
}

/*
 * Whoever is not shown may still be asked at the port of one that is; its
 * connection is drover's all the same.
 */
static void
count_clients(struct backends *backends)
{
	struct client_count *counts = backends->counts;
	size_t i, shown = 0, count = backends->shown;

	for (i = 0; i < backends->count; i++)
		backend_watch_clients(backends->entries[i].watch,
		    &counts[backends->entries[i].shown ? shown++ : count++]);
	clients_count(backends->clients, counts, count);
	for (i = 0; i < backends->shown; i++) {
		backend_status_conclude(&backends->statuses[i],
		    counts[i].connections);
		measure_work(backends, i);
	}
}

void
backends_look(struct backends *backends, const struct event_sink *sink)
{
	struct backend_status *status;
	struct backend_entry *entry;
	size_t i;

	backends->shown = 0;
	for (i = 0; i < backends->count; i++) {
		entry = &backends->entries[i];
		status = &backends->statuses[backends->shown];
		backend_watch_status(entry->watch, status);
		if (!entry->shown) {
			if (status->state != DROVER_BACKEND_STATE_UP ||
			    status->kind == DROVER_BACKEND_KIND_UNKNOWN)
				continue;
			entry->shown = true;
		}
		backend_changes(entry->state, status, sink);
		entry->state = status->state;
		backends->shown++;
	}
	if (backends->shown > 0)
		count_clients(backends);
}
