/* drover-recorder: see recorder/recorder.h. */
#include <errno.h>
#include <string.h>

#include "process/child.h"
#include "process/child_configuration.h"
#include "process/log.h"
#include "recorder/recorder.h"

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
	if (child_configuration(&config, options.configuration) != 0)
		return CHILD_EXIT_CONFIGURATION;
	return recorder_run(&options, config, attended);
}
