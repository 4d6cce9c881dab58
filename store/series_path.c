#include "store/series_path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define NAME_BYTES	136

int
series_path(const char *directory, const char *node, const char *object,
    char *path, size_t size)
{
	char name[NAME_BYTES];
	size_t i;

	snprintf(name, sizeof(name), "%s", object);
	for (i = 0; name[i] != '\0'; i++)
		if (strchr("/ \t:", name[i]) != NULL ||
		    (unsigned char)name[i] < ' ')
			name[i] = '-';
	return (size_t)snprintf(path, size, "%s/%s/%s.rrd", directory, node,
	    name) < size ? 0 : -ENAMETOOLONG;
}
