/* Devices that come, go and are given another name; where models lie. */
#include <sys/stat.h>

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tree.h"
#include "../suite.h"

#define PATIENCE	400	/* of 50 ms */

static struct tree tree;
static struct host_collector *collector;
static struct sample sample;

static void
begin(const char *name, const char *model_store)
{
	struct host_options options = {.root = tree.root,
	    .model_store = model_store};

	CU_ASSERT_EQUAL_FATAL(tree_open(&tree, name), 0);
	CU_ASSERT_EQUAL_FATAL(host_collector_open(&collector, &options), 0);
	memset(&sample, 0, sizeof(sample));
	host_collector_sample(collector, &sample);
}

static void
end(void)
{
	sample_free(&sample);
	host_collector_close(collector);
	tree_close(&tree);
}

/* Calls of this thread to allocate; the linker hands them to us. */
static _Thread_local size_t allocations;

void	*__real_malloc(size_t size);
void	*__real_calloc(size_t count, size_t size);
void	*__real_realloc(void *memory, size_t size);
void	*__wrap_malloc(size_t size);
void	*__wrap_calloc(size_t count, size_t size);
void	*__wrap_realloc(void *memory, size_t size);

void *
__wrap_malloc(size_t size)
{
	allocations++;
	return __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	allocations++;
	return __real_calloc(count, size);
}

void *
__wrap_realloc(void *memory, size_t size)
{
	allocations++;
	return __real_realloc(memory, size);
}

static void
put(const char *path, const char *text)
{
	tree_write(&tree, path, text, strlen(text));
}

/* Sample until the device is there, or no longer there. */
static bool
wait_device(const char *name, bool there)
{
	int i;

	for (i = 0; i < PATIENCE; i++) {
		host_collector_sample(collector, &sample);
		if ((find_device(&sample, name) != NULL) == there)
			return true;
		wait_since(&sample, 50 * 1000000);
	}
	return false;
}

static bool
wait_known(enum node_metric metric, bool known)
{
	int i;

	for (i = 0; i < PATIENCE; i++) {
		host_collector_sample(collector, &sample);
		if (isnan(sample.node[metric]) != known)
			return true;
		wait_since(&sample, 50 * 1000000);
	}
	return false;
}

static const char one_nic[] =
    "  eno1: 500 5 0 0 0 0 0 0 600 6 0 0 0 0 0 0\n";
static const char two_nics[] =
    "  eno2: 100 1 0 0 0 0 0 0 200 2 0 0 0 0 0 0\n"
    "  eno1: 500 5 0 0 0 0 0 0 600 6 0 0 0 0 0 0\n";
static const char renamed_nic[] =
    "  uplink: 900 9 0 0 0 0 0 0 900 9 0 0 0 0 0 0\n";

static void
test_new_devices(void)
{
	begin("linux-5.10", NULL);
	CU_ASSERT(find_device(&sample, "nic/eno2") == NULL);
	put("sys/class/net/eno2/operstate", "down\n");
	put("sys/class/net/eno2/carrier_changes", "4\n");
	put("sys/class/net/eno2/device/vendor", "0x8086\n");
	put("sys/block/sda/size", "2048\n");
	put("sys/block/sda/device/model", "A disk\n");
	put("sys/block/sda/stat", "1 0 8 1 1 0 8 1 0 1 1\n");
	put("proc/net/dev", two_nics);
	CU_ASSERT(wait_device("nic/eno2", true));
	CU_ASSERT(wait_device("disk/sda", true));
	CU_ASSERT_EQUAL(find_device(&sample, "nic/eno2")->
	    value[DEVICE_METRIC_carrier], 0);
	CU_ASSERT_EQUAL(find_device(&sample, "disk/sda")->
	    value[DEVICE_METRIC_size], 2048 * 512);
	CU_ASSERT_STRING_EQUAL(find_device(&sample, "disk/sda")->label,
	    "A disk");
	end();
}

/* The rate of what stays is not disturbed by what goes. */
static void
test_gone_device(void)
{
	begin("linux-5.10", NULL);
	put("sys/class/net/eno2/device/vendor", "0x8086\n");
	put("proc/net/dev", two_nics);
	CU_ASSERT(wait_device("nic/eno2", true));
	put("proc/net/dev", one_nic);
	wait_since(&sample, 1000000);
	host_collector_sample(collector, &sample);
	CU_ASSERT(find_device(&sample, "nic/eno2") == NULL);
	CU_ASSERT_EQUAL(find_device(&sample, "nic/eno1")->
	    value[DEVICE_METRIC_in], 0);
	end();
}

