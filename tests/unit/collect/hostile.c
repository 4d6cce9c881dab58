/*
 * /proc and /sys that are spoiled, unreadable or something else than they
 * should be: the metrics of that file are unknown, all others are as they
 * were, nothing waits, and when the file is well again so is the metric.
 */
#include <sys/stat.h>

#include <ftw.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mutation.h"
#include "tree.h"
#include "../suite.h"

#define FILES_MAX	256

static struct tree tree;
static struct host_collector *collector;
static struct sample sample;

static void
begin(const char *name)
{
	struct host_options options = {.root = tree.root,
	    .state_directory = tree.root};

	unsetenv("OLLAMA_MODELS");
	setenv("HOME", "/nonexistent", 1);
	CU_ASSERT_EQUAL_FATAL(tree_open(&tree, name), 0);
	CU_ASSERT_EQUAL_FATAL(host_collector_open(&collector, &options), 0);
	memset(&sample, 0, sizeof(sample));
}

static void
end(void)
{
	sample_free(&sample);
	host_collector_close(collector);
	tree_close(&tree);
}

static double
node(enum node_metric metric)
{
	return sample.node[metric];
}

static void
put(const char *path, const char *text)
{
	tree_write(&tree, path, text, strlen(text));
}

static void
test_empty_file(void)
{
	begin("linux-5.10");
	put("proc/meminfo", "");
	host_collector_sample(collector, &sample);
	CU_ASSERT(isnan(node(NODE_METRIC_memory_total)));
	CU_ASSERT(isnan(node(NODE_METRIC_memory_used)));
	CU_ASSERT_EQUAL(node(NODE_METRIC_cpus), 8);
	put("proc/meminfo", "MemTotal: 8 kB\nMemAvailable: 6 kB\n");
	host_collector_sample(collector, &sample);
	CU_ASSERT_EQUAL(node(NODE_METRIC_memory_used), 25);
	end();
}

static void
test_missing_newline(void)
{
	begin("linux-5.10");
	put("proc/loadavg", "0.50 0.25 0.12");
	put("sys/class/net/eno1/carrier_changes", "77");
	host_collector_sample(collector, &sample);
	CU_ASSERT_EQUAL(node(NODE_METRIC_load1), 0.5);
	CU_ASSERT_EQUAL(node(NODE_METRIC_load5), 0.25);
	CU_ASSERT(isnan(node(NODE_METRIC_load15)));
	CU_ASSERT(isnan(find_device(&sample, "nic/eno1")->
	    value[DEVICE_METRIC_carrier_changes]));
	end();
}

static void
test_backwards(void)
{
	static const char high[] = "cpu  900 0 900 900 900 0 0 0 0 0\n";
	static const char low[] = "cpu  100 0 100 100 100 0 0 0 0 0\n";
	static const char next[] = "cpu  150 0 100 150 100 0 0 0 0 0\n";

	begin("linux-5.10");
	put("proc/stat", high);
	put("proc/pressure/io", "some a a a total=900\n");
	host_collector_sample(collector, &sample);
	put("proc/stat", low);
	put("proc/pressure/io", "some a a a total=100\n");
	wait_since(&sample, 1000000);
	host_collector_sample(collector, &sample);
	CU_ASSERT(isnan(node(NODE_METRIC_cpu_busy)));
	CU_ASSERT(isnan(node(NODE_METRIC_psi_io_some)));
	put("proc/stat", next);
	put("proc/pressure/io", "some a a a total=200\n");
	wait_since(&sample, 1000000);
	host_collector_sample(collector, &sample);
	CU_ASSERT_EQUAL(node(NODE_METRIC_cpu_busy), 50);
	CU_ASSERT(node(NODE_METRIC_psi_io_some) > 0);
	end();
}

