/*
 * What a planner was asked, as JSON: the case and the rows of the model that
 * it looks at, so that the same question can be asked once more, elsewhere
 * and later, with the same answer.  Pure.
 *
 *	{"version":1,"now_ms":..,"seed":..,"policy":{..},"models":[..],
 *	 "slots":{..},"rows":{"fault":[..],"plan":[..],"arm":[..],
 *	 "setting":[..]}}
 *
 * Of a row only what is neither 0 nor "" is there.
 */
#ifndef DROVER_PLAN_SNAPSHOT_H
#define DROVER_PLAN_SNAPSHOT_H

#include <jansson.h>

#include "plan/planner.h"

struct snapshot;

/* A new reference; NULL: no memory. */
json_t	*snapshot_write(const struct planner_case *asked);

/* -EINVAL: it is none, or of another version; -ENOMEM. */
int	snapshot_read(struct snapshot **snapshot, const json_t *value);
void	snapshot_free(struct snapshot *snapshot);
/* The case, as long as the snapshot is kept. */
const struct planner_case *snapshot_case(const struct snapshot *snapshot);

#endif
