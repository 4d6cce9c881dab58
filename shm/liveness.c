/* Where a segment is, and how its writer does. */
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shm/access.h"
#include "shm/file.h"
#include "shm/reader.h"

#define STALE_NS_DEFAULT	5000000000u

/* What the writer itself said of its end, LIVE when it said nothing. */
static enum drover_liveness
farewell(const struct drover_segment *segment)
{
	switch (segment_load_acquire(&segment->header->state)) {
	case SEGMENT_CLOSED:
		return DROVER_WRITER_CLOSED;
	case SEGMENT_SUPERSEDED:
		return DROVER_WRITER_SUPERSEDED;
	default:
		return DROVER_WRITER_ALIVE;
	}
}

enum drover_liveness
drover_segment_liveness(const struct drover_segment *segment,
    uint64_t stale_ns)
{
	enum drover_liveness said;
	struct timespec now;
	uint64_t heartbeat_ns, now_ns;

	if (segment->descriptor == -1)
		return DROVER_WRITER_IMAGE;
	said = farewell(segment);
	if (said != DROVER_WRITER_ALIVE)
		return said;
	if (segment_file_locked(segment->descriptor) == 0) {
		/* It may have said so between the two looks. */
		said = farewell(segment);
		return said == DROVER_WRITER_ALIVE ? DROVER_WRITER_DEAD :
		    said;
	}
	heartbeat_ns = segment_load(&segment->header->heartbeat_ns);
	clock_gettime(CLOCK_BOOTTIME, &now);
	now_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
	if (now_ns > heartbeat_ns && now_ns - heartbeat_ns >=
	    (stale_ns == 0 ? STALE_NS_DEFAULT : stale_ns))
		return DROVER_WRITER_HUNG;
	return DROVER_WRITER_ALIVE;
}

const char *
drover_liveness_name(enum drover_liveness liveness)
{
	switch (liveness) {
	case DROVER_WRITER_ALIVE:
		return "alive";
	case DROVER_WRITER_HUNG:
		return "hung";
	case DROVER_WRITER_DEAD:
		return "dead";
	case DROVER_WRITER_CLOSED:
		return "closed";
	case DROVER_WRITER_SUPERSEDED:
		return "superseded";
	case DROVER_WRITER_IMAGE:
		return "image";
	}
	return "?";
}

static int
join(char *path, size_t size, const char *directory, const char *below,
    const char *name)
{
	int length;

	length = snprintf(path, size, "%s%s/%s.seg", directory, below, name);
	return length < 0 || (size_t)length >= size ? -ENAMETOOLONG : 0;
}

/*
 * Anyone may make directories in /tmp: what another user put there under
 * our name is not ours.
 */
static bool
own_private(const char *directory)
{
	struct stat status;

	return lstat(directory, &status) == 0 && S_ISDIR(status.st_mode) &&
	    status.st_uid == geteuid() && (status.st_mode & 0077) == 0;
}

/*
 * Tries one place.  0: it is there; -ENOENT: it is not, and path, when it
 * was empty, names it as the first place looked at.
 */
static int
try_place(char *path, size_t size, const char *directory, const char *below,
    const char *name, bool usable)
{
	char candidate[4096];
	int error;

	error = join(candidate, sizeof(candidate), directory, below, name);
	if (error != 0 || strlen(candidate) >= size)
		return -ENAMETOOLONG;
	if (usable && access(candidate, F_OK) == 0) {
		strcpy(path, candidate);
		return 0;
	}
	if (path[0] == '\0')
		strcpy(path, candidate);
	return -ENOENT;
}

int
drover_segment_path(const char *directory, const char *name, char *path,
    size_t size)
{
	const char *place;
	char temporary[64];
	int error = -ENOENT;

	if (size == 0)
		return -ENAMETOOLONG;
	path[0] = '\0';
	if (directory != NULL)
		return try_place(path, size, directory, "", name, true);
	place = getenv("DROVER_RUNTIME_DIRECTORY");
	if (place != NULL && place[0] != '\0')
		error = try_place(path, size, place, "", name, true);
	place = getenv("XDG_RUNTIME_DIR");
	if (error == -ENOENT && place != NULL && place[0] != '\0')
		error = try_place(path, size, place, "/drover", name, true);
	if (error == -ENOENT) {
		snprintf(temporary, sizeof(temporary), "/tmp/drover-%lu",
		    (unsigned long)geteuid());
		error = try_place(path, size, temporary, "", name,
		    own_private(temporary));
	}
	if (error == -ENOENT)
		error = try_place(path, size, "/run/drover", "", name, true);
	return error;
}
