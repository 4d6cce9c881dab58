/* What planners were asked, as files. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/inputs.h"
#include "tests/unit/scratch.h"
#include "tests/unit/suite.h"

static char place[SCRATCH_BYTES];

static int
count(void)
{
	char path[96];
	struct dirent *entry;
	int found = 0;
	DIR *stream;

	snprintf(path, sizeof(path), "%s/inputs", place);
	stream = opendir(path);
	while (stream != NULL && (entry = readdir(stream)) != NULL)
		found += entry->d_name[0] != '.';
	if (stream != NULL)
		closedir(stream);
	return found;
}

static void
what_is_kept_is_found_by_its_name(void)
{
	json_t *value = json_pack("{s:i}", "number", 7), *read;

	scratch_make(place, "core-inputs");
	CU_ASSERT_PTR_NULL(inputs_load(place, "41"));
	CU_ASSERT_EQUAL(inputs_save(place, "41", value), 0);
	CU_ASSERT_EQUAL(inputs_save(place, "f4", value), 0);
	read = inputs_load(place, "41");
	CU_ASSERT_TRUE(json_equal(read, value));
	json_decref(read);
	read = inputs_load(place, "f4");
	CU_ASSERT_TRUE(json_equal(read, value));
	json_decref(read);
	CU_ASSERT_EQUAL(count(), 2);
	CU_ASSERT_EQUAL(inputs_save("/nowhere/at/all", "41", value),
	    -ENOENT);
	json_decref(value);
	scratch_remove(place);
}

static void
a_name_leads_nowhere_else(void)
{
	CU_ASSERT_TRUE(inputs_is_name("1"));
	CU_ASSERT_TRUE(inputs_is_name("f123"));
	CU_ASSERT_FALSE(inputs_is_name(""));
	CU_ASSERT_FALSE(inputs_is_name("f"));
	CU_ASSERT_FALSE(inputs_is_name("../state"));
	CU_ASSERT_FALSE(inputs_is_name("1/2"));
	CU_ASSERT_FALSE(inputs_is_name("ff1"));
	CU_ASSERT_FALSE(inputs_is_name("1234567890123456789012345"));
}

static void
the_oldest_go(void)
{
	json_t *value = json_object();
	char name[16];
	int i;

	scratch_make(place, "core-inputs");
	for (i = 0; i < INPUTS_MAX + 200; i++) {
		snprintf(name, sizeof(name), "%d", i);
		CU_ASSERT_EQUAL_FATAL(inputs_save(place, name, value), 0);
	}
	CU_ASSERT_TRUE(count() <= INPUTS_MAX + 64);
	CU_ASSERT_TRUE(count() >= INPUTS_MAX);
	CU_ASSERT_PTR_NULL(inputs_load(place, "0"));
	json_decref(value);
	value = inputs_load(place, name);
	CU_ASSERT_PTR_NOT_NULL(value);
	json_decref(value);
	scratch_remove(place);
}

static const struct suite_test tests[] = {
	{ "what is kept is found by its name",
	    what_is_kept_is_found_by_its_name },
	{ "a name leads nowhere else", a_name_leads_nowhere_else },
	{ "the oldest go", the_oldest_go },
};

SUITE_MAIN("core-inputs", tests)
