/* The entries of a directory, in natural order. */
#include "collect/directory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static int
is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

void
directory_read(struct directory *directory, const char *format, ...)
{
	va_list arguments;
	char *path;
	int count = -1;

	va_start(arguments, format);
	if (vasprintf(&path, format, arguments) < 0)
		path = NULL;
	va_end(arguments);
	if (path != NULL)
		count = scandir(path, &directory->entries, is_shown,
		    versionsort);
	if (count < 0)
		directory->entries = NULL;
	directory->count = count < 0 ? 0 : (size_t)count;
	free(path);
}

void
directory_free(struct directory *directory)
{
	size_t i;

	for (i = 0; i < directory->count; i++)
		free(directory->entries[i]);
	free(directory->entries);
	directory->entries = NULL;
	directory->count = 0;
}
