#include "follow.h"

#include <sys/ioctl.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "output.h"
#include "selection.h"

#define HEADING_LINES	20	/* between two headings, off a terminal */

int
follow_flush(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	if (errno == EPIPE)
		return -EPIPE;
	fprintf(stderr, "droverstat: standard output: %s\n",
	    strerror(errno));
	return -EIO;
}

static uint64_t
monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Waits until due_ms; false when the reader of the output went away. */
static bool
wait_until(uint64_t due_ms)
{
	struct pollfd output = { .fd = STDOUT_FILENO };
	uint64_t now_ms;

	while ((now_ms = monotonic_ms()) < due_ms) {
		if (poll(&output, 1, (int)(due_ms - now_ms)) > 0 &&
		    (output.revents & (POLLERR | POLLHUP)) != 0)
			return false;
		if ((output.revents & POLLNVAL) != 0)
			return false;
	}
	return true;
}

static unsigned int
lines_between_headings(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 4)
		return size.ws_row - 2u;
	return HEADING_LINES;
}

struct follow {
	struct selection	 selection;
	enum drover_liveness	 liveness;	/* last told */
	unsigned int		 lines;		/* since the heading */
};

/* The table form: a heading now and then, and when the state changes. */
static void
print_lines(struct follow *follow, const struct source *source)
{
	bool heading;

	if (source->liveness != follow->liveness) {
		if (source->liveness == DROVER_WRITER_ALIVE)
			puts("ALIVE again");
		output_state(stdout, source);
		follow->liveness = source->liveness;
		follow->lines = 0;
	}
	heading = follow->lines == 0;
	output_follow(stdout, source, &follow->selection, heading);
	if (++follow->lines >= lines_between_headings())
		follow->lines = 0;
}

/* Another segment can have another schema. */
static int
change(struct follow *follow, struct source *source,
    const struct options *options)
{
	int status = source_capture(source);

	if (status != 0)
		return status;
	selection_free(&follow->selection);
	follow->lines = 0;
	return selection_make(&follow->selection, source->image, options);
}

static int
print_once(struct follow *follow, struct source *source,
    const struct options *options)
{
	int status;

	if (source_renew(source))
		status = change(follow, source, options);
	else
		status = source_capture(source);
	if (status != 0)
		return status;
	if (options->output == OUTPUT_JSON)
		return output_json(stdout, source, &follow->selection,
		    true) == 0 ? 0 : STAT_EXIT_ERROR;
	print_lines(follow, source);
	return 0;
}

int
follow_values(struct source *source, const struct options *options)
{
	struct follow follow = { .liveness = DROVER_WRITER_ALIVE };
	uint64_t due_ms = monotonic_ms(), printed = 0;
	int status, error = 0;

	status = change(&follow, source, options);
	while (status == 0) {
		status = print_once(&follow, source, options);
		error = follow_flush();
		if (status != 0 || error != 0 ||
		    (options->count != 0 && ++printed >= options->count))
			break;
		/* After a stop, go on from now; make nothing up. */
		due_ms += options->interval_ms;
		if (due_ms < monotonic_ms())
			due_ms = monotonic_ms() + options->interval_ms;
		if (!wait_until(due_ms))
			break;
	}
	selection_free(&follow.selection);
	if (status == 0 && error != 0 && error != -EPIPE)
		status = STAT_EXIT_ERROR;
	return status != 0 ? status : source_status(source);
}

static void
print_lost(const struct options *options, uint64_t lost)
{
	if (options->output == OUTPUT_JSON)
		printf("{\"lost\": %llu}\n", (unsigned long long)lost);
	else
		printf("%llu events were lost: they were overwritten before "
		    "they could be read\n", (unsigned long long)lost);
}

/* Every event there is now. */
static int
print_events(const struct drover_segment *segment,
    struct drover_event_cursor *cursor, const struct options *options,
    bool *first)
{
	struct drover_event event;
	uint64_t lost = cursor->lost;
	int result;

	while ((result = drover_event_next(segment, cursor, &event)) == 1) {
		/* What went before we came was not lost by us. */
		if (cursor->lost != lost && !*first)
			print_lost(options, cursor->lost - lost);
		lost = cursor->lost;
		*first = false;
		if (options->output == OUTPUT_JSON)
			output_event_json(stdout, &event);
		else
			output_event(stdout, &event);
	}
	return result;
}

int
follow_events(struct source *source, const struct options *options)
{
	struct drover_event_cursor cursor = { 0 };
	enum drover_liveness told = DROVER_WRITER_ALIVE;
	uint64_t printed = 0;
	bool first = true;
	int status, error;

	for (;;) {
		status = source_capture(source);
		if (status != 0)
			return status;
		error = print_events(source->live != NULL ? source->live :
		    source->image, &cursor, options, &first);
		if (source->liveness != told &&
		    options->output != OUTPUT_JSON)
			output_state(stdout, source);
		told = source->liveness;
		if (error < 0 && error != -EAGAIN) {
			fprintf(stderr, "droverstat: %s: its events cannot "
			    "be read: %s\n", source->path, strerror(-error));
			return STAT_EXIT_DAMAGED;
		}
		error = follow_flush();
		if (error != 0)
			return error == -EPIPE ? source_status(source) :
			    STAT_EXIT_ERROR;
		if (!options->follow ||
		    (options->count != 0 && ++printed >= options->count))
			return source_status(source);
		if (!wait_until(monotonic_ms() + options->interval_ms))
			return source_status(source);
		if (source_renew(source)) {
			cursor = (struct drover_event_cursor){ 0 };
			first = true;
		}
	}
}
