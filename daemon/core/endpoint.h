/*
 * Where the management API is served: a UNIX socket in the run-time
 * directory, and TLS at api.listen.
 */
#ifndef DROVER_CORE_ENDPOINT_H
#define DROVER_CORE_ENDPOINT_H

#include "core/core.h"

/* What cannot be served is told; the node goes on without it. */
void	endpoint_start(struct core *core);
/*
 * Listens where config says, which is not in force yet.  0, or a negative
 * errno with one line in detail: it listens where it did.
 */
int	endpoint_move(struct core *core, const struct config *config,
	    char detail[TLS_DETAIL_BYTES]);
/*
 * The certificate may have been replaced on disk, or by the configuration;
 * and where it could not listen it tries again.
 */
void	endpoint_renew(struct core *core);

#endif
