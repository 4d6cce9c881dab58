#include "store/series_header.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

#include "store/durable.h"

/* Sizes of the parts of a header, with 8-byte numbers. */
#define HEAD_BYTES	128u
#define SOURCE_BYTES	120u
#define ARCHIVE_BYTES	120u
#define LIVE_BYTES	16u
#define PREPARED_BYTES	112u	/* of a source */
#define CELL_BYTES	80u	/* of a source in an archive */
#define POINTER_BYTES	8u	/* of an archive */
#define COUNT_MAX	65536u
#define HEADER_MAX	(8u << 20)

#define UNDO_MAGIC	UINT64_C(0x4f444e55525644)

struct undo_head {
	uint64_t	magic;
	uint64_t	header_bytes;
	uint64_t	check;		/* CRC-32 of the header */
	uint64_t	reserved;
};

static uint64_t
number_at(const unsigned char *bytes, size_t offset)
{
	uint64_t number;

	memcpy(&number, bytes + offset, sizeof(number));
	return number;
}

static int
read_some(const char *path, size_t limit, unsigned char **bytes,
    size_t *length, uint64_t *file_bytes)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	ssize_t got = 0;
	int error = 0;

	if (file == -1)
		return -errno;
	if (fstat(file, &status) != 0)
		error = -errno;
	*file_bytes = (uint64_t)status.st_size;
	*length = 0;
	if (error == 0 && (uint64_t)status.st_size < limit)
		limit = (size_t)status.st_size;
	*bytes = error != 0 ? NULL : malloc(limit + 1);
	if (error == 0 && *bytes == NULL)
		error = -ENOMEM;
	while (error == 0 && *length < limit) {
		got = pread(file, *bytes + *length, limit - *length,
		    (off_t)*length);
		if (got <= 0)
			break;
		*length += (size_t)got;
	}
	if (error == 0 && got < 0)
		error = -errno;
	close(file);
	if (error != 0) {
		free(*bytes);
		*bytes = NULL;
	}
	return error;
}

/* The rows of all archives, as the header counts them. */
static uint64_t
count_rows(const struct series_header *header)
{
	size_t offset = HEAD_BYTES + header->source_count * SOURCE_BYTES + 24;
	uint64_t rows = 0;
	size_t i;

	for (i = 0; i < header->archive_count; i++)
		rows += number_at(header->bytes, offset + i * ARCHIVE_BYTES);
	return rows;
}

static int
parse(struct series_header *header, uint64_t file_bytes)
{
	const unsigned char *bytes = header->bytes;
	uint64_t sources, used;
	size_t at;

	if (header->length < HEAD_BYTES || memcmp(bytes, "RRD", 4) != 0 ||
	    memcmp(bytes + 4, "0003", 5) != 0)
		return -EUCLEAN;
	sources = header->source_count = number_at(bytes, 24);
	header->archive_count = number_at(bytes, 32);
	if (sources == 0 || sources > COUNT_MAX ||
	    header->archive_count > COUNT_MAX)
		return -EUCLEAN;
	at = HEAD_BYTES + sources * SOURCE_BYTES +
	    header->archive_count * ARCHIVE_BYTES;
	used = at + LIVE_BYTES + sources * PREPARED_BYTES +
	    sources * header->archive_count * CELL_BYTES +
	    header->archive_count * POINTER_BYTES;
	if (used > header->length ||
	    file_bytes != used + count_rows(header) * sources * 8)
		return -EUCLEAN;
	header->bytes_used = used;
	header->last = (time_t)number_at(bytes, at);
	return 0;
}

int
series_header_read(const char *path, struct series_header *header)
{
	uint64_t file_bytes;
	int error;

	memset(header, 0, sizeof(*header));
	error = read_some(path, HEADER_MAX, &header->bytes, &header->length,
	    &file_bytes);
	if (error != 0)
		return error;
	error = parse(header, file_bytes);
	if (error != 0)
		series_header_free(header);
	return error;
}

void
series_header_free(struct series_header *header)
{
	free(header->bytes);
	memset(header, 0, sizeof(*header));
}

void
series_header_names(const struct series_header *header,
    char (*names)[SERIES_NAME_BYTES])
{
	size_t i;

	for (i = 0; i < header->source_count; i++) {
		memcpy(names[i], header->bytes + HEAD_BYTES +
		    i * SOURCE_BYTES, SERIES_NAME_BYTES);
		names[i][SERIES_NAME_BYTES - 1] = '\0';
	}
}

static int
undo_path(const char *path, char undo[PATH_MAX])
{
	return (size_t)snprintf(undo, PATH_MAX, "%s.undo", path) < PATH_MAX ?
	    0 : -ENAMETOOLONG;
}

int
series_header_arm(const char *path, size_t header_bytes)
{
	struct undo_head head = { UNDO_MAGIC, header_bytes, 0, 0 };
	struct durable_piece pieces[2] = { { &head, sizeof(head) } };
	unsigned char *bytes;
	char undo[PATH_MAX];
	uint64_t ignored;
	size_t length;
	int error = undo_path(path, undo);

	if (error == 0)
		error = read_some(path, header_bytes, &bytes, &length,
		    &ignored);
	if (error != 0)
		return error;
	head.check = crc32_z(0, bytes, length);
	pieces[1].bytes = bytes;
	pieces[1].length = length;
	error = length != header_bytes ? -EUCLEAN :
	    durable_write(undo, 0640, pieces, 2);
	free(bytes);
	return error;
}

int
series_header_disarm(const char *path)
{
	char undo[PATH_MAX];
	int error = undo_path(path, undo);

	if (error == 0 && unlink(undo) != 0 && errno != ENOENT)
		error = -errno;
	return error;
}

static int
put_back(const char *path, const unsigned char *header, size_t length)
{
	int file = open(path, O_WRONLY | O_CLOEXEC), error = 0;

	if (file == -1)
		return -errno;
	if (pwrite(file, header, length, 0) != (ssize_t)length)
		error = -EIO;
	else if (fdatasync(file) != 0)
		error = -errno;
	close(file);
	return error;
}

int
series_header_undo(const char *path)
{
	struct undo_head head;
	unsigned char *bytes = NULL;
	char undo[PATH_MAX];
	uint64_t ignored;
	size_t length = 0;
	int error = undo_path(path, undo);

	if (error != 0)
		return error;
	error = read_some(undo, HEADER_MAX + sizeof(head), &bytes, &length,
	    &ignored);
	if (error != 0 || bytes == NULL)
		return error == -ENOENT ? 0 : error;
	memset(&head, 0, sizeof(head));
	memcpy(&head, bytes, length < sizeof(head) ? length : sizeof(head));
	if (head.magic == UNDO_MAGIC &&
	    head.header_bytes == length - sizeof(head) &&
	    head.check == crc32_z(0, bytes + sizeof(head),
	    length - sizeof(head)))
		error = put_back(path, bytes + sizeof(head),
		    length - sizeof(head));
	free(bytes);
	if (error == 0)
		error = series_header_disarm(path);
	return error == 0 ? 1 : error;
}
