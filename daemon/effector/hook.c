#include "effector/hook.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
hook_directory(char *path, size_t size)
{
	const char *home = getenv("XDG_CONFIG_HOME");
	const char *below = "drover/hooks";

	if (geteuid() == 0) {
		home = "/etc";
	} else if (home == NULL || home[0] != '/') {
		home = getenv("HOME");
		below = ".config/drover/hooks";
	}
	if (home == NULL)
		return -ENOENT;
	return (size_t)snprintf(path, size, "%s/%s", home, below) < size ?
	    0 : -ENAMETOOLONG;
}

/* Only who we are, or root, may have put it there. */
static bool
is_trusted(const struct stat *status)
{
	return (status->st_uid == 0 || status->st_uid == geteuid()) &&
	    (status->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static int
distrust(char why[257], const char *path, const char *what)
{
	snprintf(why, 257, "hook %.150s: %s", path, what);
	return -EPERM;
}

int
hook_find(const char *directory, const char *op, bool probe, char *path,
    size_t size, char why[257])
{
	struct stat status;

	if (strchr(op, '/') != NULL || op[0] == '.' ||
	    (size_t)snprintf(path, size, "%s/%s%s", directory, op,
	    probe ? ".probe" : "") >= size)
		return -ENOENT;
	if (stat(path, &status) != 0)
		return -ENOENT;
	if (!S_ISREG(status.st_mode) || access(path, X_OK) != 0)
		return distrust(why, path, "it is no executable file");
	if (!is_trusted(&status))
		return distrust(why, path,
		    "its owner, or who else may write it, is not allowed");
	if (stat(directory, &status) != 0 || !is_trusted(&status))
		return distrust(why, directory,
		    "its owner, or who else may write it, is not allowed");
	return 0;
}
