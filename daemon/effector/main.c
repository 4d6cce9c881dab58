/* drover-effector: see effector/effector.h, and act.h for one effect. */
#include <errno.h>
#include <string.h>

#include "effector/act.h"
#include "effector/effector.h"
#include "process/child.h"
#include "process/child_configuration.h"
#include "process/log.h"

int
main(int argc, char **argv)
{
	struct child_options options;
	struct config *config;
	bool attended;

	if (argc > 1 && (strcmp(argv[1], "--act") == 0 ||
	    strcmp(argv[1], "--probe") == 0))
		act_main(argc, argv);
	log_init("effector", LOG_LEVEL_INFO);
	if (child_arguments(argc, argv, &options) != 0)
		fatal(CHILD_EXIT_USAGE, "usage: drover-effector -r "
		    "runtime_directory -s state_directory "
		    "[-f configuration]");
	if (child_attach(&attended) != 0)
		fatal(1, "cannot attach to the parent: %s", strerror(errno));
	if (child_configuration(&config, options.configuration) != 0)
		return CHILD_EXIT_CONFIGURATION;
	/* Each effect reads it itself, as it is by then. */
	config_free(config);
	return effector_run(&options, attended);
}
