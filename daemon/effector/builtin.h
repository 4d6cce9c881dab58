/*
 * What the effector can do itself.  Each runs in a process of its own,
 * which it may block and leave by exit; it prints one line for people and
 * returns a code of enum step_code.
 */
#ifndef DROVER_EFFECTOR_BUILTIN_H
#define DROVER_EFFECTOR_BUILTIN_H

#include "config/config.h"

struct builtin_case {
	const struct config	*config;
	const char		*directory;	/* STATE/effector */
	const char		*state_directory;
	const char		*target;
	const char		*argument;
	int64_t			 started_ms;	/* to probe: CLOCK_BOOTTIME */
};

typedef int	builtin_function(const struct builtin_case *asked);

struct builtin {
	const char		*op;
	builtin_function	*act;
	builtin_function	*probe;		/* NULL: nobody can tell */
};

/* NULL: there is none. */
const struct builtin *builtin_find(const char *op);

/* One line on the standard output; returns code. */
int	builtin_say(int code, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));
/* The backend that a target names; NULL, and it is said. */
const struct config_backend_entry *builtin_backend(
	    const struct builtin_case *asked);

builtin_function	backend_restart;
builtin_function	backend_restart_probe;
/* Starts those that have a command and never were started here. */
builtin_function	backend_start;
builtin_function	model_load;
builtin_function	model_load_probe;
builtin_function	model_unload;
builtin_function	model_unload_probe;
builtin_function	disk_clean;

#endif
