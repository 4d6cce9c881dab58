#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/shared_marks.h"
#include "rules/line.h"
#include "store/durable.h"

#define MENDED		"state.mended"

void
mark_path(const struct shared *shared, const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s", shared->directory, name);
}

bool
mark_is_there(const struct shared *shared, const char *name)
{
	char path[PATH_MAX];

	mark_path(shared, name, path);
	return access(path, F_OK) == 0;
}

int
mark_set(const struct shared *shared, const char *name)
{
	char path[PATH_MAX];
	int file, error = 0;

	mark_path(shared, name, path);
	file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (file == -1)
		return -errno;
	if (fsync(file) != 0)
		error = -errno;
	close(file);
	return error == 0 ? durable_sync_name(path) : error;
}

void
mark_clear(const struct shared *shared, const char *name)
{
	char path[PATH_MAX];

	mark_path(shared, name, path);
	(void)unlink(path);
}

int
mark_write(const struct shared *shared, const char *name, const char *text)
{
	const struct durable_piece piece = { text, strlen(text) };
	char path[PATH_MAX];

	mark_path(shared, name, path);
	return durable_write(path, 0600, &piece, 1);
}

int
mark_read(const struct shared *shared, const char *name, char *text,
    size_t size)
{
	char path[PATH_MAX];
	ssize_t length;
	int file;

	mark_path(shared, name, path);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file == -1)
		return -errno;
	length = read(file, text, size - 1);
	close(file);
	text[length < 0 ? 0 : length] = '\0';
	return length < 0 ? -EIO : 0;
}

/* An entry takes nothing else; paths and files can hold anything. */
static void
make_line(char *text)
{
	if (line_is_valid(text, strlen(text)))
		return;
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

static void
add(struct shared *shared, const char *text)
{
	size_t used = strlen(shared->mended);

	if (text[0] == '\0' || strstr(shared->mended, text) != NULL)
		return;
	snprintf(shared->mended + used, sizeof(shared->mended) - used,
	    "%s%s", used > 0 ? "; " : "", text);
	make_line(shared->mended);
}

void
mended_note(struct shared *shared, const char *text)
{
	add(shared, text);
	/* Without it, only this process can tell. */
	(void)mark_write(shared, MENDED, shared->mended);
}

/* otherwise: where the file is there and empty. */
static void
load_line(struct shared *shared, const char *name, const char *otherwise)
{
	char line[sizeof(shared->mended)];

	if (mark_read(shared, name, line, sizeof(line)) != 0)
		return;
	line[strcspn(line, "\n")] = '\0';
	make_line(line);
	add(shared, line[0] != '\0' ? line : otherwise);
}

void
mended_load(struct shared *shared)
{
	load_line(shared, MENDED, "");
}

void
mended_note_restored(struct shared *shared)
{
	load_line(shared, MARK_RESTORED, "state.db was restored");
}

void
shared_mended_told(struct shared *shared)
{
	shared->mended[0] = '\0';
	mark_clear(shared, MENDED);
	mark_clear(shared, MARK_RESTORED);
}
