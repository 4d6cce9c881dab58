/* What the management API tells of plans beside their rows. */
#ifndef DROVER_CORE_PROVIDER_PLANS_H
#define DROVER_CORE_PROVIDER_PLANS_H

#include "api/api.h"

/*
 * What the planner was asked for that plan ("41") or fault ("f12"), and
 * what it makes of the same question now.
 */
enum reply provide_why(void *context, const char *name, json_t **body);
/* The policies, in the order in which they are asked, with the classes that
   each decides, and what was learned well enough for the next stage. */
enum reply provide_policies(void *context, json_t **body);

#endif
