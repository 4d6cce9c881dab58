/*
 * The GPU sampler against fake_nvml.c: no machine that runs the tests has
 * a GPU, so what holds here is drover's side of NVML's interface.
 */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <drover/segment.h>

#include "gpu/publish.h"
#include "gpu/sampler.h"
#include "gpu/worker.h"
#include "tests/unit/suite.h"

static struct sample_device devices[SAMPLER_GPUS_MAX];
static struct nvml_call call;
static const struct hung none;

static char script_path[] = "/tmp/drover-fake-nvml-XXXXXX";

static void
script_remove(void)
{
	unlink(script_path);
}

/* Renamed into place, for a thread may be reading the former one. */
static void
script(const char *text)
{
	char path[] = "/tmp/drover-fake-nvml-XXXXXX";
	int fd;

	if (getenv("FAKE_NVML") == NULL) {
		fd = mkstemp(script_path);
		CU_ASSERT_FATAL(fd != -1);
		close(fd);
		setenv("FAKE_NVML", script_path, 1);
		atexit(script_remove);
	}
	fd = mkstemp(path);
	CU_ASSERT_FATAL(fd != -1);
	CU_ASSERT_EQUAL(write(fd, text, strlen(text)),
	    (ssize_t)strlen(text));
	close(fd);
	CU_ASSERT_EQUAL(rename(path, script_path), 0);
}

static double
value(size_t gpu, enum device_metric metric)
{
	return devices[gpu].value[metric];
}

static void
every_metric_of_a_gpu_is_read_in_its_unit(void)
{
	struct sampler sampler;
	char why[SAMPLER_WHY_BYTES];

	script("");
	CU_ASSERT_EQUAL_FATAL(sampler_open(&sampler, &call, FAKE_NVML_NEW,
	    0, why), 0);
	CU_ASSERT_EQUAL(sampler_take(&sampler, devices), 2);
	CU_ASSERT_STRING_EQUAL(devices[1].name, "gpu/1");
	CU_ASSERT_STRING_EQUAL(devices[1].label, "Fake Tesla F1");
	CU_ASSERT_EQUAL(devices[1].kind, DROVER_DEVICE_KIND_GPU);
	CU_ASSERT_EQUAL(value(1, DEVICE_METRIC_busy), 41);
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_temperature), 61);
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_used), 20.0 * (1 << 30));
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_free), 60.0 * (1 << 30));
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_used_share), 25);
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_power), 251.5);
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_power_limit), 400);
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_clock), 1410);
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_clock_reasons), 0x44);
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_ecc_corrected), 12);
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_ecc_uncorrected), 1);
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_remapped_rows), 3);
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_remap_pending), 1);
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_remap_failed), 0);
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_pcie_replays), 5);
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_xid_errors), 0);
	CU_ASSERT(isnan(value(0, DEVICE_METRIC_xid_last)));
	CU_ASSERT(isnan(value(0, DEVICE_METRIC_carrier)));
	sampler_close(&sampler);
}

static void
what_a_gpu_does_not_support_is_nan(void)
{
	struct sampler sampler;
	char why[SAMPLER_WHY_BYTES];

	script("result nvmlDeviceGetTotalEccErrors 3\n"
	    "result nvmlDeviceGetUtilizationRates/1 3\n");
	CU_ASSERT_EQUAL_FATAL(sampler_open(&sampler, &call, FAKE_NVML_NEW,
	    0, why), 0);
	sampler_take(&sampler, devices);
	CU_ASSERT(isnan(value(0, DEVICE_METRIC_ecc_corrected)));
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_busy), 40);
	CU_ASSERT(isnan(value(1, DEVICE_METRIC_busy)));
	CU_ASSERT_EQUAL(value(1, DEVICE_METRIC_temperature), 62);
	sampler_close(&sampler);
}

static void
an_old_driver_gives_what_it_has(void)
{
	struct sampler sampler;
	char why[SAMPLER_WHY_BYTES];

	script("");
	CU_ASSERT_EQUAL_FATAL(sampler_open(&sampler, &call, FAKE_NVML_OLD,
	    0, why), 0);
	CU_ASSERT_EQUAL(sampler_take(&sampler, devices), 2);
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_busy), 40);
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_clock_reasons), 4);
	CU_ASSERT(isnan(value(0, DEVICE_METRIC_power_limit)));
	CU_ASSERT(isnan(value(0, DEVICE_METRIC_remapped_rows)));
	CU_ASSERT(isnan(value(0, DEVICE_METRIC_xid_errors)));
	sampler_close(&sampler);
}

