/* drover-recorder: see recorder/recorder.h. */
#include <errno.h>
#include <string.h>

#include "process/child.h"
#include "process/log.h"
#include "recorder/recorder.h"

int
recorder_configuration(struct config **config, const char *path)
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

int
main(int argc, char **argv)
{
	struct child_options options;
	struct config *config;
	bool attended;

	log_init("recorder", LOG_LEVEL_INFO);
	if (child_arguments(argc, argv, &options) != 0)
		fatal(CHILD_EXIT_USAGE, "usage: drover-recorder -r "
		    "runtime_directory -s state_directory "
		    "[-f configuration]");
	if (child_attach(&attended) != 0)
		fatal(1, "cannot attach to the parent: %s", strerror(errno));
	if (recorder_configuration(&config, options.configuration) != 0)
		return CHILD_EXIT_CONFIGURATION;
	return recorder_run(&options, config, attended);
}
