/*
 * Which tables and columns are printed, and in which order their rows
 * come: -t, -c and -s against the schema of the segment at hand, or the
 * columns of shown.def.
 */
#ifndef DROVER_STAT_SELECTION_H
#define DROVER_STAT_SELECTION_H

#include <stdbool.h>
#include <stdint.h>

#include <drover/segment.h>

#include "options.h"

#define SELECTION_TABLES_MAX	64

struct selection_table {
	struct drover_table	 table;
	struct drover_column	*columns;
	int			*widths;	/* as wide as ever printed */
	uint32_t		 count;
	bool			 chosen;	/* by name, with -c */
	bool			 sorted;
	bool			 reversed;
	struct drover_column	 sort;
};

struct selection {
	struct selection_table	 tables[SELECTION_TABLES_MAX];
	uint32_t		 count;
};

/*
 * 0, or the exit status after one line to stderr.  Without -t and -c the
 * tables are all but metric, which never changes; with -f and the table
 * output, node alone.
 */
int	selection_make(struct selection *selection,
	    const struct drover_segment *segment,
	    const struct options *options);
void	selection_free(struct selection *selection);

/*
 * The filled rows of a table in their order, NULL when there are none or
 * no memory is left; the array is the caller's, *count its length.
 */
const void **selection_rows(const struct selection_table *table,
	    const struct drover_snapshot *snapshot, uint32_t *count);

#endif