static void
a_missing_library_driver_or_gpu_is_no_fault(void)
{
	struct sampler sampler;
	char why[SAMPLER_WHY_BYTES];

	CU_ASSERT_EQUAL(sampler_open(&sampler, &call,
	    "libnvidia-ml-that-is-not.so", 0, why), -ENODEV);
	CU_ASSERT(strstr(why, "no NVML library") != NULL);
	script("result nvmlInit_v2 9\n");
	CU_ASSERT_EQUAL(sampler_open(&sampler, &call, FAKE_NVML_NEW, 0,
	    why), -ENODEV);
	CU_ASSERT(strstr(why, "not loaded") != NULL);
	script("count 0\n");
	CU_ASSERT_EQUAL(sampler_open(&sampler, &call, FAKE_NVML_NEW, 0,
	    why), -ENODEV);
	CU_ASSERT(strstr(why, "no GPU") != NULL);
}

static void
a_library_that_does_not_fit_the_driver_is_a_fault(void)
{
	struct sampler sampler;
	char why[SAMPLER_WHY_BYTES];

	script("result nvmlInit_v2 18\n");
	CU_ASSERT_EQUAL(sampler_open(&sampler, &call, FAKE_NVML_NEW, 0,
	    why), -EIO);
	CU_ASSERT(strstr(why, "different versions") != NULL);
	/* libc is a library, and not NVML. */
	CU_ASSERT_EQUAL(sampler_open(&sampler, &call, "libc.so.6", 0,
	    why), -ENOSYS);
	CU_ASSERT(strstr(why, "lacks nvml") != NULL);
}

static void
a_lost_gpu_is_nan_and_the_others_go_on(void)
{
	struct sampler sampler;
	char why[SAMPLER_WHY_BYTES];

	script("");
	CU_ASSERT_EQUAL_FATAL(sampler_open(&sampler, &call, FAKE_NVML_NEW,
	    0, why), 0);
	sampler_take(&sampler, devices);
	CU_ASSERT_FALSE(sampler_lost_any(&sampler));
	/* The load is read before the loss is noticed, and is void too. */
	script("result nvmlDeviceGetTemperature/1 15\nxid 1 79\n");
	sampler_take(&sampler, devices);
	CU_ASSERT(sampler_lost_any(&sampler));
	CU_ASSERT(isnan(value(1, DEVICE_METRIC_busy)));
	CU_ASSERT(isnan(value(1, DEVICE_METRIC_temperature)));
	CU_ASSERT_STRING_EQUAL(devices[1].label, "Fake Tesla F1 (lost)");
	CU_ASSERT_EQUAL(value(1, DEVICE_METRIC_xid_errors), 1);
	CU_ASSERT_EQUAL(value(1, DEVICE_METRIC_xid_last), 79);
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_busy), 40);
	CU_ASSERT_EQUAL(value(0, DEVICE_METRIC_xid_errors), 0);
	sampler_close(&sampler);
}

static void
a_gpu_whose_handle_cannot_be_had_keeps_its_number(void)
{
	struct sampler sampler;
	char why[SAMPLER_WHY_BYTES];

	script("result nvmlDeviceGetHandleByIndex_v2/0 15\n");
	CU_ASSERT_EQUAL_FATAL(sampler_open(&sampler, &call, FAKE_NVML_NEW,
	    0, why), 0);
	CU_ASSERT_EQUAL(sampler_take(&sampler, devices), 2);
	CU_ASSERT(isnan(value(0, DEVICE_METRIC_busy)));
	CU_ASSERT_STRING_EQUAL(devices[1].name, "gpu/1");
	CU_ASSERT_EQUAL(value(1, DEVICE_METRIC_busy), 41);
	sampler_close(&sampler);
}

static void
a_gpu_that_is_left_alone_is_asked_nothing(void)
{
	struct sampler sampler;
	char why[SAMPLER_WHY_BYTES];

	script("hang nvmlDeviceGetHandleByIndex_v2/0\n"
	    "hang nvmlDeviceGetPowerUsage/0\n");
	CU_ASSERT_EQUAL_FATAL(sampler_open(&sampler, &call, FAKE_NVML_NEW,
	    1, why), 0);
	CU_ASSERT_EQUAL(sampler_take(&sampler, devices), 2);
	CU_ASSERT(isnan(value(0, DEVICE_METRIC_busy)));
	CU_ASSERT_PTR_NOT_NULL(strstr(devices[0].label, "left alone"));
	CU_ASSERT_EQUAL(value(1, DEVICE_METRIC_busy), 41);
	CU_ASSERT_FALSE(sampler_lost_any(&sampler));
	sampler_close(&sampler);
}

