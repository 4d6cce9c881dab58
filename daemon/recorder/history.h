/*
 * The series as the recorder keeps them: brought up to date from the flight
 * log at the start, fed step by step, and what is wrong with them told.
 */
#ifndef DROVER_RECORDER_HISTORY_H
#define DROVER_RECORDER_HISTORY_H

#include "config/config.h"
#include "store/flight_image.h"

struct history;

/*
 * told hears what is wrong with a file, and, error 0, is no longer.
 * The directories flight and rrd are those in the state directory.  NULL:
 * the configuration wants no series, or they cannot be had, which was told.
 */
struct history *history_open(const struct config *config,
	    const char *state_directory,
	    void (*told)(void *context, int error, const char *text),
	    void *context);
void	history_close(struct history *history);
/* Each takes NULL. */
void	history_take(struct history *history,
	    const struct flight_image *image);
int	history_flush(struct history *history);

#endif
