#include "recorder/recorder.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <uv.h>

#include "process/child_configuration.h"
#include "process/child_loop.h"
#include "process/log.h"
#include "recorder/connection.h"
#include "recorder/history.h"
#include "recorder/message.h"
#include "shm/clock.h"
#include "store/flight_log.h"

struct recorder {
	uv_loop_t			 loop;
	uv_pipe_t			 server;
	struct child_loop		 child;
	struct connection		*core;	/* the newest that feeds */
	const struct child_options	*options;
	struct config			*config;
	struct flight_log		*flight;
	struct history			*history;	/* NULL: none */
	int				 told;	/* the last error, told once */
	struct recorder_answer		 news;	/* TOLD, for the next core */
	uint64_t			 missed; /* records, since then */
};

static void
limits_of(const struct recorder *recorder, struct flight_limits *limits)
{
	memset(limits, 0, sizeof(*limits));
	limits->bytes = (uint64_t)recorder->config->store.flight_size_bytes;
	limits->age_ns = (int64_t)recorder->config->store.flight_age_ms *
	    1000000;
	/* A file that goes is not to be most of the log. */
	limits->file_bytes = limits->bytes / 16;
	if (limits->file_bytes > UINT64_C(16) << 20)
		limits->file_bytes = UINT64_C(16) << 20;
}

/* To the core, which makes an event of it; to the next one where none is. */
static void
tell_core(struct recorder *recorder, int error, const char *text)
{
	struct recorder_answer *news = &recorder->news;

	memset(news, 0, sizeof(*news));
	news->kind = RECORDER_TOLD;
	news->error = error;
	snprintf(news->text, sizeof(news->text), "%.95s", text);
	if (recorder->core == NULL)
		return;
	connection_answer(recorder->core, news);
	news->kind = 0;
}

static void
tell(struct recorder *recorder, const char *what, int error)
{
	char text[96];

	if (error == recorder->told)
		return;
	if (error != 0) {
		snprintf(text, sizeof(text), "%.30s: not recorded: %.40s",
		    what, strerror(-error));
		recorder->missed = 0;
	} else {
		snprintf(text, sizeof(text), "recording again after %" PRIu64
		    " records that are lost", recorder->missed);
	}
	log_warnx("%s", text);
	recorder->told = error;
	tell_core(recorder, error, text);
}

static void
greet(struct recorder *recorder, struct connection *connection)
{
	const struct flight_image *image =
	    flight_log_image(recorder->flight);
	struct recorder_answer answer = { .kind = RECORDER_HELLO };

	if (image != NULL) {
		answer.instance = image->moment.instance;
		answer.step = flight_log_step(recorder->flight);
	}
	connection_answer(connection, &answer);
}

static void
append(struct recorder *recorder, const struct flight_record *record)
{
	int error = flight_log_append(recorder->flight, record);

	if (error == -ESTALE) {
		greet(recorder, recorder->core);
		return;
	}
	if (error != 0)
		recorder->missed++;
	tell(recorder, "flight log", error);
	history_take(recorder->history,
	    flight_log_image(recorder->flight));
}

static void
take_record(void *context, struct connection *connection,
    const struct flight_record *record)
{
	struct recorder *recorder = context;
	struct recorder_answer answer = { .kind = RECORDER_FLUSHED };

	if (record->kind == RECORDER_FLUSH) {
		answer.error = history_flush(recorder->history);
		connection_answer(connection, &answer);
		return;
	}
	/* The newest is the core that lives. */
	recorder->core = connection;
	if (record->kind == FLIGHT_SCHEMA)
		tell(recorder, "schema", flight_log_schema(recorder->flight,
		    flight_payload(record), record->payload_bytes));
	else
		append(recorder, record);
}

/* Once for all that came together. */
static void
drained(void *context, struct connection *connection)
{
	struct recorder *recorder = context;
	struct recorder_answer answer = { .kind = RECORDER_DONE };
	int error;

	if (connection != recorder->core)
		return;
	error = flight_log_sync(recorder->flight);
	if (error != 0)
		tell(recorder, "flight log", error);
	answer.step = flight_log_step(recorder->flight);
	connection_answer(connection, &answer);
	/* Only now it is known to be the core. */
	if (recorder->news.kind != 0)
		connection_answer(connection, &recorder->news);
	recorder->news.kind = 0;
}

static void
connection_gone(void *context, struct connection *connection)
{
	struct recorder *recorder = context;

	if (recorder->core == connection)
		recorder->core = NULL;
}

