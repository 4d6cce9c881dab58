/*
 * Kept descriptors, read with pread(2).
 *
 * Most files of /proc are seq_files: one read gives at most what fits a
 * page of whole records, and a read that leaves more room than a record
 * needs has met the end.  So a short file costs one system call, not two.
 */
#include "collect/source.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BUFFER_BYTES	(64 * 1024)
#define RECORD_BYTES	512	/* no record of the kernel is longer */

int
source_buffer_open(struct source_buffer *buffer)
{
	buffer->bytes = malloc(BUFFER_BYTES);
	if (buffer->bytes == NULL)
		return -ENOMEM;
	buffer->size = BUFFER_BYTES;
	buffer->page_size = (size_t)sysconf(_SC_PAGESIZE);
	return 0;
}

void
source_buffer_close(struct source_buffer *buffer)
{
	free(buffer->bytes);
	buffer->bytes = NULL;
}

static bool
buffer_grow(struct source_buffer *buffer)
{
	char *bytes;

	if (buffer->size >= SOURCE_BYTES_MAX)
		return false;
	bytes = realloc(buffer->bytes, buffer->size * 2);
	if (bytes == NULL)
		return false;
	buffer->bytes = bytes;
	buffer->size *= 2;
	return true;
}

/* A pipe or a device in place of the file must not be waited for. */
static int
open_regular(const char *path)
{
	struct stat status;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0 && (fstat(fd, &status) != 0 ||
	    !S_ISREG(status.st_mode))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

void
source_open(struct source *source, const char *format, ...)
{
	va_list arguments;

	source->fd = -1;
	va_start(arguments, format);
	if (vasprintf(&source->path, format, arguments) < 0)
		source->path = NULL;
	va_end(arguments);
	source_retry(source);
}

bool
source_retry(struct source *source)
{
	if (source->fd < 0 && source->path != NULL)
		source->fd = open_regular(source->path);
	return source->fd >= 0;
}

void
source_close(struct source *source)
{
	if (source->fd >= 0)
		close(source->fd);
	free(source->path);
	source->fd = -1;
	source->path = NULL;
}

static ssize_t
read_whole(int fd, struct source_buffer *buffer)
{
	size_t length = 0;
	ssize_t count;

	for (;;) {
		count = pread(fd, buffer->bytes + length,
		    buffer->size - length, (off_t)length);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			break;
		length += (size_t)count;
		if (length == buffer->size && !buffer_grow(buffer))
			break;
		if ((size_t)count + RECORD_BYTES <= buffer->page_size)
			break;
	}
	return count < 0 && length == 0 ? -errno : (ssize_t)length;
}

struct text
source_read(struct source *source, struct source_buffer *buffer)
{
	struct text text = {buffer->bytes, buffer->bytes};
	ssize_t length;

	if (source->fd < 0)
		return text;
	length = read_whole(source->fd, buffer);
	if (length < 0) {
		close(source->fd);
		source->fd = -1;
		return text;
	}
	text.at = buffer->bytes;
	text.end = buffer->bytes + length;
	return text;
}

struct text
source_read_once(struct source_buffer *buffer, const char *format, ...)
{
	struct text text = {buffer->bytes, buffer->bytes};
	va_list arguments;
	ssize_t length;
	char *path;
	int fd;

	va_start(arguments, format);
	if (vasprintf(&path, format, arguments) < 0)
		path = NULL;
	va_end(arguments);
	fd = path != NULL ? open_regular(path) : -1;
	free(path);
	if (fd < 0)
		return text;
	length = read_whole(fd, buffer);
	close(fd);
	text.at = buffer->bytes;
	text.end = buffer->bytes + (length > 0 ? length : 0);
	return text;
}
