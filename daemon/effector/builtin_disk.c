/*
 * Room on a disk of models: blobs of an Ollama store that no manifest
 * refers to, downloads that nobody went on with for a day.  When a
 * manifest cannot be read nothing is removed: it may refer to anything.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "effector/builtin.h"
#include "rules/plan.h"

#define DEPTH_MAX	8
#define PARTIAL_S	86400
#define BLOB_PREFIX	"sha256-"

struct clean {
	json_t		*referred;	/* an object: digest -> true */
	long long	 bytes;
	long long	 files;
	time_t		 now;
};

static int
refer(struct clean *clean, json_t *layer)
{
	const char *digest = json_string_value(json_object_get(layer,
	    "digest"));
	char name[128];

	if (digest == NULL || strncmp(digest, "sha256:", 7) != 0)
		return -EBADMSG;
	snprintf(name, sizeof(name), BLOB_PREFIX "%.100s", digest + 7);
	return json_object_set_new(clean->referred, name, json_true());
}

static int
read_manifest(struct clean *clean, int directory, const char *name)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	json_t *manifest, *layers, *layer;
	size_t i;
	int error;

	if (fd == -1)
		return -errno;
	manifest = json_loadfd(fd, 0, NULL);
	close(fd);
	layers = json_object_get(manifest, "layers");
	error = json_is_array(layers) ? refer(clean,
	    json_object_get(manifest, "config")) : -EBADMSG;
	json_array_foreach(layers, i, layer)
		if (error == 0)
			error = refer(clean, layer);
	json_decref(manifest);
	return error;
}

static int	read_manifests(struct clean *clean, int parent,
		    const char *name, int depth);

static int
read_below(struct clean *clean, DIR *stream, int depth)
{
	const struct dirent *found;
	struct stat status;
	int error = 0;

	while (error == 0 && (errno = 0, found = readdir(stream)) != NULL) {
		if (found->d_name[0] == '.')
			continue;
		if (fstatat(dirfd(stream), found->d_name, &status,
		    AT_SYMLINK_NOFOLLOW) != 0)
			error = -errno;
		else if (S_ISDIR(status.st_mode))
			error = read_manifests(clean, dirfd(stream),
			    found->d_name, depth + 1);
		else if (S_ISREG(status.st_mode))
			error = read_manifest(clean, dirfd(stream),
			    found->d_name);
		else
			error = -EBADMSG;
	}
	return error == 0 && errno != 0 ? -errno : error;
}

static int
read_manifests(struct clean *clean, int parent, const char *name, int depth)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
	    O_NOFOLLOW), error;
	DIR *stream;

	if (fd == -1)
		return -errno;
	if (depth > DEPTH_MAX) {
		close(fd);
		return -ELOOP;
	}
	stream = fdopendir(fd);
	if (stream == NULL) {
		close(fd);
		return -ENOMEM;
	}
	error = read_below(clean, stream, depth);
	closedir(stream);
	return error;
}

/* A digest of 64 digits, or such a one with "-partial" behind it. */
static bool
is_garbage(const struct clean *clean, const char *name,
    const struct stat *status)
{
	size_t prefix = strlen(BLOB_PREFIX), digits;

	if (!S_ISREG(status->st_mode) ||
	    strncmp(name, BLOB_PREFIX, prefix) != 0)
		return false;
	digits = strspn(name + prefix, "0123456789abcdef");
	/* One that was just written may get its manifest next. */
	if (digits != 64 || clean->now - status->st_mtime < PARTIAL_S)
		return false;
	name += prefix + digits;
	if (strncmp(name, "-partial", 8) == 0)
		return true;
	return name[0] == '\0' && json_object_get(clean->referred,
	    name - prefix - digits) == NULL;
}

static int
remove_garbage(struct clean *clean, int store)
{
	int fd = openat(store, "blobs", O_RDONLY | O_DIRECTORY | O_CLOEXEC |
	    O_NOFOLLOW);
	DIR *stream = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *found;
	struct stat status;

	if (stream == NULL)
		return -errno;
	while ((found = readdir(stream)) != NULL) {
		if (fstatat(fd, found->d_name, &status,
		    AT_SYMLINK_NOFOLLOW) != 0 ||
		    !is_garbage(clean, found->d_name, &status) ||
		    unlinkat(fd, found->d_name, 0) != 0)
			continue;
		clean->bytes += (long long)status.st_blocks * 512;
		clean->files++;
	}
	closedir(stream);
	return 0;
}

/* The former logs of backends that drover runs. */
static void
remove_logs(struct clean *clean, const struct builtin_case *asked)
{
	struct stat status;
	char path[4096];
	size_t i;

	for (i = 0; i < asked->config->backend_count; i++) {
		snprintf(path, sizeof(path), "%s/backends/%s.log.1",
		    asked->state_directory, asked->config->backends[i].name);
		if (lstat(path, &status) != 0 || unlink(path) != 0)
			continue;
		clean->bytes += (long long)status.st_blocks * 512;
		clean->files++;
	}
}

int
disk_clean(const struct builtin_case *asked)
{
	struct clean clean = { .referred = json_object(),
		.now = time(NULL) };
	int store = open(asked->argument, O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC), error;

	if (store == -1)
		return builtin_say(STEP_CODE_REFUSED, "%s: %s",
		    asked->argument, strerror(errno));
	error = clean.referred == NULL ? -ENOMEM :
	    read_manifests(&clean, store, "manifests", 0);
	if (error == 0)
		error = remove_garbage(&clean, store);
	close(store);
	json_decref(clean.referred);
	if (error != 0)
		return builtin_say(STEP_CODE_REFUSED,
		    "nothing removed, %s has a manifest that cannot be "
		    "read: %s", asked->argument, strerror(-error));
	remove_logs(&clean, asked);
	return builtin_say(STEP_CODE_DONE, "%lld files removed, %lld MiB",
	    clean.files, clean.bytes / 1048576);
}
