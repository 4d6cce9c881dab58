/*
 * The configuration as the parent holds it.  When no -f names the file, a
 * service reads /etc/drover/drover.conf, a user what config_find() finds;
 * none there: the defaults.
 */
#ifndef DROVER_PARENT_SETTINGS_H
#define DROVER_PARENT_SETTINGS_H

#include <stdbool.h>

#include "config/config.h"

struct settings {
	struct config	*config;
	char		 path[CONFIG_PATH_BYTES];
	const char	*file;		/* path, or NULL: the defaults */
	bool		 service;
	bool		 verbose;	/* overrides log.level */
};

/* wanted is the file of -f, or NULL. */
int	settings_find(struct settings *settings, const char *wanted);
/*
 * Read the file; every complaint goes to the log.  A file that is refused
 * leaves settings as they were, and a second reading takes over only what
 * may change while droverd runs.
 */
int	settings_load(struct settings *settings);
void	settings_free(struct settings *settings);

#endif
