/* One value of a row as a person reads it. */
#ifndef DROVER_STAT_VALUE_H
#define DROVER_STAT_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <drover/segment.h>

#include "figure.h"

#define VALUE_BYTES	FIGURE_BYTES

/*
 * Short, for a table: rounded, bytes scaled; "-" for what is absent.
 * Text comes out clean (text.h).
 */
void	value_short(char text[VALUE_BYTES],
	    const struct drover_segment *segment,
	    const struct drover_column *column, const void *row);
/* Every digit, with its unit. */
void	value_exact(char text[VALUE_BYTES],
	    const struct drover_segment *segment,
	    const struct drover_column *column, const void *row);

/* A wall time; a time is an integer column of the unit ns. */
bool	value_is_time(const struct drover_column *column);
bool	value_is_text(const struct drover_column *column);

#endif
