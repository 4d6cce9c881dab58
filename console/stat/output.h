/*
 * What droverstat prints of a captured source, on a stream.  The stream
 * keeps its own errors; the caller looks at them after flushing.
 */
#ifndef DROVER_STAT_OUTPUT_H
#define DROVER_STAT_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "selection.h"
#include "source.h"

/* Version of the JSON shape; one more when a field goes or changes. */
#define OUTPUT_JSON_FORMAT	1

/* One line when the writer is not alive: its state, and since when. */
void	output_state(FILE *stream, const struct source *source);

/* A block for each table: heading, then a line for each row. */
void	output_table(FILE *stream, const struct source *source,
	    struct selection *selection);
/* With a time in front of each line, and a heading when it is asked for. */
void	output_follow(FILE *stream, const struct source *source,
	    struct selection *selection, bool heading);
/* A line for each value. */
void	output_all(FILE *stream, const struct source *source,
	    const struct selection *selection);
/* A line for each column of each table. */
void	output_list(FILE *stream, const struct selection *selection);

/* 0, or -ENOMEM. */
int	output_json(FILE *stream, const struct source *source,
	    const struct selection *selection, bool one_line);
int	output_schema(FILE *stream, const struct selection *selection);
int	output_event_json(FILE *stream, const struct drover_event *event);

void	output_openmetrics(FILE *stream, const struct source *source,
	    const struct selection *selection);

void	output_event(FILE *stream, const struct drover_event *event);

#endif