static const struct connection_calls calls = {
	.record = take_record,
	.drained = drained,
	.closed = connection_gone,
};

static void
somebody_connects(uv_stream_t *server, int status)
{
	struct recorder *recorder = server->data;
	struct connection *connection = status != 0 ? NULL :
	    connection_accept(server, &calls, recorder);

	if (connection != NULL && connection->may_feed)
		greet(recorder, connection);
}

static void
read_again(void *context)
{
	struct recorder *recorder = context;
	struct flight_limits limits;
	struct config *config;

	if (child_configuration(&config,
	    recorder->options->configuration) != 0)
		return;
	config_free(recorder->config);
	recorder->config = config;
	limits_of(recorder, &limits);
	flight_log_limit(recorder->flight, &limits);
}

static void
tell_damage(struct recorder *recorder, const struct flight_damage *damage)
{
	char when[32] = "nothing", text[96];
	time_t second = (time_t)(damage->last_good_ns / 1000000000);
	struct tm time;

	if (damage->file[0] == '\0')
		return;
	if (damage->last_good_ns != 0 && gmtime_r(&second, &time) != NULL)
		(void)strftime(when, sizeof(when), "%FT%TZ", &time);
	snprintf(text, sizeof(text), "flight log: %" PRIu64 " damaged bytes "
	    "cut off after %s", damage->lost_bytes, when);
	tell_core(recorder, -EUCLEAN, text);
	log_warnx("flight log: the last %" PRIu64 " bytes of %s were damaged "
	    "and are cut off; what is kept of it ends with %s",
	    damage->lost_bytes, damage->file, when);
}

static int
open_flight(struct recorder *recorder)
{
	struct flight_limits limits;
	struct flight_damage damage;
	char path[PATH_MAX];
	int error;

	limits_of(recorder, &limits);
	snprintf(path, sizeof(path), "%s/flight",
	    recorder->options->state_directory);
	error = flight_log_open(&recorder->flight, path, &limits, &damage);
	if (error == 0)
		tell_damage(recorder, &damage);
	else
		log_warnx("%s: %s", path, strerror(-error));
	return error;
}

/* Readers find what is kept beside the segments. */
static void
link_beside_segments(const struct recorder *recorder, const char *name)
{
	char path[PATH_MAX], there[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s",
	    recorder->options->runtime_directory, name);
	snprintf(there, sizeof(there), "%s/%s",
	    recorder->options->state_directory, name);
	(void)unlink(path);
	if (symlink(there, path) != 0)
		log_warnx("%s: %s", path, strerror(errno));
}

/* Anybody who may read the segments may ask for a flush. */
static int
open_server(struct recorder *recorder)
{
	char path[PATH_MAX];
	mode_t mask;
	int error;

	snprintf(path, sizeof(path), "%s/%s",
	    recorder->options->runtime_directory, RECORDER_SOCKET);
	(void)unlink(path);
	uv_pipe_init(&recorder->loop, &recorder->server, 0);
	recorder->server.data = recorder;
	mask = umask(0117);
	error = uv_pipe_bind(&recorder->server, path);
	(void)umask(mask);
	if (error == 0)
		error = uv_listen((uv_stream_t *)&recorder->server, 16,
		    somebody_connects);
	if (error != 0)
		log_warnx("%s: %s", path, uv_strerror(error));
	return error;
}

static void
series_told(void *context, int error, const char *text)
{
	tell_core(context, error, text);
}

int
recorder_run(const struct child_options *options, struct config *config,
    bool attended)
{
	static struct recorder recorder;

	recorder.options = options;
	recorder.config = config;
	if (uv_loop_init(&recorder.loop) != 0)
		return CHILD_EXIT_OUTPUT;
	(void)signal(SIGPIPE, SIG_IGN);
	if (open_flight(&recorder) != 0)
		return CHILD_EXIT_OUTPUT;
	recorder.history = history_open(config, options->state_directory,
	    series_told, &recorder);
	if (open_server(&recorder) != 0)
		return CHILD_EXIT_OUTPUT;
	link_beside_segments(&recorder, "flight");
	link_beside_segments(&recorder, "rrd");
	child_loop_start(&recorder.child, &recorder.loop, attended,
	    read_again, &recorder);
	uv_run(&recorder.loop, UV_RUN_DEFAULT);
	history_close(recorder.history);
	flight_log_close(recorder.flight);
	config_free(recorder.config);
	return CHILD_EXIT_ORDERLY;
}
