/*
 * What the core gives its API of the configuration: reading it again,
 * keeping or undoing that, and judging settings.  Each stands in the audit
 * as an act of who asked, where there is shared state.
 */
#ifndef DROVER_CORE_PROVIDER_CONFIG_H
#define DROVER_CORE_PROVIDER_CONFIG_H

#include "core/core.h"

void	provide_config(struct api_provider *provider);
/* As an operator would, without a time to confirm. */
void	reload_by_signal(struct core *core);
/* For the audit: nobody confirmed a change in time. */
void	reload_was_undone(struct core *core);

#endif
