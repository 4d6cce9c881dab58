/*
 * Where the management API is served: a UNIX socket in the run-time
 * directory, and TLS at api.listen.
 */
#ifndef DROVER_CORE_ENDPOINT_H
#define DROVER_CORE_ENDPOINT_H

#include "core/core.h"

/* What cannot be served is told; the node goes on without it. */
void	endpoint_start(struct core *core);
/* The certificate may have been replaced on disk, or by the configuration. */
void	endpoint_renew(struct core *core);

#endif
