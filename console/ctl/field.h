/*
 * One member of an answer as a person reads it.  The members of a row are
 * the columns of the tables of drover; their units are those of the
 * column tables.
 */
#ifndef DROVER_CTL_FIELD_H
#define DROVER_CTL_FIELD_H

#include <stdbool.h>

#include <jansson.h>

#include "figure.h"

struct field {
	const char	*table;
	const char	*name;
	const char	*unit;
	bool		 counter;
	bool		 figure;	/* a number, and no time */
};

/* NULL: this version of droverctl does not know the column. */
const struct field *field_find(const char *table, const char *name);
/* The columns that a table shows usually, in order; NULL past the last. */
const struct field *field_shown(const char *table, unsigned int index);

/*
 * field may be NULL.  Text comes out clean; "-" for what is absent, null
 * or empty.
 */
void	field_short(char text[FIGURE_BYTES], const struct field *field,
	    const json_t *value);
/* Every digit, with its unit. */
void	field_exact(char text[FIGURE_BYTES], const struct field *field,
	    const json_t *value);

#endif
