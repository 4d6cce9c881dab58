/*
 * Text as the screen shows it: UTF-8 decoded one code point at a time,
 * with everything that could act on a terminal taken out.  Names come from
 * other machines and are hostile until they have passed here.
 */
#ifndef DROVER_UI_TEXT_H
#define DROVER_UI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_REPLACEMENT	0xFFFDU

/*
 * The next code point of *text, which moves past it; 0 at the end.  Bytes
 * that are not UTF-8, and control characters, are TEXT_REPLACEMENT.
 */
uint32_t text_next(const char **text);

/*
 * Columns of a code point: 0 (it is not drawn: combining marks, direction
 * overrides), 1 or 2.  Needs a UTF-8 locale for more than ASCII; with
 * ascii every code point is one column, drawn as '?' when it is not ASCII.
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
