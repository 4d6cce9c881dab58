/* From when on the series lack steps, by the files that are there. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "store/series_header.h"
#include "store/series_parts.h"

/* A file that is further behind belongs to a device that is gone. */
#define STALE_S		86400

static bool
ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), wanted = strlen(end);

	return length > wanted &&
	    strcmp(text + length - wanted, end) == 0;
}

/* The last row of each file; those of devices that are gone do not count. */
static int64_t
oldest_end(const char *directory, int64_t now, int64_t oldest)
{
	struct series_header header;
	struct dirent *entry;
	char path[PATH_MAX];
	DIR *opened = opendir(directory);

	while (opened != NULL && (entry = readdir(opened)) != NULL) {
		if (!ends_with(entry->d_name, ".rrd") &&
		    !ends_with(entry->d_name, ".rrd.undo"))
			continue;
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory,
		    entry->d_name) >= sizeof(path))
			continue;
		/* An old header says how far back a file falls. */
		if (ends_with(path, ".undo"))
			path[strlen(path) - strlen(".undo")] = '\0';
		(void)series_header_undo(path);
		if (series_header_read(path, &header) != 0)
			continue;
		if (header.last > now - STALE_S &&
		    (oldest == 0 || header.last < oldest))
			oldest = header.last;
		series_header_free(&header);
	}
	if (opened != NULL)
		closedir(opened);
	return oldest;
}

int64_t
series_since(struct series_set *set)
{
	DIR *opened = opendir(set->directory);
	int64_t oldest = 0, now = series_now_s(set);
	struct dirent *entry;
	char path[PATH_MAX];

	while (opened != NULL && (entry = readdir(opened)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", set->directory,
		    entry->d_name);
		oldest = oldest_end(path, now, oldest);
	}
	if (opened != NULL)
		closedir(opened);
	/* A rate wants the step before. */
	return oldest == 0 ? 0 : (oldest - 120) * NS_PER_S;
}
