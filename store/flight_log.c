#include "store/flight_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/durable.h"
#include "store/flight_files.h"
#include "store/flight_map.h"
#include "store/flight_reader.h"

#define FILE_BYTES	(UINT64_C(16) << 20)
#define FILE_NS		(INT64_C(3600) * 1000000000)
#define KEY_NS		(INT64_C(600) * 1000000000)
/* What follows a KEY may have as many times its bytes: it is read too. */
#define KEY_RATIO	16u

struct flight_log {
	char				 directory[PATH_MAX -
					    FLIGHT_NAME_BYTES - 1];
	struct flight_limits		 limits;
	struct flight_image		 image;
	bool				 whole;	/* the image stands */
	bool				 gap;	/* the file lacks a record */
	uint64_t			 step;
	int				 file;	/* -1: none */
	struct flight_file		 self;
	uint64_t			 key_offset;
	int64_t				 key_ns;
	uint64_t			 key_bytes;
	int64_t				 last_ns;
	struct flight_index_entry	*index;
	size_t				 index_count;
	struct bits_writer		 bits;
};

void
flight_log_limit(struct flight_log *log, const struct flight_limits *limits)
{
	log->limits = *limits;
	if (log->limits.file_bytes == 0)
		log->limits.file_bytes = FILE_BYTES;
	if (log->limits.file_ns == 0)
		log->limits.file_ns = FILE_NS;
	if (log->limits.key_ns == 0)
		log->limits.key_ns = KEY_NS;
	if (log->limits.mode == 0)
		log->limits.mode = 0640;
}

static void
path_of(const struct flight_log *log, const struct flight_file *file,
    char *path)
{
	char name[FLIGHT_NAME_BYTES];

	flight_file_name(file, name);
	snprintf(path, PATH_MAX, "%s/%s", log->directory, name);
}

static int
cut_tail(const char *path, struct flight_damage *damage)
{
	struct flight_map map;
	struct stat status;
	char aside[PATH_MAX];
	uint64_t end;
	int error;

	error = flight_map_open(&map, path);
	if (error == -EBADMSG) {
		if (stat(path, &status) == 0)
			damage->lost_bytes = (uint64_t)status.st_size;
		/* It holds no record any more that can be read. */
		return durable_set_aside(path, "damaged", aside);
	}
	if (error != 0)
		return error;
	end = flight_map_end(&map, &damage->last_good_ns);
	damage->lost_bytes = map.length - end;
	flight_map_close(&map);
	if (damage->lost_bytes > 0 && truncate(path, (off_t)end) != 0)
		return -errno;
	return 0;
}

/* The newest file is the one that was written when the end came. */
static int
recover(struct flight_log *log, struct flight_damage *damage)
{
	struct flight_files files;
	char path[PATH_MAX];
	int error;

	memset(damage, 0, sizeof(*damage));
	error = flight_files_list(&files, log->directory);
	if (error != 0 || files.count == 0)
		return error;
	log->self = files.files[files.count - 1];
	path_of(log, &log->self, path);
	error = cut_tail(path, damage);
	if (damage->lost_bytes > 0)
		flight_file_name(&log->self, damage->file);
	flight_files_free(&files);
	return error;
}

/* What was shown last, so that a STEP of the same core can follow it. */
static int
load_image(struct flight_log *log)
{
	const struct flight_image *image;
	struct flight_reader *reader;
	struct flight_record *key;
	int error = flight_reader_open(&reader, log->directory);

	if (error == -ENOENT)
		return 0;
	if (error != 0)
		return error;
	error = flight_reader_seek(reader, INT64_MAX);
	if (error == 0) {
		image = flight_reader_image(reader);
		log->step = flight_reader_step(reader);
		log->last_ns = image->moment.wall_ns;
		error = flight_image_init(&log->image, image->schema,
		    image->schema_bytes);
		key = error != 0 ? NULL :
		    flight_record_key(image, log->step, &log->bits);
		log->whole = key != NULL &&
		    flight_record_apply(&log->image, key) == 0;
		free(key);
	}
	flight_reader_close(reader);
	return error == -ENOMEM ? error : 0;
}

