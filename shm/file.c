/* The writer's file: make, lock, place, release. */
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shm/access.h"
#include "shm/file.h"
#include <drover/segment.h>

#include "shm/layout.h"

static void
lock_describe(struct flock *lock, short type)
{
	memset(lock, 0, sizeof(*lock));
	lock->l_type = type;
	lock->l_whence = SEEK_SET;
	lock->l_start = 0;
	lock->l_len = 1;
}

static int
lock_take(int descriptor)
{
	struct flock lock;

	lock_describe(&lock, F_WRLCK);
	if (fcntl(descriptor, F_OFD_SETLK, &lock) == 0)
		return 0;
	return errno == EACCES || errno == EAGAIN ? -EBUSY : -errno;
}

/*
 * Asks for a read lock, which only a write lock can refuse: a reader may
 * hold read locks on its read-only descriptor and must not pass for a
 * writer by that.
 */
int
segment_file_locked(int descriptor)
{
	struct flock lock;

	lock_describe(&lock, F_RDLCK);
	if (fcntl(descriptor, F_OFD_GETLK, &lock) != 0)
		return -errno;
	return lock.l_type != F_UNLCK;
}

/*
 * Between making its file and locking it a writer that starts at the same
 * time looks as one that was killed; but it lives.
 */
static bool
is_of_another(const char *digits)
{
	pid_t pid = (pid_t)strtol(digits, NULL, 10);

	return pid > 0 && pid != getpid() &&
	    (kill(pid, 0) == 0 || errno == EPERM);
}

/*
 * Temporary files of writers that were killed while they built: each has
 * the size of a segment.  One that is locked is still being built.
 */
static void
remove_leftovers(const char *path)
{
	const char *base = strrchr(path, '/');
	char directory[PATH_MAX];
	struct dirent *entry;
	const char *rest;
	size_t length;
	DIR *stream;
	int file;

	length = base == NULL ? 0 : (size_t)(base - path);
	snprintf(directory, sizeof(directory), "%.*s/",
	    base == NULL ? 1 : (int)length, base == NULL ? "." : path);
	base = base == NULL ? path : base + 1;
	length = strlen(base);
	stream = opendir(directory);
	if (stream == NULL)
		return;
	while ((entry = readdir(stream)) != NULL) {
		rest = entry->d_name + length;
		if (strncmp(entry->d_name, base, length) != 0 ||
		    rest[0] != '.' || rest[1 + strspn(rest + 1,
		    "0123456789")] != '.' || strcmp(strrchr(rest, '.'),
		    ".tmp") != 0 || is_of_another(rest + 1))
			continue;
		file = openat(dirfd(stream), entry->d_name,
		    O_RDWR | O_CLOEXEC | O_NOFOLLOW);
		if (file == -1)
			continue;
		if (segment_file_locked(file) == 0)
			unlinkat(dirfd(stream), entry->d_name, 0);
		close(file);
	}
	closedir(stream);
}

/*
 * All its room is taken at once: a store to a hole of a full file system
 * would end the writer with SIGBUS later.
 */
static int
fill_file(struct segment_file *file, mode_t mode)
{
	int error;

	error = lock_take(file->descriptor);
	if (error != 0)
		return error;
	if (fchmod(file->descriptor, mode) != 0)
		return -errno;
	error = posix_fallocate(file->descriptor, 0, (off_t)file->bytes);
	if (error != 0)
		return -error;
	file->map = mmap(NULL, file->bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
	    file->descriptor, 0);
	if (file->map == MAP_FAILED) {
		file->map = NULL;
		return -errno;
	}
	/*
	 * A forked child must not write here; and the lock, which belongs
	 * to the description it shares, ends with exec (O_CLOEXEC).
	 */
	if (madvise(file->map, file->bytes, MADV_DONTFORK) != 0)
		return -errno;
	return 0;
}

/* Whether a live writer stands at path; 0 when the way is free. */
static int
check_former(const char *path)
{
	int file, locked;

	file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (file == -1)
		return errno == ENOENT ? 0 : -errno;
	locked = segment_file_locked(file);
	close(file);
	if (locked < 0)
		return locked;
	return locked ? -EBUSY : 0;
}

