#include "page_file.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char own_path[PATH_MAX];

void
page_file_set_path(const char *path)
{
	snprintf(own_path, sizeof(own_path), "%s", path);
}

static int
split(const char *page, char *name, size_t size, char *section)
{
	const char *open = strchr(page, '(');
	size_t length = open != NULL ? (size_t)(open - page) : strlen(page);

	if (length == 0 || length >= size || *page == '-' ||
	    memchr(page, '/', length) != NULL)
		return -EINVAL;
	memcpy(name, page, length);
	name[length] = '\0';
	*section = open != NULL ? open[1] : '\0';
	if (*section != '\0' && strchr("123456789", *section) == NULL)
		return -EINVAL;
	return 0;
}

static int
find_section(const char *directory, int length, const char *name,
    char section, char *path, size_t size)
{
	static const char *const endings[] = {"", ".gz"};
	int i;

	for (i = 0; i < 2; i++) {
		snprintf(path, size, "%.*s/man%c/%s.%c%s", length,
		    directory, section, name, section, endings[i]);
		if (access(path, R_OK) == 0)
			return 0;
	}
	return -ENOENT;
}

static int
find_in(const char *directory, int length, const char *name, char section,
    char *path, size_t size)
{
	const char *try;

	if (section != '\0')
		return find_section(directory, length, name, section, path,
		    size);
	for (try = "17853246"; *try != '\0'; try++)
		if (find_section(directory, length, name, *try, path,
		    size) == 0)
			return 0;
	return -ENOENT;
}

static int
find_along(const char *list, const char *name, char section, char *path,
    size_t size)
{
	while (list != NULL && *list != '\0') {
		size_t length = strcspn(list, ":");

		if (length > 0 && find_in(list, (int)length, name, section,
		    path, size) == 0)
			return 0;
		list += length + (list[length] == ':');
	}
	return -ENOENT;
}

/* PREFIX/bin/drover: PREFIX/share/man; a build tree has PREFIX/man. */
static int
find_beside(const char *name, char section, char *path, size_t size)
{
	char program[PATH_MAX / 2], list[PATH_MAX];
	const char *directory;
	ssize_t length;

	length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	if (length <= 0)
		return -ENOENT;
	program[length] = '\0';
	directory = dirname(program);
	snprintf(list, sizeof(list), "%s/../man:%s/../share/man", directory,
	    directory);
	return find_along(list, name, section, path, size);
}

int
page_file_find(const char *page, char *path, size_t size)
{
	char name[80], section;
	int error = split(page, name, sizeof(name), &section);

	if (error != 0)
		return error;
	if (find_along(own_path, name, section, path, size) == 0 ||
	    find_along(getenv("DROVER_MAN_PATH"), name, section, path,
	    size) == 0 ||
	    find_beside(name, section, path, size) == 0 ||
	    find_along(getenv("MANPATH"), name, section, path, size) == 0)
		return 0;
	return find_along("/usr/local/share/man:/usr/local/man:"
	    "/usr/share/man", name, section, path, size);
}
