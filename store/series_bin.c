#include "store/series_bin.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S	INT64_C(1000000000)

int
series_bin_init(struct series_bin *bin, size_t count, unsigned int step_s)
{
	memset(bin, 0, sizeof(*bin));
	bin->cells = calloc(count + 1, sizeof(*bin->cells));
	bin->count = count;
	bin->step_s = step_s;
	return bin->cells == NULL ? -ENOMEM : 0;
}

void
series_bin_free(struct series_bin *bin)
{
	free(bin->cells);
	memset(bin, 0, sizeof(*bin));
}

/* The step that a sample of that time belongs to: it ends at its time. */
static int64_t
number_of(const struct series_bin *bin, int64_t wall_ns)
{
	return (wall_ns + bin->step_s * NS_PER_S - 1) /
	    (bin->step_s * NS_PER_S);
}

/* A counter that fell began anew: what it did before is not known. */
static double
rate_of(const struct series_cell *cell)
{
	if (cell->samples == 0 || cell->before_ns == 0 ||
	    cell->last_ns <= cell->before_ns || cell->last < cell->before)
		return NAN;
	return (cell->last - cell->before) * (double)NS_PER_S /
	    (double)(cell->last_ns - cell->before_ns);
}

static double
close_cell(struct series_cell *cell, bool counter)
{
	double value = counter ? rate_of(cell) : cell->samples == 0 ? NAN :
	    cell->sum / cell->samples;

	/* Over a gap there is no rate of any one step. */
	cell->before = cell->last;
	cell->before_ns = cell->samples == 0 ? 0 : cell->last_ns;
	cell->sum = 0;
	cell->samples = 0;
	return value;
}

bool
series_bin_turn(struct series_bin *bin, int64_t wall_ns, double *values,
    const bool *counters, int64_t *ended)
{
	int64_t number = number_of(bin, wall_ns);
	bool over = bin->number != 0 && number > bin->number;
	size_t i;

	if (over) {
		*ended = bin->number * bin->step_s;
		for (i = 0; i < bin->count; i++)
			values[i] = close_cell(&bin->cells[i], counters[i]);
	}
	if (number < bin->number || number > bin->number + 1)
		memset(bin->cells, 0, bin->count * sizeof(*bin->cells));
	bin->number = number;
	return over;
}

void
series_bin_add(struct series_bin *bin, size_t i, double value,
    int64_t wall_ns)
{
	struct series_cell *cell = &bin->cells[i];

	if (isnan(value))
		return;
	cell->sum += value;
	cell->samples++;
	cell->last = value;
	cell->last_ns = wall_ns;
}