static void
gpus_that_hung_are_remembered_for_a_while(void)
{
	char directory[] = "/tmp/drover-hung-XXXXXX", path[64];
	struct hung hung;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(directory));
	hung_read(&hung, directory, 1000);
	CU_ASSERT_EQUAL(hung.gpus, 0);
	CU_ASSERT_EQUAL(hung_add(directory, 3, 1000), 0);
	CU_ASSERT_EQUAL(hung_add(directory, 0, 2000), 0);
	hung_read(&hung, directory, 3000);
	CU_ASSERT_EQUAL(hung.gpus, 0x9);
	CU_ASSERT_EQUAL(hung.until_ns, 2000 + HUNG_LEAVE_NS);
	hung_read(&hung, directory, 2000 + HUNG_LEAVE_NS);
	CU_ASSERT_EQUAL(hung.gpus, 0);
	/* Written before a boot that set the clock back. */
	hung_read(&hung, directory, 500);
	CU_ASSERT_EQUAL(hung.gpus, 0);
	snprintf(path, sizeof(path), "%s/gpu.hung", directory);
	unlink(path);
	rmdir(directory);
	CU_ASSERT_EQUAL(hung_add(directory, 0, 0), -ENOENT);
}

/* Until the worker has news; false after ten seconds. */
static bool
await_report(struct worker *worker, struct worker_report *report)
{
	struct pollfd slot = { .fd = worker->news, .events = POLLIN };

	return poll(&slot, 1, 10000) == 1 && worker_take(worker, report);
}

static void
a_call_that_does_not_come_back_is_noticed_and_named(void)
{
	static struct worker worker;
	static struct worker_report report;
	char text[SAMPLER_WHY_BYTES];
	int i;

	script("");
	CU_ASSERT_EQUAL_FATAL(worker_start(&worker, FAKE_NVML_NEW, &none,
	    20000000), 0);
	CU_ASSERT_FATAL(await_report(&worker, &report));
	CU_ASSERT_EQUAL(report.state, WORKER_SAMPLING);
	CU_ASSERT_EQUAL(report.count, 2);
	script("hang nvmlDeviceGetPowerUsage/1\n");
	for (i = 0; i < 1000 && !worker_stuck(&worker, 100000000, text,
	    sizeof(text)); i++)
		poll(NULL, 0, 10);
	CU_ASSERT(i < 1000);
	CU_ASSERT(strncmp(text, "nvmlDeviceGetPowerUsage of gpu/1 has not",
	    40) == 0);
	/* The owner can still take what there was. */
	(void)worker_take(&worker, &report);
	CU_ASSERT_EQUAL(report.devices[0].value[DEVICE_METRIC_busy], 40);
}

static void
the_worker_says_what_is_absent(void)
{
	static struct worker worker;
	static struct worker_report report;

	CU_ASSERT_EQUAL_FATAL(worker_start(&worker, "libno-nvml.so", &none,
	    1), 0);
	CU_ASSERT_FATAL(await_report(&worker, &report));
	CU_ASSERT_EQUAL(report.state, WORKER_ABSENT);
	CU_ASSERT(strstr(report.why, "libno-nvml.so") != NULL);
}

static void
report_make(struct worker_report *report, size_t count)
{
	size_t gpu, metric;

	memset(report, 0, sizeof(*report));
	report->state = WORKER_SAMPLING;
	report->count = count;
	for (gpu = 0; gpu < count; gpu++) {
		snprintf(report->devices[gpu].name,
		    sizeof(report->devices[gpu].name), "gpu/%zu", gpu);
		report->devices[gpu].kind = DROVER_DEVICE_KIND_GPU;
		for (metric = 0; metric < DEVICE_METRICS; metric++)
			report->devices[gpu].value[metric] =
			    (double)(metric + 100 * gpu);
		report->devices[gpu].value[DEVICE_METRIC_xid_errors] = 0;
	}
}

