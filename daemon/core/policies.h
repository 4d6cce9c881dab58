/* Which policy of the configuration a fault is under. */
#ifndef DROVER_CORE_POLICIES_H
#define DROVER_CORE_POLICIES_H

#include "config/config.h"
#include "rules/risk.h"

/*
 * The first that matches the class, "disk.full" say; the built-in one,
 * named "default", where none does.  Its texts stay those of config.
 */
struct policy policies_find(const struct config *config, const char *class);

#endif
