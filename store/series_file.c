#include "store/series_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rrd.h>

#include "store/durable.h"
#include "store/series_header.h"

#define SPARES		6
#define ARGUMENT_BYTES	64
#define ARCHIVES_MAX	16
#define VALUE_BYTES	24

struct archive {
	enum series_kind kind;
	const char	*consolidation;
	unsigned int	 seconds;
	unsigned int	 rows;
};

static const struct archive archives[] = {
#define ARCHIVE(KIND, CF, seconds, rows)				\
	{ SERIES_##KIND, #CF, seconds, rows },
#include "store/series_archives.def"
#undef ARCHIVE
};

static char complaint[256];

const char *
series_file_complaint(void)
{
	return complaint;
}

static int
librrd_failed(void)
{
	snprintf(complaint, sizeof(complaint), "%s", rrd_get_error());
	rrd_clear_error();
	return -EREMOTEIO;
}

unsigned int
series_step_s(enum series_kind kind)
{
	return kind == SERIES_OTHER ? 60 : 10;
}

/* Neither a gap nor the time since an interval is ever filled with it. */
static void
source_argument(char text[ARGUMENT_BYTES], const char *name,
    enum series_kind kind)
{
	snprintf(text, ARGUMENT_BYTES, "DS:%.19s:GAUGE:%u:U:U", name,
	    series_step_s(kind));
}

static size_t
archive_arguments(char (*text)[ARGUMENT_BYTES], enum series_kind kind)
{
	size_t count = 0, i;

	for (i = 0; i < sizeof(archives) / sizeof(archives[0]); i++)
		if (archives[i].kind == kind)
			snprintf(text[count++], ARGUMENT_BYTES,
			    "RRA:%s:0.5:%u:%u", archives[i].consolidation,
			    archives[i].seconds / series_step_s(kind),
			    archives[i].rows);
	return count;
}

/*
 * What was made is written out and let go: later every page of it is read
 * by itself, instead of a folio of many that one row makes dirty.
 */
static void
let_go(const char *path)
{
	int file = open(path, O_RDWR | O_CLOEXEC);

	if (file == -1)
		return;
	(void)fsync(file);
	(void)posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
	close(file);
}

static int
make(const char *path, enum series_kind kind, const char *const *names,
    size_t count, time_t start)
{
	static char text[SERIES_SOURCES_MAX + ARCHIVES_MAX][ARGUMENT_BYTES];
	const char *arguments[SERIES_SOURCES_MAX + ARCHIVES_MAX];
	char spare[SERIES_NAME_BYTES];
	size_t i, n = 0;

	for (i = 0; i < count; i++)
		source_argument(text[n++], names[i], kind);
	/* A file of a device is small, and soon written anew. */
	for (i = 0; kind != SERIES_DEVICE && i < SPARES; i++) {
		snprintf(spare, sizeof(spare), "spare%zu", i);
		source_argument(text[n++], spare, kind);
	}
	n += archive_arguments(text + n, kind);
	for (i = 0; i < n; i++)
		arguments[i] = text[i];
	if (rrd_create_r(path, series_step_s(kind), start, (int)n,
	    arguments) != 0)
		return librrd_failed();
	(void)chmod(path, 0640);
	let_go(path);
	return durable_sync_name(path);
}

static int
read_header(struct series_file *file)
{
	struct series_header header;
	int error = series_header_read(file->path, &header);

	if (error != 0)
		return error;
	file->count = header.source_count;
	file->header_bytes = header.bytes_used;
	file->last = header.last;
	if (file->count > SERIES_SOURCES_MAX)
		error = -EUCLEAN;
	else
		series_header_names(&header, file->names);
	series_header_free(&header);
	return error;
}

int
series_file_open(struct series_file *file, const char *path,
    enum series_kind kind, const char *const *names, size_t count,
    time_t start, bool *undone)
{
	int error, took;

	if (count + SPARES > SERIES_SOURCES_MAX ||
	    strlen(path) >= sizeof(file->path))
		return -EINVAL;
	strcpy(file->path, path);
	file->kind = kind;
	took = series_header_undo(path);
	if (took < 0)
		return took;
	if (undone != NULL)
		*undone = took > 0;
	if (access(path, F_OK) != 0) {
		error = make(path, kind, names, count, start);
		if (error != 0)
			return error;
	}
	return read_header(file);
}

int
series_file_find(const struct series_file *file, const char *name)
{
	size_t i;

	for (i = 0; i < file->count; i++)
		if (strcmp(file->names[i], name) == 0)
			return (int)i;
	return -ENOENT;
}

static int
tune(struct series_file *file, char *option, char *value)
{
	static char program[] = "tune";
	char *arguments[] = { program, file->path, option, value, NULL };
	int error;

	if (rrd_tune(value == NULL ? 3 : 4, arguments) != 0)
		return librrd_failed();
	error = read_header(file);
	return error;
}

int
series_file_add(struct series_file *file, const char *name)
{
	static char rename_option[] = "--data-source-rename";
	char text[ARGUMENT_BYTES];
	size_t i;
	int error;

	for (i = 0; i < file->count; i++)
		if (strncmp(file->names[i], "spare", 5) == 0)
			break;
	if (i < file->count) {
		snprintf(text, sizeof(text), "%s:%.19s", file->names[i],
		    name);
		error = tune(file, rename_option, text);
	} else if (file->count == SERIES_SOURCES_MAX) {
		return -ENOSPC;
	} else {
		/* This writes the file anew, and takes its time. */
		source_argument(text, name, file->kind);
		error = tune(file, text, NULL);
	}
	return error != 0 ? error : series_file_find(file, name);
}

/*
 * Six decimals of what is small, none of what is large: what is shown has
 * fewer, and printf is most of the cost of an update.
 */
static char *
put_value(char *text, double value)
{
	char digits[VALUE_BYTES];
	uint64_t scaled;
	int i = 0, decimals = 6;

	if (isnan(value) || fabs(value) >= 1e18) {
		*text++ = 'U';
		return text;
	}
	if (value < 0)
		*text++ = '-';
	value = fabs(value);
	if (value >= 1e9)
		decimals = 0;
	scaled = (uint64_t)llrint(decimals == 0 ? value : value * 1e6);
	while (decimals > 0 && scaled % 10 == 0) {
		scaled /= 10;
		decimals--;
	}
	do {
		digits[i++] = (char)('0' + scaled % 10);
		scaled /= 10;
		if (i == decimals)
			digits[i++] = '.';
	} while (scaled > 0 || i <= decimals + (decimals > 0));
	while (i > 0)
		*text++ = digits[--i];
	return text;
}

static size_t
put_row(char *text, const struct series_file *file,
    const struct series_row *row)
{
	char *at = text;
	size_t i;

	at += sprintf(at, "%lld", (long long)row->time);
	for (i = 0; i < file->count; i++) {
		*at++ = ':';
		at = put_value(at, row->values[i]);
	}
	*at++ = '\0';
	return (size_t)(at - text);
}

static int
feed(const struct series_file *file, const struct series_row *rows,
    size_t count)
{
	size_t line = VALUE_BYTES * (file->count + 1), i;
	char *text = malloc(line * count), *at = text;
	const char **arguments = calloc(count, sizeof(*arguments));
	int error = 0;

	if (text == NULL || arguments == NULL)
		error = -ENOMEM;
	for (i = 0; error == 0 && i < count; i++) {
		arguments[i] = at;
		at += put_row(at, file, &rows[i]);
	}
	if (error == 0 && rrd_updatex_r(file->path, NULL,
	    RRD_SKIP_PAST_UPDATES, (int)count, arguments) != 0)
		error = librrd_failed();
	free(arguments);
	free(text);
	return error;
}

static int
sync_file(const char *path)
{
	int file = open(path, O_RDWR | O_CLOEXEC), error = 0;

	if (file == -1)
		return -errno;
	if (fdatasync(file) != 0)
		error = -errno;
	close(file);
	return error;
}

int
series_file_update(struct series_file *file, const struct series_row *rows,
    size_t count)
{
	int error;

	while (count > 0 && rows[0].time <= file->last) {
		rows++;
		count--;
	}
	if (count == 0)
		return 0;
	error = series_header_arm(file->path, file->header_bytes);
	if (error != 0)
		return error;
	error = feed(file, rows, count);
	if (error == 0)
		error = sync_file(file->path);
	if (error == 0)
		file->last = rows[count - 1].time;
	if (error == 0)
		return series_header_disarm(file->path);
	/* Half of a batch is none. */
	(void)series_header_undo(file->path);
	return error;
}
