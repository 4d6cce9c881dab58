/*
 * What is read from, and asked of, the store of this machine: the page of
 * a node, which drovergraph(1) draws, and a flush of the series.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <drover/segment.h>

#include "act.h"
#include "option.h"
#include "recorder/client.h"

#define DAY_MS		INT64_C(86400000)
#define FLUSH_MS	30000

/* The one that was installed, or built, with this program. */
static void
program_beside(char path[PATH_MAX])
{
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 16);
	char *slash;

	path[length < 0 ? 0 : length] = '\0';
	slash = strrchr(path, '/');
	strcpy(slash == NULL ? path : slash + 1, "drovergraph");
}

int
act_report(const struct options *options)
{
	const char *last = options->call.options[VERB_OPTION_LAST];
	const char *arguments[10] = { "drovergraph", "-r" };
	int64_t span_ms = DAY_MS;
	char start[40], path[PATH_MAX];
	int count = 2;

	if (options->place.connect != NULL || options->json) {
		fputs("droverctl: report: it is drawn on the machine itself, "
		    "as text: no -c and no -j\n", stderr);
		return CTL_EXIT_USAGE;
	}
	/* It was checked with the other options. */
	if (last != NULL)
		(void)verb_span(last, &span_ms);
	snprintf(start, sizeof(start), "-%llds",
	    (long long)(span_ms / 1000 > 0 ? span_ms / 1000 : 1));
	arguments[count++] = "-s";
	arguments[count++] = start;
	if (options->place.directory != NULL) {
		arguments[count++] = "-d";
		arguments[count++] = options->place.directory;
	}
	if (options->call.count > 0) {
		arguments[count++] = "-n";
		arguments[count++] = options->call.arguments[0];
	}
	program_beside(path);
	execv(path, (char *const *)arguments);
	fprintf(stderr, "droverctl: %s: %s\n", path, strerror(errno));
	return CTL_EXIT_FAILED;
}

int
act_store_flush(const struct options *options)
{
	char path[PATH_MAX];
	int error;

	if (options->place.connect != NULL) {
		fputs("droverctl: store flush: the recorder is asked on the "
		    "machine itself: no -c\n", stderr);
		return CTL_EXIT_USAGE;
	}
	/* Without a segment it is still where one would be. */
	(void)drover_segment_path(options->place.directory, "core", path,
	    sizeof(path));
	if (strrchr(path, '/') != NULL)
		*strrchr(path, '/') = '\0';
	error = recorder_flush(path, FLUSH_MS);
	if (error == 0)
		return CTL_EXIT_DONE;
	fprintf(stderr, "droverctl: store flush: %s: %s\n", path,
	    error == -ENOENT || error == -ECONNREFUSED ?
	    "no recorder runs there" : strerror(-error));
	return error == -ENOENT || error == -ECONNREFUSED ?
	    CTL_EXIT_UNAVAILABLE : error == -ETIMEDOUT ? CTL_EXIT_TIMEOUT :
	    error == -EACCES ? CTL_EXIT_PERMISSION : CTL_EXIT_FAILED;
}
