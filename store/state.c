/* Opening, storing and loading. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/state_sql.h"

#define BUSY_MS		2000

static const unsigned char schema[] = {
#include "schema.inc"
};
static const unsigned char schema_2[] = {
#include "schema-2.inc"
};
static const unsigned char schema_3[] = {
#include "schema-3.inc"
};
static const unsigned char schema_4[] = {
#include "schema-4.inc"
};

static const char pragmas[] =
	"PRAGMA journal_mode = WAL;"
	"PRAGMA synchronous = NORMAL;"
	"PRAGMA foreign_keys = ON;"
	"PRAGMA cell_size_check = ON;"
	"PRAGMA trusted_schema = OFF;";

int
state_take_lock(const char *path, int *lock)
{
	char name[PATH_MAX];

	if ((size_t)snprintf(name, sizeof(name), "%s-lock", path) >=
	    sizeof(name))
		return -ENAMETOOLONG;
	*lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*lock < 0)
		return -errno;
	if (flock(*lock, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	return 0;
}

/* SQLite would make it with the mode of the umask. */
static int
make_file(const char *path)
{
	int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (file < 0)
		return -errno;
	close(file);
	return 0;
}

/* What the model is before the first entry. */
static int
insert_meta(sqlite3 *db)
{
	struct model_meta meta = { .feature_level = MODEL_FEATURE_LEVEL };
	sqlite3_stmt *statement = NULL;
	int error = sql_run(db, "INSERT INTO meta VALUES (1, 0, 0, 0, 0, 0, "
	    "0, 0, 0, zeroblob(32), zeroblob(32), zeroblob(32))");

	if (error == 0)
		error = sql_prepare_meta(db, &statement);
	if (error == 0)
		error = sql_bind_meta(statement, &meta);
	if (error == 0)
		error = sql_finish(db, statement);
	sqlite3_finalize(statement);
	return error;
}

static int
make_schema(sqlite3 *db)
{
	int error = sql_run(db, (const char *)schema);

	return error == 0 ? insert_meta(db) : error;
}

static int
add_faults(sqlite3 *db)
{
	return sql_run(db, (const char *)schema_2);
}

static int
add_predictions(sqlite3 *db)
{
	return sql_run(db, (const char *)schema_3);
}

static int
add_plans(sqlite3 *db)
{
	return sql_run(db, (const char *)schema_4);
}

/*
 * From each version to the next, in one transaction each: a step is never
 * changed once it was in a release.
 */
static int (*const migrations[STATE_VERSION])(sqlite3 *) = {
	make_schema,
	add_faults,
	add_predictions,
	add_plans,
};

int
state_migrate(sqlite3 *db)
{
	char sql[64];
	int64_t version;
	int error = sql_number(db, "PRAGMA user_version", &version);

	if (error == 0 && (version < 0 || version > STATE_VERSION))
		return -ENOTSUP;
	for (; error == 0 && version < STATE_VERSION; version++) {
		snprintf(sql, sizeof(sql), "PRAGMA user_version = %d",
		    (int)version + 1);
		error = sql_run(db, "BEGIN IMMEDIATE");
		if (error == 0)
			error = migrations[version](db);
		if (error == 0)
			error = sql_run(db, sql);
		if (error == 0)
			error = sql_run(db, "COMMIT");
		if (error != 0)
			sql_run(db, "ROLLBACK");
	}
	return error;
}

static int
prepare_all(struct state *state)
{
	int error = sql_prepare(state->db, "BEGIN IMMEDIATE", &state->begin);
	size_t table;

	if (error == 0)
		error = sql_prepare(state->db, "COMMIT", &state->commit);
	if (error == 0)
		error = sql_prepare_meta(state->db, &state->meta);
	for (table = 0; error == 0 && table < ROW_TABLES; table++) {
		error = sql_prepare_put(state->db, (enum row_table)table,
		    &state->put[table]);
		if (error == 0)
			error = sql_prepare_delete(state->db,
			    (enum row_table)table, &state->delete[table]);
	}
	return error;
}

static int
open_file(struct state *state, const char *path, struct state_report *report)
{
	int error = make_file(path);

	if (error == 0)
		error = sql_error(NULL, sqlite3_open_v2(path, &state->db,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_EXRESCODE, NULL));
	if (error != 0)
		return error;
	sqlite3_busy_timeout(state->db, BUSY_MS);
	error = sql_run(state->db, pragmas);
	if (error == 0)
		error = state_migrate(state->db);
	if (error == 0)
		error = state_check(state->db, report->why,
		    sizeof(report->why));
	return error == 0 ? prepare_all(state) : error;
}

static void
close_file(struct state *state)
{
	size_t table;

	sqlite3_finalize(state->begin);
	sqlite3_finalize(state->commit);
	sqlite3_finalize(state->meta);
	for (table = 0; table < ROW_TABLES; table++) {
		sqlite3_finalize(state->put[table]);
		sqlite3_finalize(state->delete[table]);
	}
	sqlite3_close(state->db);
	state->db = NULL;
}

