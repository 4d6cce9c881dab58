#include "process/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int complain(struct directory_complaint *complaint, int error,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

static int
complain(struct directory_complaint *complaint, int error,
    const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(complaint->text, sizeof(complaint->text), format, list);
	va_end(list);
	return -error;
}

static int path_set(char *path, struct directory_complaint *complaint,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

static int
path_set(char *path, struct directory_complaint *complaint,
    const char *format, ...)
{
	va_list list;
	int length;

	va_start(list, format);
	length = vsnprintf(path, DIRECTORY_PATH_BYTES, format, list);
	va_end(list);
	if (length < 0 || length >= DIRECTORY_PATH_BYTES)
		return complain(complaint, ENAMETOOLONG,
		    "the path %.64s... is longer than %d bytes", path,
		    DIRECTORY_PATH_BYTES - 1);
	if (path[0] != '/')
		return complain(complaint, EINVAL,
		    "the directory %.900s must be an absolute path", path);
	return 0;
}

/* The variable when it holds an absolute path, as the XDG rules say. */
static const char *
environment_path(const char *name)
{
	const char *value;

	value = getenv(name);
	return value != NULL && value[0] == '/' ? value : NULL;
}

/* A relative path that the operator gave is meant from where he stands. */
static int
path_wanted(const char *wanted, char *path,
    struct directory_complaint *complaint)
{
	char here[DIRECTORY_PATH_BYTES];

	if (wanted[0] == '/')
		return path_set(path, complaint, "%s", wanted);
	if (getcwd(here, sizeof(here)) == NULL)
		return complain(complaint, errno,
		    "the directory %.900s is relative, and the current "
		    "directory cannot be found: %s", wanted,
		    strerror(errno));
	return path_set(path, complaint, "%s/%s", here, wanted);
}

int
directory_runtime(const char *wanted, bool service, char *path,
    struct directory_complaint *complaint)
{
	const char *base;

	if (wanted != NULL && wanted[0] != '\0')
		return path_wanted(wanted, path, complaint);
	if (service)
		return path_set(path, complaint, "/run/drover");
	base = getenv("DROVER_RUNTIME_DIRECTORY");
	if (base != NULL && base[0] != '\0')
		return path_wanted(base, path, complaint);
	base = environment_path("XDG_RUNTIME_DIR");
	if (base != NULL && access(base, W_OK | X_OK) == 0)
		return path_set(path, complaint, "%s/drover", base);
	return path_set(path, complaint, "/tmp/drover-%lu",
	    (unsigned long)geteuid());
}

int
directory_state(const char *wanted, bool service, char *path,
    struct directory_complaint *complaint)
{
	const char *base;

	if (wanted != NULL && wanted[0] != '\0')
		return path_wanted(wanted, path, complaint);
	if (service)
		return path_set(path, complaint, "/var/lib/drover");
	base = environment_path("XDG_STATE_HOME");
	if (base != NULL)
		return path_set(path, complaint, "%s/drover", base);
	base = environment_path("HOME");
	if (base != NULL)
		return path_set(path, complaint, "%s/.local/state/drover",
		    base);
	return complain(complaint, ENOENT, "no place for the state "
	    "directory: neither XDG_STATE_HOME nor HOME is set; give -s");
}

/* Make the directories above path, as mkdir -p does. */
static int
make_parents(const char *path, struct directory_complaint *complaint)
{
	char part[DIRECTORY_PATH_BYTES];
	char *slash;

	if (strlen(path) >= sizeof(part))
		return complain(complaint, ENAMETOOLONG,
		    "the path %.64s... is too long", path);
	strcpy(part, path);
	for (slash = strchr(part + 1, '/'); slash != NULL;
	    slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(part, 0755) == -1 && errno != EEXIST &&
		    errno != EROFS && errno != EACCES)
			return complain(complaint, errno,
			    "cannot make the directory %.900s: %s", part,
			    strerror(errno));
		*slash = '/';
	}
	return 0;
}

/* Whether someone else could have put a symbolic link at path. */
static bool
parent_is_shared(const char *path, uid_t uid)
{
	char part[DIRECTORY_PATH_BYTES];
	struct stat status;
	char *slash;

	snprintf(part, sizeof(part), "%s", path);
	slash = strrchr(part, '/');
	if (slash == NULL)
		return true;
	slash[slash == part ? 1 : 0] = '\0';
	if (stat(part, &status) == -1)
		return true;
	return (status.st_mode & (S_IWGRP | S_IWOTH)) != 0 ||
	    (status.st_uid != 0 && status.st_uid != uid);
}

static int
check_status(int fd, const char *path, const struct directory_owner *owner,
    struct directory_complaint *complaint)
{
	struct stat status;

