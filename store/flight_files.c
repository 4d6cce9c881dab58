#include "store/flight_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool
parse(const char *name, struct flight_file *file)
{
	char check[FLIGHT_NAME_BYTES];

	if (sscanf(name, "%" SCNu64 "-%" SCNd64 ".flight", &file->sequence,
	    &file->first_ms) != 2)
		return false;
	flight_file_name(file, check);
	return strcmp(check, name) == 0;
}

void
flight_file_name(const struct flight_file *file, char *name)
{
	snprintf(name, FLIGHT_NAME_BYTES, "%08" PRIu64 "-%013" PRId64
	    ".flight", file->sequence, file->first_ms);
}

static int
by_sequence(const void *left, const void *right)
{
	const struct flight_file *a = left, *b = right;

	return (a->sequence > b->sequence) - (a->sequence < b->sequence);
}

static int
add(struct flight_files *files, const struct flight_file *file)
{
	struct flight_file *grown;

	grown = reallocarray(files->files, files->count + 1, sizeof(*grown));
	if (grown == NULL)
		return -ENOMEM;
	files->files = grown;
	files->files[files->count++] = *file;
	return 0;
}

int
flight_files_list(struct flight_files *files, const char *directory)
{
	struct flight_file file;
	struct dirent *entry;
	struct stat status;
	DIR *opened = opendir(directory);
	int error = 0;

	memset(files, 0, sizeof(*files));
	if (opened == NULL)
		return -errno;
	while (error == 0 && (entry = readdir(opened)) != NULL) {
		if (!parse(entry->d_name, &file) || fstatat(dirfd(opened),
		    entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
		    !S_ISREG(status.st_mode))
			continue;
		file.bytes = (uint64_t)status.st_size;
		error = add(files, &file);
	}
	closedir(opened);
	if (error != 0)
		flight_files_free(files);
	else if (files->count > 0)
		qsort(files->files, files->count, sizeof(files->files[0]),
		    by_sequence);
	return error;
}

void
flight_files_free(struct flight_files *files)
{
	free(files->files);
	memset(files, 0, sizeof(*files));
}
