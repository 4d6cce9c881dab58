#include "store/replay.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "store/flight_reader.h"

int
replay_directory(const char *segment_path, char *directory, size_t size)
{
	const char *slash = strrchr(segment_path, '/');
	int length = slash == NULL ? 1 : (int)(slash - segment_path);

	return (size_t)snprintf(directory, size, "%.*s/flight", length,
	    slash == NULL ? "." : segment_path) < size ? 0 : -ENAMETOOLONG;
}

int
replay_image(const char *directory, int64_t wall_ns, void **bytes,
    size_t *length, struct replay_found *found)
{
	const struct flight_image *image;
	struct flight_reader *reader;
	int error = flight_reader_open(&reader, directory);

	memset(found, 0, sizeof(*found));
	if (error != 0)
		return error;
	error = flight_reader_seek(reader, wall_ns);
	if (error == -ENOENT)
		found->first_ns = flight_reader_first(reader);
	if (error == 0) {
		image = flight_reader_image(reader);
		found->wall_ns = image->moment.wall_ns;
		error = flight_image_bytes(image, bytes, length);
	}
	flight_reader_close(reader);
	return error;
}
