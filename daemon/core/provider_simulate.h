/* What the management API simulates. */
#ifndef DROVER_CORE_PROVIDER_SIMULATE_H
#define DROVER_CORE_PROVIDER_SIMULATE_H

#include "api/api.h"

enum reply provide_simulation(void *context,
	    const struct api_simulate *asked, json_t **body);

#endif
