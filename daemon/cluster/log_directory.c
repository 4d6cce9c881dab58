/* The directory of a log. */
#include "cluster/log_directory.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <raft.h>
#include <raft/uv.h>

#include "cluster/solitary.h"

/* The longest segment, and the longest head that the engine believes. */
#define LENGTHENED_BYTES	((16 + 8) * 1024 * 1024)
#define RESERVE_BYTES		(64 * 1024)
#define ASIDE_MAX		1000

static int
complain(struct consensus_text *complaint, const char *path,
    const char *why, int error)
{
	snprintf(complaint->text, sizeof(complaint->text), "%.200s: %.300s",
	    path, why);
	return error;
}

static int
take_lock(const char *path, struct log_directory *directory,
    struct consensus_text *complaint)
{
	int error;

	directory->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (directory->lock == -1) {
		error = -errno;
		return complain(complaint, path, strerror(-error), error);
	}
	if (flock(directory->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	error = errno == EWOULDBLOCK ? -EBUSY : -errno;
	close(directory->lock);
	directory->lock = -1;
	return complain(complaint, path, error == -EBUSY ?
	    "another process has this log open" : strerror(-error), error);
}

int
log_directory_open(const char *path, struct log_directory *directory,
    struct consensus_text *complaint)
{
	char lock[PATH_MAX];

	/* The engine makes file names in buffers of 1024 bytes. */
	if (strlen(path) > 880)
		return complain(complaint, path, "the path is too long",
		    -ENAMETOOLONG);
	snprintf(directory->path, sizeof(directory->path), "%s/log", path);
	snprintf(directory->reserve, sizeof(directory->reserve),
	    "%s/reserve", path);
	snprintf(lock, sizeof(lock), "%s/lock", path);
	return take_lock(lock, directory, complaint);
}

void
log_directory_close(struct log_directory *directory)
{
	if (directory->lock != -1)
		close(directory->lock);
	directory->lock = -1;
}

bool
log_directory_has_log(const struct log_directory *directory)
{
	struct stat status;

	/* Whatever is there, nothing must be made over it. */
	return lstat(directory->path, &status) == 0 || errno != ENOENT;
}

static bool
is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* What an attempt that was cut off left behind; the engine hides files. */
static void
remove_unfinished(const char *path)
{
	struct dirent *entry;
	DIR *files;

	files = opendir(path);
	if (files == NULL)
		return;
	while ((entry = readdir(files)) != NULL)
		if (!is_dots(entry->d_name))
			unlinkat(dirfd(files), entry->d_name, 0);
	closedir(files);
	rmdir(path);
}

static int
errno_of(int raft_error)
{
	switch (raft_error) {
	case 0:
		return 0;
	case RAFT_NOMEM:
		return -ENOMEM;
	case RAFT_NOSPACE:
		return -ENOSPC;
	case RAFT_UNAUTHORIZED:
		return -EACCES;
	default:
		return -EIO;
	}
}

static int
write_configuration(struct raft_io *io, uint64_t id, const char *address)
{
	struct raft_configuration configuration;
	int error;

	raft_configuration_init(&configuration);
	error = raft_configuration_add(&configuration, id, address,
	    RAFT_VOTER);
	if (error == 0)
		error = io->bootstrap(io, &configuration);
	raft_configuration_close(&configuration);
	return error;
}

static void
io_closed(struct raft_io *io)
{
	raft_uv_close(io);
}

static void
discard_trace(struct raft_tracer *tracer, int type, const void *info)
{
	(void)tracer;
	(void)type;
	(void)info;
}

/* The engine's own code makes the files, on a loop that lives for it. */
static int
make_log(const char *path, uint64_t id, const char *address,
    struct consensus_text *complaint)
{
	struct raft_tracer tracer = { .version = 2, .emit = discard_trace };
	struct raft_uv_transport transport;
	struct raft_io io = { .data = NULL };
	uv_loop_t loop;
	int error;

	if (uv_loop_init(&loop) != 0)
		return complain(complaint, path, "no loop", -ENOMEM);
	solitary_init(&transport);
	error = raft_uv_init(&io, &loop, path, &transport);
	if (error != 0) {
		complain(complaint, path, io.errmsg, 0);
		goto out;
	}
	raft_uv_set_tracer(&io, &tracer);
	error = io.init(&io, id, address);
	if (error == 0) {
		error = write_configuration(&io, id, address);
		complain(complaint, path, io.errmsg, 0);
		io.close(&io, io_closed);
		uv_run(&loop, UV_RUN_DEFAULT);
	} else {
		complain(complaint, path, io.errmsg, 0);
		raft_uv_close(&io);
	}
out:
	uv_loop_close(&loop);
	return errno_of(error);
}

static int
sync_directory(const char *path)
{
	int descriptor, error = 0;

	descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (descriptor == -1)
		return -errno;
	if (fsync(descriptor) != 0)
		error = -errno;
	close(descriptor);
	return error;
}

/* Its name appears only when everything in it is on disk. */
static int
move_into_place(const char *new, const char *path)
{
	char parent[PATH_MAX];
	int error;

	error = sync_directory(new);
	if (error != 0)
		return error;
	if (rename(new, path) != 0)
		return -errno;
	snprintf(parent, sizeof(parent), "%s", path);
	*strrchr(parent, '/') = '\0';
	return sync_directory(parent);
}

int
log_directory_bootstrap(const struct log_directory *directory, uint64_t id,
    const char *address, struct consensus_text *complaint)
{
	char new[PATH_MAX + 8];
	int error;

	snprintf(new, sizeof(new), "%s.new", directory->path);
	remove_unfinished(new);
	if (mkdir(new, 0700) != 0) {
		error = -errno;
		return complain(complaint, new, strerror(-error), error);
	}
	error = make_log(new, id, address, complaint);
	if (error != 0)
		return error;
	error = move_into_place(new, directory->path);
	if (error != 0)
		complain(complaint, directory->path, strerror(-error), 0);
	return error;
}

static void
lengthen(int parent, const char *name)
{
	uint64_t format = 0;
	struct stat status;
	int file;

	file = openat(parent, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (file == -1)
		return;
	/* A segment without a format has no entries yet. */
	if (pread(file, &format, sizeof(format), 0) > 0 && format != 0 &&
	    fstat(file, &status) == 0 && status.st_size < LENGTHENED_BYTES)
		/* As it was, it can be read unless it is damaged. */
		(void)!ftruncate(file, LENGTHENED_BYTES);
	close(file);
}

void
log_directory_lengthen_segments(const struct log_directory *directory)
{
	struct dirent *entry;
	DIR *files;

	files = opendir(directory->path);
	if (files == NULL)
		return;
	while ((entry = readdir(files)) != NULL)
		if (strncmp(entry->d_name, "open-", 5) == 0)
			lengthen(dirfd(files), entry->d_name);
	closedir(files);
}

void
log_directory_spend_reserve(const struct log_directory *directory)
{
	unlink(directory->reserve);
}

void
log_directory_make_reserve(const struct log_directory *directory)
{
	int file;

	file = open(directory->reserve, O_WRONLY | O_CREAT | O_CLOEXEC,
	    0600);
	if (file == -1)
		return;
	if (posix_fallocate(file, 0, RESERVE_BYTES) != 0)
		unlink(directory->reserve);
	close(file);
}

int
log_directory_bytes(const struct log_directory *directory, uint64_t *bytes)
{
	struct dirent *entry;
	struct stat status;
	DIR *files;

	*bytes = 0;
	files = opendir(directory->path);
	if (files == NULL)
		return -errno;
	/* A file that is renamed or removed meanwhile counts as 0. */
	while ((entry = readdir(files)) != NULL)
		if (fstatat(dirfd(files), entry->d_name, &status,
		    AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode))
			*bytes += (uint64_t)status.st_blocks * 512;
	closedir(files);
	return 0;
}

int
log_directory_corrupt_files(const struct log_directory *directory)
{
	struct dirent *entry;
	int count = 0;
	DIR *files;

	files = opendir(directory->path);
	if (files == NULL)
		return -1;
	while ((entry = readdir(files)) != NULL)
		if (strncmp(entry->d_name, "corrupt-", 8) == 0)
			count++;
	closedir(files);
	return count;
}

/* The first name that is free. */
static int
move_aside(const char *path, const char *ending, char *aside, size_t size)
{
	struct stat status;
	int i;

	for (i = 1; i <= ASIDE_MAX; i++) {
		if ((size_t)snprintf(aside, size, "%s.%s.%d", path, ending,
		    i) >= size)
			return -ENAMETOOLONG;
		if (lstat(aside, &status) != 0 && errno == ENOENT)
			return rename(path, aside) == 0 ? 0 : -errno;
	}
	return -EEXIST;
}

int
consensus_set_aside(const char *directory, const char *ending, char *aside,
    size_t size, struct consensus_text *complaint)
{
	struct log_directory log;
	int error;

	aside[0] = '\0';
	error = log_directory_open(directory, &log, complaint);
	if (error != 0)
		return error;
	if (log_directory_has_log(&log))
		error = move_aside(log.path, ending, aside, size);
	if (error == 0)
		error = sync_directory(directory);
	if (error != 0) {
		complain(complaint, log.path, strerror(-error), 0);
		aside[0] = '\0';
	}
	log_directory_close(&log);
	return error;
}
