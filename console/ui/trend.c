#include "trend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S	1000000000
/* Two steps stand in one cell: side by side, or as their mean. */
#define STEPS_PER_CELL	2

const struct trend *
trend_of(const struct trends *trends, uint64_t node)
{
	uint32_t i;

	for (i = 0; i < trends->count; i++)
		if (trends->trend[i]->node == node)
			return trends->trend[i];
	return NULL;
}

static struct trend *
trend_new(struct trends *trends, uint64_t node)
{
	struct trend **list, *trend;
	int i, step;

	list = realloc(trends->trend,
	    (trends->count + 1) * sizeof(*trends->trend));
	if (list == NULL)
		return NULL;
	trends->trend = list;
	trend = calloc(1, sizeof(*trend));
	if (trend == NULL)
		return NULL;
	trend->node = node;
	for (i = 0; i < NODE_METRICS; i++) {
		trend->last[i] = NAN;
		trend->rate[i] = NAN;
		for (step = 0; step < TREND_STEPS; step++)
			trend->value[i][step] = NAN;
	}
	trends->trend[trends->count++] = trend;
	return trend;
}

/* Begin a step; what lies between it and the last one is a gap. */
static void
next_step(struct trend *trend, int64_t step)
{
	int64_t gap = step - trend->step;
	int i;

	if (gap > TREND_STEPS)
		gap = TREND_STEPS;
	for (i = 0; i < NODE_METRICS; i++) {
		int64_t n;

		for (n = 0; n < gap; n++)
			trend->value[i][(step - n) % TREND_STEPS] = NAN;
		trend->sum[i] = 0;
		trend->samples[i] = 0;
	}
	trend->step = step;
}

/* A counter that went backwards began anew: no rate, not a wrong one. */
static double
rate_of(const struct trend *trend, int metric, double value, double elapsed)
{
	double last = trend->last[metric];

	if (!(elapsed > 0) || !(value >= last))
		return NAN;
	return (value - last) / elapsed;
}

static void
note_metric(struct trend *trend, int i, double value, double elapsed)
{
	int slot = (int)(trend->step % TREND_STEPS);

	if (node_metrics[i].semantics == DROVER_SEMANTICS_COUNTER) {
		double rate = rate_of(trend, i, value, elapsed);

		trend->last[i] = value;
		trend->rate[i] = (float)rate;
		value = rate;
	}
	if (!isfinite(value))
		return;
	trend->sum[i] += (float)value;
	trend->samples[i]++;
	trend->value[i][slot] = trend->sum[i] / trend->samples[i];
}

void
trend_note(struct trends *trends, uint64_t node,
    const struct drover_node_row *row)
{
	struct trend *trend = (struct trend *)trend_of(trends, node);
	int64_t sampled = row->sampled;
	double elapsed;
	int i;

	if (sampled <= 0)
		return;
	if (trend == NULL && (trend = trend_new(trends, node)) == NULL)
		return;
	if (sampled <= trend->sampled_ns &&
	    sampled > trend->sampled_ns - (int64_t)TREND_STEP_S * NS_PER_S)
		return;
	elapsed = trend->sampled_ns == 0 ? NAN :
	    (double)(sampled - trend->sampled_ns) / NS_PER_S;
	if (sampled / NS_PER_S / TREND_STEP_S != trend->step)
		next_step(trend, sampled / NS_PER_S / TREND_STEP_S);
	for (i = 0; i < NODE_METRICS; i++)
		note_metric(trend, i, metric_value(&node_metrics[i], row),
		    elapsed);
	trend->sampled_ns = sampled;
}

void
trends_release(struct trends *trends)
{
	uint32_t i;

	for (i = 0; i < trends->count; i++)
		free(trends->trend[i]);
	free(trends->trend);
	memset(trends, 0, sizeof(*trends));
}

int
trend_seconds(int columns)
{
	return columns * STEPS_PER_CELL * TREND_STEP_S;
}

static double
step_value(const struct trend *trend, int metric, int64_t step)
{
	if (step < 0 || step > trend->step ||
	    step <= trend->step - TREND_STEPS)
		return NAN;
	return trend->value[metric][step % TREND_STEPS];
}

/*
 * A share is drawn against 100 %, anything else against its own peak; what
 * never changed is a quiet line at half height.
 */
static double
top_of(const struct trend *trend, int metric, int64_t first)
{
	double least = INFINITY, top = 0, value;
	int64_t step;

	if (node_metrics[metric].unit == UNIT_percent)
		return 100;
	for (step = first; step <= trend->step; step++) {
		value = step_value(trend, metric, step);
		top = fmax(top, value);
		least = fmin(least, value);
	}
	return least == top ? 2.1 * top : top;
}

/* 0 for a gap, otherwise 1 to levels. */
static int
level_of(double value, double top, int levels)
{
	int level;

	if (isnan(value))
		return 0;
	if (!(top > 0))
		return 1;
	level = (int)(value / top * levels) + 1;
	return level < 1 ? 1 : level > levels ? levels : level;
}

static uint32_t
braille(int left, int right)
{
	static const uint8_t lefts[] = {0, 0x40, 0x44, 0x46, 0x47};
	static const uint8_t rights[] = {0, 0x80, 0xa0, 0xb0, 0xb8};

	if (left == 0 && right == 0)
		return ' ';
	return 0x2800U | lefts[left] | rights[right];
}

static double
mean(double a, double b)
{
	return isnan(a) ? b : isnan(b) ? a : (a + b) / 2;
}

static uint32_t
sign_of(enum glyph_mode mode, double left, double right, double top)
{
	static const char ascii[] = " .:-=+*#@";
	int level;

	if (mode == GLYPH_MODE_BRAILLE)
		return braille(level_of(left, top, 4),
		    level_of(right, top, 4));
	level = level_of(mean(left, right), top, 8);
	if (mode == GLYPH_MODE_ASCII)
		return (uint32_t)ascii[level];
	return level == 0 ? ' ' : 0x2580U + (uint32_t)level;
}

void
trend_draw(const struct trend *trend, enum node_metric metric,
    struct grid *grid, int y, int x, int columns)
{
	int64_t first, step;
	double top;
	int i;

	if (trend == NULL || columns <= 0)
		return;
	/* Pairs begin at even steps, so that they stay pairs as time goes. */
	first = (trend->step / STEPS_PER_CELL - columns + 1) *
	    STEPS_PER_CELL;
	top = top_of(trend, metric, first);
	for (i = 0; i < columns; i++) {
		step = first + (int64_t)i * STEPS_PER_CELL;
		grid_put(grid, y, x + i, ROLE_TREND, sign_of(grid->mode,
		    step_value(trend, metric, step),
		    step_value(trend, metric, step + 1), top));
	}
}
