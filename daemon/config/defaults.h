/*
 * The defaults of the table as values.
 */
#ifndef DROVER_CONFIG_DEFAULTS_H
#define DROVER_CONFIG_DEFAULTS_H

#include "config/schema.h"

/* 0 or -ENOMEM; then nothing is held. */
int	defaults_of_config(struct config *config);
/* A member that must be given is empty until then. */
int	defaults_of_item(const struct config_list *list, void *item);

void	defaults_free_item(const struct config_list *list, void *item);

/* Does the field hold the default? */
bool	defaults_equal(const struct config_parameter *parameter,
	    const void *field);

#endif
