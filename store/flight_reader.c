#include "store/flight_reader.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/flight_files.h"
#include "store/flight_map.h"

struct flight_reader {
	char			 directory[PATH_MAX - FLIGHT_NAME_BYTES - 1];
	struct flight_files	 files;
	struct flight_map	 map;
	uint64_t		 sequence;	/* of the open file, or 0 */
	size_t			 offset;	/* of the next record */
	struct flight_image	 image;
	bool			 sound;		/* a STEP may follow */
	uint64_t		 step;
	uint64_t		 damaged;
};

int
flight_reader_open(struct flight_reader **reader, const char *directory)
{
	struct flight_reader *made = calloc(1, sizeof(*made));
	int error;

	if (made == NULL)
		return -ENOMEM;
	if ((size_t)snprintf(made->directory, sizeof(made->directory), "%s",
	    directory) >= sizeof(made->directory))
		error = -ENAMETOOLONG;
	else
		error = flight_files_list(&made->files, directory);
	if (error == 0 && made->files.count == 0)
		error = -ENOENT;
	if (error != 0) {
		flight_reader_close(made);
		return error;
	}
	*reader = made;
	return 0;
}

void
flight_reader_close(struct flight_reader *reader)
{
	if (reader == NULL)
		return;
	flight_map_close(&reader->map);
	flight_image_free(&reader->image);
	flight_files_free(&reader->files);
	free(reader);
}

static int
open_map(const struct flight_reader *reader, const struct flight_file *file,
    struct flight_map *map)
{
	char path[PATH_MAX], name[FLIGHT_NAME_BYTES];

	flight_file_name(file, name);
	snprintf(path, sizeof(path), "%s/%s", reader->directory, name);
	return flight_map_open(map, path);
}

/* The image keeps its memory where the schema is the one before. */
static int
take_schema(struct flight_reader *reader)
{
	const struct flight_head *head = reader->map.head;
	struct flight_image *image = &reader->image;

	if (head == NULL)
		return -EBADMSG;
	if (image->schema != NULL &&
	    image->schema_bytes == head->schema_bytes &&
	    memcmp(image->schema, flight_map_schema(&reader->map),
	    head->schema_bytes) == 0) {
		flight_image_clear(image);
		return 0;
	}
	flight_image_free(image);
	return flight_image_init(image, flight_map_schema(&reader->map),
	    head->schema_bytes);
}

static int
open_file(struct flight_reader *reader, const struct flight_file *file)
{
	int error;

	reader->sound = false;
	if (reader->sequence != file->sequence) {
		flight_map_close(&reader->map);
		reader->sequence = 0;
		error = open_map(reader, file, &reader->map);
		if (error != 0)
			return error;
	}
	reader->sequence = file->sequence;
	reader->offset = reader->map.first;
	return take_schema(reader);
}

static const struct flight_file *
file_after(const struct flight_reader *reader, uint64_t sequence)
{
	size_t i;

	for (i = 0; i < reader->files.count; i++)
		if (reader->files.files[i].sequence > sequence)
			return &reader->files.files[i];
	return NULL;
}

/* 1 when one was applied, 0 when it is to be skipped or the end. */
static int
apply(struct flight_reader *reader, const struct flight_record *record)
{
	int error;

	if (record->kind == FLIGHT_STEP && !reader->sound)
		return 0;
	if (record->kind != FLIGHT_KEY && record->kind != FLIGHT_STEP)
		return 0;
	error = flight_record_apply(&reader->image, record);
	reader->sound = error == 0;
	if (error == -EBADMSG) {
		reader->damaged++;
		return 0;
	}
	reader->step = record->step;
	return error == 0 ? 1 : error;
}

