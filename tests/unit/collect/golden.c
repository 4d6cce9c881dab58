/*
 * The whole collector on golden trees.  trees/NAME/expected says what it
 * must find, one value a line: NAME VALUE; NAME growth VALUE for a rate
 * that came from this growth; NAME any for what is known but not its
 * value.  Metrics of the node come first, then each device after a line
 * [DEVICE].  What is not in the file must be NaN.
 */
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tree.h"
#include "../suite.h"

/* What the expectations of one tree are held against. */
struct comparison {
	const char		*tree;
	const struct sample	*sample;
	double			 seconds;
	const double		*value;	/* of the node or a device */
	const char *const	*names;
	size_t			 count;
	size_t			 devices;
	bool			 met[NODE_METRICS + DEVICE_METRICS];
	int			 failures;
};

/* What other parts of drover fill in. */
static const char *const node_elsewhere[] = {
	"gpus", "gpu_busy", "gpu_memory_used", "gpu_temperature_max",
	"backends", "backends_up", "slots_busy", "slots_total",
	"requests_deferred", "in_flight", "requests", "tokens", "ttft",
	"kv_used", NULL
};
static const char *const device_elsewhere[] = {
	"power", "power_limit", "clock", "clock_reasons", "ecc_corrected",
	"ecc_uncorrected", "remapped_rows", "remap_pending", "remap_failed",
	"pcie_replays", "xid_errors", "xid_last", "lost", NULL
};

static void
fail(struct comparison *comparison, const char *what, const char *name,
    double expected, double found)
{
	printf("\n    %s: %s: %s: expected %.12g, found %.12g",
	    comparison->tree, what, name, expected, found);
	comparison->failures++;
}

static bool
is_close(double left, double right)
{
	return fabs(left - right) <= 1e-6 * fmax(fabs(left), 1e-3);
}

/* What remains of the node or device must be NaN. */
static void
end_section(struct comparison *comparison, const char *what)
{
	size_t i;

	for (i = 0; i < comparison->count; i++) {
		if (!comparison->met[i] && !isnan(comparison->value[i]))
			fail(comparison, what, comparison->names[i], NAN,
			    comparison->value[i]);
	}
	memset(comparison->met, 0, sizeof(comparison->met));
}

static void
compare_value(struct comparison *comparison, const char *what,
    const char *name, const char *expected)
{
	double found, wanted;
	size_t i;

	for (i = 0; i < comparison->count; i++) {
		if (strcmp(comparison->names[i], name) == 0)
			break;
	}
	if (i == comparison->count) {
		fail(comparison, what, name, 0, 0);
		return;
	}
	comparison->met[i] = true;
	found = comparison->value[i];
	if (strcmp(expected, "any") == 0) {
		if (isnan(found))
			fail(comparison, what, name, 0, found);
		return;
	}
	if (strncmp(expected, "growth ", 7) == 0) {
		found *= comparison->seconds;
		expected += 7;
	}
	wanted = strtod(expected, NULL);
	if (!is_close(wanted, found))
		fail(comparison, what, name, wanted, found);
}

static void
compare_text(struct comparison *comparison, const char *what,
    const char *name, const char *expected, const char *found)
{
	if (strcmp(expected, "any") == 0 || strcmp(expected, found) == 0)
		return;
	printf("\n    %s: %s: %s: expected '%s', found '%s'",
	    comparison->tree, what, name, expected, found);
	comparison->failures++;
}

static const char *const kind_names[] = {
#define WORD(dictionary, name, number, text)	[number] = text,
	DROVER_DICTIONARY_DEVICE_KIND(WORD)
#undef WORD
};

/* Devices must come in the order of the file. */
static void
begin_device(struct comparison *comparison, const char *name)
{
	const struct sample *sample = comparison->sample;
	static const double none[DEVICE_METRICS];

	comparison->names = device_metric_names;
	comparison->count = DEVICE_METRICS;
	comparison->value = none;
	if (comparison->devices < sample->device_count) {
		comparison->value =
		    sample->devices[comparison->devices].value;
		compare_text(comparison, "devices", "name", name,
		    sample->devices[comparison->devices].name);
	} else {
		fail(comparison, "devices", name, 1, 0);
	}
	comparison->devices++;
}

static void
compare_line(struct comparison *comparison, char *what, char *line)
{
	const struct sample_device *device;
	char *value;

	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '[') {
		end_section(comparison, what);
		line[strcspn(line, "]")] = '\0';
		snprintf(what, 64, "%.63s", line + 1);
		begin_device(comparison, what);
		return;
	}
	value = strchr(line, ' ');
	if (value != NULL)
		*value++ = '\0';
	else
		value = line + strlen(line);
	if (comparison->devices == 0 || comparison->devices >
	    comparison->sample->device_count) {
		compare_value(comparison, what, line, value);
		return;
	}
	device = &comparison->sample->devices[comparison->devices - 1];
	if (strcmp(line, "kind") == 0)
		compare_text(comparison, what, line, value,
		    kind_names[device->kind]);
	else if (strcmp(line, "label") == 0)
		compare_text(comparison, what, line, value, device->label);
	else
		compare_value(comparison, what, line, value);
}

static int
compare(const char *tree, const struct sample *sample, double seconds)
{
	struct comparison comparison = {tree, sample, seconds, sample->node,
	    node_metric_names, NODE_METRICS, 0, {false}, 0};
	char path[PATH_MAX], line[256], what[64] = "node";
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s/expected", COLLECT_TREES, tree);
	file = fopen(path, "r");
	if (file == NULL)
		return 1;
	while (fgets(line, sizeof(line), file) != NULL)
		compare_line(&comparison, what, line);
	fclose(file);
	end_section(&comparison, what);
	if (comparison.devices != sample->device_count)
		fail(&comparison, "devices", "count",
		    (double)comparison.devices,
		    (double)sample->device_count);
	return comparison.failures;
}

