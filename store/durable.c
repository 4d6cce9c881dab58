#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "store/durable.h"

/* Files set aside under one name, at most. */
#define ASIDE_MAX	1000

int
durable_sync_name(const char *path)
{
	char name[PATH_MAX];
	int directory, error = 0;

	if ((size_t)snprintf(name, sizeof(name), "%s", path) >= sizeof(name))
		return -ENAMETOOLONG;
	directory = open(dirname(name), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory == -1)
		return -errno;
	if (fsync(directory) != 0)
		error = -errno;
	close(directory);
	return error;
}

static int
write_piece(int file, const struct durable_piece *piece)
{
	const char *bytes = piece->bytes;
	size_t left = piece->length;
	ssize_t written;

	while (left > 0) {
		written = write(file, bytes, left);
		if (written == -1 && errno == EINTR)
			continue;
		if (written <= 0)
			return written == 0 ? -ENOSPC : -errno;
		bytes += written;
		left -= (size_t)written;
	}
	return 0;
}

static int
write_all(int file, const struct durable_piece *pieces, size_t count)
{
	int error = 0;
	size_t i;

	for (i = 0; error == 0 && i < count; i++)
		error = write_piece(file, &pieces[i]);
	return error == 0 && fsync(file) != 0 ? -errno : error;
}

int
durable_write(const char *path, mode_t mode,
    const struct durable_piece *pieces, size_t count)
{
	char new[PATH_MAX];
	int file, error;

	if ((size_t)snprintf(new, sizeof(new), "%s.new", path) >= sizeof(new))
		return -ENAMETOOLONG;
	file = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (file == -1)
		return -errno;
	error = write_all(file, pieces, count);
	close(file);
	if (error == 0 && rename(new, path) != 0)
		error = -errno;
	if (error != 0)
		(void)unlink(new);
	return error == 0 ? durable_sync_name(path) : error;
}

int
durable_aside_name(const char *path, const char *ending, char *aside)
{
	int i;

	for (i = 1; i <= ASIDE_MAX; i++) {
		if ((size_t)snprintf(aside, PATH_MAX, "%s.%s.%d", path,
		    ending, i) >= PATH_MAX)
			return -ENAMETOOLONG;
		if (access(aside, F_OK) != 0)
			return 0;
	}
	return -EEXIST;
}

int
durable_set_aside(const char *path, const char *ending, char *aside)
{
	int error = durable_aside_name(path, ending, aside);

	if (error != 0)
		return error;
	return rename(path, aside) == 0 ? 0 : -errno;
}