/* A damaged file is left as it is: SQLite must not tidy up in it. */
static void
close_damaged(struct state *state)
{
	int on = 1;

	if (state->db != NULL)
		sqlite3_db_config(state->db,
		    SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, on, NULL);
	close_file(state);
}

int
state_open(struct state **opened, const char *path,
    struct state_report *report)
{
	struct state *state = calloc(1, sizeof(*state));
	int error, aside;

	memset(report, 0, sizeof(*report));
	if (state == NULL)
		return -ENOMEM;
	state->lock = -1;
	error = state_take_lock(path, &state->lock);
	if (error == 0)
		error = open_file(state, path, report);
	if (error == 0) {
		*opened = state;
		return 0;
	}
	if (error == -EUCLEAN && report->why[0] == '\0')
		snprintf(report->why, sizeof(report->why), "%s",
		    state->db == NULL ? "not a state of drover" :
		    sqlite3_errmsg(state->db));
	/* It may go on with the statement that it stumbled over. */
	report->why[strcspn(report->why, "\n")] = '\0';
	close_damaged(state);
	if (error == -EUCLEAN) {
		aside = state_set_aside(path, "damaged", report->aside);
		error = aside == 0 ? error : aside;
	}
	state_close(state);
	return error;
}

void
state_close(struct state *state)
{
	if (state == NULL)
		return;
	close_file(state);
	if (state->lock >= 0)
		close(state->lock);
	free(state);
}

static int
load_table(sqlite3 *db, enum row_table table, struct model *model)
{
	sqlite3_stmt *statement = NULL;
	int error = sql_prepare_select(db, table, "", &statement);
	int result = SQLITE_DONE;
	void *row;

	while (error == 0 &&
	    (result = sqlite3_step(statement)) == SQLITE_ROW) {
		row = calloc(1, row_kind(table)->bytes);
		if (row == NULL) {
			error = -ENOMEM;
			break;
		}
		error = sql_read_row(statement, table, row);
		if (error == 0)
			error = model_put(model, table, row);
		else
			free(row);
	}
	if (error == 0)
		error = sql_error(db, result);
	sqlite3_finalize(statement);
	return error;
}

int
state_load_from(sqlite3 *db, struct model *model)
{
	struct model_meta meta;
	int error = sql_read_meta(db, &meta);
	size_t table;

	for (table = 0; error == 0 && table < ROW_TABLES; table++)
		if (row_kind((enum row_table)table)->kept)
			error = load_table(db, (enum row_table)table, model);
	if (error == 0)
		model_set_meta(model, &meta);
	return error;
}

int
state_load(struct state *state, struct model *model)
{
	return state_load_from(state->db, model);
}

static int
store_change(struct state *state, const struct change *change)
{
	sqlite3_stmt *statement = change->put ? state->put[change->table] :
	    state->delete[change->table];
	int error = sql_bind_row(statement, change->table, change->row,
	    change->put ? SIZE_MAX : row_kind(change->table)->keys);

	return error == 0 ? sql_finish(state->db, statement) : error;
}

static int
store_in_transaction(struct state *state, const struct changes *changes)
{
	int error = 0;
	size_t i;

	for (i = 0; error == 0 && i < changes->count; i++)
		error = store_change(state, &changes->list[i]);
	if (error == 0)
		error = sql_bind_meta(state->meta, &changes->meta);
	return error == 0 ? sql_finish(state->db, state->meta) : error;
}

/* Some errors end the transaction by themselves; then this does nothing. */
static void
roll_back(struct state *state)
{
	if (!sqlite3_get_autocommit(state->db))
		sql_run(state->db, "ROLLBACK");
	state->in_batch = false;
}

int
state_begin(struct state *state)
{
	int error = sql_finish(state->db, state->begin);

	state->in_batch = error == 0;
	return error;
}

int
state_end(struct state *state)
{
	int error = sql_finish(state->db, state->commit);

	if (error != 0)
		roll_back(state);
	state->in_batch = false;
	return error;
}

int
state_store(struct state *state, const struct changes *changes)
{
	bool alone = !state->in_batch;
	int error = alone ? state_begin(state) : 0;

	if (error == 0)
		error = store_in_transaction(state, changes);
	if (error == 0)
		return alone ? state_end(state) : 0;
	roll_back(state);
	return error;
}

/* No log could replay it: it must be on disk before the new one begins. */
int
state_rebase(struct state *state)
{
	int error = sql_run(state->db, "UPDATE meta SET log_base = "
	    "applied_index, log_base_ms = cluster_ms WHERE one = 1");

	return error == 0 ? sql_run(state->db,
	    "PRAGMA wal_checkpoint(TRUNCATE)") : error;
}

int
state_applied(struct state *state, int64_t *index, int64_t *term)
{
	struct model_meta meta;
	int error = sql_read_meta(state->db, &meta);

	*index = meta.applied_index;
	*term = meta.applied_term;
	return error;
}