static struct host_collector *
open_on(const struct tree *tree)
{
	struct host_options options = {.root = tree->root,
	    .state_directory = tree->root};
	struct host_collector *collector = NULL;

	unsetenv("OLLAMA_MODELS");
	setenv("HOME", "/nonexistent", 1);
	CU_ASSERT_EQUAL_FATAL(host_collector_open(&collector, &options), 0);
	return collector;
}

static void
finds_what_is_expected(const char *name)
{
	struct host_collector *collector;
	struct sample sample = {0};
	int64_t before_ns;
	struct tree tree;

	CU_ASSERT_EQUAL_FATAL(tree_open(&tree, name), 0);
	collector = open_on(&tree);
	sample_twice(collector, &tree, &sample, &before_ns);
	CU_ASSERT_EQUAL(compare(name, &sample,
	    (double)(sample.boottime_ns - before_ns) / 1e9), 0);
	sample_free(&sample);
	host_collector_close(collector);
	tree_close(&tree);
}

static void
test_4_19(void)
{
	finds_what_is_expected("linux-4.19");
}

static void
test_5_10(void)
{
	finds_what_is_expected("linux-5.10");
}

static void
test_6_1(void)
{
	finds_what_is_expected("linux-6.1");
}

static void
test_6_18_vm(void)
{
	finds_what_is_expected("linux-6.18-vm");
}

static void
test_container(void)
{
	finds_what_is_expected("container");
}

/* Rates need a second sample; everything else is there at once. */
static void
test_first_sample(void)
{
	struct host_collector *collector;
	struct sample sample = {0};
	struct tree tree;

	CU_ASSERT_EQUAL_FATAL(tree_open(&tree, "linux-5.10"), 0);
	collector = open_on(&tree);
	host_collector_sample(collector, &sample);
	CU_ASSERT(isnan(sample.node[NODE_METRIC_cpu_busy]));
	CU_ASSERT(isnan(sample.node[NODE_METRIC_psi_io_some]));
	CU_ASSERT(isnan(sample.node[NODE_METRIC_disk_read]));
	CU_ASSERT(isnan(sample.node[NODE_METRIC_net_receive]));
	CU_ASSERT_EQUAL(sample.node[NODE_METRIC_cpus], 8);
	CU_ASSERT_EQUAL(sample.node[NODE_METRIC_memory_used], 75);
	sample_free(&sample);
	host_collector_close(collector);
	tree_close(&tree);
}

static bool
is_among(const char *const *elsewhere, const char *name)
{
	size_t i;

	for (i = 0; elsewhere[i] != NULL; i++) {
		if (strcmp(elsewhere[i], name) == 0)
			return true;
	}
	return false;
}

static void
note_known(const struct sample *sample, bool *node, bool *device)
{
	size_t i, j;

	for (i = 0; i < NODE_METRICS; i++)
		node[i] |= !isnan(sample->node[i]);
	for (i = 0; i < sample->device_count; i++) {
		for (j = 0; j < DEVICE_METRICS; j++)
			device[j] |= !isnan(sample->devices[i].value[j]);
	}
}

static int
check_known(const char *scope, const char *const *names,
    const char *const *elsewhere, const bool *known, size_t count)
{
	int failures = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		if (known[i] != is_among(elsewhere, names[i]))
			continue;
		printf("\n    %s.%s is %s", scope, names[i], known[i] ?
		    "filled here after all" : "filled by nothing");
		failures++;
	}
	return failures;
}

static void
test_no_dead_metric(void)
{
	bool node[NODE_METRICS] = {false}, device[DEVICE_METRICS] = {false};
	struct host_collector *collector;
	struct sample sample = {0};
	int64_t before_ns;
	struct tree tree;
	size_t i;

	for (i = 0; tree_names[i] != NULL; i++) {
		CU_ASSERT_EQUAL_FATAL(tree_open(&tree, tree_names[i]), 0);
		collector = open_on(&tree);
		sample_twice(collector, &tree, &sample, &before_ns);
		note_known(&sample, node, device);
		host_collector_close(collector);
		tree_close(&tree);
	}
	sample_free(&sample);
	CU_ASSERT_EQUAL(check_known("node", node_metric_names,
	    node_elsewhere, node, NODE_METRICS), 0);
	CU_ASSERT_EQUAL(check_known("device", device_metric_names,
	    device_elsewhere, device, DEVICE_METRICS), 0);
}

static void
test_system(void)
{
	struct host_options options;
	struct tree tree;
	char text[64];

	CU_ASSERT_EQUAL_FATAL(tree_open(&tree, "container"), 0);
	options = (struct host_options){.root = tree.root};
	host_system(&options, text, sizeof(text));
	CU_ASSERT_EQUAL(strncmp(text, "Debian GNU/Linux 12, Linux ", 27), 0);
	tree_remove(&tree, "etc");
	host_system(&options, text, sizeof(text));
	CU_ASSERT_EQUAL(strncmp(text, "Linux ", 6), 0);
	tree_close(&tree);
}

static const struct suite_test tests[] = {
	{"a machine with Linux 4.19 and control groups 1", test_4_19},
	{"a machine with Linux 5.10, throttling and NVMe", test_5_10},
	{"two packages, bond, and SATA under Linux 6.1", test_6_1},
	{"a virtual machine without sensors, Linux 6.18", test_6_18_vm},
	{"a container with little of /proc and no /sys", test_container},
	{"the first sample has all but rates", test_first_sample},
	{"every metric of the tables is filled", test_no_dead_metric},
	{"the system is named by os-release", test_system},
};

SUITE_MAIN("collect golden", tests)
