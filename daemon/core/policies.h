/* Which policy of the configuration a fault is under. */
#ifndef DROVER_CORE_POLICIES_H
#define DROVER_CORE_POLICIES_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"
#include "rules/risk.h"

/*
 * By number, in the order in which they are asked, the built-in one last;
 * false past that.  pattern is of the classes that it is for.
 */
bool	policies_at(const struct config *config, size_t i,
	    struct policy *policy, const char **pattern);

/*
 * The first that matches the class, "disk.full" say; the built-in one,
 * named "default", where none does.  Its texts stay those of config.
 */
struct policy policies_find(const struct config *config, const char *class);

#endif
