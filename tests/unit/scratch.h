/*
 * A directory of its own for a test, with what the test puts into it.
 */
#ifndef DROVER_TESTS_SCRATCH_H
#define DROVER_TESTS_SCRATCH_H

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>

#define SCRATCH_BYTES	64

/* directory has SCRATCH_BYTES; name is short, and for people. */
static inline void
scratch_make(char *directory, const char *name)
{
	snprintf(directory, SCRATCH_BYTES, "/tmp/%.40s.XXXXXX", name);
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(directory));
}

static inline void
scratch_remove(const char *directory)
{
	char command[SCRATCH_BYTES + 16];

	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	CU_ASSERT_EQUAL(system(command), 0);
}

#endif
