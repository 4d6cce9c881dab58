#include "aligned.h"

#include <stdlib.h>

#include "text.h"

/* In a locale of single bytes every character takes one column. */
static int
columns_of(const char *text)
{
	return text_columns(text, MB_CUR_MAX == 1);
}

int
aligned_width(int width, const char *text)
{
	int columns = columns_of(text);

	return columns > width ? columns : width;
}

void
aligned_print(FILE *stream, const struct aligned_cell *cell, bool first,
    const char *text)
{
	int blanks = cell->width - columns_of(text);

	if (!first)
		fputs("  ", stream);
	if (cell->figure)
		fprintf(stream, "%*s%s", blanks > 0 ? blanks : 0, "", text);
	else if (cell->last || blanks <= 0)
		fputs(text, stream);
	else
		fprintf(stream, "%s%*s", text, blanks, "");
}
