/* What was decided on, and by which policy. */
#ifndef DROVER_CTL_LIST_WHY_H
#define DROVER_CTL_LIST_WHY_H

#include <stdio.h>

#include <jansson.h>

/* Of /plans/:name/why. */
void	list_why(FILE *stream, const json_t *answer);
/* Of /policies. */
void	list_policies(FILE *stream, const json_t *answer);

#endif