/* Wrapped at 2^64, and beyond what 64 bits hold. */
static void
test_huge(void)
{
	begin("linux-5.10");
	put("proc/net/dev", "eno1: 18446744073709551615 9223372036854775807 "
	    "0 0 0 0 0 0 99999999999999999999999999 1 2 3 0 0 0 0\n");
	host_collector_sample(collector, &sample);
	put("proc/net/dev", "eno1: 5 9223372036854775807 "
	    "0 0 0 0 0 0 7 1 2 3 0 0 0 0\n");
	wait_since(&sample, 1000000);
	host_collector_sample(collector, &sample);
	CU_ASSERT(isnan(node(NODE_METRIC_net_receive)));
	CU_ASSERT(isnan(node(NODE_METRIC_net_transmit)));
	CU_ASSERT_EQUAL(find_device(&sample, "nic/eno1")->
	    value[DEVICE_METRIC_in_operations], 0);
	CU_ASSERT_EQUAL(find_device(&sample, "nic/eno1")->
	    value[DEVICE_METRIC_out_drops], 3);
	end();
}

/* Put what cannot be read in the place of a file. */
static void
replace(const char *path, const char *with)
{
	char name[PATH_MAX];

	tree_remove(&tree, path);
	snprintf(name, sizeof(name), "%s/%s", tree.root, path);
	if (strcmp(with, "fifo") == 0) {
		CU_ASSERT_EQUAL(mkfifo(name, 0644), 0);
	} else if (strcmp(with, "directory") == 0) {
		CU_ASSERT_EQUAL(mkdir(name, 0755), 0);
	} else {
		CU_ASSERT_EQUAL(symlink(with, name), 0);
	}
}

static void
test_other_kinds_of_file(void)
{
	struct host_options options = {.root = tree.root};
	struct sample other = {0};
	struct host_collector *late;

	begin("linux-5.10");
	replace("proc/stat", "fifo");
	replace("proc/meminfo", "directory");
	replace("proc/vmstat", "/dev/zero");
	replace("proc/pressure/cpu", "cpu");
	replace("sys/block/nvme0n1/size", "fifo");
	replace("sys/class/net/eno1/operstate", "/dev/tty");
	replace("sys/class/hwmon/hwmon1/temp1_input", "fifo");
	CU_ASSERT_EQUAL_FATAL(host_collector_open(&late, &options), 0);
	host_collector_sample(late, &other);
	CU_ASSERT(isnan(other.node[NODE_METRIC_cpus]));
	CU_ASSERT(isnan(other.node[NODE_METRIC_memory_total]));
	CU_ASSERT(isnan(other.node[NODE_METRIC_major_faults]));
	CU_ASSERT(isnan(find_device(&other, "nic/eno1")->
	    value[DEVICE_METRIC_carrier]));
	CU_ASSERT_EQUAL(other.node[NODE_METRIC_load1], 8.25);
	CU_ASSERT_EQUAL(other.node[NODE_METRIC_cgroup_oom], 2);
	sample_free(&other);
	host_collector_close(late);
	end();
}

static void
test_nothing_at_all(void)
{
	struct host_options options = {.root = "/nonexistent"};
	size_t i, known = 0;

	CU_ASSERT_EQUAL_FATAL(host_collector_open(&collector, &options), 0);
	memset(&sample, 0, sizeof(sample));
	host_collector_sample(collector, &sample);
	for (i = 0; i < NODE_METRICS; i++)
		known += !isnan(sample.node[i]);
	CU_ASSERT_EQUAL(known, 2);
	CU_ASSERT(!isnan(node(NODE_METRIC_uptime)));
	CU_ASSERT_EQUAL(sample.device_count, 0);
	sample_free(&sample);
	host_collector_close(collector);
}

/* More text than the buffer holds at first, and than it may ever hold. */
static void
test_long_file(void)
{
	size_t size = 3 << 20;
	char *text = malloc(size);

	if (text == NULL) {
		CU_FAIL("no memory");
		return;
	}
	begin("linux-5.10");
	memset(text, ' ', size);
	memcpy(text, "intr 1", 6);
	memcpy(text + 200000, "\nctxt 77\n", 9);
	tree_write(&tree, "proc/stat", text, 300000);
	host_collector_sample(collector, &sample);
	CU_ASSERT_EQUAL(node(NODE_METRIC_context_switches), 77);
	memcpy(text + size - 20, "\nprocesses 5\n", 13);
	tree_write(&tree, "proc/stat", text, size);
	host_collector_sample(collector, &sample);
	CU_ASSERT_EQUAL(node(NODE_METRIC_context_switches), 77);
	CU_ASSERT(isnan(node(NODE_METRIC_forks)));
	CU_ASSERT_EQUAL(node(NODE_METRIC_memory_used), 75);
	free(text);
	end();
}