static void
test_renamed_device(void)
{
	const struct sample_device *device;

	begin("linux-5.10", NULL);
	put("proc/net/dev", renamed_nic);
	put("sys/class/net/uplink/operstate", "up\n");
	put("sys/class/net/uplink/device/vendor", "0x8086\n");
	CU_ASSERT(wait_device("nic/uplink", true));
	CU_ASSERT(find_device(&sample, "nic/eno1") == NULL);
	device = find_device(&sample, "nic/uplink");
	CU_ASSERT(isnan(device->value[DEVICE_METRIC_in]));
	wait_since(&sample, 1000000);
	host_collector_sample(collector, &sample);
	device = find_device(&sample, "nic/uplink");
	CU_ASSERT_EQUAL(device->value[DEVICE_METRIC_in], 0);
	end();
}

/* The order of /proc/net/dev is not that of the sample. */
static void
test_stable_order(void)
{
	static const char names[2][16] = {"nic/eno2", "nic/eno10"};
	const struct sample_device *first, *second;
	int i;

	begin("linux-5.10", NULL);
	for (i = 0; i < 2; i++) {
		put("proc/net/dev", i == 0 ?
		    "eno10: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n"
		    "eno2: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n" :
		    "eno2: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n"
		    "eno10: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n");
		CU_ASSERT(wait_device("nic/eno10", true));
		first = find_device(&sample, names[0]);
		second = find_device(&sample, names[1]);
		CU_ASSERT(second == first + 1);
	}
	end();
}

/* Once the devices are known, a sample allocates nothing. */
static void
test_no_allocation(void)
{
	size_t before;
	int i;

	begin("linux-6.1", NULL);
	CU_ASSERT(allocations > 0);
	CU_ASSERT(wait_device("sensor/drivetemp/temp1", true));
	before = allocations;
	for (i = 0; i < 100; i++)
		host_collector_sample(collector, &sample);
	CU_ASSERT_EQUAL(allocations, before);
	end();
}

static void
test_store_places(void)
{
	unsetenv("OLLAMA_MODELS");
	setenv("HOME", "/home/someone", 1);
	begin("linux-6.18-vm", NULL);
	CU_ASSERT(isnan(sample.node[NODE_METRIC_store_free]));
	CU_ASSERT(find_device(&sample, "filesystem/models") == NULL);
	/* A store that is made later is found. */
	put("home/someone/.ollama/models/blob", "");
	CU_ASSERT(wait_known(NODE_METRIC_store_free, true));
	CU_ASSERT(strstr(find_device(&sample, "filesystem/models")->label,
	    "/home/someone/.ollama/models") != NULL);
	/* ... and one that goes is unknown again. */
	tree_remove(&tree, "home");
	CU_ASSERT(wait_known(NODE_METRIC_store_free, false));
	end();
}

static void
test_store_variable(void)
{
	setenv("OLLAMA_MODELS", "/srv/models", 1);
	begin("linux-6.1", NULL);
	put("srv/models/blob", "");
	CU_ASSERT(wait_known(NODE_METRIC_store_free, true));
	host_collector_sample(collector, &sample);
	end();
	unsetenv("OLLAMA_MODELS");
}

static void
test_store_option(void)
{
	double share;

	begin("linux-6.18-vm", "/");
	CU_ASSERT(wait_known(NODE_METRIC_store_free, true));
	CU_ASSERT_STRING_EQUAL(find_device(&sample, "filesystem/models")->
	    label, "/");
	share = sample.node[NODE_METRIC_store_free_share];
	CU_ASSERT(share >= 0 && share <= 100);
	end();
	begin("linux-6.1", "/nonexistent/models");
	CU_ASSERT(isnan(sample.node[NODE_METRIC_store_free]));
	end();
}

static const struct suite_test tests[] = {
	{"a disk and an interface that appear are found",
	    test_new_devices},
	{"an interface that goes leaves the others alone",
	    test_gone_device},
	{"a renamed interface is another one", test_renamed_device},
	{"the order of devices is that of their names", test_stable_order},
	{"a sample of the same devices allocates nothing",
	    test_no_allocation},
	{"the model store is found, also when it is made later",
	    test_store_places},
	{"OLLAMA_MODELS names the model store", test_store_variable},
	{"the model store that is configured is taken, or none",
	    test_store_option},
};

SUITE_MAIN("collect devices", tests)
