/*
 * Segments that lie.  An input is either a whole image (first byte 0), or
 * edits of a sound one: a place of two bytes, counted in words, and the
 * eight bytes to put there.  The sound image is made here by the writer, so
 * no seed grows old with the layout.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "tests/unit/shm/checked.h"
#include "tests/unit/shm/walk.h"

#define EDIT_BYTES	10

static unsigned char *sound;
static size_t sound_bytes;

static void
fill(struct segment_writer *writer)
{
	struct drover_event event = { .severity = DROVER_SEVERITY_MINOR };
	struct toy_small row = { .number = 5 };
	struct toy_large large = { .words = { 1 } };

	row.text = segment_intern(writer, "some text");
	if (segment_put(writer, TOY_SMALL, 70, &row) != 0 ||
	    segment_put(writer, TOY_LARGE, 1, &large) != 0 ||
	    segment_publish(writer) != 0)
		abort();
	segment_event(writer, &event);
}

static void
make_sound(void)
{
	struct drover_segment *segment;
	struct segment_writer *writer;
	int64_t size;

	if (toy_enter()[0] == '\0')
		abort();
	writer = toy_writer(64 * 1024);
	if (writer == NULL)
		abort();
	fill(writer);
	if (drover_segment_attach(&segment, toy_path()) != 0)
		abort();
	size = drover_segment_image(segment, NULL, 0);
	sound = malloc((size_t)size);
	if (sound == NULL ||
	    drover_segment_image(segment, sound, (size_t)size) != size)
		abort();
	sound_bytes = (size_t)size;
	drover_segment_detach(segment);
	segment_close(writer);
	toy_leave();
}

static void
edit(unsigned char *bytes, const uint8_t *edits, size_t size)
{
	size_t at;

	for (; size >= EDIT_BYTES; edits += EDIT_BYTES, size -= EDIT_BYTES) {
		at = (size_t)(edits[0] | edits[1] << 8) * 8;
		memcpy(bytes + at % (sound_bytes - 8), edits + 2, 8);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct drover_segment *segment;
	unsigned char *bytes;
	size_t length;

	if (sound == NULL)
		make_sound();
	if (size == 0)
		return 0;
	length = data[0] == 0 ? size - 1 : sound_bytes;
	bytes = malloc(length == 0 ? 1 : length);
	if (bytes == NULL)
		return 0;
	if (data[0] == 0) {
		memcpy(bytes, data + 1, length);
	} else {
		memcpy(bytes, sound, length);
		edit(bytes, data + 1, size - 1);
	}
	if (drover_segment_attach_image(&segment, bytes, length) == 0) {
		walk_segment(segment);
		drover_segment_detach(segment);
	}
	free(bytes);
	return 0;
}
