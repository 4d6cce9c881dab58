/* What every part of the host collector is handed for one sample. */
#ifndef DROVER_COLLECT_ROUND_H
#define DROVER_COLLECT_ROUND_H

#include <math.h>
#include <stdbool.h>

#include "collect/sample.h"
#include "collect/source.h"

struct collect_round {
	struct source_buffer	*buffer;
	struct sample		*sample;
	double			 seconds; /* since the last one, or NaN */
	bool			 changed; /* set: a device came or went */
};

/*
 * The next device of the sample, all its values NaN, or NULL without
 * memory.
 */
struct sample_device *round_device(struct collect_round *round,
	    enum drover_device_kind kind, const char *name,
	    const char *label);

/*
 * Read a file of a device.  True: it could be read before and no longer
 * can, so the device is gone, and the next sample looks for another.
 */
static inline bool
round_read(struct collect_round *round, struct source *source,
    struct text *text)
{
	bool was_open = source->fd >= 0;

	*text = source_read(source, round->buffer);
	if (!was_open || source->fd >= 0)
		return false;
	round->changed = true;
	return true;
}

/* Add what is known to a sum that is NaN until something is known. */
static inline void
round_add(double *sum, double value)
{
	if (!isnan(value))
		*sum = isnan(*sum) ? value : *sum + value;
}

#endif
