/*
 * Work that can block in the kernel for ever, such as statvfs(2) on a
 * dead network file system or a sensor behind a stuck bus, done again and
 * again on a thread of its own.  Nobody ever waits for it: the round
 * publishes what it found under the lock, the collector takes what was
 * published last, and a thread that is stuck is left behind with what it
 * holds when the collector is closed.
 */
#ifndef DROVER_COLLECT_BACKGROUND_H
#define DROVER_COLLECT_BACKGROUND_H

#include <stdbool.h>
#include <stdint.h>

struct background;

struct background_work {
	void	(*round)(struct background *background, void *context);
	void	(*release)(void *context);	/* free(context) and such */
	int64_t	pace_ns;
};

/*
 * 0 or a negative errno; context then still belongs to the caller.  The
 * thread blocks all signals.
 */
int	background_start(struct background **background,
	    const struct background_work *work, void *context);

/*
 * End the thread, which releases context.  Waits for a moment, not for
 * ever: a thread in the middle of a round frees everything when that
 * round ends.
 */
void	background_stop(struct background *background);

/* Wait for the end of the first round, at most so long.  True: ended. */
bool	background_wait_first(struct background *background,
	    int64_t timeout_ns);

/* Guard what a round publishes.  Held for copies only, never for I/O. */
void	background_lock(struct background *background);
void	background_unlock(struct background *background);

#endif