static char *files[FILES_MAX];
static size_t file_count;

static int
note_file(const char *path, const struct stat *status, int kind,
    struct FTW *walk)
{
	(void)status;
	(void)walk;
	if (kind == FTW_F && file_count < FILES_MAX)
		files[file_count++] = strdup(path + strlen(tree.root) + 1);
	return 0;
}

static void
spoil(struct mutation *mutation, const char *path)
{
	static char bytes[65536];
	char name[PATH_MAX];
	size_t length, i;
	FILE *file;

	snprintf(name, sizeof(name), "%s/%s", tree.root, path);
	file = fopen(name, "r");
	CU_ASSERT_FATAL(file != NULL);
	length = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	for (i = mutation_below(mutation, 3); i < 3; i++)
		length = mutation_apply(mutation, bytes, length,
		    sizeof(bytes));
	tree_write(&tree, path, bytes, length);
}

static void
check_sample(void)
{
	const struct sample_device *device;
	size_t i, j;

	for (i = 0; i < NODE_METRICS; i++)
		CU_ASSERT(isnan(sample.node[i]) || isfinite(sample.node[i]));
	for (i = 0; i < sample.device_count; i++) {
		device = &sample.devices[i];
		CU_ASSERT(memchr(device->name, 0, sizeof(device->name)) !=
		    NULL);
		CU_ASSERT(memchr(device->label, 0, sizeof(device->label)) !=
		    NULL);
		for (j = 0; j < DEVICE_METRICS; j++)
			CU_ASSERT(!isinf(device->value[j]));
	}
}

/*
 * Every tree again and again with some of its files spoiled, by a
 * collector that is opened on it so, and by one that was open before.
 */
static void
spoil_tree(const char *name, struct mutation *mutation)
{
	struct host_options options = {.root = tree.root};
	struct sample other = {0};
	struct host_collector *late;
	size_t i, j;

	begin(name);
	file_count = 0;
	nftw(tree.root, note_file, 8, FTW_PHYS);
	for (i = 0; i < 40; i++) {
		for (j = 0; j < 1 + file_count / 4; j++)
			spoil(mutation, files[mutation_below(mutation,
			    file_count)]);
		host_collector_sample(collector, &sample);
		check_sample();
		if (i % 4 != 0)
			continue;
		CU_ASSERT_EQUAL_FATAL(host_collector_open(&late, &options),
		    0);
		host_collector_sample(late, &other);
		host_collector_close(late);
	}
	tree_advance(&tree);
	put("proc/loadavg", "4.00 5.00 6.00 1/2 3\n");
	host_collector_sample(collector, &sample);
	CU_ASSERT_EQUAL(node(NODE_METRIC_load15), 6);
	for (i = 0; i < file_count; i++)
		free(files[i]);
	sample_free(&other);
	end();
}

static void
test_spoiled_trees(void)
{
	struct mutation mutation = {7};
	size_t i;

	for (i = 0; tree_names[i] != NULL; i++)
		spoil_tree(tree_names[i], &mutation);
}

static const struct suite_test tests[] = {
	{"an empty file is unknown until it is well again", test_empty_file},
	{"a number at the end of a file without newline is unknown",
	    test_missing_newline},
	{"a counter that went back is unknown for one sample",
	    test_backwards},
	{"numbers that do not fit are unknown", test_huge},
	{"a pipe, a directory or a device is never waited for",
	    test_other_kinds_of_file},
	{"a machine without /proc and /sys has an empty sample",
	    test_nothing_at_all},
	{"a file of any length is read as far as it may be",
	    test_long_file},
	{"spoiled trees are survived and recovered from",
	    test_spoiled_trees},
};

SUITE_MAIN("collect hostile", tests)
