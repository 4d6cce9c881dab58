#include "source.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shm/clock.h"
#include "store/replay.h"
#include "when.h"

#define IMAGE_BYTES_MAX		((size_t)1 << 32)
#define READ_BYTES		((size_t)1 << 20)

static int
complain(const char *path, int error)
{
	switch (error) {
	case -ENOENT:
		fprintf(stderr, "droverstat: %s: no such segment; is droverd "
		    "running?\n", path);
		return STAT_EXIT_NONE;
	case -EBADMSG:
		fprintf(stderr, "droverstat: %s: not a sound segment\n",
		    path);
		return STAT_EXIT_DAMAGED;
	case -EPROTONOSUPPORT:
		fprintf(stderr, "droverstat: %s: a segment of another "
		    "version or byte order; this droverstat reads version "
		    "%d\n", path, DROVER_SEGMENT_ABI_MAJOR);
		return STAT_EXIT_DAMAGED;
	case -EAGAIN:
		fprintf(stderr, "droverstat: %s: the writer is too fast to "
		    "be read\n", path);
		return STAT_EXIT_ERROR;
	case -EACCES:
	case -EPERM:
		fprintf(stderr, "droverstat: %s: %s; its group may read "
		    "it\n", path, strerror(-error));
		return STAT_EXIT_NONE;
	case -ENOMEM:
		fprintf(stderr, "droverstat: out of memory\n");
		return STAT_EXIT_ERROR;
	}
	fprintf(stderr, "droverstat: %s: %s\n", path, strerror(-error));
	return STAT_EXIT_NONE;
}

static int
room_make(struct source *source, size_t bytes)
{
	void *more;

	if (bytes <= source->room)
		return 0;
	more = realloc(source->bytes, bytes);
	if (more == NULL)
		return -ENOMEM;
	source->bytes = more;
	source->room = bytes;
	return 0;
}

/* The whole file, which may be a pipe. */
static int
read_all(struct source *source, int descriptor)
{
	ssize_t got;
	int error;

	source->length = 0;
	for (;;) {
		if (source->length > IMAGE_BYTES_MAX)
			return -EFBIG;
		error = source->room - source->length >= READ_BYTES ? 0 :
		    room_make(source, source->room * 2 + READ_BYTES);
		if (error != 0)
			return error;
		got = read(descriptor, (char *)source->bytes +
		    source->length, READ_BYTES);
		if (got == 0)
			return 0;
		if (got > 0)
			source->length += (size_t)got;
		else if (errno != EINTR)
			return -errno;
	}
}

static int
read_image(struct source *source, const char *path)
{
	int descriptor, error;

	if (strcmp(path, "-") == 0) {
		snprintf(source->path, sizeof(source->path),
		    "standard input");
		error = read_all(source, STDIN_FILENO);
		return error == 0 ? 0 : complain(source->path, error);
	}
	snprintf(source->path, sizeof(source->path), "%s", path);
	descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor == -1) {
		fprintf(stderr, "droverstat: %s: %s\n", path,
		    strerror(errno));
		return STAT_EXIT_NONE;
	}
	error = read_all(source, descriptor);
	close(descriptor);
	return error == 0 ? 0 : complain(source->path, error);
}

/* An image of a segment that is being written would be torn. */
static bool
is_live(const char *path)
{
	struct drover_segment *segment;
	struct stat status;
	enum drover_liveness liveness;

	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) ||
	    drover_segment_attach(&segment, path) != 0)
		return false;
	liveness = drover_segment_liveness(segment, 0);
	drover_segment_detach(segment);
	return liveness == DROVER_WRITER_ALIVE ||
	    liveness == DROVER_WRITER_HUNG;
}

static int
open_live(struct source *source, const char *path)
{
	int error = drover_segment_attach(&source->live, path);

	return error == 0 ? 0 : complain(path, error);
}

static int
complain_past(const char *directory, const char *at, int error,
    const struct replay_found *found)
{
	time_t first = (time_t)(found->first_ns / 1000000000);
	char text[32] = "";
	struct tm time;

	if (gmtime_r(&first, &time) != NULL)
		(void)strftime(text, sizeof(text), "%FT%TZ", &time);
	if (error == -EINVAL)
		fprintf(stderr, "droverstat: --at %s: no time; allowed are "
		    WHEN_ALLOWED "\n", at);
	else if (error == -ENOENT && found->first_ns != 0)
		fprintf(stderr, "droverstat: --at %s: the flight log begins "
		    "with %s\n", at, text);
	else
		fprintf(stderr, "droverstat: %s: %s\n", directory,
		    error == -ENOENT ? "no flight log; does the recorder "
		    "run?" : strerror(-error));
	return error == -EINVAL ? STAT_EXIT_USAGE : STAT_EXIT_NONE;
}

/* source->path names the segment that the flight log belongs to. */
static int
open_past(struct source *source, const char *at)
{
	struct replay_found found = { 0 };
	char directory[4096] = "";
	int64_t wall_ns;
	int error = when_parse(at, clock_ns(CLOCK_REALTIME), &wall_ns);

	if (error == 0)
		error = replay_directory(source->path, directory,
		    sizeof(directory));
	if (error == 0)
		error = replay_image(directory, wall_ns, &source->bytes,
		    &source->length, &found);
	source->room = source->length;
	if (error != 0)
		return complain_past(directory, at, error, &found);
	source->moment_ns = found.wall_ns;
	return 0;
}

static int
open_by_name(struct source *source, const struct options *options,
    const char *name)
{
	int error = drover_segment_path(options->directory, name,
	    source->path, sizeof(source->path));

	if (options->at != NULL)
		return open_past(source, options->at);
	return error == 0 ? open_live(source, source->path) :
	    complain(source->path, error);
}

