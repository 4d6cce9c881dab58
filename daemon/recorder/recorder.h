/*
 * The recorder process: writes down what the core shows, to the flight log
 * and the series, and is the only one that does.  It may stall or die with
 * its disk; the core goes on.
 */
#ifndef DROVER_RECORDER_RECORDER_H
#define DROVER_RECORDER_RECORDER_H

#include <stdbool.h>

#include "config/config.h"
#include "process/child.h"

/* The configuration is taken.  Returns an exit status. */
int	recorder_run(const struct child_options *options,
	    struct config *config, bool attended);

#endif
