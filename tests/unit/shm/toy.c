/* The schema and the scratch directory of the segment's tests. */
#include <dirent.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/shm/toy.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static const char *const states[] = { "unknown", "up", "down" };

static const struct segment_dictionary dictionaries[] = {
	{ "state", states, COUNT(states) }
};

#define SMALL(name, dictionary, type, semantics, unit, help)		\
	{ #name, unit, help, dictionary, type, semantics,		\
	    offsetof(struct toy_small, name),				\
	    sizeof(((struct toy_small *)NULL)->name) }

static const struct segment_column small_columns[] = {
	SMALL(number, NULL, DROVER_TYPE_I64, DROVER_SEMANTICS_COUNTER,
	    "count", "a number"),
	SMALL(value, NULL, DROVER_TYPE_F64, DROVER_SEMANTICS_GAUGE,
	    "percent", "a value"),
	SMALL(name, NULL, DROVER_TYPE_CHAR, DROVER_SEMANTICS_ID,
	    "none", "a name"),
	SMALL(text, NULL, DROVER_TYPE_TEXT, DROVER_SEMANTICS_STATE,
	    "none", "a long text"),
	SMALL(state, "state", DROVER_TYPE_ENUM8, DROVER_SEMANTICS_STATE,
	    "none", "a state")
};

static const struct segment_column words_columns[] = {
	{ "word", "none", "the first word", NULL, DROVER_TYPE_I64,
	    DROVER_SEMANTICS_GAUGE, 8, 8 }
};

static const struct segment_table tables[] = {
	{ "small", "rows of 64 B", small_columns, COUNT(small_columns),
	    sizeof(struct toy_small), TOY_SMALL_MAX },
	{ "middle", "rows of 512 B", words_columns, COUNT(words_columns),
	    sizeof(struct toy_middle), TOY_MIDDLE_MAX },
	{ "large", "rows of 2048 B", words_columns, COUNT(words_columns),
	    sizeof(struct toy_large), TOY_LARGE_MAX }
};

const struct segment_schema toy_schema = {
	.tables = tables,
	.dictionaries = dictionaries,
	.table_count = COUNT(tables),
	.dictionary_count = COUNT(dictionaries)
};

static char directory[128];
static char path[256];

const char *
toy_enter(void)
{
	const char *base = getenv("TMPDIR");

	/* In memory, where segments live, unless told otherwise. */
	if (base == NULL)
		base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	snprintf(directory, sizeof(directory), "%s/segment-test.XXXXXX",
	    base);
	if (mkdtemp(directory) == NULL)
		directory[0] = '\0';
	snprintf(path, sizeof(path), "%s/toy.seg", directory);
	return directory;
}

void
toy_leave(void)
{
	struct dirent *entry;
	DIR *stream;

	stream = opendir(directory);
	if (stream == NULL)
		return;
	while ((entry = readdir(stream)) != NULL)
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(stream), entry->d_name, 0);
	closedir(stream);
	rmdir(directory);
}

const char *
toy_path(void)
{
	return path;
}

struct segment_writer *
toy_writer(size_t pool_bytes)
{
	struct segment_options options;
	struct segment_writer *writer;

	memset(&options, 0, sizeof(options));
	options.pool_bytes = pool_bytes;
	options.event_slots = 16;
	options.hold_ms = SEGMENT_NO_HOLD;
	if (segment_create(&writer, path, &toy_schema, &options) != 0)
		return NULL;
	return writer;
}
