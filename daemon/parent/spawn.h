/*
 * Starting one process as process/child.h promises it: descriptor 3, no
 * other descriptor, default signals, a session of its own, the service's
 * user, no way to gain privileges, death with the parent.
 */
#ifndef DROVER_PARENT_SPAWN_H
#define DROVER_PARENT_SPAWN_H

#include <sys/types.h>

#include "parent/identity.h"

struct spawn_plan {
	const char		*path;
	char *const		*arguments;	/* NULL at the end */
	const struct identity	*identity;	/* NULL: as the parent is */
	unsigned long		 descriptors;	/* limit of open files */
};

/*
 * On success *control is the parent's end of the pair, non-blocking.  An
 * exec that fails is told over it, followed by exit code 127.
 */
int	spawn(const struct spawn_plan *plan, pid_t *pid, int *control);

#endif
