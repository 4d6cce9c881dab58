/* What every part of the host collector is handed for one sample. */
#ifndef DROVER_COLLECT_ROUND_H
#define DROVER_COLLECT_ROUND_H

#include "collect/sample.h"
#include "collect/source.h"

struct collect_round {
	struct source_buffer	*buffer;
	struct sample		*sample;
	double			 seconds; /* since the last one, or NaN */
};

/*
 * The next device of the sample, all its values NaN, or NULL without
 * memory.
 */
struct sample_device *round_device(struct collect_round *round,
	    enum drover_device_kind kind, const char *name,
	    const char *label);

#endif
