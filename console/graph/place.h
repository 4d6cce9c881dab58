/* Where the history is, and what there is of it. */
#ifndef DROVER_GRAPH_PLACE_H
#define DROVER_GRAPH_PLACE_H

#include <limits.h>
#include <stdio.h>

#include "model.h"

struct place {
	char		directory[PATH_MAX];	/* of segments and history */
	char		node[64];		/* "": none was found */
	struct model	model;			/* what is now, for marks */
};

/*
 * wanted: the directory of -d, or NULL; node that of -n, or NULL.  0, or
 * an exit status after one line to stderr.
 */
int	place_open(struct place *place, const char *wanted,
	    const char *node);
void	place_close(struct place *place);
/* "NODE OBJECT METRICS" a line, of every file of the series. */
int	place_list(const struct place *place, FILE *stream);

#endif
