#include "recorder/history.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "process/log.h"
#include "store/flight_reader.h"
#include "store/series.h"

struct history {
	struct series_set	*set;
	void			(*told)(void *context, int error,
				    const char *text);
	void			*context;
	char			 directory[PATH_MAX];
};

static void
complain(void *context, int error, const char *file, const char *what)
{
	struct history *history = context;
	char text[96];

	log_warnx("%s/%s: %s", history->directory, file, what);
	snprintf(text, sizeof(text), "%.35s: %.58s", file, what);
	history->told(history->context, error, text);
}

/* Steps that no batch had reached when the last recorder ended. */
static void
catch_up(struct history *history, const char *flight)
{
	int64_t since_ns = series_since(history->set);
	struct flight_reader *reader;
	int error = flight_reader_open(&reader, flight);
	unsigned long long steps = 0;

	if (error != 0)
		return;
	if (since_ns == 0 || flight_reader_seek(reader, since_ns) != 0)
		(void)flight_reader_seek(reader, 0);
	while (flight_reader_next(reader) == 1) {
		series_take(history->set, flight_reader_image(reader));
		steps++;
	}
	if (flight_reader_damaged(reader) > 0)
		log_warnx("%s: %llu damaged stretches are missing from the "
		    "series", flight, (unsigned long long)
		    flight_reader_damaged(reader));
	log_debug("series: %llu steps taken in again", steps);
	flight_reader_close(reader);
}

struct history *
history_open(const struct config *config, const char *state_directory,
    void (*told)(void *context, int error, const char *text), void *context)
{
	struct history *history = calloc(1, sizeof(*history));
	struct series_options options = { .complain = complain,
		.context = history, .devices =
		config->store.series == CONFIG_SERIES_ALL };
	char flight[PATH_MAX], node[64];
	int error;

	if (history == NULL || config->store.series == CONFIG_SERIES_OFF) {
		free(history);
		return NULL;
	}
	history->told = told;
	history->context = context;
	config_node_name(config, node);
	snprintf(history->directory, sizeof(history->directory),
	    "%.3900s/rrd", state_directory);
	snprintf(flight, sizeof(flight), "%.3900s/flight", state_directory);
	options.directory = history->directory;
	options.node = node;
	error = series_open(&history->set, &options);
	if (error != 0) {
		log_warnx("%s: %s", history->directory, strerror(-error));
		free(history);
		return NULL;
	}
	catch_up(history, flight);
	return history;
}

void
history_close(struct history *history)
{
	if (history == NULL)
		return;
	series_close(history->set);
	free(history);
}

void
history_take(struct history *history, const struct flight_image *image)
{
	if (history != NULL && image != NULL)
		series_take(history->set, image);
}

int
history_flush(struct history *history)
{
	return history == NULL ? 0 : series_flush(history->set, NULL);
}