/* Within the open file; 0 at its end. */
static int
next_in_file(struct flight_reader *reader)
{
	const struct flight_record *record;
	size_t resume;
	int result;

	while (reader->offset < reader->map.length) {
		record = flight_map_record(&reader->map, reader->offset);
		if (record != NULL) {
			reader->offset += record->bytes;
			result = apply(reader, record);
			if (result != 0)
				return result;
			continue;
		}
		resume = flight_map_resume(&reader->map, reader->offset + 8);
		if (resume == reader->map.length)
			return 0;
		reader->damaged++;
		reader->sound = false;
		reader->offset = resume;
	}
	return 0;
}

static int
list_again(struct flight_reader *reader)
{
	struct flight_files files;
	int error = flight_files_list(&files, reader->directory);

	if (error != 0)
		return error;
	flight_files_free(&reader->files);
	reader->files = files;
	return files.count == 0 ? -ENOENT : 0;
}

int
flight_reader_next(struct flight_reader *reader)
{
	const struct flight_file *file;
	bool fresh = false;
	int result;

	for (;;) {
		result = reader->sequence == 0 ? 0 : next_in_file(reader);
		if (result != 0)
			return result;
		file = file_after(reader, reader->sequence);
		if (file == NULL && !fresh) {
			fresh = true;
			result = list_again(reader);
			if (result == 0 && reader->map.head != NULL)
				result = flight_map_refresh(&reader->map,
				    reader->offset);
			if (result != 0)
				return result;
			continue;
		}
		if (file == NULL)
			return 0;
		result = open_file(reader, file);
		if (result == -EBADMSG)
			reader->damaged++;
		else if (result != 0)
			return result;
		/* A file without a sound head is passed over. */
		reader->sequence = file->sequence;
	}
}

/*
 * The newest file that begins in time: a clock that was set back makes
 * times stand twice, and the later record is the one that is meant.
 */
static size_t
file_at(const struct flight_reader *reader, int64_t wall_ns)
{
	size_t i = reader->files.count;

	while (i > 0 && reader->files.files[i - 1].first_ms >
	    wall_ns / 1000000)
		i--;
	return i;
}

static int
seek_in_file(struct flight_reader *reader, const struct flight_file *file,
    int64_t wall_ns)
{
	const struct flight_record *record;
	size_t offset;
	int error;

	error = open_file(reader, file);
	if (error != 0)
		return error;
	offset = flight_map_key(&reader->map, wall_ns);
	if (offset == 0)
		return -ENOENT;
	for (reader->offset = offset; ; ) {
		record = flight_map_record(&reader->map, reader->offset);
		if (record == NULL || record->kind == FLIGHT_INDEX ||
		    record->moment.wall_ns > wall_ns)
			return reader->sound ? 0 : -ENOENT;
		reader->offset += record->bytes;
		error = apply(reader, record);
		if (error < 0)
			return error;
	}
}

int
flight_reader_seek(struct flight_reader *reader, int64_t wall_ns)
{
	size_t i;
	int error;

	error = list_again(reader);
	if (error != 0)
		return error;
	if (reader->sequence != 0 &&
	    flight_map_refresh(&reader->map, 0) != 0) {
		flight_map_close(&reader->map);
		reader->sequence = 0;
	}
	for (i = file_at(reader, wall_ns); i > 0; i--) {
		error = seek_in_file(reader, &reader->files.files[i - 1],
		    wall_ns);
		if (error == 0)
			return 0;
		if (error != -ENOENT && error != -EBADMSG)
			return error;
		reader->sequence = 0;
		flight_map_close(&reader->map);
	}
	return -ENOENT;
}

int64_t
flight_reader_first(const struct flight_reader *reader)
{
	return reader->files.count == 0 ? 0 :
	    reader->files.files[0].first_ms * 1000000;
}

uint64_t
flight_reader_step(const struct flight_reader *reader)
{
	return reader->step;
}

const struct flight_image *
flight_reader_image(const struct flight_reader *reader)
{
	return &reader->image;
}

uint64_t
flight_reader_damaged(const struct flight_reader *reader)
{
	return reader->damaged;
}
