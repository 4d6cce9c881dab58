/* Lines of mdoc(7), on the standard output. */
#ifndef DROVER_MAN_MDOC_H
#define DROVER_MAN_MDOC_H

#include <stddef.h>

/*
 * One argument of a macro line: quoted where it has blanks, never taken
 * for a macro, a delimiter or an escape.
 */
void	mdoc_argument(const char *text);
void	mdoc_escaped(const char *word, size_t length);
/* Text lines, broken at blanks; none of them can be taken for a macro. */
void	mdoc_paragraph(const char *text);
/* The same, with a capital letter first. */
void	mdoc_sentence(const char *text);
/* The line that begins an entry: .It MACRO name, not ended. */
void	mdoc_item(const char *macro, const char *name);

#endif
