/*
 * A file system whose server died: statvfs(2) does not come back.  The
 * linker hands us the calls; those for a path in which "stuck" stands
 * wait until a byte is written.
 */
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "collect/host.h"
#include "../suite.h"

#define MS	INT64_C(1000000)

/* One that is stuck says so in entered, reads from gate, writes passed. */
static int entered[2];
static int gate[2];
static int passed[2];
static bool stuck;

int	__real_statvfs(const char *path, struct statvfs *status);
int	__wrap_statvfs(const char *path, struct statvfs *status);

int
__wrap_statvfs(const char *path, struct statvfs *status)
{
	char byte;

	if (strstr(path, "stuck") != NULL &&
	    __atomic_load_n(&stuck, __ATOMIC_ACQUIRE)) {
		(void)!write(entered[1], "x", 1);
		(void)!read(gate[0], &byte, 1);
		(void)!write(passed[1], "x", 1);
	}
	return __real_statvfs(path, status);
}

static int64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Sample until the space left for models is known, or no longer known. */
static bool
wait_known(struct host_collector *collector, struct sample *sample,
    bool known)
{
	struct timespec pause = {.tv_nsec = 20 * MS};
	int64_t start, slowest = 0;
	int i;

	for (i = 0; i < 1500; i++) {
		start = now_ns();
		host_collector_sample(collector, sample);
		if (now_ns() - start > slowest)
			slowest = now_ns() - start;
		if (isnan(sample->node[NODE_METRIC_store_free]) != known)
			break;
		nanosleep(&pause, NULL);
	}
	CU_ASSERT(slowest < 1000 * MS);
	return i < 1500;
}

static void
test_stuck(void)
{
	char directory[] = "/tmp/drover-stuck-XXXXXX", byte;
	struct host_options options = {.root = "",
	    .model_store = directory, .state_directory = "/tmp"};
	struct host_collector *collector;
	struct sample sample = {0};
	int64_t start;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(directory));
	CU_ASSERT_EQUAL_FATAL(pipe(entered), 0);
	CU_ASSERT_EQUAL_FATAL(pipe(gate), 0);
	CU_ASSERT_EQUAL_FATAL(pipe(passed), 0);
	CU_ASSERT_EQUAL_FATAL(host_collector_open(&collector, &options), 0);
	CU_ASSERT(wait_known(collector, &sample, true));

	/* The last answer grows old; everything else goes on. */
	__atomic_store_n(&stuck, true, __ATOMIC_RELEASE);
	CU_ASSERT(wait_known(collector, &sample, false));
	CU_ASSERT(!isnan(sample.node[NODE_METRIC_state_free]));
	CU_ASSERT(!isnan(sample.node[NODE_METRIC_memory_total]));

	/* It answers again, and hangs again when the collector closes. */
	CU_ASSERT_EQUAL(read(entered[0], &byte, 1), 1);
	__atomic_store_n(&stuck, false, __ATOMIC_RELEASE);
	CU_ASSERT_EQUAL(write(gate[1], "x", 1), 1);
	CU_ASSERT_EQUAL(read(passed[0], &byte, 1), 1);
	CU_ASSERT(wait_known(collector, &sample, true));
	__atomic_store_n(&stuck, true, __ATOMIC_RELEASE);
	CU_ASSERT_EQUAL(read(entered[0], &byte, 1), 1);
	start = now_ns();
	host_collector_close(collector);
	CU_ASSERT(now_ns() - start < 2000 * MS);
	CU_ASSERT_EQUAL(write(gate[1], "x", 1), 1);
	CU_ASSERT_EQUAL(read(passed[0], &byte, 1), 1);
	sample_free(&sample);
	rmdir(directory);
}

static const struct suite_test tests[] = {
	{"a file system that hangs holds nobody up", test_stuck},
};

SUITE_MAIN("collect stuck", tests)
