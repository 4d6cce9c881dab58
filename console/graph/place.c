#include "place.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"
#include "source.h"
#include "store/series_header.h"

static int
by_name(const struct dirent **left, const struct dirent **right)
{
	return strcmp((*left)->d_name, (*right)->d_name);
}

static int
no_dots(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Without a droverd there is nothing live, and history all the same. */
static void
read_model(struct place *place, const char *wanted)
{
	struct source source;

	source_open(&source, wanted);
	(void)source_refresh(&source, &place->model);
	source_close(&source);
}

/* The own node has the most in its directory: of one there is no doubt. */
static void
find_node(struct place *place)
{
	const struct drover_node_row *node;
	char path[PATH_MAX + 8];
	struct dirent **entries;
	uint32_t slot;
	int count, i;

	for (slot = 0; place->node[0] == '\0' &&
	    slot < place->model.table[DROVER_TABLE_NODE].slots; slot++) {
		node = model_row(&place->model, DROVER_TABLE_NODE, slot);
		if (node != NULL)
			snprintf(place->node, sizeof(place->node), "%s",
			    node->name);
	}
	snprintf(path, sizeof(path), "%s/rrd", place->directory);
	count = scandir(path, &entries, no_dots, by_name);
	for (i = 0; i < count; i++) {
		if (place->node[0] == '\0')
			snprintf(place->node, sizeof(place->node), "%.63s",
			    entries[i]->d_name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

static bool
is_known(const struct place *place)
{
	char path[PATH_MAX + 80];

	snprintf(path, sizeof(path), "%s/rrd/%s", place->directory,
	    place->node);
	return model_node(&place->model, place->node) != NULL ||
	    access(path, F_OK) == 0;
}

int
place_open(struct place *place, const char *wanted, const char *node)
{
	char path[PATH_MAX], *slash;
	int error;

	memset(place, 0, sizeof(*place));
	error = model_init(&place->model);
	if (error != 0) {
		fputs("drovergraph: out of memory\n", stderr);
		return GRAPH_EXIT_OUTPUT;
	}
	error = drover_segment_path(wanted, "core", path, sizeof(path));
	slash = strrchr(path, '/');
	if ((error != 0 && error != -ENOENT) || slash == NULL) {
		fprintf(stderr, "drovergraph: no directory of droverd: %s\n",
		    strerror(-error));
		return GRAPH_EXIT_NONE;
	}
	*slash = '\0';
	snprintf(place->directory, sizeof(place->directory), "%s", path);
	read_model(place, wanted);
	if (node != NULL)
		snprintf(place->node, sizeof(place->node), "%.63s", node);
	find_node(place);
	if (place->node[0] != '\0' && (node == NULL || is_known(place)))
		return 0;
	if (node != NULL) {
		fprintf(stderr, "drovergraph: %s: nothing of such a node is "
		    "recorded; -l lists what there is\n", place->node);
		return GRAPH_EXIT_NONE;
	}
	fprintf(stderr, "drovergraph: %s: no droverd runs there, and "
	    "nothing is recorded\n", place->directory);
	return GRAPH_EXIT_NONE;
}

void
place_close(struct place *place)
{
	model_release(&place->model);
}

static void
list_file(const char *path, const char *node, const char *name,
    FILE *stream)
{
	static char names[SERIES_SOURCES_MAX][SERIES_NAME_BYTES];
	struct series_header header;
	size_t length = strlen(name), i;

	if (length < 5 || strcmp(name + length - 4, ".rrd") != 0 ||
	    series_header_read(path, &header) != 0)
		return;
	if (header.source_count <= SERIES_SOURCES_MAX) {
		series_header_names(&header, names);
		fprintf(stream, "%s %.*s", node, (int)length - 4, name);
		for (i = 0; i < header.source_count; i++)
			if (strncmp(names[i], "spare", 5) != 0)
				fprintf(stream, " %s", names[i]);
		fputc('\n', stream);
	}
	series_header_free(&header);
}

static void
list_node(const char *directory, const char *node, FILE *stream)
{
	char path[2 * PATH_MAX];
	struct dirent **entries;
	int count, i;

	count = scandir(directory, &entries, no_dots, by_name);
	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory,
		    entries[i]->d_name);
		list_file(path, node, entries[i]->d_name, stream);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

int
place_list(const struct place *place, FILE *stream)
{
	char path[PATH_MAX + 8], node[PATH_MAX + 270];
	struct dirent **entries;
	int count, i;

	snprintf(path, sizeof(path), "%s/rrd", place->directory);
	count = scandir(path, &entries, no_dots, by_name);
	if (count < 0) {
		fprintf(stderr, "drovergraph: %s: %s\n", path,
		    strerror(errno));
		return GRAPH_EXIT_NONE;
	}
	for (i = 0; i < count; i++) {
		snprintf(node, sizeof(node), "%s/%s", path,
		    entries[i]->d_name);
		list_node(node, entries[i]->d_name, stream);
		free(entries[i]);
	}
	free(entries);
	return 0;
}
