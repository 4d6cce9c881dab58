/*
 * Is this file what was written?  The check of SQLite sees the structure
 * of pages and misses most changes within a row: so the rows are held
 * against the sum of their digests, and the audit against its chain.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/durable.h"
#include "store/state_sql.h"

/* One line: SQLite writes more, the first of which says nothing. */
static int
found(char *why, size_t size, const char *what)
{
	static const char head[] = "*** in database main ***\n";

	if (strncmp(what, head, sizeof(head) - 1) == 0)
		what += sizeof(head) - 1;
	snprintf(why, size, "%s", what);
	why[strcspn(why, "\n")] = '\0';
	return -EUCLEAN;
}

/* The first row of a check: "ok", or what is wrong. */
static int
check_pages(sqlite3 *db, char *why, size_t size)
{
	sqlite3_stmt *statement = NULL;
	int error = sql_prepare(db, "PRAGMA integrity_check(1)", &statement);
	const char *text;
	int result;

	if (error == 0) {
		result = sqlite3_step(statement);
		error = sql_error(db, result);
		text = error == 0 && result == SQLITE_ROW ?
		    (const char *)sqlite3_column_text(statement, 0) : NULL;
		if (error == 0 && (text == NULL || strcmp(text, "ok") != 0))
			error = found(why, size,
			    text == NULL ? "no result of its check" : text);
	}
	sqlite3_finalize(statement);
	return error;
}

static int
check_keys(sqlite3 *db, char *why, size_t size)
{
	int64_t count;
	int error = sql_number(db,
	    "SELECT count(*) FROM pragma_foreign_key_check", &count);

	return error == 0 && count > 0 ?
	    found(why, size, "a token without an account") : error;
}

static int
check_rows(sqlite3 *db, char *why, size_t size)
{
	struct model *model = model_new();
	uint64_t sum[4];
	int error = model == NULL ? -ENOMEM : state_load_from(db, model);

	if (error == 0)
		error = model_sum(model, sum);
	if (error == 0 && memcmp(sum, model_meta(model)->sum,
	    sizeof(sum)) != 0)
		error = found(why, size, "rows are not as they were written");
	model_free(model);
	return error;
}

static int
check_audit(sqlite3 *db, char *why, size_t size)
{
	int64_t rows, bad = 0;
	int error = state_verify_audit_of(db, &rows, &bad);

	if (error == -EUCLEAN)
		snprintf(why, size, "the chain of the audit breaks at "
		    "entry %lld", (long long)bad);
	return error;
}

int
state_check_version(sqlite3 *db, char *why, size_t size)
{
	int64_t version = 0;
	int error = sql_number(db, "PRAGMA user_version", &version);

	if (error == 0 && version < 1)
		return found(why, size, "not a state of drover");
	if (error == -EUCLEAN)
		return found(why, size, sqlite3_errmsg(db));
	return error == 0 && version > STATE_VERSION ? -ENOTSUP : error;
}

int
state_check(sqlite3 *db, char *why, size_t size)
{
	int64_t version;
	int error = sql_number(db, "PRAGMA user_version", &version);

	why[0] = '\0';
	if (error == 0 && version != STATE_VERSION)
		return version > STATE_VERSION ? -ENOTSUP :
		    found(why, size, "not a state of drover");
	if (error == 0)
		error = check_pages(db, why, size);
	if (error == 0)
		error = check_keys(db, why, size);
	if (error == 0)
		error = check_rows(db, why, size);
	if (error == 0)
		error = check_audit(db, why, size);
	if (error == -EUCLEAN && why[0] == '\0')
		snprintf(why, size, "%s", sqlite3_errmsg(db));
	return error;
}

static int
rename_with(const char *path, const char *to, const char *ending)
{
	char from_name[PATH_MAX + 8], to_name[PATH_MAX + 8];

	snprintf(from_name, sizeof(from_name), "%s%s", path, ending);
	snprintf(to_name, sizeof(to_name), "%s%s", to, ending);
	return rename(from_name, to_name) == 0 ||
	    (errno == ENOENT && ending[0] != '\0') ? 0 : -errno;
}

/* The log of writes belongs to the file: without it, it is another. */
int
state_set_aside(const char *path, const char *ending, char *aside)
{
	int error = durable_aside_name(path, ending, aside);

	if (error == 0)
		error = rename_with(path, aside, "-wal");
	if (error == 0)
		error = rename_with(path, aside, "-shm");
	return error == 0 ? rename_with(path, aside, "") : error;
}
