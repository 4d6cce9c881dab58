/*
 * An act: what it lacks is asked for on a terminal, a drain is shown
 * before it is done, and an answer that got lost is asked for again under
 * the same id, so that nothing is done twice.
 */
#ifndef DROVER_CTL_PERFORM_H
#define DROVER_CTL_PERFORM_H

#include "options.h"
#include "session.h"

/* The exit status, after one line to stderr when it is not 0. */
int	perform(struct session *session, const struct options *options);

/* wait.c: until the drain of these nodes has ended, or time is up. */
int	perform_wait(struct session *session, const struct options *options);

#endif
