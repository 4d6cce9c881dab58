/* Golden trees. */
#include "tree.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const char *const node_metric_names[NODE_METRICS] = {
#define METRIC(name, unit, semantics, key, title, help)	#name,
#include <drover/tables/metrics_node.def>
#undef METRIC
};

const char *const device_metric_names[DEVICE_METRICS] = {
#define METRIC(name, unit, semantics, key, title, help)	#name,
#include <drover/tables/metrics_device.def>
#undef METRIC
};

const char *const tree_names[] = {
	"container", "linux-4.19", "linux-5.10", "linux-6.1",
	"linux-6.18-vm", NULL
};

static int
copy(const char *name, const char *moment, const char *root)
{
	char command[PATH_MAX + 128];

	snprintf(command, sizeof(command), "cp -RT '%s/%s/%s' '%s'",
	    COLLECT_TREES, name, moment, root);
	return system(command) == 0 ? 0 : -1;
}

int
tree_open(struct tree *tree, const char *name)
{
	tree->name = name;
	strcpy(tree->root, "/tmp/drover-tree-XXXXXX");
	if (mkdtemp(tree->root) == NULL)
		return -1;
	return copy(name, "first", tree->root);
}

int
tree_advance(const struct tree *tree)
{
	return copy(tree->name, "second", tree->root);
}

void
tree_remove(const struct tree *tree, const char *path)
{
	char command[PATH_MAX + 128];

	snprintf(command, sizeof(command), "rm -rf '%s/%s'", tree->root,
	    path);
	if (system(command) != 0)
		abort();
}

void
tree_close(struct tree *tree)
{
	tree_remove(tree, "");
}

void
tree_write(const struct tree *tree, const char *path, const char *bytes,
    size_t length)
{
	char name[PATH_MAX], command[PATH_MAX + 128];
	int fd;

	snprintf(name, sizeof(name), "%s/%s", tree->root, path);
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0) {
		snprintf(command, sizeof(command),
		    "mkdir -p \"$(dirname '%s')\"", name);
		if (system(command) != 0)
			abort();
		fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	}
	if (fd < 0 || write(fd, bytes, length) != (ssize_t)length)
		abort();
	close(fd);
}

void
wait_since(const struct sample *sample, int64_t ns)
{
	int64_t until = sample->boottime_ns + ns;
	struct timespec deadline = {.tv_sec = until / 1000000000,
	    .tv_nsec = until % 1000000000};

	clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &deadline, NULL);
}

/* The trees with a model store have a temperature too. */
static bool
is_awake(const struct sample *sample, const struct tree *tree)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/usr/share/ollama", tree->root);
	if (find_device(sample, "filesystem/state") == NULL)
		return false;
	return access(path, F_OK) != 0 ||
	    (!isnan(sample->node[NODE_METRIC_store_free]) &&
	    !isnan(sample->node[NODE_METRIC_temperature_max]));
}

void
sample_twice(struct host_collector *collector, const struct tree *tree,
    struct sample *sample, int64_t *before_ns)
{
	int i;

	for (i = 0; i < 200; i++) {
		host_collector_sample(collector, sample);
		if (is_awake(sample, tree))
			break;
		wait_since(sample, 10 * 1000000);
	}
	*before_ns = sample->boottime_ns;
	wait_since(sample, 50 * 1000000);
	tree_advance(tree);
	host_collector_sample(collector, sample);
}

const struct sample_device *
find_device(const struct sample *sample, const char *name)
{
	size_t i;

	for (i = 0; i < sample->device_count; i++) {
		if (strcmp(sample->devices[i].name, name) == 0)
			return &sample->devices[i];
	}
	return NULL;
}
