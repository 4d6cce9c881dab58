#include "process/child_configuration.h"

#include "process/log.h"

int
child_configuration(struct config **config, const char *path)
{
	struct config_errors errors = { 0 };
	int error = config_load(config, path, &errors);
	size_t i;

	for (i = 0; i < errors.count; i++)
		log_warnx("%s", errors.errors[i].text);
	config_errors_free(&errors);
	if (error != 0)
		return error;
	log_target_set((enum log_target)(*config)->log.target);
	log_level_set((enum log_level)(*config)->log.level);
	return 0;
}