static void
row_read(const char *path, uint32_t slot, struct drover_device_row *row)
{
	struct drover_segment *segment;
	struct drover_snapshot snapshot;
	struct drover_binding binding;
	const void *source;

	memset(row, 0, sizeof(*row));
	CU_ASSERT_EQUAL_FATAL(drover_segment_attach(&segment, path), 0);
	CU_ASSERT_EQUAL(drover_binding_make(&binding, segment,
	    DROVER_TABLE_DEVICE), 0);
	CU_ASSERT_EQUAL(drover_snapshot_begin(segment, &snapshot), 0);
	source = drover_row(&snapshot, binding.table, slot);
	if (source != NULL)
		drover_binding_decode(&binding, source, row);
	drover_segment_detach(segment);
}

static size_t
events_of(const char *path, const char *kind)
{
	struct drover_event_cursor cursor = { 0 };
	struct drover_segment *segment;
	struct drover_event event;
	size_t count;

	count = 0;
	CU_ASSERT_EQUAL_FATAL(drover_segment_attach(&segment, path), 0);
	while (drover_event_next(segment, &cursor, &event) == 1)
		count += strcmp(event.kind, kind) == 0;
	drover_segment_detach(segment);
	return count;
}

static void
the_segment_shows_every_gpu_and_its_news(void)
{
	char directory[] = "/tmp/drover-gpu-XXXXXX";
	static struct publisher publisher;
	static struct worker_report report;
	struct drover_device_row row;
	char path[64];

	CU_ASSERT_FATAL(mkdtemp(directory) != NULL);
	snprintf(path, sizeof(path), "%s/gpu.seg", directory);
	CU_ASSERT_EQUAL_FATAL(publisher_open(&publisher, path, "n1"), 0);
	report_make(&report, 2);
	CU_ASSERT_EQUAL(publisher_show(&publisher, &report), 0);
	row_read(path, 1, &row);
	CU_ASSERT_STRING_EQUAL(row.name, "gpu/1");
	CU_ASSERT_STRING_EQUAL(row.node, "n1");
	CU_ASSERT_EQUAL(row.power, DEVICE_METRIC_power + 100);
	CU_ASSERT_EQUAL(events_of(path, "device.new"), 2);
	report.devices[1].value[DEVICE_METRIC_xid_errors] = 1;
	report.devices[1].value[DEVICE_METRIC_xid_last] = 79;
	report.lost[1] = true;
	CU_ASSERT_EQUAL(publisher_show(&publisher, &report), 0);
	CU_ASSERT_EQUAL(publisher_show(&publisher, &report), 0);
	CU_ASSERT_EQUAL(events_of(path, "gpu.xid"), 1);
	CU_ASSERT_EQUAL(events_of(path, "gpu.lost"), 1);
	report.count = 1;
	CU_ASSERT_EQUAL(publisher_show(&publisher, &report), 0);
	row_read(path, 1, &row);
	CU_ASSERT_EQUAL(row.name[0], '\0');
	CU_ASSERT_EQUAL(publisher_hung(&publisher, "stuck"), 0);
	row_read(path, 0, &row);
	CU_ASSERT(isnan(row.power));
	CU_ASSERT_EQUAL(events_of(path, "process.hung"), 1);
	publisher_close(&publisher);
	unlink(path);
	rmdir(directory);
}

static const struct suite_test tests[] = {
	{ "a gpu that is left alone is asked nothing",
	    a_gpu_that_is_left_alone_is_asked_nothing },
	{ "gpus that hung are remembered for a while",
	    gpus_that_hung_are_remembered_for_a_while },
	{ "every metric of a GPU is read in its unit",
	    every_metric_of_a_gpu_is_read_in_its_unit },
	{ "what a GPU does not support is NaN",
	    what_a_gpu_does_not_support_is_nan },
	{ "an old driver gives what it has",
	    an_old_driver_gives_what_it_has },
	{ "a missing library, driver or GPU is no fault",
	    a_missing_library_driver_or_gpu_is_no_fault },
	{ "a library that does not fit the driver is a fault",
	    a_library_that_does_not_fit_the_driver_is_a_fault },
	{ "a lost GPU is NaN and the others go on",
	    a_lost_gpu_is_nan_and_the_others_go_on },
	{ "a GPU whose handle cannot be had keeps its number",
	    a_gpu_whose_handle_cannot_be_had_keeps_its_number },
	{ "a call that does not come back is noticed and named",
	    a_call_that_does_not_come_back_is_noticed_and_named },
	{ "the worker says what is absent", the_worker_says_what_is_absent },
	{ "the segment shows every GPU and its news",
	    the_segment_shows_every_gpu_and_its_news },
};

SUITE_MAIN("gpu", tests)
