/* What the machine runs: its distribution and its kernel. */
#include <sys/utsname.h>

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collect/host.h"

/* Copy the value of KEY="value" up to the closing quote or line end. */
static bool
os_release_value(const char *text, const char *key, char *value, size_t size)
{
	const char *line = text;
	size_t key_length = strlen(key), length;

	while (line != NULL && strncmp(line, key, key_length) != 0) {
		line = strchr(line, '\n');
		if (line != NULL)
			line++;
	}
	if (line == NULL)
		return false;
	line += key_length;
	if (*line == '"' || *line == '\'')
		line++;
	length = strcspn(line, "\"'\n");
	if (length >= size)
		length = size - 1;
	memcpy(value, line, length);
	value[length] = '\0';
	return length > 0;
}

static void
replace_unprintable(char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < ' ' || *text == 127)
			*text = '?';
	}
}

static bool
read_os_release(const char *root, const char *file, char *text, size_t size)
{
	char path[PATH_MAX];
	ssize_t length;
	int fd;

	if (snprintf(path, sizeof(path), "%s%s", root, file) >=
	    (int)sizeof(path))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	length = read(fd, text, size - 1);
	close(fd);
	if (length <= 0)
		return false;
	text[length] = '\0';
	return true;
}

static void
distribution(const char *root, char *name, size_t size)
{
	char text[4096], title[64], version[64] = "";

	name[0] = '\0';
	if (!read_os_release(root, "/etc/os-release", text, sizeof(text)) &&
	    !read_os_release(root, "/usr/lib/os-release", text, sizeof(text)))
		return;
	if (!os_release_value(text, "NAME=", title, sizeof(title)))
		return;
	if (os_release_value(text, "VERSION_ID=", version, sizeof(version)))
		snprintf(name, size, "%s %s, ", title, version);
	else
		snprintf(name, size, "%s, ", title);
	replace_unprintable(name);
}

void
host_system(const struct host_options *options, char *text, size_t size)
{
	const char *root = options->root != NULL ? options->root : "";
	struct utsname kernel;
	char name[160];

	distribution(root, name, sizeof(name));
	if (uname(&kernel) != 0)
		strcpy(kernel.release, "?");
	snprintf(text, size, "%sLinux %s", name, kernel.release);
}