int
flight_log_open(struct flight_log **log, const char *directory,
    const struct flight_limits *limits, struct flight_damage *damage)
{
	struct flight_log *made = calloc(1, sizeof(*made));
	int error;

	if (made == NULL)
		return -ENOMEM;
	made->file = -1;
	flight_log_limit(made, limits);
	if ((size_t)snprintf(made->directory, sizeof(made->directory), "%s",
	    directory) >= sizeof(made->directory)) {
		free(made);
		return -ENAMETOOLONG;
	}
	error = mkdir(directory, (made->limits.mode & 0070) != 0 ? 0750 :
	    0700) == 0 || errno == EEXIST ? 0 : -errno;
	if (error == 0)
		error = recover(made, damage);
	if (error == 0)
		error = load_image(made);
	if (error != 0) {
		flight_log_close(made);
		return error;
	}
	*log = made;
	return 0;
}

static int
write_at(struct flight_log *log, const void *bytes, size_t length)
{
	const char *from = bytes;
	size_t done = 0;
	ssize_t wrote;

	while (done < length) {
		wrote = pwrite(log->file, from + done, length - done,
		    (off_t)(log->self.bytes + done));
		if (wrote == -1 && errno == EINTR)
			continue;
		if (wrote <= 0) {
			int error = wrote == 0 ? -ENOSPC : -errno;

			/* Else the next one is written over it. */
			if (ftruncate(log->file,
			    (off_t)log->self.bytes) != 0)
				log->gap = true;
			return error;
		}
		done += (size_t)wrote;
	}
	log->self.bytes += length;
	return 0;
}

/* The end of a complete file: where its KEYs are. */
static void
write_index(struct flight_log *log)
{
	const struct flight_moment moment = { .wall_ns = log->last_ns };
	size_t entries = log->index_count * sizeof(*log->index);
	struct flight_record *record;
	uint64_t bytes = sizeof(*record) + entries + sizeof(bytes);
	char *payload = malloc(entries + sizeof(bytes));

	if (payload == NULL || log->index_count == 0) {
		free(payload);
		return;
	}
	memcpy(payload, log->index, entries);
	memcpy(payload + entries, &bytes, sizeof(bytes));
	record = flight_record_make(FLIGHT_INDEX, &moment, log->step,
	    payload, entries + sizeof(bytes));
	if (record != NULL)
		(void)write_at(log, record, record->bytes);
	free(record);
	free(payload);
}

static void
close_file(struct flight_log *log)
{
	if (log->file == -1)
		return;
	write_index(log);
	(void)fdatasync(log->file);
	close(log->file);
	log->file = -1;
	log->index_count = 0;
}

void
flight_log_close(struct flight_log *log)
{
	if (log == NULL)
		return;
	close_file(log);
	flight_image_free(&log->image);
	free(log->index);
	free(log->bits.bytes);
	free(log);
}

/* Oldest first, until what is left fits; never the file that is written. */
static void
retire(struct flight_log *log)
{
	const struct flight_limits *limits = &log->limits;
	struct flight_files files;
	char path[PATH_MAX];
	uint64_t bytes = 0;
	int64_t end_ns;
	size_t i;

	if (flight_files_list(&files, log->directory) != 0)
		return;
	for (i = 0; i < files.count; i++)
		if (files.files[i].sequence != log->self.sequence)
			bytes += files.files[i].bytes;
	for (i = 0; i + 1 < files.count; i++) {
		end_ns = files.files[i + 1].first_ms * 1000000;
		if ((limits->bytes == 0 || bytes +
		    limits->file_bytes <= limits->bytes) &&
		    (limits->age_ns == 0 ||
		    end_ns >= log->last_ns - limits->age_ns))
			break;
		path_of(log, &files.files[i], path);
		if (unlink(path) == 0)
			bytes -= files.files[i].bytes;
	}
	flight_files_free(&files);
}

static int
write_head(struct flight_log *log, int64_t first_ns)
{
	const struct flight_image *image = &log->image;
	struct flight_head head = { .magic = FLIGHT_MAGIC,
		.byte_order = FLIGHT_BYTE_ORDER, .version = FLIGHT_VERSION,
		.schema_bytes = (uint32_t)image->schema_bytes,
		.sequence = log->self.sequence, .first_ns = first_ns };
	static const char zeros[8];
	int error;

	head.check = flight_head_check(&head, image->schema);
	error = write_at(log, &head, sizeof(head));
	if (error == 0)
		error = write_at(log, image->schema, image->schema_bytes);
	if (error == 0)
		error = write_at(log, zeros, (8 - image->schema_bytes % 8) %
		    8);
	return error;
}

