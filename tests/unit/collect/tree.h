/*
 * Golden trees: directories that look like /proc and /sys of a machine.
 * trees/NAME/first is how it looked at one moment, trees/NAME/second has
 * the files that had changed at the next.  Tests work on a copy.
 */
#ifndef DROVER_TESTS_COLLECT_TREE_H
#define DROVER_TESTS_COLLECT_TREE_H

#include <stddef.h>

#include "collect/host.h"

struct tree {
	const char	*name;
	char		 root[64];
};

/* Make a copy of the first moment; 0 or -1. */
int	tree_open(struct tree *tree, const char *name);
void	tree_close(struct tree *tree);
/* Go on to the second moment. */
int	tree_advance(const struct tree *tree);

/* Write into a file where it stands, or make it. */
void	tree_write(const struct tree *tree, const char *path,
	    const char *bytes, size_t length);
void	tree_remove(const struct tree *tree, const char *path);

/*
 * Sample until what is read in the background has arrived, go on to the
 * second moment and sample again.  before_ns: CLOCK_BOOTTIME of the
 * sample before the last.
 */
void	sample_twice(struct host_collector *collector,
	    const struct tree *tree, struct sample *sample,
	    int64_t *before_ns);
/* Wait until time has gone by since the sample was taken. */
void	wait_since(const struct sample *sample, int64_t ns);
const struct sample_device *find_device(const struct sample *sample,
	    const char *name);

extern const char *const node_metric_names[NODE_METRICS];
extern const char *const device_metric_names[DEVICE_METRICS];
extern const char *const tree_names[];	/* ends with NULL */

#endif
