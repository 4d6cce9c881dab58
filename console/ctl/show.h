/*
 * Answers of the management API for people, on a stream.  What an answer
 * lacks is left out; nothing of it is trusted.
 */
#ifndef DROVER_CTL_SHOW_H
#define DROVER_CTL_SHOW_H

#include <stdio.h>

#include <jansson.h>

/*
 * rows, an array of objects, as aligned columns under a heading: the usual
 * columns of table, less those that are absent in every row; the heading
 * alone when there are no rows.
 */
void	show_table(FILE *stream, const char *table, const json_t *rows);
/* Every member of one row, one a line, with its unit. */
void	show_row(FILE *stream, const char *table, const json_t *row);
/* Any object, one member a line; members of members as "a.b". */
void	show_object(FILE *stream, const json_t *object);
void	show_event(FILE *stream, const json_t *event);

/* Text of several lines, each of them clean. */
void	show_text(FILE *stream, const char *text);

/* What the answer of one verb comes to. */
void	show_status(FILE *stream, const json_t *answer);
void	show_node(FILE *stream, const json_t *answer);

#endif
