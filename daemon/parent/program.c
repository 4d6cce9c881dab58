#include "parent/program.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The directory of this very executable, however it was called. */
static int
own_directory(char *path)
{
	ssize_t length;
	char *slash;

	length = readlink("/proc/self/exe", path, PROGRAM_PATH_BYTES - 1);
	if (length <= 0)
		return -1;
	path[length] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL)
		return -1;
	*slash = '\0';
	return 0;
}

static bool
is_found(char *path, const char *directory, const char *below,
    const char *program)
{
	int length;

	length = snprintf(path, PROGRAM_PATH_BYTES, "%s%s/%s", directory,
	    below, program);
	return length > 0 && length < PROGRAM_PATH_BYTES &&
	    access(path, X_OK) == 0;
}

void
program_path(const char *directory, const char *program, char *path)
{
	char own[PROGRAM_PATH_BYTES];

	if (directory != NULL) {
		snprintf(path, PROGRAM_PATH_BYTES, "%s/%s", directory,
		    program);
		return;
	}
	if (own_directory(own) == 0 && (is_found(path, own, "", program) ||
	    is_found(path, own, "/../" DROVER_LIBEXEC_DIR, program)))
		return;
	snprintf(path, PROGRAM_PATH_BYTES, "%s/%s", DROVER_LIBEXEC, program);
}
