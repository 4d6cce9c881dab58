/*
 * Bytes that lie: images damaged at random, and a live segment that another
 * process scribbles on.  An image ends where memory ends, so that reading
 * one byte too far is a fault even without a sanitizer.
 */
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shm/layout.h"
#include "tests/unit/shm/checked.h"
#include "tests/unit/shm/walk.h"
#include "tests/unit/suite.h"

#define POOL_BYTES	(96u * 1024)
#define DAMAGES		4000

static unsigned char *image;
static size_t image_bytes;

/* An image with something in every table, at the end of its memory. */
static void
make_image(void)
{
	struct drover_event event = { .severity = DROVER_SEVERITY_MINOR };
	struct checked_writer checked;
	struct segment_writer *writer;
	struct drover_segment *segment;
	struct toy_small row = { .number = 5 };
	size_t pages;
	int64_t size;
	unsigned char *memory;

	writer = toy_writer(POOL_BYTES);
	CU_ASSERT_PTR_NOT_NULL_FATAL(writer);
	row.text = segment_intern(writer, "some text");
	CU_ASSERT_EQUAL(segment_put(writer, TOY_SMALL, 70, &row), 0);
	CU_ASSERT_EQUAL(checked_begin(&checked, writer), 0);
	segment_event(writer, &event);
	CU_ASSERT_EQUAL_FATAL(drover_segment_attach(&segment, toy_path()), 0);
	size = drover_segment_image(segment, NULL, 0);
	CU_ASSERT_FATAL(size > 0);
	image_bytes = (size_t)size;
	pages = (image_bytes + 4095) / 4096 * 4096;
	memory = mmap(NULL, pages + 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CU_ASSERT_FATAL(memory != MAP_FAILED);
	CU_ASSERT_EQUAL(mprotect(memory + pages, 4096, PROT_NONE), 0);
	image = memory + pages - image_bytes;
	CU_ASSERT_EQUAL(drover_segment_image(segment, image, image_bytes),
	    size);
	drover_segment_detach(segment);
	segment_close(writer);
}

/* Values that break careless arithmetic. */
static uint64_t
nasty(uint64_t *random)
{
	static const uint64_t values[] = { 0, 1, 7, 255, 4095, 4096,
	    0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff,
	    0x8000000000000000, 0xffffffffffffffff };

	if (checked_random(random) % 2 == 0)
		return checked_random(random);
	return values[checked_random(random) %
	    (sizeof(values) / sizeof(values[0]))];
}

/* Half of the damage goes where the sizes and references stand. */
static void
damage(unsigned char *bytes, uint64_t *random)
{
	const struct segment_header *header = (const void *)bytes;
	size_t at, width, from = 0, span = image_bytes;
	uint64_t value = nasty(random);

	switch (checked_random(random) % 4) {
	case 0:
		span = sizeof(*header);
		break;
	case 1:
		from = SEGMENT_PAGE_BYTES;
		span = 3072;
		break;
	case 2:
		from = image_bytes - 27 * 4 * SEGMENT_UNIT_BYTES;
		span = 8 * SEGMENT_UNIT_BYTES;
		break;
	}
	width = (size_t)1 << checked_random(random) % 4;
	at = from + (checked_random(random) % span & ~(width - 1));
	if (at <= image_bytes - width)
		memcpy(bytes + at, &value, width);
}

static void
a_damaged_image_is_refused_or_read_without_harm(void)
{
	struct drover_segment *segment;
	unsigned char *sound;
	uint64_t random = 99, sum = 0;
	int i, j, attached = 0;

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	make_image();
	sound = malloc(image_bytes);
	memcpy(sound, image, image_bytes);
	for (i = 0; i < DAMAGES; i++) {
		memcpy(image, sound, image_bytes);
		for (j = 0; j <= i % 8; j++)
			damage(image, &random);
		if (drover_segment_attach_image(&segment, image,
		    image_bytes) != 0)
			continue;
		attached++;
		sum += walk_segment(segment);
		drover_segment_detach(segment);
	}
	/* Enough got past attach to say something about the rest. */
	CU_ASSERT_TRUE(attached > DAMAGES / 10);
	CU_ASSERT_NOT_EQUAL(sum, 0);
	for (i = 0; i < (int)image_bytes; i += 8) {
		CU_ASSERT_NOT_EQUAL(drover_segment_attach_image(&segment,
		    image, (size_t)i), 0);
	}
	free(sound);
	toy_leave();
}

/* Writes rubbish all over the file, as only its owner could. */
static void
scribble(void)
{
	uint64_t random = 4711;
	struct stat status;
	unsigned char *bytes;
	size_t at;
	int file;

	file = open(toy_path(), O_RDWR);
	if (file == -1 || fstat(file, &status) != 0)
		_exit(1);
	bytes = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE,
	    MAP_SHARED, file, 0);
	if (bytes == MAP_FAILED)
		_exit(1);
	for (;;) {
		at = checked_random(&random) % (size_t)status.st_size;
		if (checked_random(&random) % 2 == 0)
			at %= 8192;
		at &= ~(size_t)7;
		((uint64_t *)(void *)bytes)[at / 8] = nasty(&random);
	}
}

static void
neither_side_minds_a_scribbler(void)
{
	struct checked_writer checked;
	struct segment_writer *writer;
	struct drover_segment *segment;
	uint64_t sum = 0;
	int i, wrong = 0, status;
	pid_t scribbler;

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	writer = toy_writer(POOL_BYTES);
	CU_ASSERT_PTR_NOT_NULL_FATAL(writer);
	CU_ASSERT_EQUAL(checked_begin(&checked, writer), 0);
	CU_ASSERT_EQUAL_FATAL(drover_segment_attach(&segment, toy_path()), 0);
	scribbler = fork();
	if (scribbler == 0)
		scribble();
	for (i = 0; i < 300; i++) {
		wrong += checked_publish(&checked, NULL) != 0;
		segment_intern(writer, i % 2 == 0 ? "one" : "other");
		sum += walk_segment(segment);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_NOT_EQUAL(sum, 0);
	CU_ASSERT_EQUAL(waitpid(scribbler, &status, WNOHANG), 0);
	kill(scribbler, SIGKILL);
	waitpid(scribbler, &status, 0);
	drover_segment_detach(segment);
	segment_close(writer);
	toy_leave();
}

static const struct suite_test tests[] = {
	{ "a damaged image is refused or read without harm",
	    a_damaged_image_is_refused_or_read_without_harm },
	{ "neither side minds a scribbler", neither_side_minds_a_scribbler }
};

SUITE_MAIN("hostile", tests)
