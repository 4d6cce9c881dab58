/* droverstat -f and -e: printing at each interval, or each event. */
#ifndef DROVER_STAT_FOLLOW_H
#define DROVER_STAT_FOLLOW_H

#include "options.h"
#include "source.h"

/* Both return the exit status. */
int	follow_values(struct source *source, const struct options *options);
int	follow_events(struct source *source, const struct options *options);

/*
 * Flushes standard output.  0; or -EPIPE when its reader is gone, which is
 * no error; or another error after one line about it.
 */
int	follow_flush(void);

#endif
