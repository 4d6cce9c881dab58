/* Copies of the state: backups, snapshots, and the way back. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/durable.h"
#include "store/state_sql.h"

/* Where the header of a file says that it has a log of writes. */
#define WRITE_VERSION_BYTE	18
#define READ_VERSION_BYTE	19

static int
copy(sqlite3 *to, sqlite3 *from)
{
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", from,
	    "main");
	int result, error;

	if (backup == NULL)
		return sql_error(to, sqlite3_errcode(to));
	result = sqlite3_backup_step(backup, -1);
	error = result == SQLITE_DONE ? 0 : sql_error(to, result);
	result = sqlite3_backup_finish(backup);
	return error == 0 ? sql_error(to, result) : error;
}

int
state_open_copy(const char *path, sqlite3 **db)
{
	int error = sql_error(NULL, sqlite3_open_v2(path, db,
	    SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_EXRESCODE, NULL));

	if (error != 0) {
		sqlite3_close(*db);
		*db = NULL;
		error = access(path, R_OK) == 0 ? error : -errno;
	}
	return error;
}

static int
sync_file(const char *path)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	int error;

	if (file < 0)
		return -errno;
	error = fsync(file) == 0 ? 0 : -errno;
	close(file);
	return error;
}

/* One file, without a log of writes beside it; checked. */
static int
write_copy(const char *path, sqlite3 *from, char *why, size_t size)
{
	sqlite3 *to = NULL;
	int error = sql_error(NULL, sqlite3_open_v2(path, &to,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, NULL));

	if (error == 0)
		error = copy(to, from);
	if (error == 0)
		error = sql_run(to, "PRAGMA journal_mode = DELETE");
	/* An older drover may have made it. */
	if (error == 0)
		error = state_migrate(to);
	if (error == 0)
		error = state_check(to, why, size);
	if (error == -EUCLEAN && why[0] == '\0')
		snprintf(why, size, "%s", sqlite3_errmsg(to));
	sqlite3_close(to);
	return error == 0 ? sync_file(path) : error;
}

static int
make_part(const char *path, char part[PATH_MAX])
{
	int file;

	if ((size_t)snprintf(part, PATH_MAX, "%s.part", path) >= PATH_MAX)
		return -ENAMETOOLONG;
	unlink(part);
	file = open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0)
		return -errno;
	close(file);
	return 0;
}

int
state_backup(struct state *state, const char *path,
    struct state_report *report)
{
	char part[PATH_MAX];
	int error = access(path, F_OK) == 0 ? -EEXIST : make_part(path, part);

	memset(report, 0, sizeof(*report));
	if (error != 0)
		return error;
	error = write_copy(part, state->db, report->why,
	    sizeof(report->why));
	/* Not over a file that came in the meantime. */
	if (error == 0 && link(part, path) != 0)
		error = -errno;
	unlink(part);
	return error == 0 ? durable_sync_name(path) : error;
}

static int
put_in_place(const char *path, const char *part,
    struct state_report *report)
{
	int error = access(path, F_OK) != 0 ? 0 :
	    state_set_aside(path, "replaced", report->aside);

	if (error == 0 && rename(part, path) != 0)
		error = -errno;
	return error == 0 ? durable_sync_name(path) : error;
}

static int
restore_locked(const char *path, sqlite3 *from,
    int (*before)(void *context), void *context, struct state_report *report)
{
	char part[PATH_MAX];
	int error = make_part(path, part);

	if (error != 0)
		return error;
	error = write_copy(part, from, report->why, sizeof(report->why));
	if (error == 0 && before != NULL)
		error = before(context);
	if (error == 0)
		error = put_in_place(path, part, report);
	unlink(part);
	return error;
}

int
state_restore(const char *path, const char *from,
    int (*before)(void *context), void *context, struct state_report *report)
{
	sqlite3 *db = NULL;
	int lock = -1, error;

	memset(report, 0, sizeof(*report));
	error = state_take_lock(path, &lock);
	if (error == 0)
		error = state_open_copy(from, &db);
	if (error == 0)
		error = state_check_version(db, report->why,
		    sizeof(report->why));
	if (error == 0)
		error = restore_locked(path, db, before, context, report);
	sqlite3_close(db);
	if (lock >= 0)
		close(lock);
	return error;
}

int
state_snapshot(struct state *state, void **bytes, size_t *size)
{
	sqlite3_int64 length = 0;
	unsigned char *image = sqlite3_serialize(state->db, "main", &length,
	    0);

	*bytes = NULL;
	if (image == NULL)
		return -ENOMEM;
	if (length > READ_VERSION_BYTE)
		*bytes = malloc((size_t)length);
	if (*bytes != NULL) {
		/* What says WAL cannot be opened from memory. */
		image[WRITE_VERSION_BYTE] = image[READ_VERSION_BYTE] = 1;
		memcpy(*bytes, image, (size_t)length);
		*size = (size_t)length;
	}
	sqlite3_free(image);
	return *bytes != NULL ? 0 : -ENOMEM;
}

/* The copy is SQLite's from here on, whatever happens. */
static int
open_image(const void *bytes, size_t size, sqlite3 **db)
{
	unsigned char *image;
	int result = sqlite3_open_v2(":memory:", db, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE, NULL);

	if (result != SQLITE_OK)
		return -ENOMEM;
	image = sqlite3_malloc64(size);
	if (image == NULL)
		return -ENOMEM;
	memcpy(image, bytes, size);
	return sql_error(*db, sqlite3_deserialize(*db, "main", image,
	    (sqlite3_int64)size, (sqlite3_int64)size,
	    SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE));
}

int
state_restore_snapshot(struct state *state, const void *bytes, size_t size,
    struct state_report *report)
{
	sqlite3 *db = NULL;
	int error;

	memset(report, 0, sizeof(*report));
	error = open_image(bytes, size, &db);
	if (error == 0)
		error = state_check_version(db, report->why,
		    sizeof(report->why));
	if (error == 0)
		error = state_migrate(db);
	if (error == 0)
		error = state_check(db, report->why, sizeof(report->why));
	if (error == 0)
		error = copy(state->db, db);
	sqlite3_close(db);
	return error;
}
