/* Statements and rows, made from the description of rows. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/state_sql.h"

int
sql_error(sqlite3 *db, int result)
{
	switch (result & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_SCHEMA:
	case SQLITE_CONSTRAINT:
	case SQLITE_ERROR:
		return -EUCLEAN;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	default:
		/* A file of shared memory that has no room is an I/O error. */
		return sqlite3_system_errno(db) == ENOSPC ? -ENOSPC : -EIO;
	}
}

int
sql_run(sqlite3 *db, const char *sql)
{
	return sql_error(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

int
sql_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **statement)
{
	return sql_error(db, sqlite3_prepare_v3(db, sql, -1,
	    SQLITE_PREPARE_PERSISTENT, statement, NULL));
}

int
sql_finish(sqlite3 *db, sqlite3_stmt *statement)
{
	int result = sqlite3_step(statement);
	int error = sql_error(db, result);

	sqlite3_reset(statement);
	return error;
}

int
sql_number(sqlite3 *db, const char *sql, int64_t *number)
{
	sqlite3_stmt *statement = NULL;
	int error = sql_prepare(db, sql, &statement);
	int result;

	if (error == 0) {
		result = sqlite3_step(statement);
		error = sql_error(db, result);
		if (error == 0 && result != SQLITE_ROW)
			error = -EUCLEAN;
		*number = sqlite3_column_int64(statement, 0);
	}
	sqlite3_finalize(statement);
	return error;
}

/* "a, b, c" of count fields from first on, each written as format. */
static void
write_fields(FILE *stream, const struct row_kind *kind, size_t first,
    size_t count, const char *between, const char *form)
{
	size_t i;

	for (i = first; i < count; i++) {
		fputs(i == first ? "" : between, stream);
		if (strcmp(form, "?") == 0)
			fputs("?", stream);
		else if (strcmp(form, "=") == 0)
			fprintf(stream, "%s = ?", kind->fields[i].name);
		else if (strcmp(form, "excluded") == 0)
			fprintf(stream, "%s = excluded.%s",
			    kind->fields[i].name, kind->fields[i].name);
		else
			fputs(kind->fields[i].name, stream);
	}
}

static void
write_put(FILE *stream, const struct row_kind *kind)
{
	fprintf(stream, "INSERT INTO %s (", kind->name);
	write_fields(stream, kind, 0, kind->count, ", ", "");
	fputs(") VALUES (", stream);
	write_fields(stream, kind, 0, kind->count, ", ", "?");
	fputs(")", stream);
	if (!kind->kept)
		return;
	fputs(" ON CONFLICT (", stream);
	write_fields(stream, kind, 0, kind->keys, ", ", "");
	fputs(") DO UPDATE SET ", stream);
	write_fields(stream, kind, kind->keys, kind->count, ", ", "excluded");
}

static void
write_delete(FILE *stream, const struct row_kind *kind)
{
	fprintf(stream, "DELETE FROM %s WHERE ", kind->name);
	write_fields(stream, kind, 0, kind->keys, " AND ", "=");
}

static void
write_select(FILE *stream, const struct row_kind *kind)
{
	fputs("SELECT ", stream);
	write_fields(stream, kind, 0, kind->count, ", ", "");
	fprintf(stream, " FROM %s ", kind->name);
}

static int
prepare_written(sqlite3 *db, enum row_table table,
    void (*write)(FILE *, const struct row_kind *), const char *rest,
    sqlite3_stmt **statement)
{
	char *sql = NULL;
	size_t size;
	FILE *stream = open_memstream(&sql, &size);
	int error;

	if (stream == NULL)
		return -ENOMEM;
	write(stream, row_kind(table));
	fputs(rest, stream);
	error = fclose(stream) == 0 ? sql_prepare(db, sql, statement) :
	    -ENOMEM;
	free(sql);
	return error;
}

int
sql_prepare_put(sqlite3 *db, enum row_table table, sqlite3_stmt **statement)
{
	return prepare_written(db, table, write_put, "", statement);
}

int
sql_prepare_delete(sqlite3 *db, enum row_table table,
    sqlite3_stmt **statement)
{
	return prepare_written(db, table, write_delete, "", statement);
}

int
sql_prepare_select(sqlite3 *db, enum row_table table, const char *rest,
    sqlite3_stmt **statement)
{
	return prepare_written(db, table, write_select, rest, statement);
}

int
sql_prepare_meta(sqlite3 *db, sqlite3_stmt **statement)
{
	return sql_prepare(db, "UPDATE meta SET applied_index = ?, "
	    "applied_term = ?, cluster_ms = ?, wall_ms = ?, "
	    "feature_level = ?, serving_index = ?, log_base = ?, "
	    "log_base_ms = ?, chain = ?, "
	    "audit_hash = ?, sum = ? WHERE one = 1", statement);
}

/* The row stays until the statement is reset: no copy is made. */
int
sql_bind_row(sqlite3_stmt *statement, enum row_table table, const void *row,
    size_t count)
{
	const struct row_kind *kind = row_kind(table);
	int result = SQLITE_OK;
	const char *field;
	int64_t number;
	size_t i;

	for (i = 0; result == SQLITE_OK && i < kind->count && i < count;
	    i++) {
		field = (const char *)row + kind->fields[i].offset;
		if (kind->fields[i].room > 0) {
			result = sqlite3_bind_text(statement, (int)i + 1,
			    field, -1, SQLITE_STATIC);
			continue;
		}
		memcpy(&number, field, sizeof(number));
		result = sqlite3_bind_int64(statement, (int)i + 1, number);
	}
	return result == SQLITE_OK ? 0 : -ENOMEM;
}

static int
read_text(sqlite3_stmt *statement, int column, char *field, size_t room)
{
	const unsigned char *text = sqlite3_column_text(statement, column);
	size_t bytes = (size_t)sqlite3_column_bytes(statement, column);

	if (text == NULL || bytes >= room || memchr(text, '\0', bytes))
		return -EUCLEAN;
	memcpy(field, text, bytes + 1);
	return 0;
}

int
sql_read_row(sqlite3_stmt *statement, enum row_table table, void *row)
{
	const struct row_kind *kind = row_kind(table);
	int error = 0;
	int64_t number;
	char *field;
	size_t i;

	for (i = 0; error == 0 && i < kind->count; i++) {
		field = (char *)row + kind->fields[i].offset;
		if (kind->fields[i].room > 0) {
			error = read_text(statement, (int)i, field,
			    kind->fields[i].room);
			continue;
		}
		number = sqlite3_column_int64(statement, (int)i);
		memcpy(field, &number, sizeof(number));
	}
	return error;
}

int
sql_bind_meta(sqlite3_stmt *statement, const struct model_meta *meta)
{
	const int64_t numbers[] = { meta->applied_index, meta->applied_term,
		meta->cluster_ms, meta->wall_ms, meta->feature_level,
		meta->serving_index, meta->log_base, meta->log_base_ms };
	int count = sizeof(numbers) / sizeof(numbers[0]);
	int result = SQLITE_OK, i;

	for (i = 0; result == SQLITE_OK && i < count; i++)
		result = sqlite3_bind_int64(statement, i + 1, numbers[i]);
	if (result == SQLITE_OK)
		result = sqlite3_bind_blob(statement, ++i, meta->chain,
		    sizeof(meta->chain), SQLITE_STATIC);
	if (result == SQLITE_OK)
		result = sqlite3_bind_blob(statement, ++i, meta->audit_hash,
		    sizeof(meta->audit_hash), SQLITE_STATIC);
	if (result == SQLITE_OK)
		result = sqlite3_bind_blob(statement, ++i, meta->sum,
		    sizeof(meta->sum), SQLITE_STATIC);
	return result == SQLITE_OK ? 0 : -ENOMEM;
}

static int
read_blob(sqlite3_stmt *statement, int column, void *to, size_t size)
{
	const void *blob = sqlite3_column_blob(statement, column);

	if (blob == NULL ||
	    (size_t)sqlite3_column_bytes(statement, column) != size)
		return -EUCLEAN;
	memcpy(to, blob, size);
	return 0;
}

static int
read_meta_row(sqlite3_stmt *statement, struct model_meta *meta)
{
	int64_t *const numbers[] = { &meta->applied_index,
		&meta->applied_term, &meta->cluster_ms, &meta->wall_ms,
		&meta->feature_level, &meta->serving_index, &meta->log_base,
		&meta->log_base_ms };
	int count = sizeof(numbers) / sizeof(numbers[0]);
	int error, i;

	for (i = 0; i < count; i++)
		*numbers[i] = sqlite3_column_int64(statement, i);
	error = read_blob(statement, i, meta->chain, sizeof(meta->chain));
	if (error == 0)
		error = read_blob(statement, i + 1, meta->audit_hash,
		    sizeof(meta->audit_hash));
	return error == 0 ? read_blob(statement, i + 2, meta->sum,
	    sizeof(meta->sum)) : error;
}

int
sql_read_meta(sqlite3 *db, struct model_meta *meta)
{
	sqlite3_stmt *statement = NULL;
	int error = sql_prepare(db, "SELECT applied_index, applied_term, "
	    "cluster_ms, wall_ms, feature_level, serving_index, log_base, "
	    "log_base_ms, chain, "
	    "audit_hash, sum FROM meta WHERE one = 1", &statement);
	int result;

	memset(meta, 0, sizeof(*meta));
	if (error == 0) {
		result = sqlite3_step(statement);
		error = sql_error(db, result);
		if (error == 0)
			error = result == SQLITE_ROW ?
			    read_meta_row(statement, meta) : -EUCLEAN;
	}
	sqlite3_finalize(statement);
	return error;
}
