/*
 * What must hold between several values.
 */
#ifndef DROVER_CONFIG_RULES_H
#define DROVER_CONFIG_RULES_H

#include "config/origin.h"

/* Values that were refused already are not held against others. */
void	rules_check(const struct config *config, const struct origin *origin,
	    struct complaints *complaints);
/* Is it?  Then why is one line: what is, and what would be allowed. */
bool	rules_broken(const struct config *config,
	    const struct config_rule *rule, char *why, size_t size);

#endif
