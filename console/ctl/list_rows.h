/* Rows of JSON objects as lines of aligned columns. */
#ifndef DROVER_CTL_LIST_ROWS_H
#define DROVER_CTL_LIST_ROWS_H

#include <stddef.h>
#include <stdio.h>

#include <jansson.h>

#define LIST_COLUMNS_MAX	9

/*
 * unit "ms": wall time, which is shown as a time; "ns": the same; "ppm": in
 * percent.
 */
struct list_column {
	const char	*heading;
	const char	*member;
	const char	*unit;
};

/* none: what to say where there is no row. */
void	list_rows(FILE *stream, const struct list_column *columns,
	    size_t count, const json_t *rows, const char *none);
#define LIST(stream, columns, rows, none)				\
	list_rows(stream, columns, sizeof(columns) / sizeof((columns)[0]), \
	    rows, none)

/* A text of an object, clean; "" where there is none. */
#define LIST_WORD_BYTES		1024
const char *list_word(const json_t *object, const char *member,
	    char text[LIST_WORD_BYTES]);
/* 0 where there is none. */
json_int_t list_number(const json_t *object, const char *member);

#endif
