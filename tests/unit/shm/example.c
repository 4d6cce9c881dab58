/* The program that drover_segment(3) prints, run as a stranger would. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/unit/shm/toy.h"
#include "tests/unit/suite.h"

/* What the example prints about core.seg in the scratch directory. */
static int
run_example(char *output, size_t size)
{
	char command[600];
	size_t length;
	FILE *pipe;

	snprintf(command, sizeof(command), "%s %.*s 2>&1", EXAMPLE,
	    (int)(strrchr(toy_path(), '/') - toy_path()), toy_path());
	pipe = popen(command, "r");
	if (pipe == NULL)
		return -1;
	length = fread(output, 1, size - 1, pipe);
	output[length] = '\0';
	return WEXITSTATUS(pclose(pipe));
}

static void
the_example_prints_the_nodes_of_a_live_segment(void)
{
	struct segment_options options = { .pool_bytes = 1 << 20 };
	struct drover_node_row row;
	struct segment_writer *writer;
	char output[1024], path[300];

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	CU_ASSERT_EQUAL(run_example(output, sizeof(output)), 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(output, "No such file"));
	snprintf(path, sizeof(path), "%.*s/core.seg",
	    (int)(strrchr(toy_path(), '/') - toy_path()), toy_path());
	CU_ASSERT_EQUAL_FATAL(segment_create(&writer, path,
	    &segment_core_schema, &options), 0);
	memset(&row, 0, sizeof(row));
	snprintf(row.name, sizeof(row.name), "moor");
	row.cpu_busy = 12.5;
	row.memory_used = 40;
	CU_ASSERT_EQUAL(segment_put(writer, DROVER_TABLE_NODE, 2, &row), 0);
	CU_ASSERT_EQUAL(segment_publish(writer), 0);
	CU_ASSERT_EQUAL(run_example(output, sizeof(output)), 0);
	CU_ASSERT_STRING_EQUAL(output,
	    "moor                  12.5  40.0\nwriter: alive\n");
	segment_close(writer);
	CU_ASSERT_EQUAL(run_example(output, sizeof(output)), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(output, "writer: closed"));
	toy_leave();
}

static const struct suite_test tests[] = {
	{ "the example prints the nodes of a live segment",
	    the_example_prints_the_nodes_of_a_live_segment }
};

SUITE_MAIN("example", tests)
