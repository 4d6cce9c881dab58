#include "effector/act.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "effector/builtin.h"
#include "effector/hook.h"
#include "process/child.h"
#include "rules/plan.h"

enum {
	ACT_HOW = 1,
	ACT_STATE,
	ACT_CONFIGURATION,
	ACT_OP,
	ACT_NODE,
	ACT_ID,
	ACT_TOKEN,
	ACT_TARGET,
	ACT_ARGUMENT,
	ACT_STARTED
};

static struct config *
read_configuration(const char *path)
{
	struct config_errors errors = { 0 };
	struct config *config = NULL;

	(void)config_load(&config, strcmp(path, "-") == 0 ? NULL : path,
	    &errors);
	config_errors_free(&errors);
	return config;
}

static int
find_hook(char **argv, const struct config *config, bool probe, char *path,
    size_t size, char why[257])
{
	char directory[4096];

	if (config->healing.hooks[0] != '\0')
		return hook_find(config->healing.hooks, argv[ACT_OP], probe,
		    path, size, why);
	if (hook_directory(directory, sizeof(directory)) != 0)
		return -ENOENT;
	return hook_find(directory, argv[ACT_OP], probe, path, size, why);
}

static void
run_hook(char **argv, char *path)
{
	char *words[] = { path, argv[ACT_NODE], argv[ACT_ID],
		argv[ACT_TOKEN], argv[ACT_TARGET], argv[ACT_ARGUMENT], NULL };
	const struct rlimit none = { 0, 0 };

	(void)umask(077);
	(void)setrlimit(RLIMIT_CORE, &none);
	if (clearenv() != 0 ||
	    setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1) != 0 ||
	    setenv("LANG", "C.UTF-8", 1) != 0 ||
	    setenv("DROVER_OP", argv[ACT_OP], 1) != 0 ||
	    setenv("DROVER_NODE", argv[ACT_NODE], 1) != 0 ||
	    setenv("DROVER_TARGET", argv[ACT_TARGET], 1) != 0 ||
	    setenv("DROVER_ARGUMENT", argv[ACT_ARGUMENT], 1) != 0 ||
	    chdir("/") != 0)
		exit(builtin_say(STEP_CODE_REFUSED, "%s", strerror(errno)));
	execv(path, words);
	exit(builtin_say(STEP_CODE_REFUSED, "%s: %s", path,
	    strerror(errno)));
}

static int
run_builtin(char **argv, const struct config *config, bool probe)
{
	const struct builtin *builtin = builtin_find(argv[ACT_OP]);
	builtin_function *function = builtin == NULL ? NULL :
	    probe ? builtin->probe : builtin->act;
	char directory[4096];
	struct builtin_case asked = { .config = config,
		.directory = directory, .state_directory = argv[ACT_STATE],
		.target = argv[ACT_TARGET], .argument = argv[ACT_ARGUMENT],
		.started_ms = strtoll(argv[ACT_STARTED], NULL, 10) };

	if (function == NULL)
		return probe ? builtin_say(STEP_CODE_UNKNOWN,
		    "nobody can tell whether %s took effect", argv[ACT_OP]) :
		    builtin_say(STEP_CODE_REFUSED,
		    "drover cannot do %s itself, and there is no hook of "
		    "that name", argv[ACT_OP]);
	snprintf(directory, sizeof(directory), "%s/effector",
	    argv[ACT_STATE]);
	return function(&asked);
}

void
act_main(int argc, char **argv)
{
	struct config *config;
	char path[4096], why[257] = "";
	bool probe;
	int error;

	if (argc != ACT_ARGUMENTS)
		exit(CHILD_EXIT_USAGE);
	probe = strcmp(argv[ACT_HOW], "--probe") == 0;
	config = read_configuration(argv[ACT_CONFIGURATION]);
	if (config == NULL)
		exit(builtin_say(STEP_CODE_NOT_NOW,
		    "the configuration cannot be read"));
	error = find_hook(argv, config, probe, path, sizeof(path), why);
	if (error == -EPERM)
		exit(builtin_say(probe ? STEP_CODE_UNKNOWN :
		    STEP_CODE_REFUSED, "%s", why));
	if (error == 0)
		run_hook(argv, path);
	error = run_builtin(argv, config, probe);
	config_free(config);
	exit(error);
}
