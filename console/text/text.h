/*
 * Text fit for a terminal: UTF-8 decoded one code point at a time, with
 * everything that could act on a terminal, or show a text as another one,
 * taken out.  Names come from other machines and are hostile until they
 * have passed here.  What is taken out leaves U+FFFD, so that two names
 * that differ never look the same.
 */
#ifndef DROVER_TEXT_TEXT_H
#define DROVER_TEXT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_REPLACEMENT	0xFFFDU

/*
 * The next code point of *text, which moves past it; 0 at the end.  A byte
 * that is not part of a UTF-8 character is TEXT_REPLACEMENT; so are control
 * characters, line separators and marks that turn the direction.
 */
uint32_t text_next(const char **text);

/*
 * Copies from to text as text_next() reads it, NUL-terminated and cut
 * between two characters where it does not fit.
 */
void	text_clean(char *text, size_t size, const char *from);
/* Copies, keeping control characters but not bytes that are not UTF-8. */
void	text_valid(char *text, size_t size, const char *from);

/*
 * Columns of a code point: 0 (it is not drawn: combining marks), 1 or 2.
 * Needs a UTF-8 locale for more than ASCII; with ascii every code point is
 * one column, drawn as '?' when it is not ASCII.
 */
int	text_columns_of(uint32_t code, bool ascii);
int	text_columns(const char *text, bool ascii);

/* Store code as UTF-8 in bytes (room for 4); returns their number. */
size_t	text_encode(uint32_t code, char *bytes);

/* Case is ignored; an empty needle is in every text. */
bool	text_contains(const char *text, const char *needle);

/* A 64-bit FNV-1a hash, to recognise an object by its name. */
uint64_t text_hash(uint64_t hash, const char *text);
#define TEXT_HASH_START		0xcbf29ce484222325ULL

#endif
