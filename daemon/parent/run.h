/*
 * The parent at work: it starts the processes, keeps them running, tells
 * the core and the service manager about them, and ends them all.
 */
#ifndef DROVER_PARENT_RUN_H
#define DROVER_PARENT_RUN_H

#include <stdbool.h>

#include "parent/notify.h"
#include "parent/process.h"

struct run_plan {
	const struct process_setup	*setup;
	struct notify			*notify;
	/* Why a process is not wanted, NULL when it is. */
	const char			*unwanted[PROCESSES];
	/* Read the configuration again; false when it was refused. */
	bool				(*reload)(void *argument);
	void				*argument;
};

/* Returns when SIGTERM or SIGINT has ended everything: the exit status. */
int	run(const struct run_plan *plan);

#endif
