/* The configuration as a process of droverd takes it. */
#ifndef DROVER_PROCESS_CHILD_CONFIGURATION_H
#define DROVER_PROCESS_CHILD_CONFIGURATION_H

#include "config/config.h"

/*
 * Reads it, logs what is wrong with it, and sets up the log as it says.
 * The errors are those of config_load(); *config is the caller's then.
 */
int	child_configuration(struct config **config, const char *path);

#endif
