/* The summary that a program prints of its options and words. */
#ifndef DROVER_TEXT_USAGE_H
#define DROVER_TEXT_USAGE_H

#include <getopt.h>
#include <stdio.h>

/* "  HEAD" and what it means, wrapped beside it within 80 columns. */
void	usage_item(FILE *stream, const char *head, const char *help);
/* letter 0: it has a long form only. */
void	usage_option(FILE *stream, char letter, const char *name,
	    const char *argument, const char *help);
/*
 * The short options of getopt_long(3): ":" after the prefix, which may be
 * "+", and the letter of each of those that have one as their val.
 */
void	usage_letters(const char *prefix, const struct option *options,
	    char *letters);
/*
 * The one line for an option that getopt_long(3) refused: code is what it
 * returned, ':' or '?', word the argument it stopped at.
 */
void	usage_refuse(const char *program, int code, const char *word);

#endif
