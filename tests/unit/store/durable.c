/* A small file is there whole, or as it was before. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/durable.h"
#include "tests/unit/suite.h"

static char directory[64], path[96], new[104];

static void
begin(void)
{
	strcpy(directory, "/tmp/drover-durable-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/file", directory);
	snprintf(new, sizeof(new), "%s.new", path);
}

static void
end(void)
{
	unlink(path);
	CU_ASSERT_EQUAL(rmdir(directory), 0);
}

static void
holds(const char *wanted)
{
	char text[64] = "";
	FILE *file = fopen(path, "r");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_EQUAL(fread(text, 1, sizeof(text) - 1, file),
	    strlen(wanted));
	fclose(file);
	CU_ASSERT_STRING_EQUAL(text, wanted);
}

static void
pieces_become_one_file(void)
{
	const struct durable_piece pieces[] = { { "a line\n", 7 }, { "", 0 },
		{ "and more", 8 } };
	struct stat status;

	begin();
	CU_ASSERT_EQUAL(durable_write(path, 0600, pieces, 3), 0);
	holds("a line\nand more");
	CU_ASSERT_EQUAL(stat(path, &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 0777, 0600);
	CU_ASSERT_EQUAL(durable_write(path, 0600, pieces, 1), 0);
	holds("a line\n");
	CU_ASSERT_NOT_EQUAL(access(new, F_OK), 0);
	end();
}

static void
what_cannot_be_written_leaves_what_was_there(void)
{
	const struct durable_piece first = { "first", 5 };
	const struct durable_piece second = { "second", 6 };

	begin();
	CU_ASSERT_EQUAL(durable_write(path, 0600, &first, 1), 0);
	CU_ASSERT_EQUAL(mkdir(new, 0700), 0);
	CU_ASSERT_EQUAL(durable_write(path, 0600, &second, 1), -EISDIR);
	holds("first");
	rmdir(new);
	CU_ASSERT_EQUAL(durable_write("/nonexistent/file", 0600, &second, 1),
	    -ENOENT);
	end();
}

static const struct suite_test tests[] = {
	{ "pieces become one file", pieces_become_one_file },
	{ "what cannot be written leaves what was there",
	    what_cannot_be_written_leaves_what_was_there },
};

SUITE_MAIN("store-durable", tests)