int
source_open(struct source *source, const struct options *options)
{
	const char *name = options->segment != NULL ? options->segment :
	    "core";

	*source = (struct source){ .liveness = DROVER_WRITER_IMAGE };
	if (options->image != NULL && !is_live(options->image))
		return read_image(source, options->image);
	if (options->image != NULL)
		name = options->image;
	if (options->image != NULL || strchr(name, '/') != NULL) {
		if (strlen(name) >= sizeof(source->path))
			return complain(name, -ENAMETOOLONG);
		strcpy(source->path, name);
		if (options->at != NULL)
			return open_past(source, options->at);
		return open_live(source, source->path);
	}
	return open_by_name(source, options, name);
}

/* The heartbeat counts from a boot that need not be this one. */
static double
silence(const struct source *source)
{
	int64_t now_ns = clock_ns(CLOCK_BOOTTIME);

	if (source->live == NULL ||
	    source->info.heartbeat_ns > (uint64_t)now_ns)
		return NAN;
	return (double)((uint64_t)now_ns - source->info.heartbeat_ns) / 1e9;
}

static int
copy_live(struct source *source)
{
	int64_t length;
	int error = 0, attempt;

	/* It can grow between the measuring and the copying. */
	for (attempt = 0; attempt < 8; attempt++) {
		length = drover_segment_image(source->live, NULL, 0);
		if (length < 0)
			return (int)length;
		error = room_make(source, (size_t)length);
		if (error != 0)
			return error;
		length = drover_segment_image(source->live, source->bytes,
		    source->room);
		if (length >= 0) {
			source->length = (size_t)length;
			return 0;
		}
		if (length != -ENOSPC)
			return (int)length;
	}
	return -EAGAIN;
}

int
source_capture(struct source *source)
{
	struct drover_segment_info live;
	int error = 0;

	drover_segment_detach(source->image);
	source->image = NULL;
	source->time_ns = source->moment_ns != 0 ? source->moment_ns :
	    clock_ns(CLOCK_REALTIME);
	if (source->live != NULL) {
		source->liveness = drover_segment_liveness(source->live, 0);
		error = copy_live(source);
	}
	if (error == 0)
		error = drover_segment_attach_image(&source->image,
		    source->bytes, source->length);
	if (error != 0)
		return complain(source->path, error);
	drover_segment_info(source->image, &source->info);
	if (source->live != NULL) {
		drover_segment_info(source->live, &live);
		source->info.size_bytes = live.size_bytes;
		source->info.heartbeat_ns = live.heartbeat_ns;
	}
	source->silent_seconds = silence(source);
	return 0;
}

bool
source_renew(struct source *source)
{
	struct drover_segment *other;
	struct drover_segment_info old, new;
	enum drover_liveness liveness;

	if (source->live == NULL)
		return false;
	liveness = drover_segment_liveness(source->live, 0);
	if (liveness == DROVER_WRITER_ALIVE ||
	    liveness == DROVER_WRITER_HUNG ||
	    drover_segment_attach(&other, source->path) != 0)
		return false;
	drover_segment_info(source->live, &old);
	drover_segment_info(other, &new);
	if (old.instance == new.instance) {
		drover_segment_detach(other);
		return false;
	}
	drover_segment_detach(source->live);
	source->live = other;
	return true;
}

void
source_close(struct source *source)
{
	drover_segment_detach(source->image);
	drover_segment_detach(source->live);
	free(source->bytes);
	source->image = source->live = NULL;
	source->bytes = NULL;
}

int
source_status(const struct source *source)
{
	switch (source->liveness) {
	case DROVER_WRITER_HUNG:
		return STAT_EXIT_HUNG;
	case DROVER_WRITER_DEAD:
		return STAT_EXIT_DEAD;
	case DROVER_WRITER_CLOSED:
	case DROVER_WRITER_SUPERSEDED:
		return STAT_EXIT_CLOSED;
	default:
		return STAT_EXIT_ALIVE;
	}
}

static int
write_all(int descriptor, const char *bytes, size_t length)
{
	ssize_t done;

	while (length > 0) {
		done = write(descriptor, bytes, length);
		if (done == -1 && errno != EINTR)
			return -errno;
		if (done > 0) {
			bytes += done;
			length -= (size_t)done;
		}
	}
	return 0;
}

/* Whole or not at all: written beside path, then renamed. */
static int
save_file(const struct source *source, const char *path)
{
	char temporary[4096];
	int descriptor, error;

	if ((size_t)snprintf(temporary, sizeof(temporary), "%s.%ld.tmp",
	    path, (long)getpid()) >= sizeof(temporary))
		return -ENAMETOOLONG;
	descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    0640);
	if (descriptor == -1)
		return -errno;
	error = write_all(descriptor, source->bytes, source->length);
	if (close(descriptor) != 0 && error == 0)
		error = -errno;
	if (error == 0 && rename(temporary, path) != 0)
		error = -errno;
	if (error != 0)
		unlink(temporary);
	return error;
}

int
source_save(const struct source *source, const char *path)
{
	struct stat status;
	int error;

	if (strcmp(path, "-") == 0)
		error = write_all(STDOUT_FILENO, source->bytes,
		    source->length);
	else if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
		error = -EEXIST;
	else
		error = save_file(source, path);
	if (error == 0 || error == -EPIPE)
		return 0;
	fprintf(stderr, "droverstat: %s: %s\n", path,
	    error == -EEXIST ? "not a regular file" : strerror(-error));
	return STAT_EXIT_ERROR;
}
