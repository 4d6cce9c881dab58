/*
 * Attaching: everything that later decides where memory is touched is
 * copied and checked here, once.
 */
#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shm/access.h"
#include "shm/reader.h"

/* Whether an area of that size lies within the segment, on a word. */
static bool
within(const struct segment_header *header, uint64_t offset, uint64_t bytes)
{
	return offset >= header->header_bytes && offset % 8 == 0 &&
	    offset <= header->segment_bytes &&
	    bytes <= header->segment_bytes - offset;
}

/* header is a private copy. */
static int
check_header(const struct segment_header *header, size_t size)
{
	if (memcmp(header->magic, SEGMENT_MAGIC, sizeof(header->magic)) != 0)
		return -EBADMSG;
	if (header->byte_order != SEGMENT_BYTE_ORDER ||
	    header->abi_major != DROVER_SEGMENT_ABI_MAJOR)
		return -EPROTONOSUPPORT;
	if (header->header_bytes < sizeof(*header) ||
	    header->unit_bytes != SEGMENT_UNIT_BYTES ||
	    header->segment_bytes > size)
		return -EBADMSG;
	if (header->ring_slots == 0 ||
	    (header->ring_slots & (header->ring_slots - 1)) != 0 ||
	    header->pool_units > SEGMENT_UNITS_MAX ||
	    header->pool_units < SEGMENT_LEAF_UNITS ||
	    header->small_units > header->pool_units ||
	    header->text_bytes > UINT32_MAX)
		return -EBADMSG;
	if (!within(header, header->schema_offset, header->schema_bytes) ||
	    !within(header, header->text_offset, header->text_bytes) ||
	    !within(header, header->ring_offset,
	    (uint64_t)header->ring_slots * SEGMENT_EVENT_BYTES) ||
	    !within(header, header->pool_offset,
	    (uint64_t)header->pool_units * SEGMENT_UNIT_BYTES))
		return -EBADMSG;
	return 0;
}

static int
copy_table(const struct segment_schema_table *stored, uint32_t columns,
    struct reader_table *table)
{
	table->row_bytes = stored->row_bytes;
	table->rows_max = stored->rows_max;
	table->first_column = stored->first_column;
	table->columns = stored->columns;
	if (table->row_bytes < sizeof(struct drover_row_header) ||
	    table->row_bytes > DROVER_ROW_BYTES_MAX ||
	    table->row_bytes % 8 != 0)
		return -EBADMSG;
	table->rows_per_leaf = SEGMENT_LEAF_BYTES / table->row_bytes;
	if (table->rows_max >
	    SEGMENT_LEAVES_MAX * table->rows_per_leaf ||
	    table->first_column > columns ||
	    table->columns > columns - table->first_column)
		return -EBADMSG;
	table->leaf_count = (table->rows_max + table->rows_per_leaf - 1) /
	    table->rows_per_leaf;
	return 0;
}

/* Dictionaries are copied: drover_word() hands out pointers to words. */
static int
copy_dictionaries(struct drover_segment *segment,
    const struct segment_schema_dictionary *stored,
    const struct segment_schema_word *words, uint32_t word_count)
{
	struct reader_dictionary *dictionary;
	uint32_t i;

	segment->words = (void *)(segment + 1);
	segment->dictionaries = (void *)(segment->words + word_count);
	memcpy(segment->words, words, word_count * sizeof(*words));
	for (i = 0; i < word_count; i++)
		segment->words[i].text[SEGMENT_NAME_BYTES - 1] = '\0';
	for (i = 0; i < segment->dictionary_count; i++) {
		dictionary = &segment->dictionaries[i];
		dictionary->first_word = stored[i].first_word;
		dictionary->words = stored[i].words;
		if (dictionary->first_word > word_count ||
		    dictionary->words > word_count - dictionary->first_word)
			return -EBADMSG;
	}
	return 0;
}

static int
check_counts(const struct segment_schema_head *head, uint64_t bytes)
{
	if (head->tables == 0 || head->tables > SEGMENT_TABLES_MAX ||
	    head->columns > SEGMENT_COLUMNS_MAX ||
	    head->dictionaries > SEGMENT_DICTIONARIES_MAX ||
	    head->words > SEGMENT_WORDS_MAX)
		return -EBADMSG;
	return sizeof(*head) +
	    head->tables * sizeof(struct segment_schema_table) +
	    head->columns * sizeof(struct segment_schema_column) +
	    head->dictionaries * sizeof(struct segment_schema_dictionary) +
	    head->words * sizeof(struct segment_schema_word) > bytes ?
	    -EBADMSG : 0;
}

