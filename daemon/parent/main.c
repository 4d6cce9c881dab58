/*
 * droverd, the parent of the processes of a node: see droverd(8).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parent/options.h"
#include "parent/run.h"
#include "parent/settings.h"
#include "process/directory.h"
#include "process/log.h"

struct place {
	char	path[DIRECTORY_PATH_BYTES];
	int	lock;
};

static void
owner_set(struct directory_owner *owner, const struct identity *identity)
{
	owner->uid = identity != NULL ? identity->uid : geteuid();
	owner->gid = identity != NULL ? identity->gid : getegid();
	owner->mode = identity != NULL ? 0750 : 0700;
}

/* error: of finding the place's path; the rest follows here. */
static void
place_take(struct place *place, const struct directory_owner *owner,
    int error, struct directory_complaint *complaint)
{
	if (error == 0)
		error = directory_make(place->path, owner, complaint);
	if (error == 0)
		error = directory_lock(place->path, &place->lock, complaint);
	if (error != 0)
		fatal(error == -EBUSY ? DROVERD_EXIT_ANOTHER :
		    DROVERD_EXIT_DIRECTORY,
		    "%s", complaint->text);
}

static void
places_take(struct place *runtime, struct place *state,
    const struct options *options, const struct settings *settings,
    const struct identity *identity)
{
	struct directory_complaint complaint;
	struct directory_owner owner;
	const char *wanted;
	int error;

	owner_set(&owner, identity);
	wanted = options->runtime_directory;
	if (wanted == NULL)
		wanted = settings->config->node.runtime_directory;
	error = directory_runtime(wanted, options->service, runtime->path,
	    &complaint);
	place_take(runtime, &owner, error, &complaint);
	wanted = options->state_directory;
	if (wanted == NULL)
		wanted = settings->config->node.state_directory;
	error = directory_state(wanted, options->service, state->path,
	    &complaint);
	/* One directory for both has one lock. */
	if (error == 0 && strcmp(runtime->path, state->path) == 0)
		return;
	place_take(state, &owner, error, &complaint);
}

static bool
reload(void *argument)
{
	return settings_load(argument) == 0;
}

static int
serve(const struct options *options, struct settings *settings,
    const struct identity *identity)
{
	struct place runtime = { .lock = -1 }, state = { .lock = -1 };
	struct process_setup setup = { 0 };
	struct run_plan plan = { 0 };
	struct notify notify;
	int status;

	places_take(&runtime, &state, options, settings, identity);
	if (notify_open(&notify) != 0)
		log_warnx("NOTIFY_SOCKET cannot be used; the service "
		    "manager is not told");
	setup.directory = options->libexec_directory;
	setup.runtime_directory = runtime.path;
	setup.state_directory = state.path;
	setup.configuration = settings->file;
	setup.identity = identity;
	plan.setup = &setup;
	plan.notify = &notify;
	plan.reload = reload;
	plan.argument = settings;
	if (settings->config->collect.gpu == CONFIG_GPU_OFF)
		plan.unwanted[PROCESS_gpu] = "switched off (collect.gpu)";
	log_info("droverd %s on %s", DROVER_VERSION, runtime.path);
	status = run(&plan);
	notify_close(&notify);
	if (state.lock != -1)
		close(state.lock);
	close(runtime.lock);
	return status;
}

/* A closed 0, 1 or 2 would be given to a lock or a socket. */
static void
standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd != -1)
		close(fd);
}

int
main(int argc, char **argv)
{
	struct settings settings = { 0 };
	struct identity identity;
	struct options options;
	int error, status;

	standard_descriptors();
	options_read(argc, argv, &options);
	log_init("droverd", options.verbose ? LOG_LEVEL_DEBUG :
	    LOG_LEVEL_INFO);
	settings.service = options.service;
	settings.verbose = options.verbose;
	if (settings_find(&settings, options.configuration) != 0)
		fatal(DROVERD_EXIT_USAGE, "the path of -f is too long");
	if (options.check)
		return config_command(settings.file, options.verbose, stdout,
		    stderr);
	if (settings_load(&settings) != 0)
		fatal(DROVERD_EXIT_CONFIGURATION,
		    "configuration refused");
	if (options.service) {
		error = identity_find(&identity, options.user);
		if (error != 0)
			fatal(DROVERD_EXIT_NO_USER, "the user %.64s of the "
			    "service: %s", options.user, error == -ENOENT ?
			    "no such user" : strerror(-error));
	}
	umask(027);
	status = serve(&options, &settings,
	    options.service ? &identity : NULL);
	settings_free(&settings);
	return status;
}
