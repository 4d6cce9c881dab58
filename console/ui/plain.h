/* Screens as plain text: one, only what changed in it, or into a file. */
#ifndef DROVER_UI_PLAIN_H
#define DROVER_UI_PLAIN_H

#include <stdio.h>

#include "grid.h"

/* Lines already said, known by their hashes. */
struct plain {
	uint64_t	*said;
	int		 count;
};

/* All rows, without the blank ones at the end. */
int	plain_write(const struct grid *grid, FILE *file);
/* Only the lines that did not stand in the grid before. */
int	plain_write_changes(struct plain *plain, const struct grid *grid,
	    FILE *file);
void	plain_release(struct plain *plain);
/* Returns 0 or a negative error. */
int	plain_dump(const struct grid *grid, const char *path);

#endif
