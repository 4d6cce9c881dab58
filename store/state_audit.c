/* The audit: reading it, and reckoning its chain anew. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/state_sql.h"

static int
prepare_query(sqlite3 *db, const struct state_audit_query *query,
    sqlite3_stmt **statement)
{
	int error = sql_prepare_select(db, ROW_TABLE_AUDIT,
	    "WHERE (?1 = 0 OR id < ?1) AND id > ?2 AND "
	    "(?3 IS NULL OR actor = ?3) AND (?4 IS NULL OR object = ?4) "
	    "ORDER BY id DESC, n DESC LIMIT ?5", statement);
	int result;

	if (error != 0)
		return error;
	result = sqlite3_bind_int64(*statement, 1, query->before);
	if (result == SQLITE_OK)
		result = sqlite3_bind_int64(*statement, 2, query->after);
	if (result == SQLITE_OK && query->actor != NULL)
		result = sqlite3_bind_text(*statement, 3, query->actor, -1,
		    SQLITE_STATIC);
	if (result == SQLITE_OK && query->object != NULL)
		result = sqlite3_bind_text(*statement, 4, query->object, -1,
		    SQLITE_STATIC);
	if (result == SQLITE_OK)
		result = sqlite3_bind_int64(*statement, 5,
		    query->limit == 0 ? -1 : (int64_t)query->limit);
	return sql_error(db, result);
}

int
state_audit_read(struct state *state, const struct state_audit_query *query,
    int (*visit)(void *context, const struct row_audit *row), void *context)
{
	sqlite3_stmt *statement = NULL;
	struct row_audit row;
	int error = prepare_query(state->db, query, &statement);
	int result = SQLITE_DONE;

	while (error == 0 &&
	    (result = sqlite3_step(statement)) == SQLITE_ROW) {
		error = sql_read_row(statement, ROW_TABLE_AUDIT, &row);
		if (error == 0)
			error = visit(context, &row);
	}
	if (error == 0)
		error = sql_error(state->db, result);
	sqlite3_finalize(statement);
	return error;
}

/* The hash of the row before, for that of the next. */
struct chain {
	unsigned char		hash[DIGEST_BYTES];
	struct row_bytes	bytes;
};

static int
verify_row(struct chain *chain, const struct row_audit *row)
{
	const size_t fields = row_kind(ROW_TABLE_AUDIT)->count - 1;
	char text[DIGEST_TEXT];
	int error;

	chain->bytes.length = 0;
	row_bytes_add(&chain->bytes, chain->hash, sizeof(chain->hash));
	row_bytes_row(&chain->bytes, ROW_TABLE_AUDIT, row, fields);
	error = chain->bytes.failed ? -ENOMEM : digest(chain->bytes.bytes,
	    chain->bytes.length, chain->hash);
	if (error != 0)
		return error;
	digest_text(chain->hash, sizeof(chain->hash), text);
	return strcmp(text, row->hash) == 0 ? 0 : -EUCLEAN;
}

static int
verify_rows(sqlite3_stmt *statement, struct chain *chain, int64_t *rows,
    int64_t *first_bad)
{
	struct row_audit row;
	int error = 0, result = SQLITE_DONE;

	while (error == 0 &&
	    (result = sqlite3_step(statement)) == SQLITE_ROW) {
		*first_bad = sqlite3_column_int64(statement, 0);
		error = sql_read_row(statement, ROW_TABLE_AUDIT, &row);
		if (error == 0)
			error = verify_row(chain, &row);
		*rows += error == 0;
	}
	return error == 0 ?
	    sql_error(sqlite3_db_handle(statement), result) : error;
}

int
state_verify_audit_of(sqlite3 *db, int64_t *rows, int64_t *first_bad)
{
	struct chain chain = { .hash = { 0 } };
	sqlite3_stmt *statement = NULL;
	struct model_meta meta;
	int error = sql_read_meta(db, &meta);

	*rows = 0;
	*first_bad = 0;
	if (error == 0)
		error = sql_prepare_select(db, ROW_TABLE_AUDIT,
		    "ORDER BY id, n", &statement);
	if (error == 0)
		error = verify_rows(statement, &chain, rows, first_bad);
	if (error == 0) {
		*first_bad = 0;
		if (memcmp(chain.hash, meta.audit_hash,
		    sizeof(chain.hash)) != 0)
			error = -EUCLEAN;
	}
	sqlite3_finalize(statement);
	row_bytes_free(&chain.bytes);
	return error;
}

int
state_audit_verify(struct state *state, int64_t *rows, int64_t *first_bad)
{
	return state_verify_audit_of(state->db, rows, first_bad);
}
