/* What an act came to, for people. */
#ifndef DROVER_CTL_REPORT_H
#define DROVER_CTL_REPORT_H

#include <stdio.h>

#include <jansson.h>

#include "options.h"

/* One line: "node n1 drains: 'disk swap' (entry 41)". */
void	report_done(FILE *stream, const struct options *options,
	    const json_t *body, const json_t *answer);

/*
 * A token goes to the standard output alone, so that it can be put into a
 * file; what to do with it goes to the standard error.
 */
void	report_token(const struct options *options, const json_t *answer);

/*
 * preview.c: what moves with a drain, what is left and which limits break;
 * nothing for other acts.  Then whether the act would be done or refused.
 */
void	report_moves(FILE *stream, const json_t *answer);
void	report_would(FILE *stream, const struct options *options,
	    const json_t *answer);

/* reload.c: the differences, and what becomes of them. */
void	report_reload(FILE *stream, const json_t *answer);
/* The errors of a file that was refused, one a line. */
void	report_errors(FILE *stream, const json_t *answer);

#endif
