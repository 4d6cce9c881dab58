#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/table_image.h"

void
table_image_init(struct table_image *image, uint32_t table,
    const struct segment_table *schema)
{
	memset(image, 0, sizeof(*image));
	image->table = table;
	image->row_bytes = schema->row_bytes;
	image->slots_max = schema->rows_max;
}

void
table_image_free(struct table_image *image)
{
	size_t slot;

	for (slot = 0; slot < image->slots; slot++)
		free(image->rows[slot].row);
	free(image->rows);
	memset(image, 0, sizeof(*image));
}

void
table_image_begin(struct table_image *image)
{
	size_t slot;

	for (slot = 0; slot < image->slots; slot++)
		image->rows[slot].named = false;
	image->next = 0;
}

static bool
slot_holds(const struct table_image *image, size_t slot, const char *key)
{
	return image->rows[slot].row != NULL &&
	    strcmp(image->rows[slot].key, key) == 0;
}

/*
 * Rows are named in nearly the same order every time, so the slot after
 * the last one is looked at first.
 */
static struct table_image_row *
find(struct table_image *image, const char *key)
{
	size_t i, slot;

	for (i = 0; i < image->slots; i++) {
		slot = (image->next + i) % image->slots;
		if (slot_holds(image, slot, key)) {
			image->next = slot + 1;
			return &image->rows[slot];
		}
	}
	return NULL;
}

const void *
table_image_row(struct table_image *image, const char *key)
{
	struct table_image_row *row;
	size_t next;

	next = image->next;
	row = find(image, key);
	image->next = next;
	return row == NULL ? NULL : row->row;
}

static int
grow(struct table_image *image)
{
	struct table_image_row *rows;
	size_t slots;

	slots = image->slots == 0 ? 8 : image->slots * 2;
	if (slots > image->slots_max)
		slots = image->slots_max;
	if (slots <= image->slots)
		return -ENOSPC;
	rows = reallocarray(image->rows, slots, sizeof(*rows));
	if (rows == NULL)
		return -ENOMEM;
	memset(rows + image->slots, 0,
	    (slots - image->slots) * sizeof(*rows));
	image->rows = rows;
	image->slots = slots;
	return 0;
}

static int
take_slot(struct table_image *image, const char *key,
    struct table_image_row **taken)
{
	struct table_image_row *row;
	size_t slot;
	int error;

	for (slot = 0; slot < image->slots; slot++)
		if (image->rows[slot].row == NULL)
			break;
	if (slot == image->slots && (error = grow(image)) != 0)
		return error;
	row = &image->rows[slot];
	row->row = calloc(1, image->row_bytes);
	if (row->row == NULL)
		return -ENOMEM;
	strncpy(row->key, key, sizeof(row->key) - 1);
	row->key[sizeof(row->key) - 1] = '\0';
	image->next = slot + 1;
	*taken = row;
	return 0;
}

int
table_image_name(struct table_image *image, const char *key,
    const void *row, bool *fresh)
{
	struct table_image_row *kept;
	int error;

	kept = find(image, key);
	if (fresh != NULL)
		*fresh = kept == NULL;
	if (kept == NULL) {
		error = take_slot(image, key, &kept);
		if (error != 0)
			return error;
	}
	memcpy(kept->row, row, image->row_bytes);
	kept->named = true;
	return 0;
}

void
table_image_end(struct table_image *image,
    void (*gone)(void *context, const void *row), void *context)
{
	struct table_image_row *row;
	size_t slot;

	for (slot = 0; slot < image->slots; slot++) {
		row = &image->rows[slot];
		if (row->row == NULL || row->named)
			continue;
		if (gone != NULL)
			gone(context, row->row);
		free(row->row);
		row->row = NULL;
		row->key[0] = '\0';
	}
}

int
table_image_write(const struct table_image *image,
    struct segment_writer *writer)
{
	const unsigned char *row;
	uint32_t slot;
	int error;

	for (slot = 0; slot < image->slots; slot++) {
		row = image->rows[slot].row;
		if (row != NULL)
			error = segment_put(writer, image->table, slot, row);
		else
			error = segment_remove(writer, image->table, slot);
		if (error != 0)
			return error;
	}
	return 0;
}

uint32_t
table_image_count(const struct table_image *image)
{
	uint32_t count;
	size_t slot;

	count = 0;
	for (slot = 0; slot < image->slots; slot++)
		count += image->rows[slot].row != NULL;
	return count;
}
