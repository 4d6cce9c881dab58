/*
 * Text of a segment made fit to print: names come from other machines and
 * are hostile until they have passed here.
 */
#ifndef DROVER_STAT_TEXT_H
#define DROVER_STAT_TEXT_H

#include <stddef.h>

/*
 * Copies from to text, NUL-terminated and shortened to fit between two
 * characters.  Bytes that are not UTF-8 become U+FFFD; so do control
 * characters, line separators and direction overrides.
 */
void	text_clean(char *text, size_t size, const char *from);
/* Copies, keeping control characters but not bytes that are not UTF-8. */
void	text_valid(char *text, size_t size, const char *from);
/* Columns a clean text takes on a terminal, in the current locale. */
int	text_columns(const char *text);

#endif
