/*
 * How a column becomes a metric family of OpenMetrics 1.0: values in base
 * units, the unit at the end of the name.
 */
#ifndef DROVER_STAT_OPENMETRICS_H
#define DROVER_STAT_OPENMETRICS_H

#include <stddef.h>

#include <drover/segment.h>

struct openmetrics_family {
	char		name[160];	/* without _total */
	const char	*unit;		/* "" where it has none */
	double		scale;		/* value times scale is in the unit */
};

/* Of a column of numbers of the table of that name. */
void	openmetrics_family(struct openmetrics_family *family,
	    const char *table, const struct drover_column *column);
/* Escapes text for a label value or a help text; shortened to fit. */
void	openmetrics_escape(char *to, size_t size, const char *text);

#endif
