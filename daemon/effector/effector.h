/*
 * The effector: carries out steps of plans on its node, each once, and only
 * after the core said that its begin is in the log (claim before act,
 * healing.md 3.5).  Whatever ends, it, the core or the machine, what it
 * knows afterwards is in its journal, and what it cannot know it says so.
 */
#ifndef DROVER_EFFECTOR_EFFECTOR_H
#define DROVER_EFFECTOR_EFFECTOR_H

#include <stdbool.h>

#include "process/child.h"

/* Until SIGTERM, or the end of the parent; an exit status. */
int	effector_run(const struct child_options *options, bool attended);

#endif