static void
point(struct drover_segment *segment, const struct segment_header *header,
    const unsigned char *bytes)
{
	segment->bytes = bytes;
	segment->header = (const void *)bytes;
	segment->pool = bytes + header->pool_offset;
	segment->pool_units = header->pool_units;
	segment->small_units = header->small_units;
	segment->ring = (const void *)(bytes + header->ring_offset);
	segment->ring_slots = header->ring_slots;
	segment->texts = (const char *)bytes + header->text_offset;
	segment->text_bytes = (uint32_t)header->text_bytes;
	segment->schema = bytes + header->schema_offset;
	segment->schema_bytes = header->schema_bytes;
	segment->size = header->segment_bytes;
	segment->instance = header->instance;
}

static int
read_schema(struct drover_segment *segment,
    const struct segment_schema_head *head, const void *stored)
{
	const struct segment_schema_dictionary *dictionaries;
	uint32_t i;
	int error = 0;

	segment->schema_tables = (const void *)
	    ((const struct segment_schema_head *)stored + 1);
	segment->schema_columns =
	    (const void *)(segment->schema_tables + head->tables);
	dictionaries =
	    (const void *)(segment->schema_columns + head->columns);
	segment->table_count = head->tables;
	segment->column_count = head->columns;
	segment->dictionary_count = head->dictionaries;
	for (i = 0; error == 0 && i < head->tables; i++)
		error = copy_table(&segment->schema_tables[i], head->columns,
		    &segment->tables[i]);
	if (error != 0)
		return error;
	return copy_dictionaries(segment, dictionaries,
	    (const void *)(dictionaries + head->dictionaries), head->words);
}

/* The handle for size bytes that are or look like a segment. */
static int
open_bytes(struct drover_segment **segment, const unsigned char *bytes,
    size_t size)
{
	struct segment_schema_head head;
	struct segment_header header;
	struct drover_segment *made;
	int error;

	if ((uintptr_t)bytes % 8 != 0)
		return -EINVAL;
	if (size < sizeof(header))
		return -EBADMSG;
	memcpy(&header, bytes, sizeof(header));
	error = check_header(&header, size);
	if (error != 0)
		return error;
	if (header.schema_bytes < sizeof(head))
		return -EBADMSG;
	memcpy(&head, bytes + header.schema_offset, sizeof(head));
	error = check_counts(&head, header.schema_bytes);
	if (error != 0)
		return error;
	made = malloc(sizeof(*made) +
	    head.words * sizeof(struct segment_schema_word) +
	    head.dictionaries * sizeof(struct reader_dictionary));
	if (made == NULL)
		return -ENOMEM;
	memset(made, 0, sizeof(*made));
	made->descriptor = -1;
	point(made, &header, bytes);
	error = read_schema(made, &head, bytes + header.schema_offset);
	if (error != 0) {
		free(made);
		return error;
	}
	*segment = made;
	return 0;
}

int
drover_segment_attach_image(struct drover_segment **segment,
    const void *bytes, size_t length)
{
	*segment = NULL;
	return open_bytes(segment, bytes, length);
}

static int
map_file(int file, unsigned char **bytes, size_t *size)
{
	struct stat status;

	if (fstat(file, &status) != 0)
		return -errno;
	if (!S_ISREG(status.st_mode) ||
	    status.st_size < (off_t)sizeof(struct segment_header))
		return -EBADMSG;
	*size = (size_t)status.st_size;
	*bytes = mmap(NULL, *size, PROT_READ, MAP_SHARED, file, 0);
	return *bytes == MAP_FAILED ? -errno : 0;
}

int
drover_segment_attach(struct drover_segment **segment, const char *path)
{
	unsigned char *bytes = NULL;
	size_t size = 0;
	int error, file;

	*segment = NULL;
	/* A FIFO under the name must not hold up who opens it. */
	file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file == -1)
		return -errno;
	error = map_file(file, &bytes, &size);
	if (error != 0) {
		close(file);
		return error;
	}
	error = open_bytes(segment, bytes, size);
	if (error != 0) {
		munmap(bytes, size);
		close(file);
		return error;
	}
	(*segment)->descriptor = file;
	(*segment)->size = size;
	return 0;
}

void
drover_segment_detach(struct drover_segment *segment)
{
	if (segment == NULL)
		return;
	if (segment->descriptor != -1) {
		munmap((void *)(uintptr_t)segment->bytes, segment->size);
		close(segment->descriptor);
	}
	free(segment);
}

void
drover_segment_info(const struct drover_segment *segment,
    struct drover_segment_info *info)
{
	const struct segment_header *header = segment->header;

	memset(info, 0, sizeof(*info));
	info->instance = segment->instance;
	info->size_bytes = segment->size;
	info->version =
	    segment_reference_version(segment_load(&header->root));
	info->writer_pid = header->writer_pid;
	info->writer_started_ns = header->writer_started_ns;
	info->heartbeat_ns = segment_load(&header->heartbeat_ns);
	info->schema_hash = header->schema_hash;
	info->tables = segment->table_count;
}