	if (fstat(fd, &status) == -1)
		return complain(complaint, errno, "%.900s: %s", path,
		    strerror(errno));
	if (status.st_uid != owner->uid)
		return complain(complaint, EPERM,
		    "%.900s belongs to uid %lu, not to uid %lu; change its "
		    "owner or name another directory", path,
		    (unsigned long)status.st_uid,
		    (unsigned long)owner->uid);
	if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return complain(complaint, EPERM,
		    "%.900s can be written by others (mode %04o); "
		    "chmod go-w it", path,
		    (unsigned int)(status.st_mode & 07777));
	return 0;
}

/*
 * Only a directory that was made just now is handed over: an option that
 * names /, say, must not give it away.
 */
static int
hand_over(int fd, const char *path, const struct directory_owner *owner,
    struct directory_complaint *complaint)
{
	if (geteuid() == 0 && fchown(fd, owner->uid, owner->gid) == -1)
		return complain(complaint, errno,
		    "cannot give %.900s to uid %lu: %s", path,
		    (unsigned long)owner->uid, strerror(errno));
	/* The umask had its say when the directory was made. */
	if (fchmod(fd, owner->mode) == -1)
		return complain(complaint, errno,
		    "cannot set the mode of %.900s: %s", path,
		    strerror(errno));
	return 0;
}

static int
directory_check(const char *path, const struct directory_owner *owner,
    bool made, struct directory_complaint *complaint)
{
	int error, fd, flags;

	flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	if (parent_is_shared(path, owner->uid))
		flags |= O_NOFOLLOW;
	fd = open(path, flags);
	if (fd == -1 && (errno == ELOOP || errno == ENOTDIR))
		return complain(complaint, ENOTDIR,
		    "%.900s is not a directory%s", path,
		    (flags & O_NOFOLLOW) != 0 ?
		    ", or is a symbolic link that others could have made" :
		    "");
	if (fd == -1)
		return complain(complaint, errno,
		    "cannot open the directory %.900s: %s", path,
		    strerror(errno));
	error = made ? hand_over(fd, path, owner, complaint) : 0;
	if (error == 0)
		error = check_status(fd, path, owner, complaint);
	close(fd);
	return error;
}

int
directory_make(const char *path, const struct directory_owner *owner,
    struct directory_complaint *complaint)
{
	bool made;
	int error;

	error = make_parents(path, complaint);
	if (error != 0)
		return error;
	made = mkdir(path, owner->mode) == 0;
	if (!made && errno != EEXIST)
		return complain(complaint, errno,
		    "cannot make the directory %.900s: %s", path,
		    strerror(errno));
	return directory_check(path, owner, made, complaint);
}

/* POSIX locks: a child does not inherit them, and they name the holder. */
static int
lock_taken(int fd, const char *path, struct directory_complaint *complaint)
{
	struct flock lock;

	memset(&lock, 0, sizeof(lock));
	lock.l_type = F_WRLCK;
	lock.l_whence = SEEK_SET;
	if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK &&
	    lock.l_pid > 0)
		return complain(complaint, EBUSY,
		    "another droverd, process %ld, runs on %.900s",
		    (long)lock.l_pid, path);
	return complain(complaint, EBUSY,
	    "another droverd runs on %.900s", path);
}

static int
lock_open(const char *file, int *fd, struct directory_complaint *complaint)
{
	struct stat status;

	*fd = open(file, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK |
	    O_CLOEXEC, 0644);
	if (*fd == -1)
		return complain(complaint, errno, "cannot open %.900s: %s",
		    file, strerror(errno));
	/* As root we write into a directory that another user owns. */
	if (fstat(*fd, &status) == 0 && S_ISREG(status.st_mode) &&
	    status.st_nlink == 1)
		return 0;
	close(*fd);
	return complain(complaint, EPERM,
	    "%.900s is not a plain file with one name; remove it", file);
}

int
directory_lock(const char *path, int *lock,
    struct directory_complaint *complaint)
{
	char file[DIRECTORY_PATH_BYTES + 16];
	struct flock request;
	int error, fd;

	snprintf(file, sizeof(file), "%s/droverd.pid", path);
	error = lock_open(file, &fd, complaint);
	if (error != 0)
		return error;
	memset(&request, 0, sizeof(request));
	request.l_type = F_WRLCK;
	request.l_whence = SEEK_SET;
	if (fcntl(fd, F_SETLK, &request) == -1) {
		if (errno == EACCES || errno == EAGAIN)
			error = lock_taken(fd, path, complaint);
		else
			error = complain(complaint, errno,
			    "cannot lock %.900s: %s", file, strerror(errno));
		goto out;
	}
	if (ftruncate(fd, 0) == -1 ||
	    dprintf(fd, "%ld\n", (long)getpid()) < 0) {
		error = complain(complaint, errno, "cannot write %.900s: %s",
		    file, strerror(errno));
		goto out;
	}
	*lock = fd;
	return 0;
out:
	close(fd);
	return error;
}
