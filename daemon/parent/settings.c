#include "parent/settings.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process/log.h"

#define SERVICE_FILE	"/etc/drover/drover.conf"

static bool
is_found(struct settings *settings)
{
	if (!settings->service)
		return config_find(settings->path) == 0;
	strcpy(settings->path, SERVICE_FILE);
	return access(settings->path, F_OK) == 0;
}

int
settings_find(struct settings *settings, const char *wanted)
{
	char absolute[PATH_MAX];

	settings->file = NULL;
	if (wanted == NULL) {
		if (is_found(settings))
			settings->file = settings->path;
		return 0;
	}
	/* Absolute, for messages and for the processes. */
	if (realpath(wanted, absolute) == NULL)
		snprintf(absolute, sizeof(absolute), "%s", wanted);
	if (strlen(absolute) >= sizeof(settings->path))
		return -ENAMETOOLONG;
	strcpy(settings->path, absolute);
	settings->file = settings->path;
	return 0;
}

static void
apply_log(const struct settings *settings)
{
	log_target_set((enum log_target)settings->config->log.target);
	log_level_set(settings->verbose ? LOG_LEVEL_DEBUG :
	    (enum log_level)settings->config->log.level);
}

int
settings_load(struct settings *settings)
{
	struct config_errors errors = { 0 };
	struct config *config;
	size_t i;
	int error;

	error = config_load(&config, settings->file, &errors);
	for (i = 0; i < errors.count; i++)
		log_warnx("%s", errors.errors[i].text);
	config_errors_free(&errors);
	if (error != 0)
		return error;
	if (settings->config != NULL) {
		config_take_live(settings->config, config);
		config_free(config);
	} else
		settings->config = config;
	apply_log(settings);
	return 0;
}

void
settings_free(struct settings *settings)
{
	config_free(settings->config);
	settings->config = NULL;
}