int
segment_file_make(struct segment_file *file, const char *path, size_t bytes,
    mode_t mode)
{
	int error, length;

	memset(file, 0, sizeof(*file));
	file->descriptor = -1;
	file->bytes = bytes;
	error = check_former(path);
	if (error != 0)
		return error;
	remove_leftovers(path);
	length = snprintf(file->temporary, sizeof(file->temporary),
	    "%s.%ld.tmp", path, (long)getpid());
	if (length < 0 || (size_t)length >= sizeof(file->temporary)) {
		file->temporary[0] = '\0';
		return -ENAMETOOLONG;
	}
	file->descriptor = open(file->temporary,
	    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file->descriptor == -1) {
		/* Not ours to remove: it is locked, or we may not. */
		error = errno == EEXIST ? -EBUSY : -errno;
		file->temporary[0] = '\0';
		return error;
	}
	error = fill_file(file, mode);
	if (error != 0)
		segment_file_release(file);
	return error;
}

/* Whether path is still the file that descriptor has open. */
static bool
same_file(int descriptor, const char *path)
{
	struct stat opened, named;

	return fstat(descriptor, &opened) == 0 && lstat(path, &named) == 0 &&
	    opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/*
 * Tell the readers of the former file.  Only a sound header is touched; a
 * file that is too short to hold one has no readers to tell.
 */
static void
supersede(int former)
{
	struct segment_header *header;
	struct stat status;

	if (fstat(former, &status) != 0 ||
	    status.st_size < (off_t)SEGMENT_PAGE_BYTES)
		return;
	header = mmap(NULL, SEGMENT_PAGE_BYTES, PROT_READ | PROT_WRITE,
	    MAP_SHARED, former, 0);
	if (header == MAP_FAILED)
		return;
	if (memcmp(header->magic, SEGMENT_MAGIC, sizeof(header->magic)) == 0 &&
	    header->byte_order == SEGMENT_BYTE_ORDER &&
	    header->abi_major == DROVER_SEGMENT_ABI_MAJOR)
		segment_store_release(&header->state, SEGMENT_SUPERSEDED);
	munmap(header, SEGMENT_PAGE_BYTES);
}

/* ENOENT: another writer that starts took ours for a leftover. */
static int
rename_error(int result)
{
	if (result == 0)
		return 0;
	return errno == EEXIST || errno == ENOENT ? -EBUSY : -errno;
}

/*
 * Of several writers that start at once one wins: it holds the lock of the
 * former file while it takes its place, and who gets the lock later finds
 * that the name no longer means that file.  A reader can hold a read lock
 * against this; then the race stays open, but the writer is not held up.
 */
static int
take_over(struct segment_file *file, const char *path, int former)
{
	int error;

	error = lock_take(former);
	if (error == -EBUSY && segment_file_locked(former) == 0)
		error = 0;
	if (error != 0)
		return error;
	if (!same_file(former, path))
		return -EBUSY;
	supersede(former);
	return rename_error(rename(file->temporary, path));
}

/* Where nothing stood: a file that has come meanwhile is not replaced. */
static int
place_first(struct segment_file *file, const char *path)
{
	int result;

	result = renameat2(AT_FDCWD, file->temporary, AT_FDCWD, path,
	    RENAME_NOREPLACE);
	/* Some file systems do not know the flag. */
	if (result != 0 && errno == EINVAL)
		result = rename(file->temporary, path);
	return rename_error(result);
}

int
segment_file_place(struct segment_file *file, const char *path)
{
	int error = 0, former;

	former = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (former != -1) {
		error = take_over(file, path, former);
		close(former);
	} else if (errno == ENOENT) {
		error = place_first(file, path);
	} else {
		error = -errno;
	}
	if (error == 0)
		file->temporary[0] = '\0';
	return error;
}

void
segment_file_release(struct segment_file *file)
{
	if (file->map != NULL)
		munmap(file->map, file->bytes);
	if (file->temporary[0] != '\0')
		unlink(file->temporary);
	if (file->descriptor != -1)
		close(file->descriptor);
	file->map = NULL;
	file->temporary[0] = '\0';
	file->descriptor = -1;
}
