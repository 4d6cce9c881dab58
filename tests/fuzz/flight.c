/*
 * A flight log and headers of RRD files that lie.  The first letter of an
 * input says what follows it:
 *
 *	p	the payload of a record, applied to an image that has rows
 *	e	edits of a sound file of the flight log, as in segment.c; its
 *		sums are wrong then, and what is behind them has to cope
 *	f	a file of the flight log
 *	r	an RRD file, h edits of a sound header of one
 *	u	an .undo file beside an RRD file
 *
 * The sound ones are made here, so that no seed grows old.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shm/schema.h"
#include "store/flight_codec.h"
#include "store/flight_log.h"
#include "store/flight_reader.h"
#include "store/series_header.h"
#include "tests/fuzz/fuzz.h"

#define EDIT_BYTES	10
#define HEADER_BYTES	584	/* of so small an RRD file */
#define NAME		"00000001-0000000000001.flight"

static char directory[] = "/tmp/fuzz-flight.XXXXXX";
static struct flight_image image;
static struct bits_writer bits;
static unsigned char *sound;
static size_t sound_bytes;
/* One data source and one archive. */
static unsigned char header[1024];

static void
must(bool good)
{
	if (!good)
		abort();
}

static void
path_of(const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s", directory, name);
}

static void
put_file(const char *name, const void *bytes, size_t length)
{
	char path[PATH_MAX];
	int file;

	path_of(name, path);
	file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	must(file != -1 && write(file, bytes, length) == (ssize_t)length);
	close(file);
}

static void
fill(uint32_t nodes)
{
	struct flight_table *table = &image.tables[DROVER_TABLE_NODE];
	struct drover_node_row *row;
	uint32_t slot;

	must(flight_table_reserve(table, nodes) == 0);
	table->used = nodes;
	for (slot = 0; slot < nodes; slot++) {
		row = (void *)flight_row(table, slot);
		row->header.generation = 1;
		snprintf(row->name, sizeof(row->name), "n%u", slot);
		row->cpu_busy = slot * 1.25;
		row->sampled = (int64_t)slot << 40;
	}
}

/* A KEY and a few STEPs, as the log writes them. */
static void
make_sound(void)
{
	struct flight_limits limits = { .bytes = 0 };
	struct flight_damage damage;
	struct flight_record *record;
	struct flight_log *log;
	char path[PATH_MAX];
	FILE *file;
	int i;

	image.moment.instance = image.moment.version = 1;
	image.moment.wall_ns = 1000000;
	must(flight_log_open(&log, directory, &limits, &damage) == 0);
	must(flight_log_schema(log, image.schema, image.schema_bytes) == 0);
	for (i = 0; i < 4; i++) {
		image.moment.wall_ns += 1000000000;
		fill(3 + (uint32_t)i);
		record = flight_record_key(&image, (uint64_t)i + 1, &bits);
		must(record != NULL && flight_log_append(log, record) == 0);
		free(record);
	}
	flight_log_close(log);
	path_of("00000001-0000000001001.flight", path);
	file = fopen(path, "r");
	must(file != NULL);
	sound = malloc(1 << 20);
	must(sound != NULL);
	sound_bytes = fread(sound, 1, 1 << 20, file);
	must(sound_bytes > 1000);
	fclose(file);
	unlink(path);
}

static void
put_number(size_t offset, uint64_t number)
{
	memcpy(header + offset, &number, sizeof(number));
}

/* Of version 0003: counts, a name, an archive; see series_header.c. */
static void
make_header(void)
{
	struct series_header read;
	char path[PATH_MAX];

	memcpy(header, "RRD\0" "0003", 9);
	put_number(24, 1);
	put_number(32, 1);
	put_number(40, 10);
	memcpy(header + 128, "busy", 5);
	put_number(248 + 24, (sizeof(header) - HEADER_BYTES) / 8);
	put_file("a.rrd", header, sizeof(header));
	path_of("a.rrd", path);
	must(series_header_read(path, &read) == 0);
	series_header_free(&read);
}

static void
clean_up(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", directory);
	must(system(command) == 0);
}

static void
begin(void)
{
	size_t bytes = segment_schema_bytes(&segment_core_schema);
	void *schema = calloc(1, bytes);

	must(schema != NULL && mkdtemp(directory) != NULL);
	segment_schema_store(&segment_core_schema, schema);
	must(flight_image_init(&image, schema, bytes) == 0);
	free(schema);
	fill(3);
	make_sound();
	make_header();
	atexit(clean_up);
}

static void
apply_payload(const uint8_t *data, size_t size)
{
	void *bytes = NULL;
	size_t length;

	flight_image_clear(&image);
	fill(3);
	if (flight_decode(&image, data, size) == 0 &&
	    flight_image_bytes(&image, &bytes, &length) == 0)
		free(bytes);
}

static void
read_file(const void *bytes, size_t length)
{
	struct flight_reader *reader;
	int i;

	put_file(NAME, bytes, length);
	must(flight_reader_open(&reader, directory) == 0);
	(void)flight_reader_seek(reader, INT64_MAX);
	(void)flight_reader_seek(reader, 2000000000);
	for (i = 0; i < 100 && flight_reader_next(reader) == 1; i++)
		;
	flight_reader_close(reader);
}

/* A copy of what is sound, to be freed, with the edits made. */
static unsigned char *
edited(const unsigned char *whole, size_t length, const uint8_t *edits,
    size_t size)
{
	unsigned char *bytes = malloc(length);
	size_t at;

	must(bytes != NULL);
	memcpy(bytes, whole, length);
	for (; size >= EDIT_BYTES; edits += EDIT_BYTES, size -= EDIT_BYTES) {
		at = (size_t)(edits[0] | edits[1] << 8) * 8;
		memcpy(bytes + at % (length - 8), edits + 2, 8);
	}
	return bytes;
}

static void
read_header(const void *bytes, size_t length)
{
	static char names[SERIES_SOURCES_MAX][SERIES_NAME_BYTES];
	struct series_header read;
	char path[PATH_MAX];

	put_file("a.rrd", bytes, length);
	path_of("a.rrd", path);
	(void)series_header_undo(path);
	if (series_header_read(path, &read) != 0)
		return;
	if (read.source_count <= SERIES_SOURCES_MAX)
		series_header_names(&read, names);
	series_header_free(&read);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *bytes = NULL;

	if (sound == NULL)
		begin();
	if (size == 0)
		return 0;
	switch (data[0]) {
	case 'p':
		apply_payload(data + 1, size - 1);
		break;
	case 'e':
		bytes = edited(sound, sound_bytes, data + 1, size - 1);
		read_file(bytes, sound_bytes);
		break;
	case 'f':
		read_file(data + 1, size - 1);
		break;
	case 'r':
		read_header(data + 1, size - 1);
		break;
	case 'h':
		bytes = edited(header, sizeof(header), data + 1, size - 1);
		read_header(bytes, sizeof(header));
		break;
	case 'u':
		put_file("a.rrd.undo", data + 1, size - 1);
		read_header(header, sizeof(header));
		break;
	}
	free(bytes);
	return 0;
}
