/* drover-effector: see effector/effector.h, and act.h for one effect. */
#include <errno.h>
#include <string.h>

#include "config/config.h"
#include "effector/act.h"
#include "effector/effector.h"
#include "process/child.h"
#include "process/log.h"

static int
read_configuration(const char *path)
{
	struct config_errors errors = { 0 };
	struct config *config;
	size_t i;
	int error = config_load(&config, path, &errors);

	for (i = 0; i < errors.count; i++)
		log_warnx("%s", errors.errors[i].text);
	config_errors_free(&errors);
	if (error != 0)
		return error;
	log_target_set((enum log_target)config->log.target);
	log_level_set((enum log_level)config->log.level);
	config_free(config);
	return 0;
}

int
main(int argc, char **argv)
{
	struct child_options options;
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
	if (read_configuration(options.configuration) != 0)
		return CHILD_EXIT_CONFIGURATION;
	return effector_run(&options, attended);
}
