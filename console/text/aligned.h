/*
 * Lines of cells, aligned in columns: every text is measured first, then
 * the lines are printed cell by cell.  Texts are clean (text.h).
 */
#ifndef DROVER_TEXT_ALIGNED_H
#define DROVER_TEXT_ALIGNED_H

#include <stdbool.h>
#include <stdio.h>

struct aligned_cell {
	int	 width;		/* columns of the terminal; 0 at first */
	bool	 figure;	/* set to the right of its column */
	bool	 last;		/* of its line: no blanks after text */
};

/* The width that text needs, in the current locale, or more. */
int	aligned_width(int width, const char *text);
/* Two blanks go before every cell but the first. */
void	aligned_print(FILE *stream, const struct aligned_cell *cell,
	    bool first, const char *text);

#endif
