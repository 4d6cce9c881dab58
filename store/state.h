/*
 * State on disk: one SQLite file with what rules_apply() returned, and the
 * index of the entry that it came from in the same transaction.  A lost
 * tail of transactions is one that the log replays: so it is written with
 * synchronous=NORMAL, and a power failure takes nothing that the log does
 * not have.
 *
 * One process writes; others may read the file, read-only.  One thread
 * uses a struct state at a time.
 *
 * Errors: -ENOSPC the disk is full; -EIO; -EUCLEAN the file is damaged;
 * -ENOMEM; -EBUSY another process holds the file.  After one of
 * state_store() or state_end() nothing of that transaction is on disk.
 */
#ifndef DROVER_STORE_STATE_H
#define DROVER_STORE_STATE_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/apply.h"

/* The user_version of the file that this drover writes. */
#define STATE_VERSION	4

struct state;

struct state_report {
	char	aside[PATH_MAX];	/* where a damaged file went, or "" */
	char	why[192];		/* one line, or "" */
};

/*
 * Makes the file (mode 0600) when there is none, migrates it when it is
 * old, and checks all of it: pages, keys, every row against the sum that
 * came with it, the chain of the audit.
 *	-EUCLEAN: damaged.  The file now has the name report->aside, nothing
 *	    is at path: restore a snapshot or a backup, or open again and
 *	    replay the log, and record a fault.
 *	-ENOTSUP: a newer drover wrote it; it is untouched.
 */
int	state_open(struct state **state, const char *path,
	    struct state_report *report);
void	state_close(struct state *state);

/* All of it into an empty model. */
int	state_load(struct state *state, struct model *model);

/*
 * What one entry changed, with the index and term in it, in a transaction
 * of its own, or in the one that state_begin() opened.  When that one
 * fails, with state_store() or state_end(), the model is ahead of the disk:
 * end the process.
 */
int	state_store(struct state *state, const struct changes *changes);
int	state_begin(struct state *state);
int	state_end(struct state *state);

/*
 * The next entry is the first of a log that begins anew: log_base and
 * log_base_ms become what is applied, on disk when it returns.  Then load
 * the model.
 */
int	state_rebase(struct state *state);

/* Of the last entry stored; 0 and 0: none. */
int	state_applied(struct state *state, int64_t *index, int64_t *term);

/*
 * The whole file as bytes to be freed with free(), for a snapshot of the
 * log, and back: the open state takes them over, after a check.  Then load
 * a new model.  -EUCLEAN: the bytes are not a sound state, and the state is
 * as it was.
 */
int	state_snapshot(struct state *state, void **bytes, size_t *size);
int	state_restore_snapshot(struct state *state, const void *bytes,
	    size_t size, struct state_report *report);

/*
 * A copy in one file, while the state is in use: checked, synced, mode
 * 0600.  -EEXIST: there is a file of that name.
 */
int	state_backup(struct state *state, const char *path,
	    struct state_report *report);
/*
 * Puts the backup from in the place of the state at path, which no process
 * holds.  The file that was there gets the name report->aside.  -EUCLEAN:
 * from is not a sound state, and nothing happened.
 * before, where it is not NULL, is called once the backup was found sound
 * and is copied, before anything is in its place; what it returns other
 * than 0 is returned, and nothing is restored.
 */
int	state_restore(const char *path, const char *from,
	    int (*before)(void *context), void *context,
	    struct state_report *report);

struct state_audit_query {
	int64_t		before;		/* ids below; 0: from the newest */
	int64_t		after;		/* ids above */
	size_t		limit;		/* 0: all */
	const char	*actor;		/* exactly; NULL: any */
	const char	*object;	/* exactly; NULL: any */
};

/* Newest first, until visit returns other than 0, which is returned. */
int	state_audit_read(struct state *state,
	    const struct state_audit_query *query,
	    int (*visit)(void *context, const struct row_audit *row),
	    void *context);
/*
 * Reckons the hash chain anew.  -EUCLEAN: *first_bad is the id of the row
 * where it breaks, or 0 when rows are missing at the end.  *rows: how many
 * hold.
 */
int	state_audit_verify(struct state *state, int64_t *rows,
	    int64_t *first_bad);

#endif
