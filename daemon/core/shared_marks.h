/*
 * What a node must know at its next start too, in files of the state
 * directory: some say it by being there, one holds what is still to be
 * told in the audit.
 */
#ifndef DROVER_CORE_SHARED_MARKS_H
#define DROVER_CORE_SHARED_MARKS_H

#include <limits.h>
#include <stdbool.h>

#include "core/shared.h"

/* The state was damaged or gone, and is not given back yet. */
#define MARK_LOST		"state.lost"
/* A backup was put in the place of the state; holds a line that says so. */
#define MARK_RESTORED		"state.restored"
/* The log could not give all of the state back. */
#define MARK_INCOMPLETE		"cluster/log.incomplete"

void	mark_path(const struct shared *shared, const char *name,
	    char path[PATH_MAX]);
/* Also of any other file of the state directory. */
bool	mark_is_there(const struct shared *shared, const char *name);
/* 0 or a negative errno; it is on disk then. */
int	mark_set(const struct shared *shared, const char *name);
void	mark_clear(const struct shared *shared, const char *name);
/* Whole or not at all; in the place of one that is there. */
int	mark_write(const struct shared *shared, const char *name,
	    const char *text);
/* As much of it as text takes. */
int	mark_read(const struct shared *shared, const char *name, char *text,
	    size_t size);

/*
 * Adds to what goes into the audit as soon as there is a log to write it
 * in.  It is kept on disk where that has room; told once, however often it
 * is added.
 */
void	mended_note(struct shared *shared, const char *text);
/* What a former process could not tell; what it restored. */
void	mended_load(struct shared *shared);
void	mended_note_restored(struct shared *shared);

#endif
