/*
 * What the management API asks the core for (struct api_provider).
 */
#ifndef DROVER_CORE_PROVIDER_H
#define DROVER_CORE_PROVIDER_H

#include "api/api.h"

struct core;

/* All functions of it work on core, which must outlive the API. */
struct api_provider provider_of(struct core *core);

#endif
