/* Where the file of a series is. */
#ifndef DROVER_STORE_SERIES_PATH_H
#define DROVER_STORE_SERIES_PATH_H

#include <stddef.h>

/*
 * DIRECTORY/NODE/OBJECT.rrd, as the set names it; object "node" or the name
 * of a device or backend.  -ENAMETOOLONG.
 */
int	series_path(const char *directory, const char *node,
	    const char *object, char *path, size_t size);

#endif
