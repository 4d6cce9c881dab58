/*
 * Text of a configuration: what it may hold, how it is shown in a
 * complaint, and which word was meant.
 */
#ifndef DROVER_CONFIG_TEXT_H
#define DROVER_CONFIG_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Does UTF-8 text hold what one line of text cannot show? */
bool	text_has_control(const char *text, size_t length);

/* NULL, or why it is none: "holds \"/\"". */
const char *text_check_name(const char *text, size_t length);
const char *text_check_url(const char *text, size_t length);
/* An address of this machine and a port, numbers both. */
const char *text_check_listen(const char *text, size_t length);

/* Do two sound addresses name the same server? */
bool	text_url_equal(const char *left, const char *right);

/*
 * The first 40 characters of text in double quotes, what cannot be printed
 * escaped, "..." for the rest.  Returns quoted.
 */
const char *text_quote(const char *text, size_t length, char *quoted,
	    size_t size);

/*
 * The least number of letters to insert, delete, replace or swap with the
 * next one that makes left right: the optimal string alignment distance.
 * Words over 40 letters are UNLIKE everything.
 */
#define TEXT_UNLIKE	1000
unsigned int text_distance(const char *left, const char *right);

#endif