static int
open_file(struct flight_log *log, int64_t first_ns)
{
	char path[PATH_MAX];
	int error;

	log->self.sequence++;
	log->self.first_ms = first_ns / 1000000;
	log->self.bytes = 0;
	path_of(log, &log->self, path);
	log->file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    log->limits.mode);
	if (log->file == -1)
		return -errno;
	error = write_head(log, first_ns);
	if (error == 0)
		error = durable_sync_name(path);
	if (error != 0) {
		close(log->file);
		log->file = -1;
		(void)unlink(path);
		return error;
	}
	retire(log);
	return 0;
}

static int
note_key(struct flight_log *log, const struct flight_record *record)
{
	struct flight_index_entry *grown;

	grown = reallocarray(log->index, log->index_count + 1,
	    sizeof(*grown));
	if (grown == NULL)
		return -ENOMEM;
	log->index = grown;
	grown[log->index_count].wall_ns = record->moment.wall_ns;
	grown[log->index_count].offset = log->self.bytes;
	return 0;
}

static bool
file_due(const struct flight_log *log, int64_t wall_ns)
{
	return log->file == -1 || wall_ns < log->last_ns ||
	    log->self.bytes >= log->limits.file_bytes ||
	    wall_ns - log->self.first_ms * 1000000 >= log->limits.file_ns;
}

static bool
key_due(const struct flight_log *log, int64_t wall_ns)
{
	return log->gap || wall_ns - log->key_ns >= log->limits.key_ns ||
	    log->self.bytes - log->key_offset > log->key_bytes * KEY_RATIO;
}

static int
write_key(struct flight_log *log)
{
	struct flight_record *key;
	int error;

	key = flight_record_key(&log->image, log->step, &log->bits);
	if (key == NULL)
		return -ENOMEM;
	error = note_key(log, key);
	if (error == 0)
		error = write_at(log, key, key->bytes);
	if (error == 0) {
		log->key_offset = log->index[log->index_count++].offset;
		log->key_ns = key->moment.wall_ns;
		log->key_bytes = key->bytes;
	}
	free(key);
	return error;
}

static bool
follows(const struct flight_log *log, const struct flight_record *record)
{
	return log->whole && record->step == log->step + 1 &&
	    record->moment.instance == log->image.moment.instance;
}

int
flight_log_append(struct flight_log *log,
    const struct flight_record *record)
{
	int64_t wall_ns = record->moment.wall_ns;
	int error;

	if (log->image.schema == NULL || (record->kind == FLIGHT_STEP &&
	    !follows(log, record)))
		return -ESTALE;
	error = flight_record_apply(&log->image, record);
	log->whole = error == 0;
	if (error != 0)
		return error;
	log->step = record->step;
	if (file_due(log, wall_ns)) {
		close_file(log);
		error = open_file(log, wall_ns);
		log->gap = true;
	}
	if (error == 0)
		error = record->kind == FLIGHT_KEY || key_due(log, wall_ns) ?
		    write_key(log) : write_at(log, record, record->bytes);
	log->gap = error != 0;
	if (error == 0)
		log->last_ns = wall_ns;
	return error;
}

int
flight_log_schema(struct flight_log *log, const void *schema,
    size_t schema_bytes)
{
	struct flight_image fresh;
	int error;

	if (log->image.schema != NULL &&
	    log->image.schema_bytes == schema_bytes &&
	    memcmp(log->image.schema, schema, schema_bytes) == 0)
		return 0;
	error = flight_image_init(&fresh, schema, schema_bytes);
	if (error != 0)
		return error;
	flight_image_free(&log->image);
	log->image = fresh;
	log->whole = false;
	close_file(log);
	return 0;
}

int
flight_log_sync(struct flight_log *log)
{
	return log->file == -1 || fdatasync(log->file) == 0 ? 0 : -errno;
}

const struct flight_image *
flight_log_image(const struct flight_log *log)
{
	return log->whole ? &log->image : NULL;
}

uint64_t
flight_log_step(const struct flight_log *log)
{
	return log->whole ? log->step : 0;
}
