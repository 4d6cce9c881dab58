/*
 * What planners were asked, kept as files of JSON in inputs/ of the state
 * directory: by the number of the plan that came of it, and by "f" and the
 * number of the fault where none came of it.  The oldest go when there are
 * more than INPUTS_MAX.  They are for people: one that is lost is lost.
 */
#ifndef DROVER_CORE_INPUTS_H
#define DROVER_CORE_INPUTS_H

#include <stdbool.h>

#include <jansson.h>

#define INPUTS_MAX		4000
#define INPUTS_NAME_MAX		24

/* 0 or a negative errno; name as inputs_is_name() wants it. */
int	inputs_save(const char *state_directory, const char *name,
	    const json_t *input);
/* A new reference; NULL: it is not there, or is not JSON. */
json_t	*inputs_load(const char *state_directory, const char *name);
/* "41", "f12" */
bool	inputs_is_name(const char *name);

#endif
