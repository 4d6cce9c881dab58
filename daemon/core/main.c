/*
 * drover-core: started by droverd, see process/child.h.
 */
#include <signal.h>
#include <stdio.h>

#include "core/core.h"
#include "process/log.h"

static void
tell_errors(struct config_errors *errors)
{
	size_t i;

	for (i = 0; i < errors->count; i++)
		log_warnx("%s", errors->errors[i].text);
	config_errors_free(errors);
}

int
main(int argc, char **argv)
{
	struct config_errors errors = { 0 };
	struct child_options options;
	struct reload_text text;
	struct config *config;

	/* A backend may close a connection while a question is sent. */
	signal(SIGPIPE, SIG_IGN);
	log_init("core", LOG_LEVEL_INFO);
	if (child_arguments(argc, argv, &options) != 0)
		fatal(CHILD_EXIT_USAGE, "usage: drover-core "
		    "-r RUNTIME_DIRECTORY -s STATE_DIRECTORY "
		    "[-f CONFIGURATION]");
	if (reload_load(options.configuration, options.state_directory,
	    &text, &config, &errors) != 0) {
		tell_errors(&errors);
		return CHILD_EXIT_CONFIGURATION;
	}
	log_level_set((enum log_level)config->log.level);
	return core_run(&options, config, &text);
}
