/*
 * Hooks: programs of the operator that carry out an operation, one file
 * each with the name of the operation, drover-hooks(5).
 *
 *	DIRECTORY/OP NODE PLAN.STEP.ATTEMPT TOKEN TARGET ARGUMENT
 *
 * OP.probe, where there is one, is asked in the same way whether it took
 * effect.  A file that others could have written is never run.
 */
#ifndef DROVER_EFFECTOR_HOOK_H
#define DROVER_EFFECTOR_HOOK_H

#include <stdbool.h>
#include <stddef.h>

/* In which hooks are looked for when the configuration names none. */
int	hook_directory(char *path, size_t size);
/*
 * 0 with the path; -ENOENT: there is none; -EPERM: there is one, and it is
 * not to be trusted, why says what is wrong with it.
 */
int	hook_find(const char *directory, const char *op, bool probe,
	    char *path, size_t size, char why[257]);

#endif
