/*
 * Between the parts of state: the connection, statements made from the
 * description of rows, and rows in and out of them.
 */
#ifndef DROVER_STORE_STATE_SQL_H
#define DROVER_STORE_STATE_SQL_H

#include <sqlite3.h>

#include "store/state.h"

struct state {
	sqlite3		*db;
	sqlite3_stmt	*begin;
	sqlite3_stmt	*commit;
	sqlite3_stmt	*meta;			/* update */
	sqlite3_stmt	*put[ROW_TABLES];
	sqlite3_stmt	*delete[ROW_TABLES];
	int		 lock;			/* descriptor, or -1 */
	bool		 in_batch;
};

/* What a result of SQLite is as an errno, negative; 0 for OK. */
int	sql_error(sqlite3 *db, int result);
/* One statement or several, without results. */
int	sql_run(sqlite3 *db, const char *sql);
int	sql_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **statement);
/* Steps to the end and resets. */
int	sql_finish(sqlite3 *db, sqlite3_stmt *statement);
/* The number in the first column of the first row. */
int	sql_number(sqlite3 *db, const char *sql, int64_t *number);

/* -EUCLEAN also when the statements do not fit the file. */
int	sql_prepare_put(sqlite3 *db, enum row_table table,
	    sqlite3_stmt **statement);
int	sql_prepare_delete(sqlite3 *db, enum row_table table,
	    sqlite3_stmt **statement);
/* All columns; rest comes after FROM table. */
int	sql_prepare_select(sqlite3 *db, enum row_table table,
	    const char *rest, sqlite3_stmt **statement);
int	sql_prepare_meta(sqlite3 *db, sqlite3_stmt **statement);

/* The first count columns (all with SIZE_MAX), from parameter 1 on. */
int	sql_bind_row(sqlite3_stmt *statement, enum row_table table,
	    const void *row, size_t count);
/* -EUCLEAN: a text is too long, or a column of another type. */
int	sql_read_row(sqlite3_stmt *statement, enum row_table table,
	    void *row);
int	sql_bind_meta(sqlite3_stmt *statement, const struct model_meta *meta);
int	sql_read_meta(sqlite3 *db, struct model_meta *meta);

/* Every row and meta into an empty model. */
int	state_load_from(sqlite3 *db, struct model *model);
/* The audit chain, up to the hash in meta. */
int	state_verify_audit_of(sqlite3 *db, int64_t *rows,
	    int64_t *first_bad);

/* To STATE_VERSION, from nothing too.  -ENOTSUP: it is newer. */
int	state_migrate(sqlite3 *db);
/*
 * Is it a state at all, of this version or an older one?  0; -EUCLEAN with
 * why; -ENOTSUP: a newer drover wrote it.
 */
int	state_check_version(sqlite3 *db, char *why, size_t size);
/*
 * All that can be checked; why gets a line.  The version must be
 * STATE_VERSION.
 */
int	state_check(sqlite3 *db, char *why, size_t size);
/* Of one writer.  The descriptor is the lock. */
int	state_take_lock(const char *path, int *lock);
/* A connection to an existing file, for reading. */
int	state_open_copy(const char *path, sqlite3 **db);
/* Renames the file and its log of writes; aside has PATH_MAX bytes. */
int	state_set_aside(const char *path, const char *ending, char *aside);

#endif
