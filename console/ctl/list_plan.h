/* One plan for a person: the sentence first, then all it stands on. */
#ifndef DROVER_CTL_LIST_PLAN_H
#define DROVER_CTL_LIST_PLAN_H

#include <stdio.h>

#include <jansson.h>

/* An answer of /plans/:name. */
void	list_plan(FILE *stream, const json_t *answer);
/* The strategies that were looked at, of why a plan was made. */
void	list_plan_arms(FILE *stream, const json_t *list);
/* Of /simulate. */
void	list_simulation(FILE *stream, const json_t *answer);

#endif
