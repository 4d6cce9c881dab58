#include "core/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* So many at once, so that not each look is for one file. */
#define REMOVED_AT_ONCE	64
#define BYTES_MAX	(256 * 1024)

bool
inputs_is_name(const char *name)
{
	const char *digits = name[0] == 'f' ? name + 1 : name;
	size_t length = strspn(digits, "0123456789");

	return length > 0 && digits[length] == '\0' &&
	    strlen(name) <= INPUTS_NAME_MAX;
}

struct aged {
	char		name[INPUTS_NAME_MAX + 6];
	struct timespec	at;
};

static int
compare(const void *one, const void *other)
{
	const struct aged *a = one, *b = other;

	if (a->at.tv_sec != b->at.tv_sec)
		return a->at.tv_sec < b->at.tv_sec ? -1 : 1;
	return (a->at.tv_nsec > b->at.tv_nsec) -
	    (a->at.tv_nsec < b->at.tv_nsec);
}

static struct aged *
list(int directory, size_t *count)
{
	DIR *stream = fdopendir(dup(directory));
	struct aged *all = NULL, *more;
	struct dirent *entry;
	struct stat status;

	*count = 0;
	while (stream != NULL && (entry = readdir(stream)) != NULL) {
		if (entry->d_name[0] == '.' ||
		    strlen(entry->d_name) >= sizeof(all->name) ||
		    fstatat(directory, entry->d_name, &status, 0) != 0)
			continue;
		more = realloc(all, (*count + 1) * sizeof(*all));
		if (more == NULL)
			break;
		all = more;
		memcpy(all[*count].name, entry->d_name,
		    strlen(entry->d_name) + 1);
		all[(*count)++].at = status.st_mtim;
	}
	if (stream != NULL)
		closedir(stream);
	return all;
}

static void
remove_old(const char *directory)
{
	static unsigned int saved;
	struct aged *all;
	size_t count, i;
	DIR *stream;

	if (saved++ % REMOVED_AT_ONCE != 0)
		return;
	stream = opendir(directory);
	if (stream == NULL)
		return;
	all = list(dirfd(stream), &count);
	if (count > 0)
		qsort(all, count, sizeof(*all), compare);
	for (i = 0; count - i > INPUTS_MAX; i++)
		(void)unlinkat(dirfd(stream), all[i].name, 0);
	free(all);
	closedir(stream);
}

int
inputs_save(const char *state_directory, const char *name,
    const json_t *input)
{
	char directory[PATH_MAX], path[PATH_MAX + 64], made[PATH_MAX + 64];

	snprintf(directory, sizeof(directory), "%s/inputs", state_directory);
	if (mkdir(directory, 0700) != 0 && errno != EEXIST)
		return -errno;
	snprintf(path, sizeof(path), "%s/%s.json", directory, name);
	snprintf(made, sizeof(made), "%s/.new", directory);
	if (json_dump_file(input, made, JSON_COMPACT) != 0)
		return -EIO;
	if (rename(made, path) != 0)
		return -errno;
	remove_old(directory);
	return 0;
}

json_t *
inputs_load(const char *state_directory, const char *name)
{
	char path[PATH_MAX];
	struct stat status;
	json_error_t error;

	if (!inputs_is_name(name))
		return NULL;
	snprintf(path, sizeof(path), "%s/inputs/%s.json", state_directory,
	    name);
	if (stat(path, &status) != 0 || status.st_size > BYTES_MAX)
		return NULL;
	return json_load_file(path, 0, &error);
}
